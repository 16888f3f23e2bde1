"""A snapshot in finished words: the same sections for the page and for the PDF."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, fields
from datetime import date

from core import disclosure, wording
from core.charts import Chart
from core.disclosure import HIDDEN
from core.months import long_date
from reports.snapshot.sentences import lower
from reports.snapshot.shape import AgainstTarget, AreaLine, PracticeLine, Snapshot, TargetSums, Tile
from targets.presenters.tiles import look_of
from targets.presenters.words import short_name

# How much of a long list London's and an STP's document prints; the workbook holds all of it.
PRINTED = 20


@dataclass(frozen=True, slots=True)
class Cell:
    """`small` stands under the words; `style` and `shape` make a state of it."""

    text: str
    small: str = ""
    style: str = ""
    shape: str = ""


@dataclass(frozen=True, slots=True)
class Column:
    label: str
    numeric: bool = False
    wide: bool = False
    state: bool = False


@dataclass(frozen=True, slots=True)
class Table:
    caption: str
    columns: tuple[Column, ...]
    rows: tuple[tuple[Cell, ...], ...]
    note: str = ""

    @property
    def lines(self) -> list[list[tuple[Column, Cell]]]:
        """Each cell with its column."""
        return [list(zip(self.columns, row, strict=True)) for row in self.rows]


@dataclass(frozen=True, slots=True)
class Details:
    """Small print under a heading of its own."""

    title: str
    lines: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Section:
    title: str
    words: tuple[str, ...] = ()
    charts: tuple[Chart, ...] = ()
    tables: tuple[Table, ...] = ()
    details: tuple[Details, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class TileFace(Tile):
    """A tile with its drawing and its states in words."""

    look: str = ""
    sparkline: str = ""
    finding: str = ""
    state_words: str = ""
    style: str = ""
    practices_words: str = ""
    practices_style: str = ""


def sections(snapshot: Snapshot) -> list[Section]:
    """What comes after the first page, in the order of a committee's questions."""
    found = [
        _movement(snapshot),
        *([_areas(snapshot)] if snapshot.areas else []),
        _practices(snapshot),
        _coverage(snapshot),
        _work(snapshot),
        _doubts(snapshot),
        _definitions(snapshot),
    ]
    return [section for section in found if section.charts or section.words or section.tables or section.details]


def _movement(snapshot: Snapshot) -> Section:
    """A borough's gap stands on the first page already."""
    pair = (snapshot.trend, snapshot.gap) if snapshot.is_wide else (snapshot.trend,)
    return Section("How it moves", charts=tuple(chart for chart in pair if chart))


def value(numerator: int | None, denominator: int | None, hidden: Sequence[str], is_share: bool = True) -> Cell:
    """A percentage with its two counts under it."""
    if "numerator" in hidden or "denominator" in hidden:
        return Cell(HIDDEN)
    if not is_share or numerator is None or not denominator:
        return Cell("–")
    return Cell(wording.share(numerator, denominator), wording.of_words(numerator, denominator))


def amount(number: int | None, hidden: bool) -> Cell:
    return Cell(HIDDEN if hidden else "–" if number is None else wording.count(number))


def moved(difference: float | None) -> Cell:
    return Cell("–" if difference is None else wording.points(difference))


def state_cell(state: str, within_margin: bool = False) -> Cell:
    look = wording.state_words(state, within_margin=within_margin)
    return Cell(look.words, style=look.style, shape=look.shape)


def _areas(snapshot: Snapshot) -> Section:
    term = snapshot.area_term
    targets = [tile.target for tile in snapshot.tiles]
    columns = (
        Column(term.title, wide=True),
        *(Column(short_name(target), numeric=True) for target in targets),
        Column("Change", numeric=True),
        Column("To target", numeric=True),
    )
    ordered = sorted(snapshot.areas, key=lambda line: (-_gap_of(line.of(snapshot.main_target)), line.name, line.code))
    rows = tuple(_area_row(snapshot, line, targets) for line in ordered)
    main = _main_title(snapshot)
    caption = f"{term.heading}, most to gain on {main} first. Change and the way to target are of {main}."
    return Section(f"The {term.many}", tables=(Table(caption, columns, rows, rounded_note(snapshot, targets)),))


def rounded_note(snapshot: Snapshot, targets: Sequence[str]) -> str:
    """Which of a table's figures are rounded, if any."""
    names = [short_name(target) for target in targets if target in snapshot.rounded]
    return f"{' and '.join(names)}: {lower(disclosure.ROUNDED)}" if names else ""


