"""Tables with a row a practice-month: POMI until March 2017, list sizes, the practice return."""

from collections.abc import Iterator
from itertools import pairwise
from typing import Any

import numpy as np
import pandas as pd

from practices import measures
from practices.importing import cells
from practices.importing.figures import rows
from practices.importing.figures.gather import DESCRIBING, Gathered, Teller, empty_figures
from practices.importing.formats.base import FigureFormat
from practices.importing.issues import Fault, IssueLog

YES = frozenset({"1", "true", "yes", "y"})
# numerator -> denominator: more of the first than of the second is impossible where a person counted both
PARTS_OF = {part: whole for whole, parts in measures.parts(measures.RETURN.key).items() for part in parts}


class WideGatherer:
    """Several formats of one source may take part in one import: what each covers is put together."""

    def __init__(self, format_: FigureFormat, issues: IssueLog) -> None:
        self.issues = issues
        self.parts: list[pd.DataFrame] = []
        self.tellers: list[Teller] = []
        self.format = format_
        self.covers: list[str] = []

    def take(self, file: int, frame: pd.DataFrame, bad: list[Fault], raw: pd.DataFrame, format_: FigureFormat) -> None:
        self.covers += [column for column in format_.covers if column in frame and column not in self.covers]
        faults = list(bad)
        parsed: dict[str, Any] = {}
        for column in format_.covers:
            if column in frame:
                parsed[column], found = read_column(frame, column)
                faults += found
        faults += numerator_faults(frame, parsed)
        teller = Teller(self.issues, format_)
        right = ~teller.tell(faults, frame, file, raw)
        self.tellers.append(teller)
        part = pd.DataFrame(parsed, index=frame.index)
        part["practice_code"] = frame["practice_code"].astype(object)
        months = [cells.month_of_end(word) for word in cells.words_of(frame["month"])]
        part["month"] = np.array(months, dtype=object)[cells.codes_of(frame["month"])]
        for name in DESCRIBING:
            part[name] = frame[name].astype(object) if name in frame else ""
        part["row"] = frame.index
        part["file"] = file
        self.parts.append(part[right])

    def finish(self) -> Gathered:
        held = set().union(*(teller.held for teller in self.tellers)) if self.tellers else set()
        parts = [part for part in self.parts if len(part)]
        if not parts:
            return Gathered(empty_figures(self.covers), self.covers, held=len(held))
        whole = pd.concat(parts, ignore_index=True)
        keys = ["practice_code", "month"]
        conflicting = self._doubles(whole)
        whole = whole.groupby(keys, sort=True, as_index=False).first()
        out = np.array(
            [key in held or key in conflicting for key in zip(whole["practice_code"], whole["month"], strict=True)]
        )
        whole["field_rows"] = ""
        return Gathered(whole[~out].reset_index(drop=True), self.covers, held=int(out.sum()))

    def _doubles(self, whole: pd.DataFrame) -> set[tuple[str, Any]]:
        """Practice-months given twice: the same figure with two values is refused, with one value it counts once."""
        conflicting: set[tuple[str, Any]] = set()
        keys = ["practice_code", "month"]
        again = whole[whole.duplicated(keys, keep=False)]
        for (code, month), group in again.groupby(keys):
            for one, other in pairs(group):
                shared = [c for c in self.covers if known(one[c]) and known(other[c])]
                differing = [c for c in shared if one[c] != other[c]]
                if not shared or (one["file"] != other["file"] and not differing):
                    continue
                message = f"Rows {one['row']:,} and {other['row']:,} are both about {code} in the same month"
                details = {"file": int(other["file"]), "row": int(other["row"]), "practice_code": code, "month": month}
                if differing:
                    named = ", ".join(measures.label(column) for column in differing[:3])
                    line = [str(other.get(name, "")) for name in self.format.headings]
                    self.issues.refuse(
                        "double",
                        f"{message}, with different values ({named}).",
                        allowed="one row for each practice and month",
                        line=line,
                        **details,
                    )
                    conflicting.add((str(code), month))
                else:
                    self.issues.warn("double_same", f"{message}, with the same values. It counts once.", **details)
        return conflicting


def pairs(group: pd.DataFrame) -> Iterator[tuple[dict[str, Any], dict[str, Any]]]:
    records = group.to_dict("records")
    return pairwise(records)  # type: ignore[arg-type]


def known(value: Any) -> bool:
    return value is not None and value != "" and value == value


def read_column(frame: pd.DataFrame, column: str) -> tuple[Any, list[Fault]]:
    """A column of text as the measure wants it, and what is wrong with it."""
    measure = measures.by_column()[column]
    words, codes = cells.words_of(frame[column]), cells.codes_of(frame[column])
    if measure.is_number:
        distinct, not_whole = cells.numbers(words)
        values = distinct[codes] if words else np.full(len(frame), np.nan)
        wrong = not_whole[codes] if words else np.zeros(len(frame), dtype=bool)
        return values, rows.value_faults(frame, column, values, wrong, np.full(len(frame), column))
    if measure.kind == "date":
        days = [cells.day_of(word) for word in words]
        wrong_words = np.array([bool(word) and day is None for word, day in zip(words, days, strict=True)], dtype=bool)
        fault = Fault(
            "date", column, "“{}” is not a date.", "a day, such as 31/12/2018 or 2018-12-31", wrong_words[codes]
        )
        return np.array(days, dtype=object)[codes], [fault] if fault.rows.any() else []
    if measure.kind == "yes_no":
        return np.array([word.casefold() in YES for word in words], dtype=bool)[codes], []
    longest = measure.length
    long_words = np.array([len(word) > longest for word in words], dtype=bool)
    fault = Fault("too_long", column, "“{}…” is too long.", f"at most {longest} characters", long_words[codes])
    return frame[column].astype(object).to_numpy(), [fault] if fault.rows.any() else []


def numerator_faults(frame: pd.DataFrame, parsed: dict[str, Any]) -> list[Fault]:
    faults = []
    for part, whole in PARTS_OF.items():
        if part in parsed and whole in parsed:
            more = parsed[part] > parsed[whole]
            sentence = f"“{{}}” is more than “{measures.label(whole)}” in the same row."
            faults.append(Fault("above_denominator", part, sentence, f"at most {measures.label(whole)}", more))
    return [each for each in faults if each.rows.any()]
