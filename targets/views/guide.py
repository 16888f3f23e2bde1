"""The guide, the programmes' rules, and a page for each target."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.guide import find_page
from targets.models import Target
from targets.presenters import guide as presenter
from targets.presenters.context_bar import context_bar
from targets.reading import dashboard as reading
from targets.reading.context import page_context


@require_safe
def guide(request: HttpRequest) -> HttpResponse:
    return render(request, "targets/guide.html", presenter.guide_index())


@require_safe
def guide_page(request: HttpRequest, slug: str) -> HttpResponse:
    page = find_page(slug)
    if page is None:
        raise Http404
    return render(request, "targets/guide_page.html", presenter.guide_page(page_context(request), page))


@require_safe
def targets(request: HttpRequest) -> HttpResponse:
    return render(request, "targets/guide_programmes.html", presenter.programmes(page_context(request)))


@require_safe
def target(request: HttpRequest, target: str) -> HttpResponse:
    if target not in Target.values:
        raise Http404
    context = page_context(request)
    context.target = target
    children = reading.history(context, with_children=True)
    # Month and programme are chosen here; an area would lead away.
    bar = context_bar(context) | {"action": request.path, "areas": []}
    page = presenter.target_page(context, children) | {"context_bar": bar}
    return render(request, "targets/guide_target.html", page)
