"""The figures of an area's dashboard."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import Q

from core.months import add_months
from practices.geography import Area
from practices.geography import AreaKind as Kind
from practices.models import Doubt
from practices.signals import practice_rows, visit_months
from targets.models import AreaScore, Score
from targets.querysets import AreaScoreQuerySet
from targets.reading.context import PageContext

TOP_OF_REGION = 20


@dataclass(frozen=True, slots=True)
class Sums:
    """An area in a month against a rule."""

    area_kind: str
    area_code: str
    month: date
    rule: int
    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    practices: int
    reported: int
    shortfall: int | None

    @property
    def share(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator

    @property
    def judged(self) -> int:
        return self.met + self.not_met


SUMS = (
    "area_kind",
    "area_code",
    "month",
    "rule_id",
    "numerator",
    "denominator",
    "met",
    "not_met",
    "no_data",
    "not_applicable",
    "practices",
    "reported",
    "shortfall",
)


@dataclass(frozen=True, slots=True)
class PracticeScore:
    """A practice in a month against a rule."""

    practice: int
    code: str
    name: str
    supplier: str
    closed: date | None
    ccg: int | None
    rule: int
    month: date
    numerator: int | None
    denominator: int | None
    state: str
    reason: str
    within_margin: bool
    shortfall: int | None

    @property
    def share(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


SCORES = (
    "practice_id",
    "practice__code",
    "practice__name",
    "practice__supplier",
    "practice__closed",
    "ccg_id",
    "rule_id",
    "month",
    "numerator",
    "denominator",
    "state",
    "reason",
    "within_margin",
    "shortfall",
)


def history(context: PageContext, with_children: bool = False) -> list[Sums]:
    """The area and its region over two years, all targets of the programme: one query by index.

    with_children: also all CCGs and boroughs in the month and in the one before, for maps and tables of areas.
    """
    if not context.programme or not context.month:
        return []
    rows = AreaScore.objects.for_user(context.user).filter(
        area_kind__in={context.area.kind, Kind.REGION.value},
        area_code__in={context.area.code, context.region.code},
        month__in=context.months_shown,
        rule_id__in=[rule.pk for rule in context.programme.rules],
    )
    found = rows.values_list(*SUMS)
    if with_children:
        found = found.union(_of_kinds(context, (Kind.CCG, Kind.BOROUGH)).values_list(*SUMS), all=True)
    return [Sums(*row) for row in found]


def children(context: PageContext, kinds: Collection[str]) -> list[Sums]:
    """All areas of these kinds in the month and in the one before, for a page without a history."""
    return [Sums(*row) for row in _of_kinds(context, kinds).values_list(*SUMS)] if context.month else []


def _of_kinds(context: PageContext, kinds: Collection[str]) -> AreaScoreQuerySet:
    assert context.month is not None
    return AreaScore.objects.for_user(context.user).filter(
        month__in=(context.month, add_months(context.month, -1)),
        area_kind__in=kinds,
        rule_id__in=[rule.pk for rule in context.programme.rules] if context.programme else [],
    )


def practice_scores(context: PageContext) -> list[PracticeScore]:
    """The practices of the area in the month, all targets; and the chosen target in the month before."""
    if not context.month or not context.rule:
        return []
    within = _within(context)
    scores = Score.objects.for_user(context.user)
    now = scores.filter(within, month=context.month, rule_id__in=[rule.pk for rule in context.rules])
    before = scores.filter(
        within, month=add_months(context.month, -1), rule_id__in=list(context.rules_of(context.rule.target))
    )
    # Two look-ups by index in one query: an OR of the two would read more.
    both = now.values_list(*SCORES).union(before.values_list(*SCORES), all=True)
    return [PracticeScore(*row) for row in both]


def _within(context: PageContext) -> Q:
    area = context.area
    if area.kind == Kind.BOROUGH:
        return Q(borough_id=area.pk)
    if area.kind == Kind.STP:
        return Q(ccg_id__in=[ccg.pk for ccg in context.frame.tree.ccgs_of(area)])
    return Q(ccg_id=area.pk)


def top_practices(context: PageContext) -> list[PracticeScore]:
    """The practices of a region with the most patients to target, with all their targets."""
    if not context.month or not context.rule:
        return []
    scores = Score.objects.for_user(context.user).filter(month=context.month)
    ccgs = [ccg.pk for ccg in context.frame.tree.ccgs_of(context.area)]
    behind = scores.filter(rule_id=context.rule.pk, ccg_id__in=ccgs, shortfall__gt=0)
    worst = behind.order_by("-shortfall", "practice_id")
    chosen = scores.filter(
        practice_id__in=worst.values("practice_id")[:TOP_OF_REGION], rule_id__in=[rule.pk for rule in context.rules]
    )
    return [PracticeScore(*row) for row in chosen.values_list(*SCORES)]


@dataclass(frozen=True, slots=True)
class OpenDoubt:
    practice: int
    code: str
    name: str
    kind: str
    words: str
    state: str
    measure: str = ""
    published_value: int | None = None
    own_value: int | None = None


def open_doubts(context: PageContext, practices: Collection[int]) -> list[OpenDoubt]:
    """Doubts about the month, and those without a month, of these practices."""
    rows = (
        Doubt.objects.for_user(context.user)
        .open()
        .filter(Q(month=context.month) | Q(month__isnull=True), practice__pk__in=practices)
        .order_by("practice__name", "kind")
    )
    return [
        OpenDoubt(*row)
        for row in rows.values_list("practice_id", "practice__code", "practice__name", "kind", "words", "state")
    ]


def last_month_with_figures(context: PageContext, area: Area) -> date | None:
    """For an area that has none in the month shown."""
    rows = AreaScore.objects.for_user(context.user).of_area(area.kind, area.code)
    found: date | None = rows.order_by("-month").values_list("month", flat=True).first()
    return found


def further_columns(practices: Collection[int], user: Any) -> dict[int, dict[str, object]]:
    """What higher apps know of these practices: last visit, open actions."""
    columns: dict[int, dict[str, object]] = {}
    for answer in practice_rows(practice_ids=list(practices), user=user):
        for practice, values in answer.items():
            columns.setdefault(practice, {}).update(values)
    return columns


def marks(practices: Collection[int], context: PageContext) -> dict[date, int]:
    found: dict[date, int] = {}
    if not context.months_shown:
        return found
    window = (context.months_shown[0], context.months_shown[-1])
    for answer in visit_months(practice_ids=list(practices), since=window[0], until=window[1], user=context.user):
        for month, number in answer.items():
            found[month] = found.get(month, 0) + number
    return found
