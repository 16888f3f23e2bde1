"""From practices to areas: sums over those that reported, counts over all. Frames in, sums out."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from core.months import month_end
from practices.geography import AreaKind, Geography
from targets.scoring.frames import NOBODY
from targets.sums import Sums

CELL = ["month", "rule", "ccg", "borough"]
SUMS = ["numerator", "denominator", "shortfall"]
COUNTS = ["met", "not_met", "no_data", "not_applicable", "within_margin", "practices"]


def area_rows(cells: pd.DataFrame, geography: Geography) -> Iterator[Sums]:
    """The scores of all areas. `cells` has the columns CELL, SUMS and COUNTS: a CCG's and borough's practices added up.

    Ids are those of the database, NOBODY where there is none; months are dates; sums of nobody are 0.
    """
    pairs = list(zip(cells["ccg"].tolist(), cells["month"].tolist(), strict=True))
    places = {(ccg, month): _areas_of_ccg(ccg, month, geography) for ccg, month in set(pairs)}
    areas = {
        AreaKind.REGION: [places[pair].region for pair in pairs],
        AreaKind.STP: [places[pair].stp for pair in pairs],
        AreaKind.CCG: [places[pair].ccg for pair in pairs],
        AreaKind.BOROUGH: cells["borough"].map(geography.borough_slugs).tolist(),
    }
    for kind, codes in areas.items():
        inside = cells.assign(area=pd.Series(codes, index=cells.index, dtype=object)).dropna(subset=["area"])
        sums = inside.groupby(["area", "month", "rule"], sort=True)[[*SUMS, *COUNTS]].sum()
        for (code, month, rule), *numbers in zip(sums.index, *(sums[name].tolist() for name in sums), strict=True):
            yield _row(kind.value, code, month, rule, dict(zip(sums.columns, map(int, numbers), strict=True)))


class _Places(NamedTuple):
    region: str | None
    stp: str | None
    ccg: str | None


def _areas_of_ccg(ccg: int, month: date, geography: Geography) -> _Places:
    if ccg == NOBODY:
        return _Places(None, None, None)
    day = month_end(month)
    region, stp = (geography.above(ccg, kind, day) for kind in (AreaKind.REGION, AreaKind.STP))
    return _Places(region, stp, geography.codes.get(ccg))


def _row(kind: str, code: str, month: date, rule: int, numbers: dict[str, int]) -> Sums:
    reported = numbers["met"] + numbers["not_met"]
    numerator, denominator, shortfall = (numbers[name] if reported else None for name in SUMS)
    return Sums(
        area_kind=kind,
        area_code=code,
        month=month,
        rule=int(rule),
        numerator=numerator,
        denominator=denominator,
        met=numbers["met"],
        not_met=numbers["not_met"],
        no_data=numbers["no_data"],
        not_applicable=numbers["not_applicable"],
        within_margin=numbers["within_margin"],
        practices=numbers["practices"],
        reported=reported,
        shortfall=shortfall,
    )
