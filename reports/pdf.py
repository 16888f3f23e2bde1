"""The report as a tagged PDF. Typst is handed data only: what a practice is called can never become markup."""

import json
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Any

import font_source_sans_pro
import typst

from core.charts import Chart, to_svg
from reports.presenters import Section, chart_face, sections, state_cell
from reports.snapshot.shape import Snapshot, Tile

FOLDER = Path(__file__).parent / "typst"
TEMPLATE = FOLDER / "report.typ"
FONTS = Path(font_source_sans_pro.font_directory)
# Widths in the charts' own units, of a column and of the page: their type is then 8 points high in both.
COLUMN, PAGE = 464.0, 900.0
ILLUSTRATIVE = "Illustrative data, made up"


def to_pdf(snapshot: Snapshot) -> bytes:
    """PDF/UA-1, A4, in British English. The same snapshot gives the same bytes."""
    made = datetime.fromisoformat(snapshot.about.made_at)
    content: bytes = typst.compile(
        str(TEMPLATE),
        root=str(FOLDER),
        font_paths=[str(FONTS)],
        ignore_system_fonts=True,
        format="pdf",
        pdf_standards="ua-1",
        timestamp=int(made.timestamp()),
        sys_inputs={"data": json.dumps(document(snapshot), ensure_ascii=False)},
    )
    return content


def document(snapshot: Snapshot) -> dict[str, Any]:
    """Everything that the template prints, in finished words and drawings."""
    about = snapshot.about
    made = datetime.fromisoformat(about.made_at)
    return {
        "title": snapshot.title,
        "area": about.name,
        "kind": about.kind_words,
        "month": about.month_words,
        "programme": about.programme_name,
        "made": about.made_words,
        "made_at": [made.year, made.month, made.day, made.hour, made.minute, made.second],
        "illustrative": ILLUSTRATIVE if about.illustrative else "",
        "data_line": snapshot.data_line,
        "sentence": snapshot.sentence,
        "summary": list(snapshot.summary),
        "tiles": [_tile(tile) for tile in snapshot.tiles],
        "picture": _drawn(snapshot.picture) if snapshot.picture else None,
        # London's map fills the page; a borough's few dots leave room for the gap.
        "beside": _drawn(snapshot.gap) if snapshot.gap and not snapshot.is_wide else None,
        "is_map": snapshot.is_wide,
        "changes": list(snapshot.changes),
        "asks": list(snapshot.asks),
        "sections": [_section(section) for section in sections(snapshot)],
    }


def _tile(tile: Tile) -> dict[str, Any]:
    values = asdict(tile) | {"spark": to_svg(tile.spark, for_print=True) if tile.spark else ""}
    look = state_cell(tile.state, tile.within_margin)
    return values | {"state_words": look.text, "style": look.style, "finding": tile.spark.finding if tile.spark else ""}


def _drawn(chart: Chart, width: float = COLUMN) -> dict[str, Any]:
    return chart_face(chart, lambda one: to_svg(one, width, for_print=True))


def _section(section: Section) -> dict[str, Any]:
    return {
        "title": section.title,
        "words": list(section.words),
        "charts": [_drawn(chart, PAGE) for chart in section.charts],
        "tables": [asdict(table) for table in section.tables],
        "details": [{"title": title, "lines": list(lines)} for title, lines in section.details],
    }
