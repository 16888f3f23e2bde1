"""A page with one chart of every kind, for the browser."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.template import RequestContext, Template
from django.urls import path

from core.tests import chart_examples
from ettf_portal import urls

PAGE = Template(
    "{% extends 'base.html' %}{% load charts %}{% block title %}Charts{% endblock %}"
    "{% block content %}<h1>Charts</h1>{% for chart in charts %}{% chart chart heading=2 %}{% endfor %}{% endblock %}"
)


@login_not_required
def charts(request: HttpRequest) -> HttpResponse:
    made = [make() for make in chart_examples.EVERY_KIND]
    return HttpResponse(PAGE.render(RequestContext(request, {"charts": made})))


urlpatterns = [path("charts-on-show/", charts), *urls.urlpatterns]
handler400, handler403, handler404, handler500 = urls.handler400, urls.handler403, urls.handler404, urls.handler500
