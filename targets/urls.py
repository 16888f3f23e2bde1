from django.urls import path

from targets.views import area, go

app_name = "targets"
urlpatterns = [
    path("london/", area.london, name="london"),
    path("stps/<str:code>/", area.stp, name="stp"),
    path("ccgs/<str:code>/", area.ccg, name="ccg"),
    path("boroughs/<slug:slug>/", area.borough, name="borough"),
    path("go/", go.go, name="go"),
]
