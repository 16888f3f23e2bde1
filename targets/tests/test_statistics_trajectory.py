from datetime import date
from fractions import Fraction

import pytest

from targets.statistics.trajectory import trajectory

FIFTH = Fraction(1, 5)
DECEMBER = date(2018, 12, 1)


def test_it_says_what_is_needed_beside_what_was():
    found = trajectory([72, 90, 110, 130, 148, 167, 186], 1785, FIFTH, month=DECEMBER, by=date(2019, 6, 1))

    assert (found.shortfall, found.months_left, found.needed, found.recent) == (171, 6, 29, 19.0)
    assert found.sentence == "29 a month needed; the last six months brought 19 a month; at this pace, September 2019"


def test_only_the_last_six_changes_count():
    found = trajectory([0, 100, 110, 120, 130, 140, 150, 160], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert found.recent == 10
    assert found.changes == 6


def test_a_missing_month_takes_both_its_changes_with_it():
    found = trajectory([100, 110, 120, None, 140, 150, 160], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert (found.changes, found.recent) == (4, 10)
    assert "the last four months brought 10" in found.sentence


def test_too_few_months_give_no_pace():
    found = trajectory([100, 110, 120], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert found.recent is None
    assert found.reached is None
    assert found.sentence == "7 a month needed; too few months are known to say how fast it is going"


def test_a_fall_never_reaches_the_target():
    found = trajectory([140, 130, 120, 110, 100], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert found.reached is None
    assert found.sentence.endswith("the last four months lost 10 a month; at this pace the target is not reached")


def test_no_growth_is_said_as_none():
    found = trajectory([100, 100, 100, 100], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert (
        found.sentence == "9 a month needed; the last three months brought none; at this pace the target is not reached"
    )


def test_a_very_slow_pace_has_no_date():
    found = trajectory([100, 101, 102, 103], 10_000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert found.sentence.endswith("at this pace, not within ten years")


def test_met_needs_nothing():
    found = trajectory([300], 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))

    assert (found.shortfall, found.needed, found.reached) == (0, 0, DECEMBER)
    assert found.sentence == "The target is met: no more accounts are needed"


def test_a_date_that_is_past_is_said():
    found = trajectory([100, 110, 120, 130], 1000, FIFTH, month=DECEMBER, by=date(2018, 12, 1))

    assert found.needed is None
    assert found.sentence == (
        "70 needed, and the date is past; the last three months brought 10 a month; at this pace, July 2019"
    )


@pytest.mark.parametrize("counts", [[], [100, None]])
def test_it_starts_from_this_months_count(counts):
    with pytest.raises(ValueError, match="this month's count"):
        trajectory(counts, 1000, FIFTH, month=DECEMBER, by=date(2019, 12, 1))
