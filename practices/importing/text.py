"""CSV as a stream of blocks. Each block is measured as bytes first, so that hostile lines never become rows."""

import codecs
import csv
import io
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import zip_longest
from typing import BinaryIO

import numpy as np
import pandas as pd
from django.conf import settings

from core.exports import GUARD, unguarded
from practices.importing.cells import words_of
from practices.importing.formats.base import Head, Recognition, RefusedFile
from practices.importing.limits import LIMITS

NEWLINE, QUOTE = 10, 34
# What may stand between two cells; the comma where nothing speaks for another.
SEPARATORS = {",": "commas", ";": "semicolons", "\t": "tabs"}
# Titles and notes may stand above the headings, which are looked for in so many rows.
HEAD_ROWS, LONG_HEAD_ROWS = 30, 5
FEW_QUOTES = 20_000
# A last row of words: pandas reads categories that are all figures as numbers, and 007 would be 7.
NO_NUMBER = b"no number"
NOTHING = b" \t\r\n,;\x1a"
BINARY_STARTS = {
    b"MZ": "a Windows programme",
    b"\x7fELF": "a programme",
    b"%PDF": "a PDF",
    b"\xd0\xcf\x11\xe0": "an old Excel workbook (.xls)",
    b"\x89PNG": "a picture",
    b"\xff\xd8\xff": "a picture",
    b"\x1f\x8b": "a gzip archive",
    b"7z\xbc\xaf": "a 7-zip archive",
    b"Rar!": "a RAR archive",
}


@dataclass(frozen=True)
class RaggedRow:
    row: int
    width: int
    line: list[str]


