"""What a format is: it recognises a table by its headings or its shape, reads its cells as text, and does nothing else.

A format is a module of this package with one or more instances in a tuple FORMATS. Nothing else needs to know of it.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal, Protocol

import pandas as pd

from practices import measures

Kind = Literal["figures", "register", "lookup"]
Shape = Literal["long", "wide"]

# Columns of a chunk of figures that say whose figures they are; a format that does not know one leaves it out.
IDENTITY = ("practice_code", "practice_name", "supplier", "ccg_code", "ccg_name", "region_code", "month")


class RefusedFile(Exception):
    """A file that cannot be read or understood at all, in a sentence for the person who sent it."""


@dataclass(frozen=True)
class Head:
    """The first rows of a table, cells stripped; `at` is the place from 0 of the row that is taken for the headings."""

    name: str
    rows: tuple[tuple[str, ...], ...]
    at: int = 0

    @property
    def first(self) -> tuple[str, ...]:
        return self.rows[self.at] if self.rows else ()


@dataclass(frozen=True)
class Recognition:
    """Where in the table the format found its columns: `columns` maps the format's own name to the position from 0."""

    format: "Format"
    columns: Mapping[str, int]
    width: int
    header_rows: int = 1
    words: str = ""


class Table(Protocol):
    """A CSV file or a sheet. Rows are numbered as a spreadsheet shows them: the first row of the file is 1."""

    name: str

    def head(self) -> Head: ...

    def frames(self, found: Recognition) -> Iterator[pd.DataFrame]:
        """Chunks with the recognised columns as categories of stripped text, the index being the row number.

        Rows with nothing in them are left out. Rows of another width are left out too and told to the table's `ragged`.
        """
        ...


@dataclass(frozen=True, kw_only=True)
class Format:
    """A layout with headings.

    key         stored with the import
    words       what people read: "POMI, long format"
    kind        what its rows are: figures of practices, entries of the register, or a lookup
    headings    the format's own name of each column -> the headings that it may have in a file (compared without case)
    optional    names of columns that may be missing
    """

    key: str
    words: str
    kind: Kind
    headings: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    optional: frozenset[str] = frozenset()
    # Shown beside the upload.
    note: str = ""
    # What a person picks where only a person can tell formats of one layout apart
    choice: str = ""

    def recognise(self, head: Head) -> Recognition | None:
        """Recognised where every column that must be there is there, whatever the order and the rest."""
        seen = {tidy(heading): position for position, heading in enumerate(head.first)}
        columns = {}
        for name, alternatives in self.headings.items():
            position = next((seen[tidy(each)] for each in alternatives if tidy(each) in seen), None)
            if position is not None:
                columns[name] = position
            elif name not in self.optional:
                return None
        return Recognition(
            format=self, columns=columns, width=len(head.first), header_rows=head.at + 1, words=self.words
        )

    def could_be(self, head: Head) -> Recognition | None:
        """What the table would be if a person said that it is of this format; None where its layout speaks against."""
        return None

    def expected(self) -> list[str]:
        """The headings as a file of this format would have them."""
        return [alternatives[0] for alternatives in self.headings.values()]

    def mend_headings(self) -> list[str]:
        """The first row of a file of refused rows; none where the format has no headings."""
        return self.expected()

    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        return table.frames(found)


@dataclass(frozen=True, kw_only=True)
class FigureFormat(Format):
    """A layout of figures. Its chunks have the columns of IDENTITY that it knows, and

    long: `field` (a key of `fields`, compared without case) and `value`, one row a figure;
    wide: one column for each name in `covers`, one row a practice-month.

    source      key of a source of the catalogue, which says whether rows are filtered by region
    fields      the file's name of a figure -> the column of MonthlyFigures (long shape)
    covers      columns of MonthlyFigures that such a file speaks of; others keep what is live
    unknown     what becomes of a practice that the register does not know: brought in as provisional, or refused
    """

    kind: Kind = "figures"
    source: str
    shape: Shape
    covers: Sequence[str]
    fields: Mapping[str, str] = field(default_factory=dict)
    unknown: Literal["provisional", "refuse"] = "provisional"

    @property
    def regional(self) -> bool:
        return measures.source(self.source).regional


def one_line(words: str) -> str:
    """White space of any kind as one blank: nobody sees line breaks and no-break spaces inside a heading."""
    return " ".join(words.replace("\ufeff", " ").replace("\u200b", " ").split())


def tidy(heading: str) -> str:
    return one_line(heading).casefold()


def replaced(column: "pd.Series[str]", words: Mapping[str, str]) -> "pd.Series[str]":
    """A column of categories with some words read as others, compared without case."""
    known = {key.casefold(): value for key, value in words.items()}
    old = column.cat.categories
    new = [known.get(str(word).casefold(), str(word)) for word in old]
    distinct = pd.Index(dict.fromkeys(new))
    codes = distinct.get_indexer(pd.Index(new))[column.cat.codes.to_numpy()] if len(old) else column.cat.codes
    return pd.Series(pd.Categorical.from_codes(codes, categories=distinct), index=column.index)
