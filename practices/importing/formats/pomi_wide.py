"""POMI from April 2015 to March 2017: one file a service, a row a practice and month, functions in words."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import pandas as pd

from practices.importing.formats.base import FigureFormat, Head, Recognition, Table, replaced
from practices.measures import POMI

STATUS_WORDS = {
    "System Functionality Enabled by Practice": "2",
    "System Functionality Not Enabled by Practice": "1",
    "System Functionality Available but Not Enabled by Practice": "1",
    "System Functionality Available but Not Enabled": "1",
    "System Functionality Not Available": "0",
    "No System Functionality": "0",
    "System Functionality Status Unknown": "9",
}
NOTHING = {"NULL": ""}
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "period_start": ("PeriodStart",),
    "month": ("PeriodEnd",),
    "period": ("Period",),
    "region_code": ("CommissioningRegionCode",),
    "region_name": ("CommissioningRegionName",),
    "subregion_code": ("RegionGeographyCode",),
    "subregion_name": ("RegionGeographyName",),
    "ccg_code": ("CCGCode",),
    "ccg_name": ("CCGName",),
    "practice_code": ("GPPracticeCode",),
    "practice_name": ("GPPracticeName",),
    "supplier": ("Supplier",),
    "list_size": ("NoPatients",),
    "status": ("SystemEnabled",),
    "enabled": ("PatientsEnabled",),
    "used": ("PatientsUsed",),
}


@dataclass(frozen=True, kw_only=True)
class PomiWide(FigureFormat):
    """The headings do not say which service a file is about; its name does, or the person who sent it."""

    name_pattern: re.Pattern[str]
    columns: Mapping[str, str]

    def recognise(self, head: Head) -> Recognition | None:
        return super().recognise(head) if self.name_pattern.search(head.name) else None

    def could_be(self, head: Head) -> Recognition | None:
        return super().recognise(head)

    def read(self, table: Table, found: Recognition) -> Iterator[pd.DataFrame]:
        for chunk in table.frames(found):
            for name in ("list_size", "enabled", "used", "supplier", "practice_name"):
                chunk[name] = replaced(chunk[name], NOTHING)
            chunk["status"] = replaced(chunk["status"], NOTHING | STATUS_WORDS)
            yield chunk.rename(columns=dict(self.columns))


def pomi_wide(key: str, service: str, pattern: str, stem: str) -> PomiWide:
    columns = {"status": f"{stem}_status", "enabled": f"{stem}_enabled", "used": f"{stem}_used"}
    return PomiWide(
        key=key,
        words=f"POMI, wide format, {service}",
        choice=service.capitalize(),
        source=POMI.key,
        shape="wide",
        covers=("list_size", *columns.values()),
        headings=HEADINGS,
        optional=frozenset({"period_start", "period", "region_name", "subregion_code", "subregion_name"}),
        name_pattern=re.compile(pattern, re.IGNORECASE),
        columns=columns,
        note="The file's name says which service it is about; if it does not, the portal asks.",
    )


FORMATS = (
    pomi_wide("pomi_wide_appointments", "appointments", r"APPOINTMENT", "appointments"),
    pomi_wide("pomi_wide_prescriptions", "repeat prescriptions", r"PRESCRIPTION", "prescriptions"),
    pomi_wide("pomi_wide_dcr", "detailed coded records", r"DETAILED|CODED|DCR", "dcr"),
)
