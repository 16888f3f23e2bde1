"""Rows of a file's tables, checked one by one and put together: one row a practice-month.

Long tables are gathered as whole numbers that stand for words, so that a practice-month may straddle chunks and half a
million rows take some 30 MB.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np
import pandas as pd

from practices import measures
from practices.importing import cells
from practices.importing.figures import rows
from practices.importing.formats.base import FigureFormat
from practices.importing.issues import REFUSAL, Fault, IssueLog, clean

DESCRIBING = ("practice_name", "supplier", "ccg_code", "ccg_name", "region_code")


@dataclass
class Words:
    """Distinct words, each under a number that stays the same from chunk to chunk."""

    numbers: dict[str, int] = field(default_factory=dict)

    def coded(self, column: "pd.Series[str]") -> "np.ndarray":
        own = [self.numbers.setdefault(word, len(self.numbers)) for word in cells.words_of(column)]
        return np.array(own, dtype=np.int32)[cells.codes_of(column)] if own else np.zeros(len(column), dtype=np.int32)

    def listed(self) -> list[str]:
        return list(self.numbers)


@dataclass
class Gathered:
    """What the tables say, put together.

    figures     a row a practice-month: practice_code, month (date), file, row, field_rows, the describing words, and
                the columns of MonthlyFigures that the files speak of (numbers as floats, NaN where silent)
    covers      those columns
    held        practice-months with a refused row, which stay out whole
    incomplete  columns of the format that no row speaks of
    """

    figures: pd.DataFrame
    covers: list[str]
    held: int = 0
    incomplete: list[str] = field(default_factory=list)


class LongGatherer:
    """For tables with a row a figure."""

    def __init__(self, format_: FigureFormat, issues: IssueLog) -> None:
        self.format = format_
        self.issues = issues
        self.columns = {name.casefold(): column for name, column in format_.fields.items()}
        self.order = {column: number for number, column in enumerate(format_.covers)}
        self.words = {name: Words() for name in ("practice_code", "month", *DESCRIBING)}
        self.parts: list[dict[str, np.ndarray]] = []
        self.teller = Teller(issues, format_)

    def take(self, file: int, frame: pd.DataFrame, bad: list[Fault], raw: pd.DataFrame) -> None:
        """Checks a chunk's figures beside the faults already found, keeps what is right, tells what is not."""
        field_words = cells.words_of(frame["field"])
        field_codes = cells.codes_of(frame["field"])
        measures = np.array([self.columns.get(word.casefold(), "") for word in field_words], dtype=object)
        measure = measures[field_codes].astype(str)
        distinct, not_whole = cells.numbers(cells.words_of(frame["value"]))
        value_codes = cells.codes_of(frame["value"])
        values = distinct[value_codes]
        faults = [
            *bad,
            *rows.field_faults(frame, self.format.fields),
            *rows.value_faults(frame, "value", values, not_whole[value_codes], measure),
        ]
        right = ~self.teller.tell(faults, frame, file, raw)
        numbers = np.array([self.order.get(name, -1) for name in measures], dtype=np.int16)
        part = {name: words.coded(frame[name])[right] for name, words in self.words.items()}
        part["field"] = numbers[field_codes][right]
        part["value"] = values[right]
        part["row"] = frame.index.to_numpy()[right].astype(np.int64)
        part["file"] = np.full(int(right.sum()), file, dtype=np.int16)
        self.parts.append(part)

    def finish(self) -> Gathered:
        covers = list(self.format.covers)
        if not any(len(part["row"]) for part in self.parts):
            return Gathered(empty_figures(covers), covers, held=len(self.teller.held))
        whole = {name: np.concatenate([part[name] for part in self.parts]) for name in self.parts[0]}
        self.parts.clear()
        months = [cells.month_of_end(word) for word in self.words["month"].listed()]
        distinct_months = sorted({month for month in months if month})
        month_number = np.array([distinct_months.index(m) if m else -1 for m in months])[whole["month"]]
        keys = whole["practice_code"].astype(np.int64) * len(distinct_months) + month_number
        unique, first, place = np.unique(keys, return_index=True, return_inverse=True)
        table = Pivot(len(unique), len(covers), place, whole)
        codes = np.array(self.words["practice_code"].listed(), dtype=object)[whole["practice_code"][first]]
        frame = pd.DataFrame(
            {
                "practice_code": words(codes),
                "month": np.array(distinct_months, dtype=object)[month_number[first]],
                "file": whole["file"][first],
                "row": table.first_row,
            }
        )
        for name in DESCRIBING:
            frame[name] = words(np.array(self.words[name].listed(), dtype=object)[whole[name][first]])
        for number, column in enumerate(covers):
            frame[column] = table.values[:, number]
        frame["field_rows"] = words(table.field_rows(covers))
        held = self._hold(frame, table)
        silent = [column for number, column in enumerate(covers) if not table.named[:, number].any()]
        sound = frame[~held].reset_index(drop=True)
        return Gathered(sound, covers, held=int(held.sum()), incomplete=silent)

    def _hold(self, frame: pd.DataFrame, table: "Pivot") -> "np.ndarray":
        """Practice-months that stay out whole: with a refused row, a contradicting double, or a figure missing."""
        held = np.zeros(len(frame), dtype=bool)
        if self.teller.held:
            keys = zip(frame["practice_code"], frame["month"], strict=True)
            held = np.array([key in self.teller.held for key in keys], dtype=bool)
        faulty: set[int] = set(np.flatnonzero(held).tolist())
        for place, number, one, other, same in table.doubles():
            faulty.update(() if same else (place,))
            self._tell_double(frame, place, number, one, other, same)
        expected = table.named.any(axis=0)
        missing = ~table.named & expected
        for place in np.flatnonzero(missing.any(axis=1)).tolist():
            if place not in faulty:
                self._tell_missing(frame, place, missing[place])
        held[list(faulty)] = True
        held |= missing.any(axis=1)
        self._give_back(frame, table, held)
        return held

    def _tell_double(
        self, frame: pd.DataFrame, place: int, number: int, one: tuple[int, int], other: tuple[int, int], same: bool
    ) -> None:
        practice = frame.iloc[place]
        name = self._field_name(number)
        between = "" if one[0] == other[0] else " of two files"
        rows_named = f"Rows {one[1]:,} and {other[1]:,}{between} both give {name} of {practice['practice_code']}"
        details = {
            "file": other[0],
            "row": other[1],
            "column": "field",
            "value": name,
            "practice_code": practice["practice_code"],
            "month": practice["month"],
        }
        if same:
            self.issues.warn("double_same", f"{rows_named}, with the same value. It counts once.", **details)
        else:
            self.issues.refuse(
                "double", f"{rows_named}, with different values.", allowed="one row for each figure", **details
            )

    def _tell_missing(self, frame: pd.DataFrame, place: int, missing: "np.ndarray") -> None:
        practice = frame.iloc[place]
        names = ", ".join(self._field_name(number) for number in np.flatnonzero(missing).tolist())
        self.issues.refuse(
            "incomplete",
            f"{practice['practice_code']} has no row for {names}, which the file gives for others.",
            file=int(practice["file"]),
            row=int(practice["row"]),
            column="field",
            allowed="all figures of a practice and month",
            practice_code=practice["practice_code"],
            month=practice["month"],
        )

    def _give_back(self, frame: pd.DataFrame, table: "Pivot", held: "np.ndarray") -> None:
        """The sound rows of practice-months that are held, so that the file to mend has them whole."""
        for place in np.flatnonzero(held).tolist():
            practice = frame.iloc[place]
            for file, row, number, value in table.rows_of(place):
                self.issues.refuse(
                    "held_back",
                    f"Held back with the other rows of {practice['practice_code']} in this month.",
                    file=file,
                    row=row,
                    practice_code=practice["practice_code"],
                    month=practice["month"],
                    line=self._line(practice, number, value),
                )

    def _line(self, practice: "pd.Series[str]", number: int, value: float) -> list[str]:
        known = {name: str(practice[name]) for name in DESCRIBING} | {
            "practice_code": str(practice["practice_code"]),
            "month": str(pd.Timestamp(practice["month"]).to_period("M").end_time.date()),
            "field": self._field_name(number),
            "value": "" if np.isnan(value) else str(int(value)),
        }
        return [known.get(name, "") for name in self.format.headings]

    def _field_name(self, number: int) -> str:
        column = self.format.covers[number]
        return next(name for name, each in self.format.fields.items() if each == column)


