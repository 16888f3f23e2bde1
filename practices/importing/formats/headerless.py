"""ODS publishes tables without headings: they are known by their width and by what stands in some columns."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from practices.importing.formats.base import Format, Head, Recognition

PRACTICE_CODE = re.compile(r"[A-Z][0-9]{5}")
ROWS_LOOKED_AT = 5
DAY = re.compile(r"\d{8}")
DAY_OR_NOTHING = re.compile(r"(\d{8})?")


@dataclass(frozen=True, kw_only=True)
class Headerless(Format):
    """positions  the format's own name of each column -> its place from 0
    pattern       columns whose cells have to match, in each of the first rows
    """

    width: int
    positions: Mapping[str, int]
    pattern: Mapping[str, re.Pattern[str]]

    def recognise(self, head: Head) -> Recognition | None:
        rows = [row for row in head.rows[:ROWS_LOOKED_AT] if any(row)]
        if any(map(any, head.rows[: head.at])) or not rows or not all(self._fits(row) for row in rows):
            return None
        return Recognition(format=self, columns=self.positions, width=self.width, header_rows=0, words=self.words)

    def _fits(self, row: tuple[str, ...]) -> bool:
        return len(row) == self.width and all(
            pattern.fullmatch(row[self.positions[name]]) for name, pattern in self.pattern.items()
        )

    def expected(self) -> list[str]:
        return list(self.positions)

    def mend_headings(self) -> list[str]:
        return []

    def line(self, cells: Mapping[str, str]) -> list[str]:
        """A row as the file has it; columns that nobody reads are empty."""
        line = [""] * self.width
        for name, position in self.positions.items():
            line[position] = cells[name]
        return line
