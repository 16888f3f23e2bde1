"""What is possible but odd: a practice-month beside its own list, the month before and its own history.

Warnings never stop a figure. The rules work on two tables with the columns of POMI: `new`, what the file says, and
`past`, live rows of earlier months (and of the same months where the file is silent).
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.months import add_months
from practices import measures
from practices.breaks import Breaks
from practices.importing.limits import THRESHOLDS

HISTORY_COLUMNS = tuple(each.column for each in measures.of_source(measures.POMI.key) if each.watched)
STATUS_COLUMNS = measures.columns_of(measures.POMI.key, "status")
TOTAL = "online_transactions"
USES = measures.parts(measures.POMI.key)[TOTAL]
HISTORY_LENGTH = 12


@dataclass(frozen=True)
class Oddity:
    """A kind of warning and the rows of `new` that it is about. `message` takes the row's values by name."""

    code: str
    column: str
    message: str
    rows: "np.ndarray"
    values: pd.DataFrame


def history_months(months: list[date]) -> list[date]:
    """Months whose live rows the rules need."""
    first = add_months(min(months), -HISTORY_LENGTH)
    count = (max(months).year - first.year) * 12 + max(months).month - first.month
    return [add_months(first, number) for number in range(count + 1)]


def oddities(new: pd.DataFrame, past: pd.DataFrame, broken: Breaks) -> Iterator[Oddity]:
    """Every oddity of a table of POMI figures; both tables have practice_id and month (date)."""
    yield from within_a_row(new, broken)
    before = month_before(new, past, broken)
    yield from against_month_before(new, before)
    yield from far_from_history(new, past, broken)


def within_a_row(new: pd.DataFrame, broken: Breaks) -> Iterator[Oddity]:
    silent = new[list(STATUS_COLUMNS)].isna().all(axis=1).to_numpy()
    yield Oddity(
        "not_reported", "dcr_status", "{practice_code} did not report this month: its statuses are blank.", silent, new
    )
    above = (new["online_patients"] > new["list_size"]).to_numpy() & ~silent
    yield Oddity(
        "online_above_list",
        "online_patients",
        "{practice_code} has more online patients ({online_patients:,.0f}) than its list has ({list_size:,.0f}).",
        above,
        new,
    )
    uses = new[list(USES)].sum(axis=1, min_count=1)
    more = (uses > new["online_transactions"]).to_numpy() & ~silent
    values = new.assign(uses=uses)
    sentence = "The uses of {practice_code} add up to {uses:,.0f}, more than its total of {online_transactions:,.0f}."
    for each in broken.of([TOTAL, *USES]).every:
        before = more & (Breaks((each,)).ahead(each.column, *whose(new)) > 0)
        more = more & ~before
        expected = f" Expected of {each.supplier or 'all suppliers'} before {each.month:%B %Y}."
        yield Oddity("uses_above_total_expected", TOTAL, sentence + expected, before, values)
    yield Oddity("uses_above_total", TOTAL, sentence, more, values)


def parts_above_whole(new: pd.DataFrame, source: str) -> Iterator[Oddity]:
    """For publishers of whose parts nothing more is known than that they are parts."""
    for whole, parts in measures.parts(source).items():
        together = new[list(parts)].sum(axis=1, min_count=1)
        named = " and ".join(measures.label(part) for part in parts)
        sentence = (
            f"{{practice_code}}: {named} ({{together:,.0f}}), more than {measures.label(whole)} ({{{whole}:,.0f}})."
        )
        values = new.assign(together=together)
        yield Oddity("parts_above_whole", whole, sentence, (together > new[whole]).to_numpy(), values)


def whose(rows: pd.DataFrame) -> tuple[list[str], list[date]]:
    return rows["supplier"].fillna("").to_numpy(dtype=object).tolist(), rows["month"].tolist()


def month_before(new: pd.DataFrame, past: pd.DataFrame, broken: Breaks) -> pd.DataFrame:
    """The row of the calendar month before, beside each row of `new`; the file's own counts before the live one.

    A figure on the other side of a break is left out: there is nothing to compare with.
    """
    figures = ("list_size", "online_patients", *STATUS_COLUMNS)
    columns = ["practice_id", "month", "supplier", "ccg_id", *figures]
    earlier = pd.concat([new[columns], past[columns]] if len(past) else [new[columns]])
    earlier = earlier.drop_duplicates(["practice_id", "month"], keep="first")
    following = {month: add_months(month, 1) for month in earlier["month"].unique()}
    earlier = earlier.assign(month=earlier["month"].map(following))
    beside = new[["practice_id", "month"]].merge(earlier, on=["practice_id", "month"], how="left", indicator=True)
    for column in figures:
        if broken.of([column]).every:
            suppliers, months = whose(beside)
            then = broken.ahead(column, suppliers, [add_months(month, -1) for month in months])
            beside[column] = beside[column].where(then == broken.ahead(column, *whose(new)))
    return beside


