"""What a report says, as plain values: the one source of its page, its PDF and its workbook.

Everything here survives a journey through JSON unchanged (`as_json`, `from_json`), charts included, so that a report
can be drawn again from its row exactly as it was, whatever the figures have become since.
"""

import types
from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields, is_dataclass
from enum import Enum
from typing import Any, TypeVar, Union, get_args, get_origin, get_type_hints

from core.charts import Chart
from core.months import parse_month
from practices.geography import AreaKind, Term, term_of

T = TypeVar("T")
SHAPE = 1


@dataclass(frozen=True, slots=True)
class Tile:
    """A target at the top of the report, in finished words; `hidden` where the sum is a small number."""

    target: str
    title: str
    target_line: str
    state: str
    within_margin: bool
    value: str = ""
    value_small: str = ""
    reason: str = ""
    coverage: str = ""
    change_month: str = ""
    change_year: str = ""
    to_target: str = ""
    meet_line: str = ""
    practices_state: str = ""
    spark: Chart | None = None
    rounded: str = ""


@dataclass(frozen=True, slots=True)
class TargetSums:
    """The plain numbers behind a tile, as far as they may be told."""

    target: str
    title: str
    unit: str
    is_share: bool
    published: bool
    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    practices: int
    reported: int
    shortfall: int | None
    hidden: tuple[str, ...] = ()

    @property
    def is_rounded(self) -> bool:
        return self.is_share and not self.published


@dataclass(frozen=True, slots=True)
class AgainstTarget:
    """How a practice stands against a target. `hidden` names the counts that are shown as "*"."""

    target: str
    state: str
    within_margin: bool
    reason: str
    numerator: int | None
    denominator: int | None
    shortfall: int | None
    change: float | None
    hidden: tuple[str, ...] = ()

    @property
    def share(self) -> float | None:
        if self.numerator is None or not self.denominator:
            return None
        return self.numerator / self.denominator


@dataclass(frozen=True, slots=True)
class PracticeLine:
    code: str
    name: str
    ccg: str
    supplier: str
    closed: str
    list_size: int | None
    standings: tuple[AgainstTarget, ...]
    visits: int
    actions: int
    doubts: int

    def standing(self, target: str) -> AgainstTarget | None:
        return next((standing for standing in self.standings if standing.target == target), None)


@dataclass(frozen=True, slots=True)
class AreaLine:
    """A CCG within London or an STP."""

    code: str
    name: str
    sums: tuple[TargetSums, ...]
    change: float | None

    def of(self, target: str) -> TargetSums | None:
        return next((sums for sums in self.sums if sums.target == target), None)


@dataclass(frozen=True, slots=True)
class Crossing:
    """A practice that came to meet a target, or ceased to, since the month before."""

    target: str
    title: str
    code: str
    name: str
    up: bool


@dataclass(frozen=True, slots=True)
class Gap:
    """Practices without data on a target, by reason."""

    target: str
    title: str
    reason: str
    practices: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class VisitLine:
    on: str
    practice: str
    code: str
    kind: str


@dataclass(frozen=True, slots=True)
class ActionLine:
    practice: str
    code: str
    words: str
    role: str
    due: str
    state: str
    overdue: bool


@dataclass(frozen=True, slots=True)
class DoubtLine:
    practice: str
    code: str
    kind: str
    words: str


@dataclass(frozen=True, slots=True)
class Definition:
    target: str
    title: str
    version: int
    in_force: str
    target_line: str
    definition: str
    numerator: str
    denominator: str
    source: str
    note: str


@dataclass(frozen=True, slots=True)
class Source:
    """A file or form whose figures are in the report."""

    name: str
    file: str
    sha256: str
    landed: str


@dataclass(frozen=True, slots=True)
class About:
    """Which report it is."""

    kind: str
    kind_words: str
    code: str
    name: str
    month: str
    month_words: str
    month_end: str
    programme: str
    programme_name: str
    made_at: str
    made_words: str
    data_version: int
    illustrative: bool


@dataclass(frozen=True, slots=True)
class Snapshot:
    about: About
    data_line: str
    sentence: str
    summary: tuple[str, ...]
    changes: tuple[str, ...]
    asks: tuple[str, ...]
    main_target: str
    tiles: tuple[Tile, ...]
    sums: tuple[TargetSums, ...]
    picture: Chart | None
    trend: Chart | None
    gap: Chart | None
    areas: tuple[AreaLine, ...]
    practices: tuple[PracticeLine, ...]
    crossings: tuple[Crossing, ...]
    not_reported: tuple[Gap, ...]
    visits: tuple[VisitLine, ...]
    actions: tuple[ActionLine, ...]
    doubts: tuple[DoubtLine, ...]
    definitions: tuple[Definition, ...]
    sources: tuple[Source, ...]
    small_numbers: str = ""
    # Codes of the characters that no document can hold ("U+0007"), for which the substitute stands.
    lacking: tuple[str, ...] = ()
    shape: int = SHAPE

    @property
    def title(self) -> str:
        return f"{self.about.name}: GP online services, {self.about.month_words}"

    @property
    def area_term(self) -> Term:
        """What the areas between the region and its practices were called in the month."""
        return term_of(AreaKind.CCG, parse_month(self.about.month))

    @property
    def rounded(self) -> tuple[str, ...]:
        """The targets whose figures are told rounded."""
        return tuple(sums.target for sums in self.sums if sums.is_rounded)

    @property
    def is_wide(self) -> bool:
        """London's and an STP's report tells of CCGs first, and of single practices in the workbook."""
        return bool(self.areas)


def as_json(snapshot: Snapshot) -> dict[str, Any]:
    return asdict(snapshot)


def from_json(values: Mapping[str, Any]) -> Snapshot:
    """The snapshot of a report's row. KeyError or TypeError where the row was written in another shape."""
    return _made(Snapshot, values)


_hints: dict[type, dict[str, Any]] = {}


def _made(kind: type[T], values: Mapping[str, Any]) -> T:
    if kind not in _hints:
        _hints[kind] = get_type_hints(kind)
    hints = _hints[kind]
    assert is_dataclass(kind)
    known = {field.name for field in fields(kind)}
    return kind(**{name: _value(hints[name], value) for name, value in values.items() if name in known})


def _value(hint: Any, value: Any) -> Any:
    if value is None:
        return None
    origin = get_origin(hint)
    if origin in (Union, types.UnionType):
        return _value(next(part for part in get_args(hint) if part is not type(None)), value)
    if origin is tuple:
        return tuple(_value(get_args(hint)[0], item) for item in value)
    if isinstance(hint, type) and is_dataclass(hint):
        return _made(hint, value)
    if isinstance(hint, type) and issubclass(hint, Enum):
        return hint(value)
    return value
