"""What every dashboard needs before its own figures: areas, months, programmes and rules.

They change with an import or a reading of the register, not with a visitor, so they are kept under the data's version:
a page then spends its queries on figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, fields, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import CharField, DateTimeField, OuterRef, Subquery, UUIDField, Value
from django.db.models.functions import Cast
from django.utils import timezone

from core.cached import cached
from core.models import PortalState
from core.months import month_end
from practices.breaks import Break, Breaks
from practices.geography import Area, AreaTree, Term, geography, term_of, tree_on
from practices.geography import AreaKind as Kind
from practices.models import MeasureBreak, MonthlyFigures
from practices.reader import WHOLE
from targets.models import AreaScore, Programme, Score, ScoredMonth
from targets.rules import STORED, TARGETS, Rule, rule_of
from targets.series import AreaKey, SeriesBreaks

WORDS_OF_BREAK = ("source", "measure", "supplier", "note")
ORDER = {target: place for place, target in enumerate(TARGETS)}


@dataclass(frozen=True, slots=True)
class ProgrammeInfo:
    slug: str
    name: str
    words: str
    is_default: bool
    rules: tuple[Rule, ...]

    def rules_in(self, month: date) -> tuple[Rule, ...]:
        """One rule a target: those in force at the end of the month, in the order of the guide."""
        end = month_end(month)
        found = {rule.target: rule for rule in self.rules if rule.is_in_force(end)}
        return tuple(sorted(found.values(), key=lambda rule: ORDER[rule.target]))


@dataclass(frozen=True, slots=True)
class MonthInfo:
    """A month with scores; the import of its published figures, where there are any."""

    month: date
    published: bool
    brought_by: UUID | None
    imported_at: datetime | None


@dataclass(frozen=True, slots=True)
class Frame:
    tree: AreaTree
    programmes: tuple[ProgrammeInfo, ...]
    months: tuple[MonthInfo, ...]
    breaks: SeriesBreaks
    counted: frozenset[AreaKey] = frozenset()
    """Kind and code of each area that has figures in the month, where figures are made up: those run on under the areas
    of 2018, whatever the register says of their end.
    """

    @property
    def latest(self) -> MonthInfo | None:
        """The last month with published figures, or the last with any."""
        return next((info for info in self.months if info.published), self.months[0] if self.months else None)

    def in_month(self, month: date | None) -> "Frame":
        """With the areas as they were at the end of a month."""
        if month is None:
            return self
        made_up = PortalState.seen().illustrative
        counted = cached(("areas with figures", month), lambda: _counted(month)) if made_up else frozenset()
        return replace(self, tree=self.tree.on(month_end(month)), counted=counted)

    def is_of_month(self, area: Area, month: date) -> bool:
        """Whether there was the area in the month."""
        return area.is_open(month, month_end(month)) or (area.kind, area.code) in self.counted

    def term(self, kind: Kind, month: date | None) -> Term:
        """What the areas of the month were called: those with figures, and where none has any, by the day."""
        found = (self.tree.find(kind, code) for of_kind, code in self.counted if of_kind == kind)
        terms = {area.term for area in found if area}
        return terms.pop() if len(terms) == 1 else term_of(kind, month)

    def month_info(self, month: date) -> MonthInfo | None:
        return next((info for info in self.months if info.month == month), None)

    def programme(self, slug: str) -> ProgrammeInfo | None:
        return next((programme for programme in self.programmes if programme.slug == slug), None)

    @property
    def default_programme(self) -> ProgrammeInfo | None:
        return next((p for p in self.programmes if p.is_default), self.programmes[0] if self.programmes else None)


def read_frame() -> Frame:
    # A portal without figures or rules is one that is being set up: each look is fresh.
    return cached(("frame",), _read, worth=lambda frame: bool(frame.months and frame.programmes))


def _read() -> Frame:
    months, known = _months_and_breaks()
    # A question takes the areas of its own month.
    day = month_end(months[0].month) if months else timezone.localdate()
    tree, programmes = tree_on(geography(), day), tuple(_programmes())
    return Frame(tree, programmes, months, _breaks(known, tree, programmes, months))


def _breaks(
    known: Breaks, tree: AreaTree, programmes: Iterable[ProgrammeInfo], months: Iterable[MonthInfo]
) -> SeriesBreaks:
    """Whom a break touches is asked only of those that a rule can meet: one query each, over one month."""
    rules = [rule for programme in programmes for rule in programme.rules]
    areas = {}
    for each in known.every:
        met_by = [rule.pk for rule in rules if each.column in rule.columns and each.source == rule.source]
        before = max((info.month for info in months if info.month < each.month), default=None)
        if met_by and before:
            areas[each] = frozenset(_touched(each, tree.on(month_end(before)), before, met_by))
    return SeriesBreaks(known, areas)


def _touched(broken: Break, tree: AreaTree, month: date, rules: list[int]) -> Iterable[AreaKey]:
    """The areas that held, in the last month before a break, practices that it speaks of."""
    rows = Score.objects.for_user(WHOLE).in_month(month).filter(rule__in=rules, figures__isnull=False).order_by()
    boroughs = {area.pk: area for area in tree.of_kind(Kind.BOROUGH)}
    for ccg_pk, borough_pk, supplier in rows.values_list("ccg", "borough", "figures__supplier").distinct():
        if not broken.speaks_of(supplier):
            continue
        ccg, borough = tree.by_pk.get(ccg_pk or 0), boroughs.get(borough_pk)
        if ccg:
            yield from ((Kind.CCG.value, ccg.code), (Kind.STP.value, ccg.stp), (Kind.REGION.value, ccg.region))
        if borough:
            yield Kind.BOROUGH.value, borough.code


def _counted(month: date) -> frozenset[AreaKey]:
    sums = AreaScore.objects.for_user(WHOLE).filter(month=month)
    return frozenset(sums.values_list("area_kind", "area_code").distinct())


def _programmes() -> Iterable[ProgrammeInfo]:
    found: dict[str, tuple[dict[str, Any], list[Rule]]] = {}
    fields = ("slug", "name", "words", "is_default")
    rows = Programme.objects.order_by("position", "name", "rules__target", "rules__version")
    for row in rows.values(*fields, *(f"rules__{name}" for name in STORED)):
        _, rules = found.setdefault(row["slug"], ({name: row[name] for name in fields}, []))
        if row["rules__pk"] is not None:
            rules.append(rule_of({name: row[f"rules__{name}"] for name in STORED}))
    return [ProgrammeInfo(**values, rules=tuple(rules)) for values, rules in found.values()]


def _months_and_breaks() -> tuple[tuple[MonthInfo, ...], Breaks]:
    """Months newest first, a hundred rows even after ten years, and beside them, in the same query, the breaks."""
    # Any one row of the month: to sort a month's rows by their imports would cost more than the page. Said as a range
    # in the order of the index by month; asked for equality, PostgreSQL reads the table until it meets the month.
    span = {"month__gte": OuterRef("month"), "month__lte": OuterRef("month")}
    landed = MonthlyFigures.objects.live().published().filter(**span).order_by("month")
    months = ScoredMonth.objects.annotate(
        brought_by=Subquery(landed.values("brought_by")[:1]),
        imported_at=Subquery(landed.values("brought_by__landed_at")[:1]),
        **{name: Value("", CharField()) for name in WORDS_OF_BREAK},
    )
    breaks = MeasureBreak.objects.annotate(
        published=Value(False),
        brought_by=Cast(Value(None), UUIDField()),
        imported_at=Cast(Value(None), DateTimeField()),
    )
    about_month = [info.name for info in fields(MonthInfo)]
    first, second = (rows.order_by().values_list(*about_month, *WORDS_OF_BREAK) for rows in (months, breaks))
    found: list[MonthInfo] = []
    known: list[Break] = []
    for month, published, brought_by, imported_at, source, column, supplier, note in first.union(second, all=True):
        if source:
            known.append(Break(source, column, supplier, month, note))
        else:
            found.append(MonthInfo(month, published, brought_by, imported_at))
    return tuple(sorted(found, key=lambda info: info.month, reverse=True)), Breaks(tuple(known))
