"""Which of a table's first rows holds the headings: publishers and people put titles and notes above them."""

from collections.abc import Iterator
from dataclasses import replace
from functools import cache

from practices.importing import cells
from practices.importing.formats import all_formats
from practices.importing.formats.base import Head, one_line, tidy

TITLE_SHOWN = 60


def placed(head: Head) -> Iterator[Head]:
    """The table with each of its first rows taken for the headings in turn."""
    return (replace(head, at=number) for number, row in enumerate(head.rows) if any(row))


def likeliest(head: Head) -> Head:
    """The row with the most headings that any format has; else the first of the rows that have the most cells."""
    return max(placed(head), key=_likeness, default=head)


def _likeness(head: Head) -> tuple[int, bool, int]:
    known = sum(tidy(cell) in known_headings() for cell in head.first if cell)
    return known, not looks_like_figures(head), sum(map(bool, head.first))


def looks_like_figures(head: Head) -> bool:
    return any(cells.day_of(cell) or cells.PRACTICE_CODE.fullmatch(cell) for cell in head.first)


@cache
def known_headings() -> frozenset[str]:
    return frozenset(tidy(name) for each in all_formats() for names in each.headings.values() for name in names)


def titles(head: Head) -> list[str]:
    """What stands above the headings, one entry a row."""
    rows = (one_line(" ".join(filter(None, row))) for row in head.rows[: head.at])
    return [row if len(row) <= TITLE_SHOWN else f"{row[:TITLE_SHOWN]}…" for row in rows if row]


def where(head: Head) -> str:
    """A sentence that says where the headings were found and what was left out above them; empty for the first row."""
    if not head.at:
        return ""
    above = titles(head)
    words = f" What stands above them was left out: {', '.join(f'“{each}”' for each in above)}." if above else ""
    return f"The headings of {head.name} are in row {head.at + 1}.{words}"
