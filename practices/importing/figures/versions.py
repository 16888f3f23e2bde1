"""Versions of monthly figures as tables: what waits, what is live, and what is the difference."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

import numpy as np
import pandas as pd
from django.db import models

from practices import measures
from practices.models import MonthlyFigures

FIGURE_COLUMNS = tuple(measure.column for measure in measures.MEASURES)
NUMBER_COLUMNS = frozenset(measure.column for measure in measures.MEASURES if measure.is_number)
WORD_COLUMNS = frozenset(measures.columns("words"))
SAID = ("practice_name", "supplier", "ccg_id")
KEY = ["practice_id", "month"]


def table_of(rows: "models.QuerySet[MonthlyFigures]", columns: Sequence[str]) -> pd.DataFrame:
    """Versions with id, practice_id, practice_code, month, supplier, ccg_id, practice_name and the figures named."""
    names = ["id", "practice_id", "practice__code", "month", *SAID, *columns]
    frame = pd.DataFrame.from_records(list(rows.values_list(*names)), columns=names)
    frame = frame.rename(columns={"practice__code": "practice_code"})
    for column in (*columns, "ccg_id"):
        if column in NUMBER_COLUMNS or column == "ccg_id":
            frame[column] = frame[column].astype(float)
    return frame


def live_table(source: str, months: Iterable[date], columns: Sequence[str]) -> pd.DataFrame:
    return table_of(MonthlyFigures.objects.live().filter(source=source, month__in=list(months)), columns)


def compared(waiting: pd.DataFrame, live: pd.DataFrame, columns: Sequence[str]) -> tuple["np.ndarray", pd.DataFrame]:
    """For each waiting row "new", "changed" or "unchanged", and the live row beside it (NaN where there is none)."""
    if live.empty:
        return np.full(len(waiting), "new"), pd.DataFrame(index=range(len(waiting)), columns=live.columns)
    beside = waiting[KEY].merge(live, on=KEY, how="left")
    is_new = beside["id"].isna().to_numpy()
    same = np.ones(len(waiting), dtype=bool)
    for column in (*SAID, *columns):
        mine, theirs = waiting[column], beside[column]
        if column in NUMBER_COLUMNS or column == "ccg_id":
            one, other = mine.to_numpy(dtype=float), theirs.to_numpy(dtype=float)
            same &= (one == other) | (np.isnan(one) & np.isnan(other))
        else:
            one_words = mine.astype(object).where(mine.notna(), None).to_numpy()
            same &= (one_words == theirs.astype(object).where(theirs.notna(), None).to_numpy()) | is_new
    return np.where(is_new, "new", np.where(same, "unchanged", "changed")), beside


def plain(column: "pd.Series[Any]") -> list[Any]:
    """Values for the database: NaN becomes None, whole floats whole numbers."""
    if column.dtype == float:
        return [None if value != value else int(value) for value in column.tolist()]
    return [None if value is None or value != value else value for value in column.tolist()]
