"""Months are stored as the first day and spoken of by their last."""

import calendar
import re
from collections.abc import Iterator
from datetime import date

MONTH_PATTERN = re.compile(r"^(\d{4})-(0[1-9]|1[0-2])$")


def parse_month(text: str) -> date:
    """The first day of "2018-12"; ValueError for anything else."""
    match = MONTH_PATTERN.match(text)
    if not match:
        raise ValueError("A month is written as year and month, such as 2018-12.")
    return date(int(match[1]), int(match[2]), 1)


def month_key(month: date) -> str:
    return f"{month:%Y-%m}"


def month_of(day: date) -> date:
    return day.replace(day=1)


def month_end(month: date) -> date:
    return month.replace(day=calendar.monthrange(month.year, month.month)[1])


def is_month_end(day: date) -> bool:
    return day == month_end(day)


def add_months(month: date, number: int) -> date:
    years, index = divmod(month.month - 1 + number, 12)
    return date(month.year + years, index + 1, 1)


def months_between(first: date, last: date) -> Iterator[date]:
    """Every month from first to last, both included."""
    month = month_of(first)
    while month <= last:
        yield month
        month = add_months(month, 1)


def month_label(month: date) -> str:
    return f"{month:%b %Y}"


def short_date(day: date) -> str:
    """25 Nov 2026, for tables: as much as a column can hold on one line."""
    return f"{day.day} {day:%b %Y}"


def long_date(day: date) -> str:
    return f"{day.day} {day:%B %Y}"