class Pivot:
    """Values and row numbers of the long rows, as tables of practice-month by field."""

    def __init__(self, height: int, width: int, place: "np.ndarray", whole: dict[str, "np.ndarray"]) -> None:
        self.whole, self.place = whole, place
        cell = place * width + whole["field"]
        self.cell, self.width = cell, width
        self.values = np.full((height, width), np.nan)
        self.row = np.full((height, width), -1, dtype=np.int64)
        self.values.flat[cell] = whole["value"]
        self.row.flat[cell] = whole["row"]
        self.named = self.row >= 0
        self.first_row = np.where(self.named, self.row, np.iinfo(np.int64).max).min(axis=1)
        self._sorted: np.ndarray | None = None

    def field_rows(self, columns: Sequence[str]) -> "np.ndarray":
        """Row numbers of the fields as differences from the first; most practices share one of few patterns."""
        differences = np.where(self.named, self.row - self.first_row[:, None], -1)
        patterns, which = np.unique(differences, axis=0, return_inverse=True)
        texts = measures.steps_texts(columns, patterns.tolist())
        return np.array(texts, dtype=object)[which.ravel()]

    def doubles(self) -> Iterable[tuple[int, int, tuple[int, int], tuple[int, int], bool]]:
        if self.named.sum() == len(self.cell):
            return
        order = np.argsort(self.cell, kind="stable")
        again = np.flatnonzero(np.diff(self.cell[order]) == 0)
        for position in again:
            one, other = order[position], order[position + 1]
            first, second = self.whole["value"][one], self.whole["value"][other]
            same = bool(first == second or (np.isnan(first) and np.isnan(second)))
            yield (
                int(self.place[one]),
                int(self.whole["field"][one]),
                (int(self.whole["file"][one]), int(self.whole["row"][one])),
                (int(self.whole["file"][other]), int(self.whole["row"][other])),
                same,
            )

    def rows_of(self, place: int) -> Iterable[tuple[int, int, int, float]]:
        if self._sorted is None:
            self._sorted = np.argsort(self.place, kind="stable")
        low, high = np.searchsorted(self.place[self._sorted], [place, place + 1])
        for index in self._sorted[low:high]:
            yield (
                int(self.whole["file"][index]),
                int(self.whole["row"][index]),
                int(self.whole["field"][index]),
                float(self.whole["value"][index]),
            )