def _gap_of(sums: TargetSums | None) -> int:
    return (sums.shortfall or 0) if sums else 0


def _area_row(snapshot: Snapshot, line: AreaLine, targets: Iterable[str]) -> tuple[Cell, ...]:
    main = line.of(snapshot.main_target)
    cells = [Cell(line.name)]
    for target in targets:
        sums = line.of(target)
        if sums is None:
            cells.append(Cell("–"))
        elif sums.is_share:
            cells.append(
                Cell(
                    value(sums.numerator, sums.denominator, sums.hidden).text,
                    f"{wording.count(sums.met)} of {wording.count(sums.met + sums.not_met)} meet it",
                )
            )
        else:
            cells.append(Cell(f"{wording.count(sums.met)} of {wording.count(sums.met + sums.not_met)}"))
    short = amount(main.shortfall, "shortfall" in main.hidden) if main else Cell("–")
    return (*cells, moved(line.change), short)


def _main_title(snapshot: Snapshot) -> str:
    tile = next((tile for tile in snapshot.tiles if tile.target == snapshot.main_target), None)
    return lower(tile.title) if tile else ""


def by_gap(snapshot: Snapshot) -> list[PracticeLine]:
    """Most to gain first, then by name."""

    def gap(line: PracticeLine) -> int:
        standing = line.standing(snapshot.main_target)
        return (standing.shortfall or 0) if standing else 0

    return sorted(snapshot.practices, key=lambda line: (-gap(line), line.name, line.code))


def _practices(snapshot: Snapshot) -> Section:
    lines = by_gap(snapshot)
    note = ""
    if snapshot.is_wide and len(lines) > PRINTED:
        note = f"The {PRINTED} with the most to gain. All {wording.plural(len(lines), 'practice')} are in the workbook."
        lines = lines[:PRINTED]
    main = _main_title(snapshot)
    columns = (
        Column("Practice", wide=True),
        *(Column(short_name(tile.target), state=True) for tile in snapshot.tiles),
        Column(short_name(snapshot.main_target) + ", share" if snapshot.main_target else "Share", numeric=True),
        Column("Change", numeric=True),
        Column("To target", numeric=True),
    )
    rows = tuple(_practice_row(snapshot, line) for line in lines)
    note = " ".join(part for part in (note, rounded_note(snapshot, (snapshot.main_target,))) if part)
    caption = f"Practices, most to gain on {main} first. Share, change and the way to target are of {main}."
    words = () if rows else ("No practice has figures for this month.",)
    return Section("The practices", words=words, tables=(Table(caption, columns, rows, note),) if rows else ())


def _practice_row(snapshot: Snapshot, line: PracticeLine) -> tuple[Cell, ...]:
    main = line.standing(snapshot.main_target)
    small = ", ".join(part for part in (line.code, f"closed {line.closed}" if line.closed else "") if part)
    return (
        Cell(line.name, small),
        *(_state_of(line.standing(tile.target)) for tile in snapshot.tiles),
        value(main.numerator, main.denominator, main.hidden) if main else Cell("–"),
        moved(main.change if main else None),
        amount(main.shortfall, "shortfall" in main.hidden) if main else Cell("–"),
    )


def _state_of(standing: AgainstTarget | None) -> Cell:
    if standing is None:
        return state_cell("not_applicable", False)
    return state_cell(standing.state, standing.within_margin)


def _coverage(snapshot: Snapshot) -> Section:
    if not snapshot.not_reported:
        return Section("Who did not report", words=("Every practice has figures on every target.",))
    rows = []
    for gap in snapshot.not_reported:
        names = "; ".join(gap.practices[:PRINTED])
        rest = len(gap.practices) - PRINTED
        listed = f"{names}; and {wording.count(rest)} more" if rest > 0 else names
        rows.append((Cell(gap.title), Cell(gap.reason), Cell(wording.count(len(gap.practices))), Cell(listed)))
    columns = (
        Column("Target"),
        Column("Why", wide=True),
        Column("Practices", numeric=True),
        Column("Which", wide=True),
    )
    words = ("Missing figures count neither as met nor as not met, and are never taken for 0.",)
    caption = "Practices without figures, by target and reason"
    return Section("Who did not report, and why", words=words, tables=(Table(caption, columns, tuple(rows)),))


