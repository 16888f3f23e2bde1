"""The table of a region's CCGs: how it sorts, and what leaves as a file."""

import csv
import io
import re
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client

from practices.models import MonthlyFigures, Organisation
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory
from targets.tests.dashboards import NOVEMBER, add_practice, body, make_area, score, sign_in

URL = "/london/"
# By name, and namesakes by code; each with patients online in November and December of 8,000.
NORTH, PARK_FIRST, PARK_SECOND, SOUTH = "90N", "91P", "92P", "93S"
ONLINE = {NORTH: [(900, 1000), (1700, 1700)], PARK_FIRST: [(1200, 1300)], PARK_SECOND: [(1200, 1300)], SOUTH: [None]}
NAMES = {
    NORTH: "NHS North CCG",
    PARK_FIRST: "NHS Park CCG",
    PARK_SECOND: "NHS Park CCG",
    SOUTH: "NHS South CCG",
}


@pytest.fixture
def ccgs(db: None) -> dict[str, Organisation]:
    """Made with the last code first, so that no order comes about by itself. The one of the south has not reported."""
    found = {code: make_area(code=code, name=NAMES[code]) for code in reversed(NAMES)}
    for code, online in ONLINE.items():
        for number, patients in enumerate(online):
            before, now = patients or (None, None)
            practice = add_practice(found[code], now, name=f"Surgery {number} of {code}")
            MonthlyFigures.objects.filter(practice=practice, month=NOVEMBER).update(online_patients=before)
    score()
    return found


def add_returns(ccgs: dict[str, Organisation], online: dict[str, int]) -> None:
    for code, slots in online.items():
        practice = Organisation.objects.practices().filter(ccg=ccgs[code]).order_by("pk")[0]
        for month in (NOVEMBER, DECEMBER):
            MonthlyFiguresFactory(
                practice=practice, month=month, returned=True, routine_slots=1003, routine_slots_online=slots
            )
    score()


def order(page: str) -> list[str]:
    table = page.split('id="areas-heading"')[1].split("</table>", maxsplit=1)[0]
    return re.findall(r'<th scope="row"><a href="/ccgs/(\w+)/', table)


Export = Callable[..., list[list[str]]]


@pytest.fixture
def export(client: Client) -> Export:
    def lines(**query: str) -> list[list[str]]:
        response: Any = client.get(URL, {"export": "areas", **query})
        text = b"".join(response.streaming_content).decode("utf-8-sig")
        return list(csv.reader(io.StringIO(text)))

    return lines


BY_NAME = [NORTH, PARK_FIRST, PARK_SECOND, SOUTH]
PARKS = [PARK_FIRST, PARK_SECOND]


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("name", BY_NAME),
        # Namesakes keep the order of their codes whichever way the names go.
        ("-name", [SOUTH, *PARKS, NORTH]),
        ("value", [*PARKS, NORTH, SOUTH]),
        ("-value", [NORTH, *PARKS, SOUTH]),
        ("change", [NORTH, *PARKS, SOUTH]),
        ("-change", [*PARKS, NORTH, SOUTH]),
        ("shortfall", [*PARKS, NORTH, SOUTH]),
        ("-shortfall", [NORTH, *PARKS, SOUTH]),
        ("met", [*PARKS, NORTH, SOUTH]),
        ("-met", [NORTH, *PARKS, SOUTH]),
        ("reported", [SOUTH, *PARKS, NORTH]),
        ("-reported", [NORTH, *PARKS, SOUTH]),
        # A column that there is not falls back to the order without one.
        ("secret", [NORTH, *PARKS, SOUTH]),
    ],
)
def test_each_column_sorts_both_ways_with_namesakes_by_code(
    client: Client, ccgs: dict[str, Organisation], sort: str, expected: list[str]
) -> None:
    sign_in(client, viewer=True)
    assert order(body(client.get(URL, {"areas_by": sort}))) == expected


