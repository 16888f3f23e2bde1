"""The checks that one row can fail by itself: each column's words against what is possible."""

import difflib
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pandas as pd

from practices import measures
from practices.importing import cells
from practices.importing.issues import Fault
from practices.importing.limits import THRESHOLDS
from practices.measures import STATUSES

STATUS_COLUMNS = measures.columns("status")
MAY_BE_NEGATIVE = tuple(each.column for each in measures.MEASURES if each.signed)
ALLOWED_STATUS = ", ".join(f"{number} {words}" for number, words in STATUSES.items())


def identity_faults(frame: pd.DataFrame) -> list[Fault]:
    faults = [
        _fault(
            frame,
            "practice_code",
            "practice_code",
            lambda words: ~cells.matching(words, cells.PRACTICE_CODE),
            "“{}” is not the code of a practice.",
            "a capital letter and five digits, such as F82001",
        ),
        _fault(
            frame,
            "month",
            "month",
            lambda words: np.array([cells.month_of_end(word) is None for word in words], dtype=bool),
            "“{}” is not the last day of a month that is over.",
            cells.ALLOWED_MONTH,
        ),
    ]
    if "ccg_code" in frame:
        faults.append(
            _fault(
                frame,
                "ccg_code",
                "ccg_code",
                lambda words: ~cells.matching(words, cells.CCG_CODE),
                "“{}” is not the code of a CCG or sub-ICB location.",
                "three to five capital letters and digits, such as 08L",
            )
        )
    return [each for each in faults if each.rows.any()]


def _fault(
    frame: pd.DataFrame,
    column: str,
    code: str,
    wrong: Callable[[list[str]], "np.ndarray"],
    message: str,
    allowed: str,
) -> Fault:
    words = cells.words_of(frame[column])
    return Fault(code, column, message, allowed, wrong(words)[cells.codes_of(frame[column])] if words else _none(frame))


def _none(frame: pd.DataFrame) -> "np.ndarray":
    return np.zeros(len(frame), dtype=bool)


def field_faults(frame: pd.DataFrame, fields: Mapping[str, str]) -> list[Fault]:
    """Names of figures that the format does not have, each with the one that was probably meant."""
    known = {name.casefold(): name for name in fields}
    faults = []
    codes = cells.codes_of(frame["field"])
    for number, word in enumerate(cells.words_of(frame["field"])):
        if word.casefold() in known:
            continue
        near = difflib.get_close_matches(word.casefold(), known, n=1, cutoff=0.75)
        hint = f" Is it {known[near[0]]}?" if near else ""
        faults.append(
            Fault("field", "field", f"“{{}}” is no figure of this format.{hint}", _listed(fields), codes == number)
        )
    return faults


def _listed(names: Sequence[str] | Mapping[str, str]) -> str:
    return ", ".join(names)[:200]


def value_faults(
    frame: pd.DataFrame, column: str, values: "np.ndarray", not_whole: "np.ndarray", measure: "np.ndarray"
) -> list[Fault]:
    """Faults of a column of figures; `measure` names for each row the column of MonthlyFigures that it speaks of."""
    is_status = np.isin(measure, STATUS_COLUMNS)
    may_fall = np.isin(measure, MAY_BE_NEGATIVE)
    present = ~np.isnan(values)
    limit = THRESHOLDS.largest_count
    faults = [
        Fault(
            "not_whole",
            column,
            "“{}” is not a whole number.",
            "a whole number, or nothing where it is not known",
            not_whole,
        ),
        Fault(
            "status",
            column,
            "“{}” is no status.",
            ALLOWED_STATUS,
            is_status & present & ~np.isin(values, list(STATUSES)),
        ),
        Fault(
            "negative", column, "“{}” is below zero.", "zero or more", present & ~is_status & ~may_fall & (values < 0)
        ),
        Fault(
            "too_large",
            column,
            "“{}” is more than any practice could have.",
            f"up to {limit:,}",
            present & ~is_status & (np.abs(values) > limit),
        ),
    ]
    return [each for each in faults if each.rows.any()]
