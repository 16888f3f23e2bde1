"""The days on which surgeries in England are open: Monday to Friday, bank holidays apart."""

from datetime import date
from typing import Literal

import numpy as np
from dateutil.relativedelta import MO
from pandas import DateOffset
from pandas.tseries.holiday import (
    AbstractHolidayCalendar,
    EasterMonday,
    GoodFriday,
    Holiday,
    next_monday,
    next_monday_or_tuesday,
)

# Given once, or moved to another day of the week
ONCE = (date(2020, 5, 8), date(2022, 6, 2), date(2022, 6, 3), date(2022, 9, 19), date(2023, 5, 8))


class BankHolidays(AbstractHolidayCalendar):
    """Of England and Wales."""

    rules = [
        Holiday("New Year", month=1, day=1, observance=next_monday),
        GoodFriday,
        EasterMonday,
        Holiday("Early May", month=5, day=1, offset=DateOffset(weekday=MO(1))),
        Holiday("Spring", month=5, day=31, offset=DateOffset(weekday=MO(-1))),
        Holiday("Summer", month=8, day=31, offset=DateOffset(weekday=MO(-1))),
        Holiday("Christmas", month=12, day=25, observance=next_monday),
        Holiday("Boxing Day", month=12, day=26, observance=next_monday_or_tuesday),
    ]


class WorkingDays:
    """Counts in working days, between two years; days outside of them know weekends only."""

    def __init__(self, first: date, last: date) -> None:
        holidays = BankHolidays().holidays(date(first.year, 1, 1), date(last.year, 12, 31))
        self._calendar = np.busdaycalendar(holidays=[*holidays.to_numpy().astype("datetime64[D]"), *ONCE])

    def __contains__(self, day: date) -> bool:
        return bool(np.is_busday(day, busdaycal=self._calendar))

    def after(self, day: date, number: int = 0) -> date:
        """So many working days after the first one from this day on."""
        return self._moved(day, number, "forward")

    def before(self, day: date, number: int = 0) -> date:
        """So many working days before the last one up to this day."""
        return self._moved(day, -number, "backward")

    def between(self, first: date, last: date) -> int:
        """How many there are from the first day up to the day before the last; below 0 where that is earlier."""
        return int(np.busday_count(first, last, busdaycal=self._calendar))

    def _moved(self, day: date, number: int, roll: Literal["forward", "backward"]) -> date:
        moved: date = np.busday_offset(day, np.int64(number), roll=roll, busdaycal=self._calendar).astype(date)
        return moved
