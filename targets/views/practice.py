"""The page of one practice."""

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import PortalState
from core.months import month_of
from targets.presenters import practice as presenter
from targets.presenters.practice_targets import PracticeFacts
from targets.reading import practice as reading
from targets.reading.context import page_context
from targets.reading.peers import peers_of


@require_safe
def practice(request: HttpRequest, code: str) -> HttpResponse:
    found = reading.find(code, request.user)
    if found is None:
        raise Http404
    context = page_context(request)
    state = PortalState.of_request(request)
    events = list(reading.events(found, request.user))
    facts = PracticeFacts(
        context=context,
        practice=found,
        scores=reading.scores(context, found),
        figures=reading.figures(context, found),
        peers=peers_of(context.month, state) if context.month else None,
        visits=sorted({month_of(entry.on) for entry in events if entry.kind.lower() == "visit"}),
        in_scope=found.in_scope,  # type: ignore[attr-defined]
    )
    relations = reading.successions(found)
    merged = [relation.child_id for relation in relations if relation.parent_id == found.pk]
    page = presenter.page(
        facts,
        reading.care(found, request.user),
        events,
        relations,
        reading.doubts(found, request.user),
        reading.last_scores(merged, context) if merged else [],
    )
    return render(request, "targets/practice.html", page)