@dataclass
class TextTable:
    """A CSV file, read once from front to back. `ragged` fills while frames() runs."""

    name: str
    stream: BinaryIO
    ragged: list[RaggedRow] = field(default_factory=list)
    ragged_count: int = 0
    rows: int = 0
    encoding: str = "utf-8"
    separator: str = ","
    _rest: bytes = b""
    _at_end: bool = False
    _line: int = 0
    _head: Head | None = None

    def head(self) -> Head:
        if self._head is None:
            self._fill(LIMITS.block)
            refuse_binary(self._rest, self.name)
            self._rest = self._rest.removeprefix(codecs.BOM_UTF8)
            if not self._rest.strip(NOTHING):
                raise RefusedFile(f"{self.name} is empty.")
            if b"\r" in self._rest and b"\n" not in self._rest:
                raise RefusedFile(f"{self.name} ends its rows as old Macs did. Save it as “CSV UTF-8”, send it again.")
            first = self._rest[: LIMITS.longest_line * LONG_HEAD_ROWS]
            text = self._decoded(first, partial=True)
            self._head = Head(name=self.name, rows=self._separated(text))
        return self._head

    def _separated(self, text: str) -> tuple[tuple[str, ...], ...]:
        """The first rows by the separator that makes the most cells of them; what goes wrong, goes wrong by commas."""
        rows = tuple(self._first_rows(text, ","))
        for other in list(SEPARATORS)[1:]:
            with suppress(RefusedFile):
                by_other = tuple(self._first_rows(text, other))
                if sum(map(len, by_other)) > sum(map(len, rows)):
                    self.separator, rows = other, by_other
        return rows

    def _first_rows(self, text: str, separator: str) -> Iterator[tuple[str, ...]]:
        if "\n" not in text[: LIMITS.longest_line] and len(text) >= LIMITS.longest_line:
            raise RefusedFile(line_too_long(self.name, 1))
        number = 0
        try:
            for number, row in enumerate(csv.reader(io.StringIO(text, newline=""), delimiter=separator)):
                if number == HEAD_ROWS:
                    return
                if len(row) > settings.IMPORT_MAX_COLUMNS:
                    raise RefusedFile(
                        f"{self.name} has {len(row):,} columns; the portal reads at most {settings.IMPORT_MAX_COLUMNS}."
                    )
                yield tuple(cell.strip() for cell in row)
        except csv.Error as error:
            if number:
                # What is wrong further down is told with its row when it is read.
                return
            raise RefusedFile(f"The first rows of {self.name} cannot be read as CSV ({error}).") from error

    def _fill(self, size: int) -> None:
        """Reads on until `size` bytes wait or the file ends."""
        pieces = [self._rest]
        waiting = len(self._rest)
        while waiting < size and not self._at_end:
            piece = self.stream.read(size - waiting)
            self._at_end = not piece
            pieces.append(piece)
            waiting += len(piece)
        self._rest = b"".join(pieces)

    def _decoded(self, data: bytes, *, partial: bool = False) -> str:
        """UTF-8, from the first byte that is none on Windows-1252."""
        if self.encoding == "utf-8":
            decoder = codecs.getincrementaldecoder("utf-8")()
            try:
                return decoder.decode(data, final=not partial)
            except UnicodeDecodeError:
                self.encoding = "cp1252"
        try:
            return data.decode("cp1252")
        except UnicodeDecodeError as error:
            raise RefusedFile(
                f"{self.name} is neither UTF-8 nor Windows-1252 text. Save it as “CSV UTF-8” and send it again."
            ) from error

    def blocks(self) -> Iterator[tuple[bytes, "np.ndarray", "np.ndarray"]]:
        """Whole lines at a time: the bytes, where each line ends, and how many columns it has."""
        self.head()
        while self._rest or not self._at_end:
            self._fill(LIMITS.block)
            data = self._rest
            if self._at_end and data and not data.endswith(b"\n"):
                data += b"\n"
            if b"\x00" in data:
                row = self._line + data.count(b"\n", 0, data.index(b"\x00")) + 1
                raise RefusedFile(
                    f"{self.name} holds a NUL byte in row {row:,}, so it is damaged or no text. Ask for it again."
                )
            marks = np.frombuffer(data, dtype=np.uint8)
            ends, columns = measured(marks, ord(self.separator))
            self._refuse_long_lines(data, ends)
            if not len(ends):
                raise RefusedFile(line_too_long(self.name, self._line + 1))
            block, self._rest = data[: ends[-1] + 1], data[ends[-1] + 1 :]
            if self._at_end and self._rest:
                raise RefusedFile(
                    f"{self.name} opens a quotation mark in row {self._line + len(ends) + 1:,} and never closes it. "
                    "It may have been cut off."
                )
            yield block, ends, columns
            self._line += len(ends)

    def _refuse_long_lines(self, data: bytes, ends: "np.ndarray") -> None:
        lengths = np.diff(ends, prepend=-1)
        if len(lengths) and lengths.max() > LIMITS.longest_line:
            raise RefusedFile(line_too_long(self.name, self._line + int(lengths.argmax()) + 1))
        last = int(ends[-1]) if len(ends) else -1
        if len(data) - last - 1 > LIMITS.longest_line:
            raise RefusedFile(line_too_long(self.name, self._line + len(ends) + 1))

    def frames(self, found: Recognition) -> Iterator[pd.DataFrame]:
        for block, ends, columns in self.blocks():
            numbers = np.arange(self._line + 1, self._line + len(ends) + 1)
            usable = (columns == found.width) & (numbers > found.header_rows)
            if not usable.all():
                self._set_aside(block, ends, columns, numbers, ~usable & (numbers > found.header_rows), found)
                block = kept_lines(block, ends, usable)
                numbers = numbers[usable]
            if len(numbers):
                yield self._frame(block, numbers, found)

    def _set_aside(
        self,
        block: bytes,
        ends: "np.ndarray",
        columns: "np.ndarray",
        numbers: "np.ndarray",
        wrong: "np.ndarray",
        found: Recognition,
    ) -> None:
        starts = np.concatenate(([0], ends[:-1] + 1))
        for index in np.flatnonzero(wrong):
            line = block[starts[index] : ends[index] + 1]
            if not line.strip(NOTHING):
                continue
            self.ragged_count += 1
            is_last = self._at_end and not self._rest and index == len(ends) - 1
            if is_last and columns[index] < found.width:
                raise RefusedFile(
                    f"{self.name} stops in the middle of row {numbers[index]:,}: it was cut off. Ask for it again."
                )
            if len(self.ragged) < LIMITS.refusals_kept:
                cells = [unguarded(cell) for cell in cells_of(self._decoded(line), self.separator)]
                self.ragged.append(RaggedRow(int(numbers[index]), int(columns[index]), cells))

    def _frame(self, block: bytes, numbers: "np.ndarray", found: Recognition) -> pd.DataFrame:
        self._decoded(block)
        positions = sorted(found.columns.items(), key=lambda item: item[1])
        last = self.separator.encode().join([NO_NUMBER] * found.width) + b"\n"
        try:
            frame = pd.read_csv(
                io.BytesIO(block + last),
                sep=self.separator,
                header=None,
                names=list(range(found.width)),
                usecols=[position for _, position in positions],
                dtype="category",
                na_filter=False,
                skip_blank_lines=False,
                index_col=False,
                encoding=self.encoding,
                engine="c",
                # A block is small, and pandas need not put its pieces together.
                low_memory=False,
            )
        except (pd.errors.ParserError, pd.errors.EmptyDataError) as error:
            raise RefusedFile(
                f"{self.name} cannot be read as CSV near row {numbers[0]:,}: check its quotation marks."
            ) from error
        if len(frame) != len(numbers) + 1:
            raise RefusedFile(f"{self.name} cannot be read as CSV near row {numbers[0]:,}: check its quotation marks.")
        frame.columns = pd.Index([name for name, _ in positions])
        frame = pd.DataFrame({name: without_last(frame[name]) for name in frame.columns}, copy=False)
        return finished(frame, numbers, self)


