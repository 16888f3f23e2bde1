"""The report as a tagged PDF. Typst is handed data only: what a practice is called can never become markup."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

import typst

from core.charts import Chart, to_svg
from core.legible import codes, lacking_words
from reports.fonts import pdf_of, plain, printable
from reports.outlines import outlined
from reports.presenters.sections import Details, Section, Table, TileFace, sections, tile_face
from reports.snapshot.shape import Snapshot
from reports.snapshot.texts import texts, with_texts

TEMPLATE = Path(__file__).parent / "typst" / "report.typ"
# Widths in the charts' own units, of a column and of the page: their type is then 8 points high in both.
COLUMN, PAGE = 464.0, 900.0
ILLUSTRATIVE = "Illustrative data, made up"


@dataclass(frozen=True, slots=True)
class Drawing:
    title: str
    finding: str
    source: str
    svg: str


@dataclass(frozen=True, slots=True)
class PrintedSection:
    title: str
    words: tuple[str, ...]
    charts: tuple[Drawing, ...]
    tables: tuple[Table, ...]
    details: tuple[Details, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """Everything that the template prints, under the names by which it asks for it."""

    title: str
    area: str
    kind: str
    month: str
    programme: str
    made: str
    made_at: tuple[int, ...]
    illustrative: str
    data_line: str
    lacking: str
    sentence: str
    summary: tuple[str, ...]
    tiles: tuple[TileFace, ...]
    picture: Drawing | None
    beside: Drawing | None
    is_map: bool
    changes: tuple[str, ...]
    asks: tuple[str, ...]
    sections: tuple[PrintedSection, ...]


def to_pdf(snapshot: Snapshot) -> bytes:
    """PDF/UA-1, A4, in British English. The same snapshot gives the same bytes, whatever its texts hold."""
    found, lost = printable(texts(snapshot))
    try:
        return _drawn(snapshot, lambda text: found.get(text, text), lost)
    except typst.TypstError:
        # Letters can still meet in a line that no font has together. What is not the template's fault gives way.
        return _drawn(snapshot, plain, {each for text in found.values() for each in text if plain(each) != each})


def _drawn(snapshot: Snapshot, change: Callable[[str], str], lost: set[str]) -> bytes:
    lacking = tuple(sorted({*snapshot.lacking, *codes(lost)}))
    shown = with_texts(snapshot, change) if lost else snapshot
    printed = document(shown, lacking_words(lacking))
    made = datetime.fromisoformat(snapshot.about.made_at)
    return pdf_of(TEMPLATE, asdict(printed), timestamp=int(made.timestamp()))


def document(snapshot: Snapshot, lacking: str = "") -> Document:
    """In finished words and drawings."""
    about = snapshot.about
    made = datetime.fromisoformat(about.made_at)
    return Document(
        title=snapshot.title,
        area=about.name,
        kind=about.kind_words,
        month=about.month_words,
        programme=about.programme_name,
        made=about.made_words,
        made_at=(made.year, made.month, made.day, made.hour, made.minute, made.second),
        illustrative=ILLUSTRATIVE if about.illustrative else "",
        data_line=snapshot.data_line,
        lacking=lacking,
        sentence=snapshot.sentence,
        summary=snapshot.summary,
        tiles=tuple(tile_face(tile, lambda spark: outlined(to_svg(spark, for_print=True))) for tile in snapshot.tiles),
        picture=_drawing(snapshot.picture) if snapshot.picture else None,
        # London's map fills the page; a borough's few dots leave room for the gap.
        beside=_drawing(snapshot.gap) if snapshot.gap and not snapshot.is_wide else None,
        is_map=snapshot.is_wide,
        changes=snapshot.changes,
        asks=snapshot.asks,
        sections=tuple(_section(section) for section in sections(snapshot)),
    )


def _drawing(chart: Chart, width: float = COLUMN) -> Drawing:
    return Drawing(chart.title, chart.finding, chart.source, outlined(to_svg(chart, width, for_print=True)))


def _section(section: Section) -> PrintedSection:
    charts = tuple(_drawing(chart, PAGE) for chart in section.charts)
    return PrintedSection(section.title, section.words, charts, section.tables, section.details)
