"""Free text of a file is held against the same check as that of a form, so that no patient's number comes in.

The words themselves never reach an issue, a preview or a file to mend: a finding says where, never what.
"""

from dataclasses import dataclass

import numpy as np
import pandas as pd

from core.identifier_forms import LOOKS_LIKE
from core.identifiers import NHS_NUMBER, Severity, find_identifiers
from practices.importing import cells
from practices.importing.formats.base import replaced
from practices.importing.issues import Fault
from practices.returns.headings import FIGURES

NAMES = ("practice_name", "ccg_name", "supplier")
WORDS = tuple(heading.column for heading in FIGURES if heading.kind in ("words", "several"))
CODE = "identifier"
HELD = "This looks like {what}. Nothing about a patient may come in."
ALLOWED = "words without a patient’s number; take it out and import the row again"
PERHAPS = "This may be {what}. If it is about a patient, undo the import and take it out."


@dataclass(frozen=True)
class Findings:
    """`stop` holds rows back; `look` are softer signs in free text, by column, which a person should look at."""

    stop: list[Fault]
    look: list[tuple[str, str, "np.ndarray"]]


def looks_like(words: str, severity: Severity) -> str:
    """What the words look like at that severity, for a sentence; empty where they look like nothing."""
    return next((LOOKS_LIKE[each.kind] for each in find_identifiers(words) if each.severity == severity), "")


def findings(frame: pd.DataFrame) -> Findings:
    found = Findings([], [])
    for column in (*NAMES, *WORDS):
        if column not in frame:
            continue
        words, codes = cells.words_of(frame[column]), cells.codes_of(frame[column])
        # What stops a row is a number. There are very many names, and hardly one holds any.
        if NHS_NUMBER.search("\n".join(words)):
            found.stop.extend(
                Fault(CODE, column, HELD.format(what=what), ALLOWED, rows)
                for what, rows in _by_likeness(words, codes, Severity.STOP)
            )
        if column in WORDS:
            found.look.extend((column, what, rows) for what, rows in _by_likeness(words, codes, Severity.WARN))
    return found


def _by_likeness(words: list[str], codes: "np.ndarray", severity: Severity) -> list[tuple[str, "np.ndarray"]]:
    likenesses = np.array([looks_like(word, severity) for word in words], dtype=object)
    return [(what, (likenesses == what)[codes]) for what in dict.fromkeys(likenesses.tolist()) if what]


def scrubbed(frame: pd.DataFrame) -> pd.DataFrame:
    """The table with those cells empty that hold what stops a row, wherever in it they stand."""
    for column in frame.columns.intersection([*NAMES, *WORDS]):
        hidden = {word: "" for word in cells.words_of(frame[column]) if looks_like(word, Severity.STOP)}
        if hidden:
            frame = frame.assign(**{column: replaced(frame[column], hidden)})
    return frame
