from datetime import date, timedelta

import pytest

from illustrative.working_days import WorkingDays

# As published for England and Wales
PUBLISHED = {
    2018: "0101 0330 0402 0507 0528 0827 1225 1226",
    2019: "0101 0419 0422 0506 0527 0826 1225 1226",
    2021: "0101 0402 0405 0503 0531 0830 1227 1228",
    2022: "0103 0415 0418 0502 0602 0603 0829 0919 1226 1227",
    2023: "0102 0407 0410 0501 0508 0529 0828 1225 1226",
    2024: "0101 0329 0401 0506 0527 0826 1225 1226",
    2025: "0101 0418 0421 0505 0526 0825 1225 1226",
    2026: "0101 0403 0406 0504 0525 0831 1225 1228",
}
# Moved to a Thursday that year
MOVED = {date(2022, 5, 30)}


@pytest.mark.parametrize("year", PUBLISHED)
def test_it_knows_the_bank_holidays(year):
    days = WorkingDays(date(year, 1, 1), date(year, 12, 31))
    closed = {date(year, int(each[:2]), int(each[2:])) for each in PUBLISHED[year].split()}

    every = [date(year, 1, 1) + timedelta(days=number) for number in range(365)]

    weekdays = [day for day in every if day.weekday() < 5 and day not in MOVED]
    assert {day for day in weekdays if day not in days} == {day for day in closed if day.weekday() < 5}
    assert not [day for day in every if day.weekday() >= 5 and day in days]


def test_it_counts_over_easter():
    days = WorkingDays(date(2019, 1, 1), date(2019, 12, 31))

    assert days.after(date(2019, 4, 19)) == date(2019, 4, 23)
    assert days.after(date(2019, 4, 18), 1) == date(2019, 4, 23)
    assert days.before(date(2019, 4, 22)) == date(2019, 4, 18)
    assert days.before(date(2019, 4, 23), 1) == date(2019, 4, 18)
    assert days.between(date(2019, 4, 18), date(2019, 4, 23)) == 1