def finished(frame: pd.DataFrame, numbers: "np.ndarray", table: "TextTable | object") -> pd.DataFrame:
    """Cells stripped, guards against formulas too, empty rows out, spreadsheet row numbers as the index."""
    frame.index = pd.Index(numbers, name="row")
    empty = np.ones(len(frame), dtype=bool)
    for name in frame.columns:
        column = stripped(frame[name])
        frame[name] = column
        blank = column.cat.categories.get_indexer(pd.Index([""]))[0]
        empty &= column.cat.codes.to_numpy() == blank if blank >= 0 else False
    if empty.any():
        frame = frame[~empty]
    table.rows += len(frame)  # type: ignore[union-attr]
    return frame


def without_last(column: "pd.Series[str]") -> "pd.Series[str]":
    """A column of categories without its last row, and without that row's word where it is the only one to have it."""
    codes, words = column.cat.codes.to_numpy(), column.cat.categories
    codes, last = codes[:-1], codes[-1]
    if not (codes == last).any():
        codes, words = codes - (codes > last).astype(codes.dtype), words.delete(last)
    return pd.Series(pd.Categorical.from_codes(codes, categories=words, validate=False))


def stripped(column: "pd.Series[str]") -> "pd.Series[str]":
    old = words_of(column)
    new = [GUARD.sub("", word.strip()) for word in old]
    if new == old:
        return column
    distinct = pd.Index(dict.fromkeys(new))
    codes = distinct.get_indexer(pd.Index(new))[column.cat.codes.to_numpy()]
    return pd.Series(pd.Categorical.from_codes(codes, categories=distinct), index=column.index)


def measured(marks: "np.ndarray", separator: int) -> tuple["np.ndarray", "np.ndarray"]:
    """Where each record ends, and how many columns it has; what stands between quotation marks is one cell."""
    between, newlines = marks == separator, marks == NEWLINE
    quotes = marks == QUOTE
    if quotes.any():
        outside = outside_of(np.flatnonzero(quotes), len(marks))
        between &= outside
        newlines &= outside
    ends = np.flatnonzero(newlines)
    if not len(ends):
        return ends, ends
    before = np.searchsorted(np.flatnonzero(between), ends)
    return ends, np.diff(before, prepend=0) + 1


def outside_of(quotes: "np.ndarray", length: int) -> "np.ndarray":
    """Which bytes stand outside of quotation marks, of which there are few in most files."""
    if len(quotes) > FEW_QUOTES:
        inside = np.zeros(length, dtype=bool)
        inside[quotes] = True
        return ~np.logical_xor.accumulate(inside)
    outside = np.ones(length, dtype=bool)
    for first, last in zip_longest(quotes[::2].tolist(), quotes[1::2].tolist()):
        outside[first:last] = False
    return outside


def kept_lines(block: bytes, ends: "np.ndarray", usable: "np.ndarray") -> bytes:
    """The block without the lines that are not usable, copied in runs."""
    starts = np.concatenate(([0], ends[:-1] + 1))
    edges = np.flatnonzero(np.diff(np.concatenate(([0], usable.astype(np.int8), [0]))))
    return b"".join(
        block[starts[first] : ends[last - 1] + 1] for first, last in zip(edges[::2], edges[1::2], strict=True)
    )


def cells_of(line: str, separator: str) -> list[str]:
    """The cells of a line that is not as wide as it should be, as well as they can be told apart."""
    text = line.rstrip("\r\n").replace("\r", " ")
    try:
        return next(csv.reader([text], delimiter=separator), [])
    except csv.Error:
        return text.split(separator)


def refuse_binary(data: bytes, name: str) -> None:
    for start, what in BINARY_STARTS.items():
        if data.startswith(start):
            advice = (
                "Open it in Excel and save it as .xlsx or CSV."
                if "xls" in what
                else "Send a CSV, a zip or an .xlsx file."
            )
            raise RefusedFile(f"{name} is {what}, whatever its name says. {advice}")
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise RefusedFile(f"{name} is saved as “Unicode text” (UTF-16). Save it as “CSV UTF-8” and send it again.")


def line_too_long(name: str, row: int) -> str:
    return (
        f"Row {row:,} of {name} is longer than {LIMITS.longest_line:,} characters. The file is damaged, or a quotation "
        "mark is opened and never closed."
    )
