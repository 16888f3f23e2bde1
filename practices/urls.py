from django.urls import path

from practices.views import quality, register, returns

app_name = "practices"
urlpatterns = [
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