def against_month_before(new: pd.DataFrame, before: pd.DataFrame) -> Iterator[Oddity]:
    values = new.assign(
        was_list=before["list_size"].to_numpy(),
        was_online=before["online_patients"].to_numpy(),
        was_supplier=before["supplier"].to_numpy(),
    )
    reported = new[list(STATUS_COLUMNS)].notna().any(axis=1) & values["was_online"].notna()
    moved = (new["list_size"] - values["was_list"]).abs() > THRESHOLDS.list_size_moved * values["was_list"]
    yield Oddity(
        "list_moved",
        "list_size",
        "The list of {practice_code} went from {was_list:,.0f} to {list_size:,.0f} in a month.",
        (moved & (values["was_list"] > 0)).to_numpy(),
        values,
    )
    fell = new["online_patients"] < (1 - THRESHOLDS.online_patients_fell) * values["was_online"]
    yield Oddity(
        "online_fell",
        "online_patients",
        "Online patients of {practice_code} fell from {was_online:,.0f} to {online_patients:,.0f} in a month.",
        (fell & reported).to_numpy(),
        values,
    )
    for column in STATUS_COLUMNS:
        lost = (before[column].to_numpy() == 2) & (new[column] == 1).to_numpy()
        yield Oddity(
            "status_lost",
            column,
            measures.label(column) + " of {practice_code} went from enabled (2) to not enabled (1).",
            lost,
            values,
        )
    known = (before["_merge"] == "both").to_numpy()
    supplier = known & (before["supplier"].fillna("").to_numpy() != new["supplier"].fillna("").to_numpy())
    yield Oddity(
        "supplier_changed",
        "supplier",
        "{practice_code} changed its supplier from {was_supplier} to {supplier}.",
        supplier,
        values,
    )
    ccg = known & before["ccg_id"].notna().to_numpy() & (before["ccg_id"].to_numpy() != new["ccg_id"].to_numpy())
    yield Oddity(
        "ccg_changed", "ccg_code", "{practice_code} is under another CCG than in the month before.", ccg, values
    )


def far_from_history(new: pd.DataFrame, past: pd.DataFrame, broken: Breaks) -> Iterator[Oddity]:
    """Counts far from the median of the practice's twelve months before, by their median absolute deviation."""
    columns = ["practice_id", "month", "supplier", *HISTORY_COLUMNS]
    every = pd.concat([new[columns], past[columns]] if len(past) else [new[columns]])
    every = every.drop_duplicates(["practice_id", "month"], keep="first")
    months = sorted(every["month"].unique())
    if len(months) <= THRESHOLDS.history_months:
        return
    practices = pd.Index(every["practice_id"].unique())
    at = practices.get_indexer(every["practice_id"]), np.searchsorted(np.array(months), every["month"].to_numpy())
    here = practices.get_indexer(new["practice_id"]), np.searchsorted(np.array(months), new["month"].to_numpy())
    for column in HISTORY_COLUMNS:
        grid = np.full((len(practices), len(months)), np.nan)
        grid[at] = every[column].to_numpy(dtype=float)
        ahead = None
        if broken.of([column]).every:
            ahead = np.zeros(grid.shape, dtype=np.int8)
            ahead[at] = broken.ahead(column, *whose(every))
        middle, odd = outliers(grid, months, ahead)
        values = new.assign(usual=middle[here], value=new[column])
        sentence = (
            measures.label(column)
            + ": {value:,.0f} at {practice_code}, where its months before had about {usual:,.0f}."
        )
        yield Oddity("far_from_history", column, measures.label(column) + sentence, odd[here], values)


def outliers(
    grid: "np.ndarray", months: list[date], ahead: "np.ndarray | None" = None
) -> tuple["np.ndarray", "np.ndarray"]:
    """For a table of practices by months: the median of the months before, and where a value is far from it.

    ahead: how many breaks each value has ahead of it; only values with as many are looked at together.
    """
    middle = np.full(grid.shape, np.nan)
    odd = np.zeros(grid.shape, dtype=bool)
    for number in range(1, len(months)):
        span = slice(max(0, number - HISTORY_LENGTH), number)
        window = grid[:, span]
        if ahead is not None:
            window = np.where(ahead[:, span] == ahead[:, [number]], window, np.nan)
        enough = np.flatnonzero((~np.isnan(window)).sum(axis=1) >= THRESHOLDS.history_months)
        if not len(enough):
            continue
        median = np.nanmedian(window[enough], axis=1)
        spread = np.nanmedian(np.abs(window[enough] - median[:, None]), axis=1)
        least = np.maximum(THRESHOLDS.history_smallest_share * median, THRESHOLDS.history_smallest_difference)
        reach = np.maximum(THRESHOLDS.history_deviations * spread, least)
        middle[enough, number] = median
        odd[enough, number] = np.abs(grid[enough, number] - median) > reach
    return middle, odd


def comings_and_goings(new: pd.DataFrame, past: pd.DataFrame) -> Iterator[tuple[str, date, list[Any]]]:
    """("lost" or "new", month, practice ids) for each month of the file whose month before is known."""
    named: dict[date, set[Any]] = {}
    for table in (new, past):
        for month, group in table.groupby("month"):
            named.setdefault(month, set()).update(group["practice_id"])  # type: ignore[arg-type]
    for month in sorted(set(new["month"])):
        before = named.get(add_months(month, -1))
        if before:
            yield "lost", month, sorted(before - named[month])
            yield "new", month, sorted(named[month] - before)
