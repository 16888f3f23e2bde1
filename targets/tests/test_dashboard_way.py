"""Where "Dashboard" leads: to everybody's own area."""

from datetime import date

import pytest
from django.test import Client

from practices.models import Organisation
from practices.tests.factories import CCGFactory, relate
from targets.tests.dashboards import add_practice, area, body, figures_changed, make_area, score, sign_in

__all__ = ["area"]
URL = "/dashboard/"


def leads_to(client: Client) -> str:
    response = client.get(URL)
    assert response.status_code == 302
    address: str = response["Location"]
    return address


def test_stranger_goes_to_the_sign_in(client: Client, db: None) -> None:
    assert leads_to(client).startswith("/account/login/")


def test_lead_of_one_ccg_comes_to_it(client: Client, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[area])
    assert leads_to(client) == f"/ccgs/{area.code}/?month=2018-12"


def test_lead_of_several_comes_to_the_one_of_the_start_page(client: Client, area: Organisation) -> None:
    other = make_area(name="NHS Brookside CCG")
    add_practice(other)
    score()
    sign_in(client, lead=True, ccgs=[area, other])
    assert leads_to(client) == f"/ccgs/{other.code}/?month=2018-12"
    start = body(client.get("/"))
    assert "Brookside CCG: " in start
    assert f'<a href="/ccgs/{area.code}/?month=2018-12">Riverside CCG</a>' in start


def test_lead_of_none_comes_to_london(client: Client, area: Organisation) -> None:
    sign_in(client, lead=True)
    assert leads_to(client) == "/london/?month=2018-12"


def test_lead_of_a_merged_ccg_comes_to_what_it_was_made_of(client: Client, area: Organisation) -> None:
    merged = CCGFactory(code="99M", name="NHS Great River CCG", opened=date(2020, 4, 1))
    relate(area, merged, kind="succeeded_by", starts=date(2020, 4, 1))
    figures_changed()
    sign_in(client, lead=True, ccgs=[merged])
    assert leads_to(client) == f"/ccgs/{area.code}/?month=2018-12"


@pytest.mark.parametrize("role", ["administrator", "viewer"])
def test_who_looks_after_all_of_london_comes_to_london(client: Client, area: Organisation, role: str) -> None:
    sign_in(client, **{role: True})
    assert leads_to(client) == "/london/?month=2018-12"


def test_facilitator_comes_to_their_ccg(client: Client, area: Organisation) -> None:
    sign_in(client, facilitator=True, ccgs=[area])
    assert leads_to(client) == f"/ccgs/{area.code}/?month=2018-12"


def test_a_portal_without_figures_leads_there_all_the_same(client: Client, reference_data: None) -> None:
    sign_in(client, lead=True)
    assert leads_to(client).startswith("/london/")


def test_the_navigation_of_a_lead_marks_the_dashboard_and_keeps_london(client: Client, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[area])
    page = body(client.get(URL, follow=True))
    main = page.split('aria-label="Main"')[1].split("</nav>")[0]
    assert 'href="/dashboard/" aria-current="true">Dashboard</a>' in main
    assert 'href="/london/">London</a>' in main
    london = body(client.get("/london/")).split('aria-label="Main"')[1].split("</nav>")[0]
    assert 'href="/dashboard/">Dashboard</a>' in london
    assert 'href="/london/" aria-current="page">London</a>' in london
