"""Whether a file looks like the whole month, and like the month that it says it is."""

from collections.abc import Iterator, Sequence
from datetime import date

import pandas as pd

from core.months import add_months, month_end, month_label
from practices.importing.figures.versions import KEY
from practices.importing.limits import THRESHOLDS
from practices.models import Organisation


def sizes(waiting: pd.DataFrame, past: pd.DataFrame) -> dict[date, int]:
    """How many practices each month would have, with what is live beside the file."""
    tables = [table[KEY] for table in (waiting, past) if len(table)]
    every = pd.concat(tables).drop_duplicates() if tables else waiting[KEY]
    found: dict[date, int] = every.groupby("month").size().to_dict()  # type: ignore[assignment]
    return found


def reason_for_fewer(waiting: pd.DataFrame, past: pd.DataFrame, ccgs: frozenset[str] | None) -> str:
    """A sentence where a month would have far fewer practices than the month before it or than the register has open.

    ccgs: codes of those in scope, None for all.
    """
    numbers = sizes(waiting, past)
    for month in sorted(set(waiting["month"])):
        before = numbers.get(add_months(month, -1))
        if before and numbers[month] < (1 - THRESHOLDS.rows_fell) * before:
            fall = 100 * (before - numbers[month]) / before
            return (
                f"{month_label(month)} would have {numbers[month]:,} practices, {fall:.1f}% fewer than the month "
                f"before ({before:,})."
            )
        known = 0 if before else open_practices(month, ccgs)
        if known >= THRESHOLDS.register_least and numbers[month] < (1 - THRESHOLDS.open_missing) * known:
            return (
                f"{month_label(month)} would have {numbers[month]:,} practices, where the register has {known:,} open."
            )
    return ""


def open_practices(month: date, ccgs: frozenset[str] | None) -> int:
    """Practices that ODS has published and that were open at the end of the month."""
    known = Organisation.objects.practices().exclude(status=Organisation.Status.PROVISIONAL)
    if ccgs is not None:
        known = known.filter(ccg__code__in=ccgs)
    return known.open_on(month_end(month)).count()


def repeated_months(waiting: pd.DataFrame, past: pd.DataFrame, columns: Sequence[str]) -> Iterator[tuple[date, str]]:
    """Months whose figures are those of the month before to the last one, each with a sentence."""
    tables = [table[[*KEY, *columns]] for table in (waiting, past) if len(table)]
    every = pd.concat(tables).drop_duplicates(KEY, keep="first")
    for month in sorted(set(waiting["month"])):
        now, before = (
            every[every["month"] == each].set_index("practice_id")[list(columns)]
            for each in (month, add_months(month, -1))
        )
        both = now.index.intersection(before.index)
        if len(both) < THRESHOLDS.repeated_least:
            continue
        now, before = now.loc[both], before.loc[both]
        same = int(((now == before) | (now.isna() & before.isna())).all(axis=1).sum())
        if same >= THRESHOLDS.repeated_share * len(both):
            same_of = f"{same:,} of {len(both):,} practices"
            words = f"{same_of} have in {month_label(month)} the very figures of the month before."
            yield month, f"{words} Is this last month’s file again?"


def without_history(waiting: pd.DataFrame, past: pd.DataFrame, length: int) -> str:
    """A sentence that says how many practice-months are too young to be compared with their own history."""
    tables = [table[KEY] for table in (waiting, past) if len(table)]
    every = pd.concat(tables).drop_duplicates()
    few = 0
    for month, rows in waiting.groupby("month"):
        first = add_months(month, -length)  # type: ignore[arg-type]
        earlier = every.loc[(every["month"] >= first) & (every["month"] < month), "practice_id"].value_counts()
        few += int((rows["practice_id"].map(earlier).fillna(0) < THRESHOLDS.history_months).sum())
    if not few:
        return ""
    least = THRESHOLDS.history_months
    return (
        f"{few:,} of {len(waiting):,} practice-months have figures in fewer than {least} of the {length} months before"
        ": they were not compared with the practice’s own history."
    )
