from django.urls import path

from practices.views import imports, quality, register, returns

app_name = "practices"
urlpatterns = [
    path("imports/", imports.import_list, name="imports"),
    path("imports/<uuid:import_id>/", imports.import_page, name="import"),
    path("imports/<uuid:import_id>/confirm/", imports.import_confirm, name="import_confirm"),
    path("imports/<uuid:import_id>/answer/", imports.import_answer, name="import_answer"),
    path("imports/<uuid:import_id>/changes/", imports.import_changes, name="import_changes"),
    path("imports/<uuid:import_id>/cancel/", imports.import_cancel, name="import_cancel"),
    path("imports/<uuid:import_id>/undo/", imports.import_undo, name="import_undo"),
    path("imports/<uuid:import_id>/retry/", imports.import_retry, name="import_retry"),
    path("imports/<uuid:import_id>/issues/", imports.import_issues, name="import_issues"),
    path("imports/<uuid:import_id>/mend/", imports.import_mend, name="import_mend"),
    path("imports/clear-illustrative/", register.clear_illustrative, name="clear_illustrative"),
    path("data-quality/", quality.desk, name="quality"),
    path("data-quality/change/", quality.change, name="quality_change"),
    path("data-quality/supplier-questions/", quality.supplier_questions, name="supplier_questions"),
    path(
        "data-quality/supplier-questions/export/", quality.supplier_questions_export, name="supplier_questions_export"
    ),
    path("data-quality/<uuid:doubt_id>/", quality.doubt, name="doubt"),
    path("data-dictionary/", returns.data_dictionary, name="data_dictionary"),
    path("data-dictionary/practice-return.<str:kind>", returns.template, name="return_template"),
    path("register/new/", register.open_practice, name="open_practice"),
    path("practices/<str:code>/return/", returns.practice_return, name="return"),
    path("practices/<str:code>/dispute/", quality.dispute, name="dispute"),
    path("practices/<str:code>/register/", register.entry, name="register"),
    path("practices/<str:code>/register/<slug:deed>/", register.change, name="register_change"),
]
