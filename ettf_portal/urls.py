from django.urls import include, path

handler400 = "core.views.bad_request"
handler403 = "core.views.forbidden"
handler404 = "core.views.not_found"
handler500 = "core.views.server_error"

urlpatterns = [
    path("", include("core.urls")),
    path("account/", include("accounts.urls_sign_in")),
    path("account/second-factor/", include("allauth.mfa.urls")),
    path("", include("accounts.urls")),
    path("", include("practices.urls")),
    path("", include("targets.urls")),
    path("", include("visits.urls")),
    path("", include("reports.urls")),
]
