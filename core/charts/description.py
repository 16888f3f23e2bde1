"""What a chart says, apart from how it is drawn.

A builder (a pure function in an app's own `charts.py`) makes one `Chart`; `svg.to_svg`, `plotly.to_plotly` and
`Chart.table` are its three faces, all from the same points. A chart cannot be made without its finding: the sentence
that says what it shows.
"""

import math
import zlib
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum

from core import wording

SAFE_HREFS = ("/", "#", "?", "https://", "http://")


class Kind(StrEnum):
    LINE = "line"
    STRIP = "strip"
    BARS = "bars"
    TILES = "tiles"
    SPARKLINE = "sparkline"
    STEPS = "steps"


class Format(StrEnum):
    """How a value is written. A percentage is held as a share: 0.2787 is written 27.9%."""

    PERCENT = "percent"
    COUNT = "count"
    PER_1000 = "per_1000"

    def write(self, value: float | None) -> str:
        if value is None:
            return wording.NO_DATA
        if self is Format.PERCENT:
            return wording.percent(value)
        if self is Format.PER_1000 or not float(value).is_integer():
            return f"{value:,.1f}".replace("-", wording.MINUS)
        return wording.count(int(value))


class State(StrEnum):
    """The value is the word that is shown; each state has a shape of its own in every drawing and its sign in text."""

    MET = wording.STATES["met", False].words
    MET_WITHIN_MARGIN = wording.STATES["met", True].words
    NOT_MET_WITHIN_MARGIN = wording.STATES["not_met", True].words
    NOT_MET = wording.STATES["not_met", False].words
    NO_DATA = wording.STATES["no_data", False].words
    NOT_APPLICABLE = wording.STATES["not_applicable", False].words

    @classmethod
    def of(cls, state: str, *, within_margin: bool = False) -> "State":
        """From a state as it is stored ("met", "not_met", "no_data", "not_applicable")."""
        return cls(wording.state_words(state, within_margin=within_margin).words)

    @property
    def sign(self) -> str:
        return next(words.shape for words in wording.STATES.values() if words.words == self.value)


@dataclass(frozen=True, slots=True)
class Point:
    """One value. `x` is a month, a practice or an area; `y` is None where there is a gap, which is never zero.

    `note` is the small print (numerator and denominator). `short`, `row` and `col` place a tile on the map.
    """

    x: str
    y: float | None
    href: str = ""
    note: str = ""
    state: State | None = None
    short: str = ""
    row: int = 0
    col: int = 0

    def __post_init__(self) -> None:
        if self.y is not None and not math.isfinite(self.y):
            raise ValueError(f"{self.x}: a value must be a finite number, or None for a gap")
        if self.href and not self.href.startswith(SAFE_HREFS):
            raise ValueError(f"{self.x}: a chart links to a page only, by a path or http address")


@dataclass(frozen=True, slots=True)
class Break:
    """From `x` on a series is counted in another way: no line leads there from the value before; `note` says why."""

    x: str
    note: str


@dataclass(frozen=True, slots=True)
class Series:
    name: str
    points: tuple[Point, ...]
    breaks: tuple[Break, ...] = ()

    @property
    def begins_anew(self) -> frozenset[str]:
        return frozenset(each.x for each in self.breaks)


@dataclass(frozen=True, slots=True)
class Band:
    """A range from `low` to `high` at each label of `labels`, for instance limits or an interval; None splits it."""

    name: str
    labels: tuple[str, ...]
    low: tuple[float | None, ...]
    high: tuple[float | None, ...]

    def __post_init__(self) -> None:
        if not len(self.labels) == len(self.low) == len(self.high):
            raise ValueError(f"{self.name}: a band needs a low and a high for each label")

    def at(self, label: str) -> tuple[float, float] | None:
        if label not in self.labels:
            return None
        place = self.labels.index(label)
        low, high = self.low[place], self.high[place]
        return None if low is None or high is None else (low, high)


@dataclass(frozen=True, slots=True)
class Target:
    value: float
    label: str


@dataclass(frozen=True, slots=True)
class Mark:
    """Something that happened at `x`, such as a visit. Marks outside the chart's labels are left out of every face.

    `name` is what the legend calls marks that differ in their labels, such as "2 visits" and "3 visits".
    """

    x: str
    label: str
    name: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    cells: tuple[str, ...]
    href: str = ""


