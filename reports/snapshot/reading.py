"""What a report reads: the same rows as the dashboards, of the whole area, whoever asked for it.

A report shows what those may see who see the whole area; who may open it is decided by Report.objects.for_user.
"""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core.models import PortalState
from core.months import add_months, month_end
from practices import measures
from practices.models import MonthlyFigures
from targets.models import Score, Target
from targets.reading import dashboard
from targets.reading.areas import Kind
from targets.reading.context import PageContext
from targets.reading.dashboard import SCORES, OpenDoubt, PracticeScore, Sums
from targets.reading.frame import read_frame
from targets.scoring.geography import read_geography
from visits.models import Action, Visit


class NothingToReport(LookupError):
    """There are no figures of this area and month; the message is a sentence for the person who asked."""


class AreaReader:
    """Stands in for a person where a report reads: one who sees all of the report's area."""

    is_authenticated = True
    is_active = True
    sees_everything = True
    is_administrator = is_facilitator = is_ccg_lead = False
    is_viewer = True
    pk = id = None

    def ccg_codes(self, on: date | None = None) -> frozenset[str]:
        return frozenset()


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

    context: PageContext
    state: PortalState
    history: list[Sums]
    children: list[Sums]
    scores: list[PracticeScore]
    doubts: list[OpenDoubt]
    work: Work
    origins: list[Origin]

    @property
    def practices(self) -> set[int]:
        return {score.practice for score in self.scores if score.month == self.context.month}


def read(*, area_kind: str, area_code: str, month: date, programme: str) -> Read:
    """Raises NothingToReport with a sentence. Months: any day of the month will do."""
    state = PortalState.current()
    frame = read_frame()
    area, info = frame.tree.find(area_kind, area_code), frame.programme(programme)
    if area is None or info is None:
        raise NothingToReport("This area or programme is not in the portal any more.")
    context = PageContext(AreaReader(), frame, area, month.replace(day=1), info, Target.REGISTRATION.value)
    history = dashboard.history(context)
    if not any(row.month == context.month and row.area_kind == area.kind for row in history):
        raise NothingToReport(f"There are no figures of {area.name} for {month:%B %Y}. Import that month first.")
    scores = _scores(context)
    practices = {score.practice for score in scores if score.month == context.month}
    wide = area.kind in (Kind.LONDON, Kind.STP)
    return Read(
        context=context,
        state=state,
        history=history,
        children=dashboard.children(context, (Kind.CCG, Kind.BOROUGH)) if wide else [],
        scores=scores,
        doubts=dashboard.open_doubts(context, practices),
        work=_work(context, practices),
        origins=_origins(context, practices),
    )


def _scores(context: PageContext) -> list[PracticeScore]:
    """Every practice that the area's sums count, all targets, in the month and the month before."""
    if context.month is None or context.programme is None:
        return []
    rules = [rule.pk for rule in context.programme.rules]
    months = (context.month, add_months(context.month, -1))
    rows = Score.objects.for_user(context.user).filter(_within(context, context.month))
    rows = rows.filter(month__in=months, rule_id__in=rules).order_by("practice__name", "practice__code", "rule_id")
    return [PracticeScore(*row) for row in rows.values_list(*SCORES)]


def _within(context: PageContext, month: date) -> Q:
    """The practices of the area, by the same geography by which they were added up."""
    area = context.area
    if area.kind == Kind.BOROUGH:
        return Q(borough_id=area.pk)
    if area.kind == Kind.CCG:
        return Q(ccg_id=area.pk)
    geography = read_geography()
    ccgs = [pk for pk, kind in geography.kinds.items() if kind == Kind.CCG]
    if area.kind == Kind.STP:
        return Q(ccg_id__in=[pk for pk in ccgs if geography.stp_of(pk, month) == area.code])
    return Q(ccg_id__in=[pk for pk in ccgs if geography.is_london(pk, month)])


def _work(context: PageContext, practices: Collection[int]) -> Work:
    assert context.month is not None
    end = month_end(context.month)
    visits = Visit.objects.for_user(context.user).made().filter(on__gte=context.month, on__lte=end)
    visits = visits.select_related("practice").order_by("on", "practice__name", "id")
    begun = Q(visit__on__lte=end) | Q(visit__isnull=True, created_at__date__lte=end)
    still = Q(closed_at__isnull=True) | Q(closed_at__date__gt=end)
    actions = Action.objects.for_user(context.user).filter(begun, still).select_related("practice")
    return Work(
        visits=tuple(visit for visit in visits if visit.practice_id in practices),
        actions=tuple(a for a in actions.order_by("due_on", "practice__name", "id") if a.practice_id in practices),
        marks=dashboard.marks(practices, context),
    )


def _origins(context: PageContext, practices: Collection[int]) -> list[Origin]:
    """The files and forms whose live figures of the month are in the report."""
    rows = (
        MonthlyFigures.objects.for_user(context.user)
        .live()
        .filter(month=context.month, practice__in=practices)
        .order_by("source", "brought_by__landed_at", "brought_by__file_name")
        .values_list("source", "brought_by__file_name", "brought_by__sha256", "brought_by__landed_at")
        .distinct()
    )
    return [
        Origin(measures.source(source).label, file or "", sha256 or "", landed) for source, file, sha256, landed in rows
    ]
