"""xlsx by way of calamine, which gives the values of formula cells; the zip inside is measured before it is opened."""

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
import pandas as pd
from django.conf import settings
from python_calamine import CalamineError, CalamineWorkbook

from practices.importing.archives import DAMAGED
from practices.importing.formats.base import Head, Recognition, RefusedFile
from practices.importing.limits import LIMITS
from practices.importing.text import HEAD_ROWS, RaggedRow, finished

CELL = re.compile(rb'<(?:\w+:)?c [^>]*?\br="([A-Z]{1,7})(\d{1,10})"')
PIECE = 256 * 1024


@dataclass
class SheetTable:
    """A sheet of a workbook. Rows are as wide as the sheet, so none is ragged."""

    name: str
    cells: list[list[Any]]
    first_row: int = 1
    ragged: list[RaggedRow] = field(default_factory=list)
    ragged_count: int = 0
    rows: int = 0

    def head(self) -> Head:
        first = self.cells[:HEAD_ROWS]
        filled = max((last_filled(row) for row in first), default=0)
        return Head(self.name, tuple(tuple(words(cell).strip() for cell in row[:filled]) for row in first))

    def frames(self, found: Recognition) -> Iterator[pd.DataFrame]:
        body = self.cells[found.header_rows :]
        numbers = np.arange(len(body)) + self.first_row + found.header_rows
        frame = pd.DataFrame(
            {
                name: pd.Series([words(row[position]) for row in body], dtype="category")
                for name, position in found.columns.items()
            }
        )
        yield finished(frame, numbers, self)


def last_filled(row: list[Any]) -> int:
    return max((number for number, cell in enumerate(row, 1) if words(cell).strip()), default=0)


def words(cell: Any) -> str:
    """A cell as a CSV file would have it."""
    if isinstance(cell, float) and cell.is_integer() and abs(cell) < 1e15:
        return str(int(cell))
    if isinstance(cell, datetime):
        return cell.date().isoformat() if cell.time() == time(0) else cell.isoformat(sep=" ")
    if isinstance(cell, date | time):
        return cell.isoformat()
    if isinstance(cell, timedelta):
        return str(cell)
    return str(cell)


def sheets(data: bytes, name: str) -> list[SheetTable]:
    refuse_bomb(data, name)
    try:
        workbook = CalamineWorkbook.from_filelike(io.BytesIO(data))
        found = []
        for sheet_name in workbook.sheet_names:
            sheet = workbook.get_sheet_by_name(sheet_name)
            cells = sheet.to_python(skip_empty_area=True)
            first_row = (sheet.start or (0, 0))[0] + 1
            if cells:
                label = f"{name}, sheet {sheet_name}" if len(workbook.sheet_names) > 1 else name
                found.append(SheetTable(label, cells, first_row))
    except (CalamineError, ValueError, OSError) as error:
        raise RefusedFile(f"{name} is a workbook that cannot be opened. Save it again as .xlsx or CSV.") from error
    if not found:
        raise RefusedFile(f"{name} is empty: none of its sheets has a row.")
    return found


def refuse_bomb(data: bytes, name: str) -> None:
    """Unpacks every part once, counting, and looks where the cells lie: calamine makes room for all between them."""
    too_large = RefusedFile(
        f"{name} unpacks to far more than its size, or spreads over more cells than the portal reads "
        f"({settings.IMPORT_MAX_ROWS:,} rows, {settings.IMPORT_MAX_COLUMNS} columns)."
    )
    total = 0
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            if len(archive.infolist()) > LIMITS.members * 5:
                raise too_large
            for part in archive.infolist():
                rows = columns = 0
                rest = b""
                with archive.open(part) as stream:
                    while piece := stream.read(PIECE):
                        total += len(piece)
                        if total > LIMITS.workbook_unpacked:
                            raise too_large
                        if part.filename.startswith("xl/worksheets/"):
                            piece = rest + piece
                            for letters, number in CELL.findall(piece):
                                rows, columns = max(rows, int(number)), max(columns, column_number(letters))
                            rest = piece[-200:]
                if (
                    rows > settings.IMPORT_MAX_ROWS
                    or columns > settings.IMPORT_MAX_COLUMNS
                    or rows * columns > LIMITS.workbook_cells
                ):
                    raise too_large
    except DAMAGED as error:
        raise RefusedFile(f"{name} is a damaged workbook: it was cut off or changed on its way.") from error


def column_number(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number
