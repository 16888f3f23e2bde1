"""The start page, by role."""

from dataclasses import replace
from typing import Any

from django.http import HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from accounts.models import User
from targets import analysis
from targets.analysis import Crossing
from targets.presenters import dashboard, empty
from targets.presenters import start as presenter
from targets.presenters.words import data_line
from targets.reading import dashboard as figures
from targets.reading import start as reading
from targets.reading.page import Page, page_of
from targets.sums import PracticeScore, Sums


@require_safe
def start(request: PersonRequest) -> HttpResponse:
    page = page_of(request)
    user = request.user
    shown: dict[str, Any] = {
        "greeting": presenter.greeting(user, timezone.now()),
        "data_line": data_line(page.question),
        "notices": page.notices,
        "nothing_yet": None if page.question.month else empty.nothing_yet(user),
    }
    by_role = {
        User.Role.ADMINISTRATOR: administrator,
        User.Role.FACILITATOR: facilitator,
        User.Role.CCG_LEAD: lead,
        User.Role.VIEWER: viewer,
    }
    return render(request, "targets/start.html", shown | by_role[User.Role(user.role)](page))


def administrator(page: Page) -> dict[str, Any]:
    user = page.user
    panels = presenter.import_panels(reading.recent_imports(user))
    panels.append(presenter.doubts_panel(reading.doubts_by_kind(user)))
    panels.append(presenter.people_panel(reading.people_without_second_factor(user)))
    return {
        "panels": [*panels, *reading.panels(user).values()],
        "grid": presenter.grid(page.question, reading.months_by_source(page.question, user)),
        "primary": presenter.primary(user, None, page.question),
    }


def facilitator(page: Page) -> dict[str, Any]:
    user = page.user
    panels = reading.panels(user)
    ccgs = page.own_ccgs
    scores = reading.practices_of_two_months(page.question, user, [ccg.pk for ccg in ccgs])
    panels.setdefault("changes", presenter.crossed(page.question, crossings(page, scores)))
    return {
        "things": presenter.things_today(panels),
        "panels": presenter.in_order(panels, presenter.FACILITATOR_ORDER),
        "areas": presenter.area_links(page.question, ccgs),
        "primary": presenter.primary(user, None, page.question),
    }


def lead(page: Page) -> dict[str, Any]:
    user = page.user
    ccgs = page.own_ccgs
    page = replace(page, question=page.question.of(page.own_area))
    question = page.question
    scores = figures.practice_scores(question, user) if ccgs else []
    where = dashboard.where_in_practices(question, scores)
    shown = at_a_glance(page, figures.history(question, user), where) if ccgs and question.month else {}
    others = reading.practices_of_two_months(question, user, [ccg.pk for ccg in ccgs[1:]])
    crossed = presenter.crossed(question, crossings(page, [*scores, *others]))
    return shown | {
        "panels": [crossed, *presenter.in_order(reading.panels(user), presenter.LEAD_ORDER)],
        "areas": presenter.area_links(question, ccgs) if len(ccgs) > 1 else [],
        "without_scope": not ccgs,
        "primary": presenter.primary(user, question.area, question),
    }


def viewer(page: Page) -> dict[str, Any]:
    rows = figures.history(page.question, page.user, with_children=True)
    shown = at_a_glance(page, rows, "") if page.question.month else {}
    return shown | {
        "map": dashboard.tile_map(page.question, rows),
        "panels": list(reading.panels(page.user).values()),
        "primary": presenter.primary(page.user, None, page.question),
    }


def crossings(page: Page, scores: list[PracticeScore]) -> list[Crossing]:
    """Of the chosen target, since the month before."""
    question = page.question
    if question.month is None or question.rule is None:
        return []
    rules = set(question.rules_of(question.rule.target))
    return analysis.crossings(scores, question.month, rules, question.course_of_practices(question.rule))


def at_a_glance(page: Page, rows: list[Sums], where: str) -> dict[str, Any]:
    """Sentence and tiles of an area, as its dashboard says them."""
    shown = dashboard.page(page, rows, where)
    # Nothing below hangs on one target, so none of the tiles is the chosen one.
    tiles = [replace(tile, chosen=False) for tile in shown["tiles"]]
    return {name: shown[name] for name in ("sentence", "together", "month_words", "area")} | {"tiles": tiles}
