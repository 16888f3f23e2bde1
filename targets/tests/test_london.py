import io
import json
from typing import Any

from django.core.cache import cache
from django.core.management import call_command
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import PortalState
from practices.models import Organisation
from practices.tests.factories import CCGFactory
from targets.tests.dashboards import add_practice, area, body, make_area, score, sign_in

__all__ = ["area"]

URL = "/london/"


def test_it_works(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(URL))
    assert "London: 2 of 3 practices meet the 20% registration target; 600 patients to go" in page
    assert "Riverside CCG" in page
    assert "Cedar Surgery" in page
    assert "Alder Surgery" not in page


def test_the_rest_of_england_is_not_london(client: Any, area: Organisation) -> None:
    outside = CCGFactory(name="NHS Faraway CCG")
    add_practice(outside, 10, name="Distant Surgery")
    score()
    sign_in(client, viewer=True)
    page = body(client.get(URL))
    assert "London: 2 of 3 practices meet the 20% registration target; 600 patients to go" in page
    assert "Distant Surgery" not in page
    assert page.count("Faraway CCG") == 1  # among the areas to choose from


def test_stranger_goes_to_the_sign_in(client: Any, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_page_and_command_say_the_same(client: Any, area: Organisation) -> None:
    printed = io.StringIO()
    call_command("scores", area="london", month="2018-12", target="registration", json=True, stdout=printed)
    said = json.loads(printed.getvalue())
    said = said.get("targets", said)
    sums = said.get("registration", said)
    sign_in(client, viewer=True)
    page = body(client.get(URL))
    assert f"{sums['numerator']:,} of {sums['denominator']:,}" in page
    assert f"{sums['met']} of {sums['met'] + sums['not_met']} practices meet it" in page
    assert f"{sums['reported']} of {sums['practices']} practices" in page
    assert f"{sums['shortfall']} patients" in page


def test_no_more_queries_with_more_practices(client: Any, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[area])

    def queries() -> int:
        PortalState.figures_changed()
        cache.clear()
        with CaptureQueriesContext(connection) as first:
            client.get(URL)
        assert len(first) <= 12
        return len(first)

    few = queries()
    for number in range(10):
        add_practice(area, 900 + number)
    score()
    assert queries() == few


def test_area_figures_of_returns_are_hidden_by_ccg_and_open_for_london(client: Any, area: Organisation) -> None:
    from practices.tests.factories import MonthlyFiguresFactory

    MonthlyFiguresFactory(practice=Organisation.objects.get(name="Alder Surgery"), returned=True)
    score()
    other = make_area(name="NHS Other CCG")
    sign_in(client, lead=True, ccgs=[other])
    page = body(client.get(f"{URL}?target=appointments"))
    assert page.count("850 of 1,000") == page.count("85.0%") or "850 of 1,000" in page
    table = page.split('id="areas-heading"')[1].split("</table>")[0]
    assert "850" not in table
    assert "in your CCGs only" in table


def test_london_is_reached_by_its_name(client: Any, area: Organisation) -> None:
    assert reverse("targets:london") == URL
