"""The portal's addresses and one page with nothing on it but the frame that every page has."""

from django.http import HttpRequest, HttpResponse
from django.template import engines
from django.urls import path

from ettf_portal.urls import urlpatterns as portal

BARE = '{% extends "base.html" %}{% block title %}Bare{% endblock %}{% block content %}<h1>Bare</h1>{% endblock %}'


def bare(request: HttpRequest) -> HttpResponse:
    return HttpResponse(engines["django"].from_string(BARE).render({}, request))


urlpatterns = [path("bare/", bare), *portal]
