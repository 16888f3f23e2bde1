"""Patients registered at each practice, as the NHS publishes it apart from POMI.

The extract is made on the first of a month, so it tells how the month before ended.
"""

import re
from collections.abc import Iterator
from datetime import timedelta

import pandas as pd

from practices.importing.cells import day_of
from practices.importing.formats.base import FigureFormat, Head, Recognition, RefusedFile, Table, replaced, tidy
from practices.measures import LIST_SIZE, columns_of

# Columns by which a publication parts the patients of a practice, known to this format or not.
BREAKDOWN = re.compile(r"(?<![a-z])(sex|gender|ages?)(?![a-z])")
ONE_SEX = re.compile(r"(?<![a-z])(fe)?male(?![a-z])|(?<![a-z])(wo)?men(?![a-z])", re.IGNORECASE)
RIGHT_FILE = (
    "Import “Patients Registered at a GP Practice: Totals” (gp-reg-pat-prac-all.csv) of the same month, which has one "
    "row a practice with all its patients."
)


def month_end_before(text: str) -> str:
    """ "01JAN2021" -> "31/12/2020"; anything but the first of a month stays as it is, to be refused."""
    extracted = day_of(text)
    return f"{extracted - timedelta(days=1):%d/%m/%Y}" if extracted and extracted.day == 1 else text


class ListSize(FigureFormat):
    def recognise(self, head: Head) -> Recognition | None:
        """A file whose patients are parted in a way that this format does not know would pass for whole lists."""
        found = super().recognise(head)
        if found:
            own = {head.first[position] for position in found.columns.values()}
            parted = [heading for heading in head.first if heading not in own and BREAKDOWN.search(tidy(heading))]
            if parted or ("sex" not in found.columns and ONE_SEX.search(head.name)):
                why = f"by “{parted[0]}”" if parted else "by its name, those of one sex only"
                raise RefusedFile(f"{head.name} counts patients {why}. {RIGHT_FILE}")
        return found

    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        """The rows of practices, all ages and both sexes; files with a row an age or a CCG may hold those, too."""
        rows = whole_lists = 0
        for chunk in table.frames(found):
            whole = pd.Series(True, index=chunk.index)
            for name, wanted in (("sex", "ALL"), ("age", "ALL"), ("type", "GP")):
                if name in chunk:
                    whole &= chunk[name].astype(str).str.upper() == wanted
            kept = chunk[whole]
            rows, whole_lists = rows + len(chunk), whole_lists + len(kept)
            months = {str(each): month_end_before(str(each)) for each in kept["month"].cat.categories}
            yield kept.assign(month=replaced(kept["month"], months)).drop(
                columns=["sex", "age", "type"], errors="ignore"
            )
        if rows and not whole_lists:
            raise RefusedFile(f"{table.name} has no row of a practice with all its patients. {RIGHT_FILE}")


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
            "type": ("TYPE", "ORG_TYPE"),
            "sex": ("SEX",),
            "age": ("AGE", "AGE_GROUP_5"),
            "list_size": ("NUMBER_OF_PATIENTS",),
        },
        optional=frozenset({"ccg_code", "type", "sex", "age"}),
        unknown="refuse",
        note="Extracted on the first of a month, it counts for the month before.",
    ),
)
