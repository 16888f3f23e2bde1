"""The page of one practice."""

from typing import Any

from django.http import Http404, HttpResponse
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from core.months import month_of
from practices.touches import touched
from targets.presenters import practice as presenter
from targets.presenters.practice_targets import PracticeFacts
from targets.reading import practice as reading
from targets.reading.page import Page, page_of
from targets.reading.peers import peers_of
from targets.views.kept import kept_page


@require_safe
def practice(request: PersonRequest, code: str) -> HttpResponse:
    key = reading.key_of(code, request.user)
    if key is None:
        raise Http404
    page = page_of(request)
    # Whether somebody may write here hangs on their own caseload.
    beside = (touched({key}), request.user.pk if request.user.is_facilitator else 0)
    return kept_page(request, page, "targets/_practice.html", beside, lambda: practice_page(page, code))


def practice_page(page: Page, code: str) -> dict[str, Any]:
    question, user = page.question, page.user
    practice = reading.find(code, user)
    if practice is None:
        raise Http404
    events = list(reading.events(practice, user))
    relations = reading.successions(practice)
    merged = [relation.child_id for relation in relations if relation.parent_id == practice.pk]
    scores, before = reading.scores(question, user, practice, merged)
    facts = PracticeFacts(
        page=page,
        practice=practice,
        scores=scores,
        figures=reading.figures(question, user, practice),
        peers=peers_of(question.month) if question.month else None,
        visits=sorted({month_of(entry.on) for entry in events if entry.kind.lower() == "visit"}),
        in_scope=bool(practice.in_scope),  # type: ignore[attr-defined]
    )
    return presenter.page(
        facts, reading.care(practice, user), events, relations, reading.doubts(practice, user), before
    )
