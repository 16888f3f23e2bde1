"""What a report reads: the same rows as the dashboards, of the whole area, whoever asked for it.

A report shows what those may see who see the whole area; who may open it is decided by Report.objects.for_user.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core.models import PortalState
from core.months import month_end
from practices import measures
from practices.geography import AreaKind as Kind
from practices.models import MonthlyFigures
from practices.reader import WHOLE
from targets.models import Score, Target
from targets.querysets import read_scores
from targets.reading import dashboard
from targets.reading.dashboard import OpenDoubt
from targets.reading.frame import read_frame
from targets.reading.question import Question
from targets.sums import PracticeScore, Sums
from visits.models import Action, Visit


class NothingToReport(LookupError):
    """There are no figures of this area and month; the message is a sentence for the person who asked."""


@dataclass(frozen=True, slots=True)
class Work:
    """What was done in the area: visits of the month, and actions that were unfinished at its end."""

    visits: tuple[Any, ...]
    actions: tuple[Any, ...]
    marks: dict[date, int]


@dataclass(frozen=True, slots=True)
class Origin:
    source: str
    file: str
    sha256: str
    landed: Any


@dataclass(frozen=True, slots=True)
class Read:
    """All that a snapshot is made of."""

    question: Question
    state: PortalState
    history: list[Sums]
    children: list[Sums]
    scores: list[PracticeScore]
    doubts: list[OpenDoubt]
    work: Work
    origins: list[Origin]

    @property
    def practices(self) -> set[int]:
        return {score.practice for score in self.scores if score.month == self.question.month}


def read(*, area_kind: str, area_code: str, month: date, programme: str) -> Read:
    """Raises NothingToReport with a sentence. Months: any day of the month will do."""
    state = PortalState.current()
    month = month.replace(day=1)
    frame = read_frame().in_month(month)
    area, info = frame.tree.find(area_kind, area_code), frame.programme(programme)
    if area is None or info is None:
        raise NothingToReport("This area or programme is not in the portal any more.")
    question = Question(frame, area, month, info, Target.REGISTRATION.value)
    history = dashboard.history(question, WHOLE)
    if not any(row.month == question.month and row.area_kind == area.kind for row in history):
        raise NothingToReport(f"There are no figures of {area.name} for {month:%B %Y}. Import that month first.")
    scores = _scores(question)
    practices = {score.practice for score in scores if score.month == question.month}
    wide = area.kind in (Kind.REGION, Kind.STP)
    return Read(
        question=question,
        state=state,
        history=history,
        children=dashboard.children(question, WHOLE, (Kind.CCG, Kind.BOROUGH)) if wide else [],
        scores=scores,
        doubts=dashboard.open_doubts(question, WHOLE, practices),
        work=_work(question, practices),
        origins=_origins(question, practices),
    )


def _scores(question: Question) -> list[PracticeScore]:
    """Every practice that the area's sums count, all targets, in the month and the month before."""
    if question.month is None:
        return []
    rows = Score.objects.for_user(WHOLE).filter(dashboard.within(question))
    rows = rows.filter(month__in=(question.month, question.month_before), rule_id__in=list(question.all_rules))
    return sorted(read_scores(rows), key=lambda score: (score.name, score.code, score.rule))


def _work(question: Question, practices: Collection[int]) -> Work:
    assert question.month is not None
    end = month_end(question.month)
    visits = Visit.objects.for_user(WHOLE).made().filter(on__gte=question.month, on__lte=end)
    visits = visits.select_related("practice").order_by("on", "practice__name", "id")
    begun = Q(visit__on__lte=end) | Q(visit__isnull=True, created_at__date__lte=end)
    still = Q(closed_at__isnull=True) | Q(closed_at__date__gt=end)
    actions = Action.objects.for_user(WHOLE).filter(begun, still).select_related("practice")
    return Work(
        visits=tuple(visit for visit in visits if visit.practice_id in practices),
        actions=tuple(a for a in actions.order_by("due_on", "practice__name", "id") if a.practice_id in practices),
        marks=dashboard.marks(practices, question, WHOLE),
    )


def _origins(question: Question, practices: Collection[int]) -> list[Origin]:
    """The files and forms whose live figures of the month are in the report."""
    rows = (
        MonthlyFigures.objects.for_user(WHOLE)
        .live()
        .filter(month=question.month, practice__in=practices)
        .order_by("source", "brought_by__landed_at", "brought_by__file_name")
        .values_list("source", "brought_by__file_name", "brought_by__sha256", "brought_by__landed_at")
        .distinct()
    )
    return [
        Origin(measures.source(source).label, file or "", sha256 or "", landed) for source, file, sha256, landed in rows
    ]
