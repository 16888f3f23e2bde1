from django.urls import path

from targets.views import area, go, guide, practice, practice_list, start

app_name = "targets"
urlpatterns = [
    path("", start.start, name="start"),
    path("london/", area.london, name="london"),
    path("regions/<str:code>/", area.region, name="region"),
    path("stps/<str:code>/", area.stp, name="stp"),
    path("icbs/<str:code>/", area.stp, name="icb"),
    path("ccgs/<str:code>/", area.ccg, name="ccg"),
    path("sub-locations/<str:code>/", area.ccg, name="sub_location"),
    path("boroughs/<slug:slug>/", area.borough, name="borough"),
    path("practices/", practice_list.practice_list, name="practice_list"),
    path("practices/suggestions/", practice_list.suggest, name="suggest"),
    path("practices/<str:code>/", practice.practice, name="practice"),
    path("targets/", guide.targets, name="targets"),
    path("targets/<slug:target>/", guide.target, name="target"),
    path("guide/", guide.guide, name="guide"),
    path("guide/<slug:slug>/", guide.guide_page, name="guide_page"),
    path("go/", go.go, name="go"),
    path("dashboard/", go.dashboard, name="dashboard"),
]
