"""The guide, the programmes' rules, and a page for each target."""

from dataclasses import replace

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from targets.guide import find_page
from targets.models import Target
from targets.presenters import guide as presenter
from targets.presenters.context_bar import context_bar
from targets.reading import dashboard as reading
from targets.reading.page import page_of


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "targets/guide.html", presenter.guide_index())


@require_safe
def guide_page(request: PersonRequest, slug: str) -> HttpResponse:
    page = find_page(slug)
    if page is None:
        raise Http404
    return render(request, "targets/guide_page.html", presenter.guide_page(page_of(request).question, page))


@require_safe
def targets(request: PersonRequest) -> HttpResponse:
    return render(request, "targets/guide_programmes.html", presenter.programmes(page_of(request).question))


@require_safe
def target(request: PersonRequest, target: str) -> HttpResponse:
    if target not in Target.values:
        raise Http404
    page = page_of(request)
    page = replace(page, question=replace(page.question, target=target))
    children = reading.history(page.question, page.user, with_children=True)
    # Month and programme are chosen here; an area would lead away.
    bar = context_bar(page) | {"action": request.path, "areas": []}
    shown = presenter.target_page(page, children, request.GET.get("areas_by", "")) | {"context_bar": bar}
    return render(request, "targets/guide_target.html", shown)
