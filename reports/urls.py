from django.urls import path

from reports import views

app_name = "reports"
urlpatterns = [
    path("reports/", views.report_list, name="list"),
    path("reports/make/", views.make, name="make"),
    path("reports/progress/", views.list_progress, name="list_progress"),
    path("reports/<uuid:report_id>/", views.report, name="report"),
    path("reports/<uuid:report_id>/progress/", views.progress, name="progress"),
    path("reports/<uuid:report_id>/again/", views.again, name="again"),
    path("reports/<uuid:report_id>/<str:name>", views.download, name="download"),
]
