"""Addresses that only lead on: from the three selects of the context bar, and to one's own dashboard."""

from django.http import HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from targets.reading.page import page_of


@require_safe
def go(request: PersonRequest) -> HttpResponse:
    """Only to areas that the portal knows, by its own addresses: nothing of the question becomes the target."""
    question = page_of(request).question
    kind, _, code = request.GET.get("area", "").partition(":")
    area = question.frame.tree.find(kind, code) or question.area
    keep = {"target": question.target} if request.GET.get("target") else {}
    return redirect(question.url(area, **keep))


@require_safe
def dashboard(request: PersonRequest) -> HttpResponse:
    """To the dashboard of the person's own area; London for whoever has none or looks after all of it."""
    page = page_of(request)
    return redirect(page.question.url(page.own_area))
