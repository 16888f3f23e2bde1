"""What the start page asks the database, by role."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from accounts.models import User
from core.months import add_months
from practices.models import Doubt, Import, MonthlyFigures
from practices.reader import Reader
from practices.signals import StartPanel, start_panels
from targets.models import Score
from targets.querysets import read_scores
from targets.reading.question import Question
from targets.sums import PracticeScore

IMPORTS = 30
GRID_MONTHS = 12


def panels(user: User) -> dict[str, StartPanel]:
    """What higher apps add, by key."""
    return {panel.key: panel for answer in start_panels(user=user) for panel in answer}


def practices_of_two_months(question: Question, reader: Reader, ccgs: Collection[int]) -> list[PracticeScore]:
    """The chosen target's scores of these CCGs' practices in the month and the one before."""
    rule = question.rule
    if rule is None or question.month is None or not ccgs:
        return []
    scores = Score.objects.for_user(reader).filter(ccg_id__in=ccgs)
    return read_scores(
        scores.filter(month=question.month, rule_id=rule.pk),
        scores.filter(month=question.month_before, rule_id__in=list(question.rules_of(rule.target))),
    )


def recent_imports(user: User) -> list[Import]:
    return list(Import.objects.for_user(user)[:IMPORTS])


def doubts_by_kind(user: User) -> dict[str, int]:
    rows = Doubt.objects.for_user(user).open().order_by().values_list("kind").annotate(number=Count("pk"))
    return dict(rows)


def people_without_second_factor(user: User) -> int:
    return int(User.objects.for_user(user).active().filter(authenticator__isnull=True).count())


@dataclass(frozen=True, slots=True)
class Cell:
    month: date
    source: str
    practices: int


def months_by_source(question: Question, reader: Reader) -> list[Cell]:
    """How many practices each source has in each of the twelve months up to the latest: gaps show at once."""
    if not question.frame.months:
        return []
    last = max(info.month for info in question.frame.months)
    months = [add_months(last, -back) for back in range(GRID_MONTHS)]
    rows = (
        MonthlyFigures.objects.for_user(reader)
        .live()
        .filter(month__in=months)
        .order_by()
        .values_list("month", "source")
        # Not of a column: the index alone then answers.
        .annotate(practices=Count("*"))
    )
    return [Cell(*row) for row in rows]