def _work(snapshot: Snapshot) -> Section:
    kinds: dict[str, int] = {}
    for visit in snapshot.visits:
        kinds[visit.kind] = kinds.get(visit.kind, 0) + 1
    places = len({visit.code for visit in snapshot.visits})
    words = []
    if snapshot.visits:
        parts = ", ".join(f"{kind.lower()} {wording.count(number)}" for kind, number in sorted(kinds.items()))
        visits = wording.plural(len(snapshot.visits), "visit")
        words.append(f"{visits} to {wording.plural(places, 'practice')} in {snapshot.about.month_words}: {parts}.")
    else:
        words.append(f"No visits were logged in {snapshot.about.month_words}.")
    overdue = [action for action in snapshot.actions if action.overdue]
    if not snapshot.actions:
        return Section("Visits and actions", words=(*words, "No actions were outstanding at the end of the month."))
    words.append(
        f"{wording.plural(len(snapshot.actions), 'action')} outstanding on {snapshot.about.month_end}, "
        f"{wording.count(len(overdue))} of them overdue by then."
    )
    shown = (overdue or snapshot.actions)[:PRINTED] if snapshot.is_wide else snapshot.actions
    note = ""
    if len(shown) < len(snapshot.actions):
        note = f"The {len(shown)} that have been due longest. All of them are in the workbook."
    columns = (
        Column("Practice", wide=True),
        Column("What is to be done", wide=True),
        Column("Who"),
        Column("Due"),
        Column("State"),
    )
    rows = tuple(
        (
            Cell(action.practice, action.code),
            Cell(action.words),
            Cell(action.role),
            Cell(long_date(date.fromisoformat(action.due))),
            Cell(action.state, "overdue" if action.overdue else ""),
        )
        for action in shown
    )
    table = Table("Actions outstanding at the end of the month, those due first at the top", columns, rows, note)
    return Section("Visits and actions", words=tuple(words), tables=(table,))


def _doubts(snapshot: Snapshot) -> Section:
    if not snapshot.doubts:
        return Section("Figures in doubt", words=("No figure of this month stands in doubt.",))
    shown = snapshot.doubts[:PRINTED] if snapshot.is_wide else snapshot.doubts
    rest = len(snapshot.doubts) - len(shown)
    note = f"{wording.count(rest)} more are in the workbook." if rest else ""
    columns = (Column("Practice", wide=True), Column("Kind"), Column("What is in doubt", wide=True))
    rows = tuple((Cell(doubt.practice, doubt.code), Cell(doubt.kind), Cell(doubt.words)) for doubt in shown)
    words = ("A figure in doubt is shown as it was published until the doubt is settled.",)
    return Section("Figures in doubt", words=words, tables=(Table("Open doubts", columns, rows, note),))


def _definitions(snapshot: Snapshot) -> Section:
    details: list[Details] = []
    for rule in snapshot.definitions:
        lines = [rule.definition, f"{rule.target_line}. {rule.in_force} (version {rule.version})."]
        if rule.numerator and rule.denominator:
            lines.append(f"{_upper(rule.numerator)}, divided by {rule.denominator[0].lower()}{rule.denominator[1:]}.")
        lines.append(f"Source: {rule.source.rstrip('.')}.")
        if rule.note:
            lines.append(f"Note: {rule.note}")
        details.append(Details(rule.title, tuple(line.strip().replace("\n", " ") for line in lines)))
    sources = []
    for source in snapshot.sources:
        parts = (source.name, source.file, source.landed and f"brought in {source.landed}", _digest(source.sha256))
        sources.append(", ".join(part for part in parts if part) + ".")
    details.append(Details("Where the figures come from", tuple(sources)))
    if snapshot.small_numbers:
        details.append(Details("Small numbers", (snapshot.small_numbers,)))
    about = snapshot.about
    made = f"Programme: {about.programme_name}. Made {about.made_words} from data version {about.data_version}."
    details.append(Details("This report", (made,)))
    return Section("Definitions and sources", details=tuple(details))


def _digest(sha256: str) -> str:
    return f"SHA-256 {sha256[:12]}…" if sha256 else ""


def _upper(text: str) -> str:
    return text[0].upper() + text[1:]


def tile_face(tile: Tile, draw: Callable[[Chart], str]) -> TileFace:
    own = state_cell(tile.state, tile.within_margin)
    each = state_cell(tile.practices_state) if tile.practices_state else Cell("")
    values = {field.name: getattr(tile, field.name) for field in fields(tile)}
    return TileFace(
        **values | {"spark": None},
        sparkline=draw(tile.spark) if tile.spark else "",
        finding=tile.spark.finding if tile.spark else "",
        look=look_of(tile.state, tile.practices_state),
        state_words=own.text,
        style=own.style,
        practices_words=each.text,
        practices_style=each.style,
    )
