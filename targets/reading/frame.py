"""What every dashboard needs before its own figures: areas, months, programmes and rules.

They change with an import or a reading of the register, not with a visitor, so they are kept under the data's version:
a page then spends its queries on figures.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Max, OuterRef, Q, Subquery

from core.cached import cached
from core.months import month_end
from practices import measures
from practices.models import MonthlyFigures
from targets.models import AreaScore, Programme, Target, TargetRule
from targets.reading.areas import LONDON, AreaTree, load_tree

ORDER = {target: place for place, target in enumerate(Target.values)}


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule version as pages need it."""

    pk: int
    target: str
    version: int
    effective_from: date
    effective_to: date | None
    measured: str
    columns: tuple[str, ...]
    threshold: Decimal | None
    direction: str
    unit: str
    title: str
    definition: str
    numerator_words: str
    denominator_words: str
    note: str
    source_words: str

    @property
    def is_ratio(self) -> bool:
        return self.measured == TargetRule.Measured.RATIO

    @property
    def is_published(self) -> bool:
        """Whether anybody may see the figures."""
        return measures.published(self.columns)

    @property
    def name(self) -> str:
        return str(Target(self.target).label)

    def is_in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or self.effective_to >= on)


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

    @property
    def latest(self) -> MonthInfo | None:
        """The last month with published figures, or the last with any."""
        return next((info for info in self.months if info.published), self.months[0] if self.months else None)

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
    return Frame(load_tree(), tuple(_programmes()), tuple(_months()))


RULE_FIELDS = (
    "id",
    "target",
    "version",
    "effective_from",
    "effective_to",
    "measured",
    "numerator",
    "denominator",
    "threshold",
    "direction",
    "unit",
    "title",
    "definition",
    "numerator_words",
    "denominator_words",
    "note",
    "source_words",
)


def _programmes() -> Iterable[ProgrammeInfo]:
    found: dict[str, tuple[dict[str, Any], list[Rule]]] = {}
    fields = ("slug", "name", "words", "is_default")
    rows = Programme.objects.order_by("position", "name", "rules__target", "rules__version")
    for row in rows.values(*fields, *(f"rules__{name}" for name in RULE_FIELDS)):
        _, rules = found.setdefault(row["slug"], ({name: row[name] for name in fields}, []))
        if row["rules__id"] is not None:
            rules.append(_rule({name: row[f"rules__{name}"] for name in RULE_FIELDS}))
    return [ProgrammeInfo(**values, rules=tuple(rules)) for values, rules in found.values()]


def _rule(row: dict[str, Any]) -> Rule:
    columns = (*row.pop("numerator"), *row.pop("denominator"))
    return Rule(pk=row.pop("id"), columns=columns, **row)


def _months() -> Iterable[MonthInfo]:
    """Newest first, from London's area scores: a hundred rows even after ten years."""
    # Any one row of the month: to sort a month's rows by their imports would cost more than the page. Said as a range
    # in the order of the index by month; asked for equality, PostgreSQL reads the table until it meets the month.
    span = {"month__gte": OuterRef("month"), "month__lte": OuterRef("month")}
    landed = MonthlyFigures.objects.live().published().filter(**span).order_by("month")
    rows = (
        AreaScore.objects.of_area(LONDON.kind, LONDON.code)
        .values("month")
        .annotate(published=Max("reported", filter=Q(rule__target__in=(Target.REGISTRATION, Target.DCR))))
        .annotate(
            brought_by=Subquery(landed.values("brought_by")[:1]),
            imported_at=Subquery(landed.values("brought_by__landed_at")[:1]),
        )
        .order_by("-month")
    )
    return [MonthInfo(row["month"], bool(row["published"]), row["brought_by"], row["imported_at"]) for row in rows]
