"""The arrays that scoring works on: practice-months and, lined up with them, what each source says."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np
import numpy.typing as npt
import pandas as pd

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

NOBODY = -1
"""In columns of ids: there is none."""


def month_number(month: date) -> int:
    return month.year * 12 + month.month - 1


def month_from_number(number: int) -> date:
    return date(number // 12, number % 12 + 1, 1)


def keys_of(practices: Integers, months: Integers) -> Integers:
    """One number for a practice and a month; a practice's id stays under 2^40."""
    return (months << 40) | practices


@dataclass(frozen=True)
class PracticeMonths:
    """The practices of each month: ids and month numbers, one entry a practice-month; ccg and borough as ids."""

    practice: Integers
    month: Integers
    ccg: Integers
    borough: Integers

    def __len__(self) -> int:
        return len(self.practice)

    @property
    def keys(self) -> Integers:
        return keys_of(self.practice, self.month)


@dataclass(frozen=True)
class SourceColumns:
    """What one source says, lined up with the practice-months: NaN where silent, id NOBODY where it has no row."""

    id: Integers
    columns: dict[str, Floats]

    @property
    def present(self) -> Booleans:
        return np.asarray(self.id != NOBODY)

    def total(self, names: Sequence[str]) -> Floats:
        """The columns added up; NaN where one of them is blank."""
        return np.asarray(np.sum([self.columns[name] for name in names], axis=0), dtype=np.float64)


@dataclass(frozen=True)
class Evidence:
    """Practice-months with evidence of promotion dated within twelve months, and those where somebody asked for it.

    figures: the row that holds the latest evidence, NOBODY where there is none.
    """

    shown: Booleans
    asked: Booleans
    figures: Integers


@dataclass(frozen=True)
class Material:
    """All that the rules of some months are scored from; months_of: the months in which each source has a file."""

    practice_months: PracticeMonths
    sources: dict[str, SourceColumns]
    evidence: Evidence
    months_of: dict[str, frozenset[int]]


def line_up(rows: pd.DataFrame, wanted: Integers, names: Iterable[str]) -> SourceColumns:
    """The rows of one source (columns id, key and the named ones) in the order of the wanted keys."""
    positions = pd.Index(rows["key"].to_numpy(dtype=np.int64)).get_indexer(pd.Index(wanted))
    found = positions >= 0

    def taken(name: str) -> Floats:
        values = pd.to_numeric(rows[name]).to_numpy(dtype=np.float64, na_value=np.nan)
        return np.where(found, values[positions], np.nan) if len(values) else np.full(len(wanted), np.nan)

    ids = rows["id"].to_numpy(dtype=np.int64)
    lined_up = np.where(found, ids[positions], NOBODY) if len(ids) else np.full(len(wanted), NOBODY, dtype=np.int64)
    return SourceColumns(id=lined_up, columns={name: taken(name) for name in names})
