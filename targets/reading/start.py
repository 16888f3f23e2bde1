"""What the start page asks the database, by role."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Count

from accounts.models import User
from core.months import add_months
from practices.models import Doubt, Import, MonthlyFigures
from practices.signals import StartPanel, start_panels
from targets.models import Score, State
from targets.reading.context import PageContext
from targets.reading.dashboard import SCORES, PracticeScore

IMPORTS = 30
GRID_MONTHS = 12


def panels(user: Any) -> dict[str, StartPanel]:
    """What higher apps add, by key."""
    return {panel.key: panel for answer in start_panels(user=user) for panel in answer}


def practices_of_two_months(context: PageContext, ccgs: Collection[int]) -> list[PracticeScore]:
    """The chosen target's scores of these CCGs' practices in the month and the one before."""
    rule = context.rule
    if rule is None or context.month is None or not ccgs:
        return []
    scores = Score.objects.for_user(context.user).filter(ccg_id__in=ccgs)
    now = scores.filter(month=context.month, rule_id=rule.pk)
    before = scores.filter(month=add_months(context.month, -1), rule_id__in=list(context.rules_of(rule.target)))
    both = now.values_list(*SCORES).union(before.values_list(*SCORES), all=True)
    return [PracticeScore(*row) for row in both]


def crossings(context: PageContext, scores: Iterable[PracticeScore]) -> list[tuple[PracticeScore, bool]]:
    """Practices that met the chosen target in one of the last two months and not in the other.

    True where it is met now. Practices of which one month is not known crossed nothing.
    """
    rules = context.rules_of(context.rule.target) if context.rule else {}
    judged = [s for s in scores if s.rule in rules and s.state in (State.MET, State.NOT_MET)]
    was = {score.practice: score.state for score in judged if score.month != context.month}
    return [
        (score, score.state == State.MET)
        for score in judged
        if score.month == context.month and was.get(score.practice, score.state) != score.state
    ]


def recent_imports(user: Any) -> list[Import]:
    return list(Import.objects.for_user(user)[:IMPORTS])


def doubts_by_kind(user: Any) -> dict[str, int]:
    rows = Doubt.objects.for_user(user).open().order_by().values_list("kind").annotate(number=Count("pk"))
    return dict(rows)


def people_without_second_factor(user: Any) -> int:
    return int(User.objects.for_user(user).active().filter(authenticator__isnull=True).count())


@dataclass(frozen=True, slots=True)
class Cell:
    month: date
    source: str
    practices: int


def months_by_source(context: PageContext) -> list[Cell]:
    """How many practices each source has in each of the twelve months up to the latest: gaps show at once."""
    if not context.frame.months:
        return []
    last = max(info.month for info in context.frame.months)
    months = [add_months(last, -back) for back in range(GRID_MONTHS)]
    rows = (
        MonthlyFigures.objects.for_user(context.user)
        .live()
        .filter(month__in=months)
        .order_by()
        .values_list("month", "source")
        # Not of a column: the index alone then answers.
        .annotate(practices=Count("*"))
    )
    return [Cell(*row) for row in rows]
