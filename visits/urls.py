from django.urls import path

from visits import views

app_name = "visits"
urlpatterns = [
    path("visits/", views.visit_list, name="list"),
    path("visits/new/", views.choose, name="choose"),
    path("visits/<uuid:visit_id>/", views.visit, name="visit"),
    path("visits/<uuid:visit_id>/edit/", views.edit, name="edit"),
    path("visits/<uuid:visit_id>/plan/", views.change_plan, name="change_plan"),
    path("visits/<uuid:visit_id>/sign-off/", views.sign_off, name="sign_off"),
    path("visits/<uuid:visit_id>/cancel/", views.cancel, name="cancel"),
    path("visits/<uuid:visit_id>/add/", views.add_to, name="add_to"),
    path("practices/<str:code>/visits/new/", views.log, name="log"),
    path("practices/<str:code>/visits/plan/", views.plan, name="plan"),
    path("practices/<str:code>/actions/new/", views.new_action, name="new_action"),
    path("practices/<str:code>/pack/", views.pack, name="pack"),
    path("caseload/", views.caseload, name="caseload"),
    path("caseload/give/", views.give, name="give"),
    path("caseload/hand-over/", views.hand_over, name="hand_over"),
    path("caseload/<int:entry_id>/end/", views.end, name="end"),
    path("actions/", views.action_list, name="actions"),
    path("actions/<uuid:action_id>/", views.action, name="action"),
]
