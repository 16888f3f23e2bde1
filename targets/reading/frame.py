"""What every dashboard needs before its own figures: areas, months, programmes and rules.

They change with an import or a reading of the register, not with a visitor, so they are kept under the data's version:
a page then spends its queries on figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils import timezone

from core.cached import cached
from core.models import PortalState
from core.months import month_end
from practices.geography import Area, AreaKind, AreaTree, Term, geography, term_of, tree_on
from practices.models import MonthlyFigures
from targets.models import AreaScore, Programme, ScoredMonth
from targets.rules import STORED, TARGETS, Rule, rule_of

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
    counted: frozenset[tuple[str, str]] = frozenset()
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

    def term(self, kind: AreaKind, month: date | None) -> Term:
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
    months = tuple(_months())
    # A question takes the areas of its own month.
    day = month_end(months[0].month) if months else timezone.localdate()
    return Frame(tree_on(geography(), day), tuple(_programmes()), months)


def _counted(month: date) -> frozenset[tuple[str, str]]:
    return frozenset(AreaScore.objects.filter(month=month).values_list("area_kind", "area_code").distinct())


def _programmes() -> Iterable[ProgrammeInfo]:
    found: dict[str, tuple[dict[str, Any], list[Rule]]] = {}
    fields = ("slug", "name", "words", "is_default")
    rows = Programme.objects.order_by("position", "name", "rules__target", "rules__version")
    for row in rows.values(*fields, *(f"rules__{name}" for name in STORED)):
        _, rules = found.setdefault(row["slug"], ({name: row[name] for name in fields}, []))
        if row["rules__pk"] is not None:
            rules.append(rule_of({name: row[f"rules__{name}"] for name in STORED}))
    return [ProgrammeInfo(**values, rules=tuple(rules)) for values, rules in found.values()]


def _months() -> Iterable[MonthInfo]:
    """Newest first: a hundred rows even after ten years."""
    # Any one row of the month: to sort a month's rows by their imports would cost more than the page. Said as a range
    # in the order of the index by month; asked for equality, PostgreSQL reads the table until it meets the month.
    span = {"month__gte": OuterRef("month"), "month__lte": OuterRef("month")}
    landed = MonthlyFigures.objects.live().published().filter(**span).order_by("month")
    rows = ScoredMonth.objects.order_by("-month").annotate(
        brought_by=Subquery(landed.values("brought_by")[:1]),
        imported_at=Subquery(landed.values("brought_by__landed_at")[:1]),
    )
    return [MonthInfo(*row) for row in rows.values_list("month", "published", "brought_by", "imported_at")]