@dataclass(frozen=True, slots=True)
class Table:
    """The chart in words and figures; `numeric` says which columns are aligned to the right."""

    headings: tuple[str, ...]
    rows: tuple[Row, ...]
    numeric: tuple[bool, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chart:
    """One description, drawn by several faces.

    kind: what is drawn. LINE and STEPS take several series, STRIP, BARS and TILES one.
    levels: for STEPS, the names of the values 0, 1, 2… ("Off", "On").
    source: where the data come from and when, printed under the chart.
    Raises ValueError for a chart without title, finding or series, and where a kind cannot draw what it is given.
    """

    kind: Kind
    title: str
    finding: str
    series: tuple[Series, ...]
    x_label: str = ""
    y_label: str = ""
    y_format: Format = Format.PERCENT
    target: Target | None = None
    bands: tuple[Band, ...] = ()
    marks: tuple[Mark, ...] = ()
    levels: tuple[str, ...] = ()
    source: str = ""

    def __post_init__(self) -> None:
        if not self.title.strip() or not self.finding.strip():
            raise ValueError("A chart needs a title and a finding: one sentence that says what it shows")
        if not self.series:
            raise ValueError(f"{self.title}: a chart needs a series")
        if self.by_name and len(self.series) > 1:
            raise ValueError(f"{self.title}: {self.kind} draws one series")
        if self.kind is Kind.STEPS and not self.levels:
            raise ValueError(f"{self.title}: steps need the names of their levels")

    @property
    def by_name(self) -> bool:
        """Whether each point is a thing with a name (practice, borough), not a moment."""
        return self.kind in (Kind.STRIP, Kind.BARS, Kind.TILES)

    @property
    def labels(self) -> tuple[str, ...]:
        """The labels of all series along x, in order of first appearance."""
        return tuple(dict.fromkeys(point.x for series in self.series for point in series.points))

    @property
    def points(self) -> tuple[Point, ...]:
        return tuple(point for series in self.series for point in series.points)

    @property
    def values(self) -> tuple[float, ...]:
        return tuple(point.y for point in self.points if point.y is not None)

    @property
    def states(self) -> tuple[State, ...]:
        """The states present, in the order of `State`."""
        present = {point.state for point in self.points}
        return tuple(state for state in State if state in present)

    @property
    def marks_shown(self) -> tuple[Mark, ...]:
        labels = set(self.labels)
        return tuple(mark for mark in self.marks if mark.x in labels)

    @property
    def breaks_shown(self) -> dict[str, str]:
        """Where lines are broken, each place once whichever series it breaks, with all that is said of it."""
        found = [each for series in self.series for each in series.breaks]
        return {
            label: _joined(each.note for each in found if each.x == label)
            for label in self.labels
            if any(each.x == label for each in found)
        }

    @property
    def has_links(self) -> bool:
        return any(point.href for point in self.points)

    @property
    def key(self) -> str:
        """An id for the page, the same for the same description."""
        return f"chart-{zlib.crc32(repr(self).encode()):08x}"

    def write(self, value: float | None) -> str:
        if self.levels and value is not None and 0 <= int(value) < len(self.levels):
            return self.levels[int(value)]
        return self.y_format.write(value)

    def name_of(self, point: Point) -> str:
        """What a dot, a bar or a tile is called on hover and focus."""
        state = point.state.value if point.state and point.state is not State.NO_DATA else ""
        rest = ", ".join(part for part in (self.write(point.y), state, point.note) if part)
        return f"{point.x}: {rest}"

    def table(self) -> Table:
        return self._table_by_name() if self.by_name else self._table_by_moment()

    def _table_by_name(self) -> Table:
        series = self.series[0]
        headings = [self.x_label or "Name", self.y_label or series.name]
        with_state = bool(self.states)
        with_note = any(point.note for point in series.points)
        headings += ["State"] * with_state + ["Detail"] * with_note
        rows = []
        for point in series.points:
            state = f"{point.state.sign} {point.state.value}" if point.state else ""
            cells = [point.x, self.write(point.y)] + [state] * with_state + [point.note] * with_note
            rows.append(Row(tuple(cells), point.href))
        return Table(tuple(headings), tuple(rows), (False, True) + (False,) * (len(headings) - 2))

    def _table_by_moment(self) -> Table:
        found = [{point.x: point for point in series.points} for series in self.series]
        with_note = any(point.note for point in self.points)
        breaks = self.breaks_shown
        with_marks = bool(self.marks_shown or breaks)
        headings = [self.x_label or "Month", *(series.name for series in self.series)]
        headings += [band.name for band in self.bands]
        headings += [self.target.label] if self.target else []
        headings += ["Detail"] * with_note + ["Marked"] * with_marks
        rows = []
        for label in self.labels:
            here = [points.get(label) for points in found]
            cells = [label, *(self.write(point.y if point else None) for point in here)]
            cells += [self._write_range(band.at(label)) for band in self.bands]
            cells += [self.write(self.target.value)] if self.target else []
            cells += [_joined(point.note for point in here if point)] * with_note
            marked = [f"Break: {breaks[label]}"] if label in breaks else []
            cells += [_joined([*marked, *(mark.label for mark in self.marks if mark.x == label)])] * with_marks
            rows.append(Row(tuple(cells), next((point.href for point in here if point and point.href), "")))
        figures = len(headings) - 1 - with_note - with_marks
        return Table(tuple(headings), tuple(rows), (False, *(True,) * figures, *(False,) * (with_note + with_marks)))

    def _write_range(self, limits: tuple[float, float] | None) -> str:
        return f"{self.write(limits[0])} to {self.write(limits[1])}" if limits else wording.NO_DATA


def _joined(words: Iterable[str]) -> str:
    return "; ".join(dict.fromkeys(word for word in words if word))
