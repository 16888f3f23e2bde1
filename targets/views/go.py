"""Where the context bar leads: from three selects to the address of a page."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from targets.reading.context import page_context


@require_safe
def go(request: HttpRequest) -> HttpResponse:
    """Only to areas that the portal knows, by its own addresses: nothing of the question becomes the target."""
    context = page_context(request)
    kind, _, code = request.GET.get("area", "").partition(":")
    area = context.frame.tree.find(kind, code) or context.area
    keep = {"target": context.target} if request.GET.get("target") else {}
    return redirect(context.url(area, **keep))
