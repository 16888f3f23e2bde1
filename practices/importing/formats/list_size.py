"""Patients registered at each practice, as the NHS publishes it apart from POMI.

The extract is made on the first of a month, so it tells how the month before ended.
"""

from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from practices.importing.cells import day_of
from practices.importing.formats.base import FigureFormat, Recognition, Table, replaced
from practices.measures import LIST_SIZE, columns_of


def month_end_before(text: str) -> str:
    """ "01JAN2021" -> "31/12/2020"; anything but the first of a month stays as it is, to be refused."""
    extracted = day_of(text)
    return f"{extracted - timedelta(days=1):%d/%m/%Y}" if extracted and extracted.day == 1 else text


class ListSize(FigureFormat):
    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        """The rows of all ages and both sexes; files with a row an age hold those, too."""
        for chunk in table.frames(found):
            whole = pd.Series(True, index=chunk.index)
            for name in ("sex", "age"):
                if name in chunk:
                    whole &= chunk[name].astype(str).str.upper() == "ALL"
            kept = chunk[whole]
            months = {str(each): month_end_before(str(each)) for each in kept["month"].cat.categories}
            yield kept.assign(month=replaced(kept["month"], months)).drop(columns=["sex", "age"], errors="ignore")


FORMATS = (
    ListSize(
        key="list_size",
        words="Patients registered at GP practices (list sizes)",
        source=LIST_SIZE.key,
        shape="wide",
        covers=columns_of(LIST_SIZE.key),
        headings={
            "month": ("EXTRACT_DATE",),
            "ccg_code": ("CCG_CODE", "SUB_ICB_LOCATION_CODE"),
            "practice_code": ("CODE", "ORG_CODE"),
            "sex": ("SEX",),
            "age": ("AGE",),
            "list_size": ("NUMBER_OF_PATIENTS",),
        },
        optional=frozenset({"ccg_code", "sex", "age"}),
        unknown="refuse",
        note="Extracted on the first of a month, it counts for the month before.",
    ),
)
