"""From practices to areas: sums over those that reported, counts over all. Frames in, plain rows out."""

from collections.abc import Iterator
from datetime import date
from typing import NamedTuple

import pandas as pd

from core.months import month_end
from practices.geography import AreaKind, Geography
from targets.scoring.frames import NOBODY

CELL = ["month", "rule", "ccg", "borough"]
SUMS = ["numerator", "denominator", "shortfall"]
COUNTS = ["met", "not_met", "no_data", "not_applicable", "within_margin", "practices"]


class AreaRow(NamedTuple):
    """A row of AreaScore, in the order in which it is inserted."""

    area_kind: str
    area_code: str
    month: date
    rule_id: int
    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    within_margin: int
    practices: int
    reported: int
    shortfall: int | None


def area_rows(cells: pd.DataFrame, geography: Geography) -> Iterator[AreaRow]:
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


def _row(kind: str, code: str, month: date, rule: int, numbers: dict[str, int]) -> AreaRow:
    reported = numbers["met"] + numbers["not_met"]
    counts = {name: numbers[name] for name in COUNTS}
    return AreaRow(
        area_kind=kind,
        area_code=code,
        month=month,
        rule_id=int(rule),
        reported=reported,
        numerator=numbers["numerator"] if reported else None,
        denominator=numbers["denominator"] if reported else None,
        shortfall=numbers["shortfall"] if reported else None,
        **counts,
    )
