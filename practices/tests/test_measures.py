"""The catalogue: what follows from it, and that nothing goes by its order."""

from collections import Counter

import pytest

from practices import measures
from practices.importing.formats import all_formats
from practices.importing.formats.base import FigureFormat
from practices.models import MonthlyFigures
from practices.returns import headings

# In this order stand the row numbers of every long row that is stored already.
STORED_ORDER = [
    "list_size",
    "appointments_status",
    "prescriptions_status",
    "dcr_status",
    "appointments_enabled",
    "prescriptions_enabled",
    "dcr_enabled",
    "appointments_used",
    "prescriptions_used",
    "dcr_used",
    "online_patients",
    "new_online_patients",
    "online_transactions",
]


def test_no_column_source_or_place_is_given_twice() -> None:
    assert max(Counter(each.column for each in measures.MEASURES).values()) == 1
    assert max(Counter(each.key for each in measures.SOURCES).values()) == 1
    assert max(Counter(each.rank for each in measures.SOURCES).values()) == 1
    for source in measures.SOURCES:
        places = [each.place for each in measures.of_source(source.key) if each.place is not None]
        assert len(places) == len(set(places))


def test_a_part_and_its_whole_come_from_one_source_and_are_counts() -> None:
    known = measures.by_column()
    for measure in measures.MEASURES:
        if measure.part_of:
            assert measures.given_by([measure.column, measure.part_of])
            assert measure.is_count
            assert known[measure.part_of].is_count


def test_every_measure_is_a_column_and_every_field_of_a_publisher_has_a_place() -> None:
    names = {field.name for field in MonthlyFigures._meta.concrete_fields}
    for measure in measures.MEASURES:
        assert measure.column in names
        assert measure.kind != "words" or measure.length
    assert all(each.place is not None for each in measures.MEASURES if each.field)


def test_the_types_that_code_is_told_are_those_of_the_columns() -> None:
    kinds = {"stock": "int | None", "flow": "int | None", "status": "int | None", "date": "date | None"}
    kinds |= {"words": "str", "yes_no": "bool"}
    for name, told in MonthlyFigures.__annotations__.items():
        assert str(getattr(told, "__name__", told)).removeprefix("datetime.") in (
            kinds[measures.by_column()[name].kind],
            kinds[measures.by_column()[name].kind].replace("date", "datetime.date"),
        )


def test_row_numbers_stored_long_ago_are_still_read() -> None:
    row = MonthlyFigures(row=10, field_rows="0,1,2,3,4,5,6,7,8,9,,11,12")

    assert [row.rows_of([column]) for column in STORED_ORDER[:4]] == [[10], [11], [12], [13]]
    assert row.rows_of(["online_transactions"]) == [22]
    assert row.rows_of(["online_patients"]) == [10]
    assert row.rows_of(["list_size", "online_transactions"]) == [10, 22]
    assert MonthlyFigures(row=10).rows_of(["list_size"]) == [10]
    assert MonthlyFigures().rows_of(["list_size"]) == []


def test_row_numbers_are_written_in_the_stored_order_whatever_order_they_come_in() -> None:
    steps = list(range(13))

    assert measures.steps_texts(STORED_ORDER, [steps]) == ["0,1,2,3,4,5,6,7,8,9,10,11,12"]
    assert measures.steps_texts(STORED_ORDER[::-1], [steps[::-1]]) == ["0,1,2,3,4,5,6,7,8,9,10,11,12"]
    assert measures.steps_texts(["dcr_status"], [[7], [-1]]) == [",,,7", ""]
    assert measures.steps_texts(STORED_ORDER, [[0, -1, *range(2, 12), -1]]) == ["0,,2,3,4,5,6,7,8,9,10,11"]


@pytest.mark.parametrize("order", [lambda every: every, reversed, lambda every: sorted(every, key=lambda m: m.label)])
def test_the_order_of_the_catalogue_means_nothing(order, monkeypatch: pytest.MonkeyPatch) -> None:
    functions = [measures.by_column, measures.of_source, measures.columns_of, measures.columns, measures.ranked_sources]
    before = {each.key: set(measures.columns_of(each.key)) for each in measures.SOURCES}
    ranked = measures.ranked_sources()
    with monkeypatch.context() as patch:
        patch.setattr(measures, "MEASURES", tuple(order(measures.MEASURES)))
        patch.setattr(measures, "SOURCES", tuple(reversed(measures.SOURCES)))
        for function in functions:
            function.cache_clear()
        after = {each.key: set(measures.columns_of(each.key)) for each in measures.SOURCES}
        [text] = measures.steps_texts(STORED_ORDER, [range(13)])
        assert (after, measures.ranked_sources()) == (before, ranked)
        assert text == "0,1,2,3,4,5,6,7,8,9,10,11,12"
    for function in functions:
        function.cache_clear()


def test_who_may_see_what_is_made_of_columns() -> None:
    assert measures.published(["online_patients", "list_size"])
    assert not measures.published(["bookings", "list_size"])
    assert not measures.published(["ecommunication_promoted_on"])
    assert not measures.published(["no_such_column"])
    assert measures.sources(published=False) == ("return", "visit")


def test_of_several_sources_the_one_that_counts_first_is_named() -> None:
    assert measures.given_by(["list_size"]) == ("pomi", "list_size")
    assert measures.given_by(["list_size", "online_patients"]) == ("pomi",)
    assert measures.given_by(["list_size", "bookings"]) == ()


def test_formats_cover_columns_of_their_own_source() -> None:
    for each in all_formats():
        if isinstance(each, FigureFormat):
            assert set(each.covers) <= set(measures.columns_of(each.source))


def test_the_return_asks_for_every_measure_that_it_gives() -> None:
    given = set(measures.columns_of(measures.RETURN.key))

    assert {*headings.COLUMNS, "ecommunication_answered"} == given
    assert [title for title, _ in headings.GROUPS] == [
        "Routine appointments",
        "E-communication",
        "Systems",
        "About this return",
    ]
    assert {column for _, columns in headings.GROUPS for column in columns} == set(headings.COLUMNS)
