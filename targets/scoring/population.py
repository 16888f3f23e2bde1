"""Who is counted in a month, under which CCG and in which borough."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import TypeVar

import numpy as np
import pandas as pd
from django.db.models import Model, QuerySet

from core.months import month_end
from practices import measures
from practices.geography import Geography, parent_on, read_memberships
from practices.models import MonthlyFigures, Organisation
from targets.scoring.frames import NOBODY, Integers, PracticeMonths, month_from_number, month_number

M = TypeVar("M", bound=Model)

NOT_OPEN = (Organisation.Status.DORMANT, Organisation.Status.PROPOSED, Organisation.Status.PROVISIONAL)


@dataclass(frozen=True)
class FiledMonths:
    """Month numbers: with_rows have any live row, by_source those of each source."""

    with_rows: frozenset[int]
    by_source: dict[str, frozenset[int]]

    @property
    def with_file(self) -> frozenset[int]:
        """Those in which POMI says which practices there are."""
        return self.by_source[measures.POMI.key]


@dataclass(frozen=True)
class RegisterEntry:
    ccg: int | None
    borough: int | None
    borough_is_its_own: bool


def of_practices(rows: QuerySet[M], practices: Collection[int] | None) -> QuerySet[M]:
    return rows if practices is None else rows.filter(practice__in=practices)


def filed_months(months: Collection[date], rows: pd.DataFrame, practices: Collection[int] | None) -> FiledMonths:
    """Of all practices, also where only some of them are read: the file of a month says who its practices are."""
    if practices is not None:
        return read_filed_months(months)
    return _filed(set(zip(rows["month"].tolist(), rows["source"].tolist(), strict=True)))


def read_filed_months(months: Collection[date]) -> FiledMonths:
    live = MonthlyFigures.objects.live().filter(month__in=months).order_by()
    return _filed({(month_number(month), source) for month, source in live.values_list("month", "source").distinct()})


def _filed(pairs: Collection[tuple[int, str]]) -> FiledMonths:
    return FiledMonths(
        with_rows=frozenset(number for number, _ in pairs),
        by_source={
            source: frozenset(number for number, said_by in pairs if said_by == source)
            for source in measures.ranked_sources()
        },
    )


def practice_months(
    rows: pd.DataFrame, filed: FiledMonths, practices: Collection[int] | None, geography: Geography
) -> PracticeMonths:
    """The practices that live rows name and, in a month that has rows but no file, those that the register has open."""
    named = set(zip(rows["practice"].tolist(), rows["month"].tolist(), strict=True))
    for number in filed.with_rows - filed.with_file:
        open_then = Organisation.objects.practices().open_on(month_end(month_from_number(number)))
        open_then = open_then.exclude(status__in=NOT_OPEN)
        if practices is not None:
            open_then = open_then.filter(pk__in=practices)
        named |= {(pk, number) for pk in open_then.values_list("pk", flat=True)}
    pairs = sorted(named)
    practice = np.array([pk for pk, _ in pairs], dtype=np.int64)
    month = np.array([number for _, number in pairs], dtype=np.int64)
    register = read_register(practices)
    ccg = ccgs_of(rows, pairs, register)
    borough = boroughs_of(practice, ccg, register, geography)
    return PracticeMonths(practice, month, ccg, borough)


def read_register(practices: Collection[int] | None) -> dict[int, RegisterEntry]:
    # The preview of an import scores practices that its file brings, too.
    organisations = Organisation.objects.filter(kind__in=(Organisation.Kind.PRACTICE, Organisation.Kind.AWAITED))
    if practices is not None:
        organisations = organisations.filter(pk__in=practices)
    values = organisations.order_by().values_list("pk", "ccg_id", "borough_id", "borough_source")
    own = {Organisation.BoroughSource.POSTCODE.value, Organisation.BoroughSource.HAND.value}
    return {pk: RegisterEntry(ccg, borough, source in own) for pk, ccg, borough, source in values}


def ccgs_of(rows: pd.DataFrame, pairs: list[tuple[int, int]], register: dict[int, RegisterEntry]) -> Integers:
    """The CCG that a row of the month names; else the membership at the month's end; else the register's own."""
    said: dict[tuple[int, int], int] = {}
    for source in reversed(measures.ranked_sources()):
        part = rows[(rows["source"] == source) & rows["ccg"].notna()]
        keys = zip(part["practice"].tolist(), part["month"].tolist(), strict=True)
        said |= zip(keys, part["ccg"].astype(np.int64).tolist(), strict=True)
    silent = {pk for pk, number in pairs if (pk, number) not in said}
    memberships = read_memberships() if silent else {}

    def ccg_of(pk: int, number: int) -> int:
        if (pk, number) in said:
            return said[pk, number]
        day = month_end(month_from_number(number))
        return parent_on(memberships.get(pk, []), day) or register[pk].ccg or NOBODY

    return np.array([ccg_of(pk, number) for pk, number in pairs], dtype=np.int64)


def boroughs_of(
    practice: Integers, ccg: Integers, register: dict[int, RegisterEntry], geography: Geography
) -> Integers:
    """The practice's own where its postcode or a person says so; else the CCG's principal one; else the register's."""

    def borough_of(pk: int, of_ccg: int) -> int:
        entry = register[pk]
        if entry.borough_is_its_own and entry.borough is not None:
            return entry.borough
        return geography.principal_borough.get(of_ccg) or entry.borough or NOBODY

    pairs = zip(practice.tolist(), ccg.tolist(), strict=True)
    return np.array([borough_of(pk, of_ccg) for pk, of_ccg in pairs], dtype=np.int64)