def words(values: "np.ndarray") -> "pd.Series[str]":
    """A column of plain Python strings, which later steps go through one by one."""
    return pd.Series(values, dtype=object)


def empty_figures(covers: Iterable[str]) -> pd.DataFrame:
    return pd.DataFrame(columns=["practice_code", "month", "file", "row", *DESCRIBING, *covers, "field_rows"])


@dataclass
class Teller:
    """Turns the faults of chunks into issues, and remembers which practice-months they hold back."""

    issues: IssueLog
    format: FigureFormat
    held: set[tuple[str, date]] = field(default_factory=set)

    def tell(self, faults: list[Fault], frame: pd.DataFrame, file: int, raw: pd.DataFrame) -> "np.ndarray":
        """An issue for each faulty row; the first fault of a row carries its line. Says which rows are faulty."""
        wrong = np.zeros(len(frame), dtype=bool)
        for fault in faults:
            indices = np.flatnonzero(fault.rows)
            room = self.issues.room(REFUSAL, fault.code)
            for index in indices[:room]:
                self._tell_row(fault, frame, file, raw, int(index), again=bool(wrong[index]))
            self.issues.count_only(REFUSAL, fault.code, max(0, len(indices) - room))
            wrong[indices] = True
        keys = frame.loc[wrong, ["practice_code", "month"]].astype(str).drop_duplicates()
        for code, text in keys.itertuples(index=False):
            month = cells.month_of_end(text)
            if month and cells.PRACTICE_CODE.fullmatch(code):
                self.held.add((code, month))
        return wrong

    def _tell_row(
        self, fault: Fault, frame: pd.DataFrame, file: int, raw: pd.DataFrame, index: int, *, again: bool
    ) -> None:
        row = frame.iloc[index]
        number = int(frame.index[index])
        code, month = str(row["practice_code"]), cells.month_of_end(str(row["month"]))
        cell = clean(str(row[fault.column]))
        headings = self.format.headings.get(fault.column)
        self.issues.refuse(
            fault.code,
            fault.message.format(cell[:60]),
            file=file,
            row=number,
            column=headings[0] if headings else measures.label(fault.column),
            value=cell,
            allowed=fault.allowed,
            practice_code=code if cells.PRACTICE_CODE.fullmatch(code) else "",
            month=month,
            line=None if again else self._line(raw, number),
        )

    def _line(self, raw: pd.DataFrame, number: int) -> list[str]:
        row = raw.loc[number]
        return [str(row[name]) if name in raw.columns else "" for name in self.format.headings]
