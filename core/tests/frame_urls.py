"""Addresses for the tests of the frame, which must hold whatever pages there are."""

from django.http import HttpRequest, HttpResponse
from django.urls import include, path


def nothing(request: HttpRequest) -> HttpResponse:
    return HttpResponse()


targets = (
    [
        path("", nothing, name="start"),
        path("london/", nothing, name="london"),
        path("practices/", nothing, name="practice_list"),
        path("guide/", nothing, name="guide"),
    ],
    "targets",
)
practices = ([path("imports/", nothing, name="imports")], "practices")
accounts = ([path("account/", nothing, name="account"), path("people/", nothing, name="people")], "accounts")

urlpatterns = [
    path("", include(targets)),
    path("", include(practices)),
    path("", include(accounts)),
    path("account/login/", nothing, name="account_login"),
    path("account/logout/", nothing, name="account_logout"),
    path("account/password/reset/", nothing, name="account_reset_password"),
]
