import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.disclosure import Cell, rounded, shown, shown_column, words

HIDDEN = Cell(None, hidden=True)


@pytest.mark.parametrize(("count", "expected"), [(8, 10), (10, 10), (12, 10), (13, 15), (1002, 1000), (1003, 1005)])
def test_counts_are_rounded_to_five(count, expected):
    assert rounded(count) == expected


@pytest.mark.parametrize("count", range(1, 8))
def test_small_counts_are_hidden(count):
    assert shown(count, 7) == HIDDEN


def test_nothing_and_not_known_are_told():
    assert shown(0, 7) == Cell(0)
    assert shown(None, 7) == Cell(None)


def test_a_hidden_count_takes_the_next_smallest_with_it():
    assert shown_column([4, 100, 50, 0, None], 7) == [HIDDEN, Cell(100), HIDDEN, Cell(0), Cell(None)]


def test_two_hidden_counts_hide_each_other():
    assert shown_column([4, 5, 50], 7) == [HIDDEN, HIDDEN, Cell(50)]


def test_the_rule_is_said_with_its_threshold():
    assert "from 1 to 7 are shown as *" in words(7)


@given(st.lists(st.none() | st.integers(0, 10_000), max_size=30))
def test_no_small_count_is_ever_told_and_none_stands_hidden_alone(values):
    cells = shown_column(values, 7)

    told = [cell.value for cell in cells if cell.value]
    hidden = [value for value, cell in zip(values, cells, strict=True) if cell.hidden]
    assert all(value >= 10 and value % 5 == 0 for value in told)
    assert len(hidden) != 1 or not told
