"""A tile tells two states: that of the area's own share, and that of its practices."""

import re
from typing import Any

import pytest
from django.test import Client

from practices.models import MonthlyFigures, Organisation
from practices.tests.factories import DECEMBER
from targets.tests.dashboards import add_practice, area, body, make_area, score, sign_in

__all__ = ["area"]
MEETING, FALLING_SHORT = 20, 30


@pytest.fixture
def riverside(db: None) -> Organisation:
    """20 practices far beyond 20 % carry 30 that are short of it: 21.5 % together."""
    ccg = make_area(name="NHS Riverside CCG")
    for number in range(MEETING):
        add_practice(ccg, 2800, name=f"Alder Surgery {number}")
    for number in range(FALLING_SHORT):
        add_practice(ccg, 1000, name=f"Cedar Surgery {number}")
    score()
    return ccg


def tile_of(client: Client, address: str, title: str) -> str:
    page = body(client.get(address))
    (tile,) = [part for part in re.findall(r"<article .*?</article>", page) if f">{title}</a>" in part]
    return tile


def states(tile: str) -> dict[str, str]:
    """Whose state, and what it is, as they are read."""
    words = re.sub(r"<[^>]+>", " ", tile)
    found = re.findall(r"(Together|Each practice)\s+\S\s+(Met|Not met)", " ".join(words.split()))
    return dict(found)


@pytest.mark.parametrize("page", ["/ccgs/{code}/", "/london/", "/"])
def test_share_met_and_practices_behind_are_both_said(client: Client, riverside: Organisation, page: str) -> None:
    sign_in(client, lead=True, ccgs=[riverside])
    tile = tile_of(client, page.format(code=riverside.code), "Registration")

    assert "86,000 of 400,000" in tile
    assert states(tile) == {"Together": "Met", "Each practice": "Not met"}
    assert "20 of 50 practices meet it" in tile
    assert "18,000 patients" in tile


def test_neither_state_alone_colours_the_tile(client: Client, riverside: Organisation) -> None:
    sign_in(client, viewer=True)
    tile = tile_of(client, f"/ccgs/{riverside.code}/", "Registration")
    assert 'class="portal-tile portal-tile--partly"' in tile


def test_it_is_green_where_the_share_and_every_practice_meet(client: Client, area: Organisation) -> None:
    MonthlyFigures.objects.filter(month=DECEMBER).update(online_patients=2400)
    score()
    sign_in(client, viewer=True)
    tile = tile_of(client, f"/ccgs/{area.code}/", "Registration")
    assert states(tile) == {"Together": "Met", "Each practice": "Met"}
    assert 'class="portal-tile portal-tile--met"' in tile


def test_it_is_red_where_neither_meets(client: Client, area: Organisation) -> None:
    MonthlyFigures.objects.filter(month=DECEMBER).update(online_patients=900)
    score()
    sign_in(client, viewer=True)
    tile = tile_of(client, f"/ccgs/{area.code}/", "Registration")
    assert states(tile) == {"Together": "Not met", "Each practice": "Not met"}
    assert 'class="portal-tile portal-tile--not_met"' in tile


def test_a_target_without_a_share_has_one_state(client: Client, area: Organisation) -> None:
    sign_in(client, viewer=True)
    tile: Any = tile_of(client, f"/ccgs/{area.code}/", "Detailed coded record")
    assert "Together" not in tile
    assert "Each practice" not in tile