def test_the_column_in_force_says_which_way_it_sorts(client: Client, ccgs: dict[str, Organisation]) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(URL, {"areas_by": "-value"}))
    assert page.count('aria-sort="descending"') == 1
    assert "areas_by=value#areas" in page


def test_the_file_holds_numbers_and_its_source(client: Client, ccgs: dict[str, Organisation], export: Export) -> None:
    sign_in(client, viewer=True)
    lines = export()
    rows = {line[0]: line for line in lines[1:5]}

    assert lines[0][:3] == ["ODS code", "CCG", "State"]
    assert [len(line) for line in lines[:5]] == [len(lines[0])] * 5
    assert rows[NORTH] == [
        *(NORTH, "North CCG", "Not met", "2700", "16000", "16.9%", "0.6", "600", "1", "2", "2", "2"),
    ]
    assert rows[SOUTH][2:8] == ["No data", "", "", "", "", ""]
    assert any("CCGs of London, Dec 2018, Registration" in line[0] for line in lines if line)


@pytest.mark.parametrize("sort", ["value", "-value", "change", "-change", "shortfall", "-shortfall"])
def test_hidden_ones_come_last_and_by_name(client: Client, ccgs: dict[str, Organisation], sort: str) -> None:
    add_returns(ccgs, {NORTH: 100, PARK_FIRST: 900, PARK_SECOND: 800, SOUTH: 200})
    sign_in(client, lead=True, ccgs=[ccgs[PARK_SECOND]])
    page = body(client.get(URL, {"target": "appointments", "areas_by": sort}))
    assert order(page) == [PARK_SECOND, NORTH, PARK_FIRST, SOUTH]


def test_the_file_of_a_lead_leaves_out_what_is_hidden(
    client: Client, ccgs: dict[str, Organisation], export: Export
) -> None:
    add_returns(ccgs, {NORTH: 111, PARK_FIRST: 222, PARK_SECOND: 801, SOUTH: 333})
    sign_in(client, lead=True, ccgs=[ccgs[PARK_SECOND]])
    rows = {line[0]: line for line in export(target="appointments")[1:5]}

    for code in (NORTH, PARK_FIRST, SOUTH):
        assert rows[code][2:8] == ["in your CCGs only", "", "", "", "", ""]
    # Their own, rounded: the change of exact sums would give them away.
    assert rows[PARK_SECOND][3:7] == ["800", "1005", "79.6%", ""]


def test_page_and_file_tell_the_same_of_a_hidden_area(
    client: Client, ccgs: dict[str, Organisation], export: Export
) -> None:
    add_returns(ccgs, {NORTH: 111, PARK_SECOND: 801})
    sign_in(client, lead=True, ccgs=[ccgs[PARK_SECOND]])
    page = body(client.get(URL, {"target": "appointments"}))
    row = page.split("/ccgs/90N/")[-1].split("</tr>")[0]
    rows = {line[0]: line for line in export(target="appointments")[1:5]}

    # How many practices meet a target is open to all; by how much is not.
    assert "Shown in your CCGs only" in row
    assert "0 of 1" in row
    assert "1 of 2" in row
    assert rows[NORTH][8:] == ["0", "1", "1", "2"]


def test_small_numbers_are_protected_with_a_second_beside_them(
    client: Client, ccgs: dict[str, Organisation], export: Export
) -> None:
    add_returns(ccgs, {NORTH: 4, PARK_FIRST: 401, PARK_SECOND: 801, SOUTH: 603})
    sign_in(client, viewer=True)
    lines = export(target="appointments")
    rows = {line[0]: line for line in lines[1:5]}

    assert {code: row[3] for code, row in rows.items()} == {
        NORTH: "*",
        PARK_FIRST: "*",
        PARK_SECOND: "800",
        SOUTH: "605",
    }
    assert rows[NORTH][5] == rows[PARK_FIRST][5] == ""
    assert any("counts from 1 to 7 are shown as *" in line[0] for line in lines if line)
