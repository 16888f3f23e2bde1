"""Text cells as values. Everything works on the distinct words of a chunk, of which there are few."""

import re
from collections.abc import Iterable
from datetime import date, timedelta

import numpy as np
import pandas as pd
from django.utils import timezone

from core.months import is_month_end
from practices.importing.limits import THRESHOLDS

PRACTICE_CODE = re.compile(r"[A-Z][0-9]{5}")
CCG_CODE = re.compile(r"[0-9A-Z]{3,5}")
REGION_CODE = re.compile(r"Y[0-9]{2}")
# A column with an empty cell leaves many a program as 17968.0.
WHOLE_NUMBER = re.compile(r"-?[0-9]{1,15}(?:\.0{1,9})?")
ALLOWED_MONTH = "the last day of a month that is over, such as 30APR2018"
MONTHS = {
    name: number
    for number, name in enumerate(
        ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"], 1
    )
}
NAMED = re.compile(r"(\d{1,2})[- /]?([A-Z]{3})[A-Z]*[- /]?(\d{4}|\d{2})")
NUMBERED = re.compile(r"(\d{1,2})[/.-](\d{1,2})[/.-](\d{4})")
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?: 00:00:00)?")


def day_of(text: str) -> date | None:
    """A day as any publisher writes it: 30APR2018, 31-Dec-23, 30/04/2015, 2018-04-30."""
    text = text.strip().upper()
    try:
        if match := NAMED.fullmatch(text):
            year = int(match[3]) + (2000 if len(match[3]) == 2 else 0)
            return date(year, MONTHS[match[2]], int(match[1]))
        if match := NUMBERED.fullmatch(text):
            return date(int(match[3]), int(match[2]), int(match[1]))
        if match := ISO.fullmatch(text):
            return date(int(match[1]), int(match[2]), int(match[3]))
    except (KeyError, ValueError):
        return None
    return None


def month_of_end(text: str) -> date | None:
    """The first day of the month that ends on the day; None for any other day and for months that cannot be."""
    day = day_of(text)
    if day is None or not is_month_end(day):
        return None
    latest = timezone.localdate() + timedelta(days=31)
    return day.replace(day=1) if THRESHOLDS.earliest_year <= day.year and day <= latest else None


def matching(words: Iterable[str], pattern: re.Pattern[str]) -> "np.ndarray":
    return np.array([bool(pattern.fullmatch(word)) for word in words], dtype=bool)


def numbers(words: Iterable[str]) -> tuple["np.ndarray", "np.ndarray"]:
    """Whole numbers as floats, nothing as NaN, and which words are neither."""
    distinct = list(words)
    whole = [bool(WHOLE_NUMBER.fullmatch(word)) for word in distinct]
    values = [float(word) if is_whole else np.nan for word, is_whole in zip(distinct, whole, strict=True)]
    wrong = ~np.array(whole, dtype=bool) & np.array([word != "" for word in distinct], dtype=bool)
    return np.array(values, dtype=float), wrong


def words_of(column: "pd.Series[str]") -> list[str]:
    # As an array of objects: going through pandas' own strings one by one takes ten times as long.
    return list(map(str, column.cat.categories.to_numpy(dtype=object)))


def codes_of(column: "pd.Series[str]") -> "np.ndarray":
    return column.cat.codes.to_numpy().astype(np.int64)
