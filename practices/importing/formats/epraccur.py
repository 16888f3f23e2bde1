"""ODS's practices: 27 columns. Clinics, prisons and networks share the table; the register takes GP practices."""

import re
from collections.abc import Iterator

import pandas as pd

from practices.importing.formats.base import Recognition, Table, replaced
from practices.importing.formats.headerless import DAY_OR_NOTHING, Headerless

STATUS_CODES = {
    "A": "active",
    "ACTIVE": "active",
    "C": "closed",
    "CLOSED": "closed",
    "INACTIVE": "closed",
    "D": "dormant",
    "DORMANT": "dormant",
    "P": "proposed",
    "PROPOSED": "proposed",
}


class Epraccur(Headerless):
    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        """Both codings of the status come out in the register's own words."""
        for chunk in table.frames(found):
            yield chunk.assign(status=replaced(chunk["status"], STATUS_CODES))


FORMATS = (
    Epraccur(
        key="epraccur",
        words="ODS practices (epraccur)",
        kind="register",
        width=27,
        positions={
            "code": 0,
            "name": 1,
            "region_code": 2,
            "address_1": 4,
            "address_2": 5,
            "address_3": 6,
            "address_4": 7,
            "address_5": 8,
            "postcode": 9,
            "opened": 10,
            "closed": 11,
            "status": 12,
            "ccg_code": 14,
            "joined": 15,
            "left": 16,
            "telephone": 17,
            "setting": 25,
        },
        pattern={
            "code": re.compile(r"[A-Z][0-9A-Z]{5}"),
            "opened": DAY_OR_NOTHING,
            "closed": DAY_OR_NOTHING,
            "status": re.compile("|".join(STATUS_CODES), re.IGNORECASE),
        },
        note="No headings, 27 columns.",
    ),
)
