"""The page of one practice."""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from core.months import month_of
from targets.presenters import practice as presenter
from targets.presenters.practice_targets import PracticeFacts
from targets.reading import practice as reading
from targets.reading.page import page_of
from targets.reading.peers import peers_of
from targets.views.kept import kept_page


@require_safe
def practice(request: PersonRequest, code: str) -> HttpResponse:
    found = reading.find(code, request.user)
    if found is None:
        raise Http404
    page = page_of(request)
    question = page.question
    events = list(reading.events(found, request.user))
    care = reading.care(found, request.user)
    relations = reading.successions(found)
    doubts = reading.doubts(found, request.user)
    in_scope = bool(found.in_scope)  # type: ignore[attr-defined]
    relations_key = [(relation.pk, relation.starts, relation.child_id, relation.parent_id) for relation in relations]
    known = [getattr(found, field.attname) for field in found._meta.concrete_fields]
    beside = (known, in_scope, events, care, relations_key, doubts)

    def build() -> dict[str, Any]:
        merged = [relation.child_id for relation in relations if relation.parent_id == found.pk]
        scores, before = reading.scores(question, request.user, found, merged)
        facts = PracticeFacts(
            page=page,
            practice=found,
            scores=scores,
            figures=reading.figures(question, request.user, found),
            peers=peers_of(question.month) if question.month else None,
            visits=sorted({month_of(entry.on) for entry in events if entry.kind.lower() == "visit"}),
            in_scope=in_scope,
        )
        return presenter.page(facts, care, events, relations, doubts, before)

    return kept_page(request, page, "targets/_practice.html", beside, build)
