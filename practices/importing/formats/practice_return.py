"""The practice return, by the headings of its template; columns may be missing or stand in another order."""

import re
from collections.abc import Iterator

import pandas as pd

from core.months import month_end, parse_month
from practices.importing.cells import day_of
from practices.importing.formats.base import FigureFormat, Head, Recognition, Table, replaced
from practices.measures import RETURN, columns_of
from practices.returns.headings import COLUMNS, ECOMMUNICATION, FIGURES, HEADINGS

MONTH_NAME = re.compile(r"[A-Za-z]{3,9}[- ](\d{4}|\d{2})")
# So many of its headings make a table a return; fewer could be anybody's list of practices.
ENOUGH = 3


def month_end_of(text: str) -> str:
    """ "2018-12", "Dec 2018", "Dec-18" or any day at which a month begins or ends -> "31/12/2018"; else as it is."""
    try:
        first = parse_month(text)
    except ValueError:
        day = day_of(f"1 {text}" if MONTH_NAME.fullmatch(text) else text)
        if day is None or day.day not in (1, month_end(day).day):
            return text
        first = day.replace(day=1)
    return f"{month_end(first):%d/%m/%Y}"


class PracticeReturn(FigureFormat):
    def recognise(self, head: Head) -> Recognition | None:
        found = super().recognise(head)
        return found if found and len(found.columns.keys() & set(COLUMNS)) >= ENOUGH else None

    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        """Months as month ends, choices as the pick-lists write them, and whether e-communication was answered."""
        for chunk in table.frames(found):
            months = {str(each): month_end_of(str(each)) for each in chunk["month"].cat.categories}
            read = {"month": replaced(chunk["month"], months)}
            for heading in FIGURES:
                if heading.choices and heading.column in chunk:
                    read[heading.column] = replaced(chunk[heading.column], {each: each for each in heading.choices})
            answered = pd.Series(False, index=chunk.index)
            for column in ECOMMUNICATION:
                if column in chunk:
                    answered |= chunk[column].astype(str) != ""
            words = pd.Categorical(answered.map({True: "yes", False: ""}))
            yield chunk.assign(**read, ecommunication_answered=pd.Series(words, index=chunk.index))


FORMATS = (
    PracticeReturn(
        key="practice_return",
        words="Practice return",
        source=RETURN.key,
        shape="wide",
        covers=columns_of(RETURN.key),
        headings={heading.column: (heading.heading, heading.column) for heading in HEADINGS},
        optional=frozenset(COLUMNS),
        unknown="refuse",
        note="One row a practice and month, under the headings of the template.",
    ),
)
