"""What holds of any imports: their order does not matter, undo takes back, and twice is once."""

from typing import Any

import pytest
from django.db import transaction
from hypothesis import given, settings
from hypothesis import strategies as st

from practices.models import Import
from practices.tests.importing import brought_in, lines, live_values, pomi, undone

pytestmark = pytest.mark.django_db

ENDS = ("30APR2018", "31MAY2018", "30JUN2018")
CODES = ("A10001", "A10002", "A10003")
figures = st.fixed_dictionaries(
    {
        "patient_list_size": st.integers(1, 20_000),
        "Total_Pat_Enbld": st.integers(0, 20_000),
        "Sys_DetCodeRec_Enbld": st.sampled_from([0, 1, 2, 9, ""]),
    }
)
files = st.dictionaries(st.tuples(st.sampled_from(CODES), st.sampled_from(ENDS)), figures, min_size=1, max_size=4)
months_apart = st.tuples(*[st.dictionaries(st.sampled_from(CODES), figures, min_size=1) for _ in ENDS])


def file_of(entries: dict[tuple[str, str], dict[str, Any]]) -> bytes:
    return pomi([row for (code, month), values in entries.items() for row in lines(code, month, values)])


class Portal:
    """A portal as it was before, whatever an example did to it."""

    def __enter__(self) -> None:
        self.point = transaction.savepoint()

    def __exit__(self, *error: Any) -> None:
        transaction.savepoint_rollback(self.point)


@settings(max_examples=12)
@given(months=months_apart, order=st.permutations(range(len(ENDS))))
def test_the_order_of_months_does_not_matter(months: Any, order: list[int]) -> None:
    data = [
        file_of({(code, end): values for code, values in part.items()}) for end, part in zip(ENDS, months, strict=True)
    ]
    with Portal():
        for number in range(len(ENDS)):
            brought_in(data[number])
        in_turn = live_values()
    with Portal():
        for number in order:
            brought_in(data[number])
        assert [values for _, values in sorted(named(live_values()).items())] == [
            values for _, values in sorted(named(in_turn).items())
        ]


def named(values: dict[Any, dict[str, Any]]) -> dict[Any, dict[str, Any]]:
    """Without the ids of organisations, which are given in the order of arrival."""
    return {
        key: {
            name: value for name, value in row.items() if not isinstance(name, str) or name not in ("practice", "ccg")
        }
        for key, row in values.items()
    }


@settings(max_examples=12)
@given(first=files, second=files)
def test_import_and_undo_is_as_before(first: Any, second: Any) -> None:
    with Portal():
        brought_in(file_of(first))
        before = live_values()
        landed = brought_in(file_of(second))
        if landed.state == Import.State.LANDED:
            assert undone(landed).state == Import.State.UNDONE
        assert live_values() == before


@settings(max_examples=12)
@given(first=files, second=files)
def test_undoing_the_earlier_leaves_the_later(first: Any, second: Any) -> None:
    with Portal():
        earlier = brought_in(file_of(first))
        later = brought_in(file_of(second))
        undone(earlier)
        if later.state == Import.State.LANDED:
            keys = {(code, f"2018-0{4 + ENDS.index(end)}", "pomi") for code, end in second}
            assert live_values().keys() == keys


@settings(max_examples=12)
@given(entries=files)
def test_twice_is_once(entries: Any) -> None:
    with Portal():
        brought_in(file_of(entries))
        once = live_values()
        again = brought_in(file_of(dict(reversed(entries.items()))))
        assert (again.new, again.changed) == (0, 0)
        assert live_values() == once
