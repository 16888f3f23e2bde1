"""Areas under the names of their day: before July 2022 CCGs and STPs, since then sub-locations and ICBs."""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client

from practices.models import Borough, Organisation
from practices.services.places import derive_places
from practices.tests.factories import OrganisationFactory, relate
from practices.tests.importing import VALUES, brought_in, pomi
from targets.models import AreaScore
from targets.tests.dashboards import body, sign_in

HEADINGS = [
    *("report_period_end", "region_code", "region_name", "sub_ICB_location_code", "sub_ICB_location_name"),
    *("practice_code", "practice_name", "system_supplier", "field", "value"),
]
OLD_HEADINGS = [
    *("report_period_end", "region_code", "region_name", "ccg_code", "ccg_name"),
    *("practice_code", "practice_name", "system_supplier", "field", "value"),
]
Get = Callable[..., str]


def rows(day: str, code: str, area: tuple[str, str], online: int) -> list[list[str]]:
    own = VALUES | {"Total_Pat_Enbld": online}
    start = [day, "Y56", "LONDON COMMISSIONING REGION", *area, code, f"SURGERY {code}", "TPP"]
    return [[*start, field, str(value)] for field, value in own.items()]


def bring_in(day: str, headings: list[str], area: tuple[str, str], **online: int) -> None:
    lines = [row for code, number in online.items() for row in rows(day, code, area, number)]
    brought_by = brought_in(pomi(lines, headings), name="pomi.csv")
    assert brought_by.state == "landed", brought_by.error


@pytest.fixture
def camden(reference_data: None) -> Organisation:
    """A practice of Camden CCG, which merged into North Central London; with figures before and after July 2022."""
    before, after = Organisation.objects.get(code="07R"), Organisation.objects.get(code="93C")
    practice = OrganisationFactory(code="F83001", ccg=after, membership=None, borough=None)
    practice.relations.all().delete()
    relate(practice, before, ends=date(2020, 3, 31))
    relate(practice, after, starts=date(2020, 4, 1))
    derive_places({practice.pk})
    bring_in("31DEC2018", OLD_HEADINGS, ("07R", "NHS CAMDEN CCG"), F83001=900)
    bring_in("31-Dec-23", HEADINGS, ("93C", "NHS NORTH CENTRAL LONDON ICB - 93C"), F83001=1500, F83002=600)
    practice.refresh_from_db()
    return practice


@pytest.fixture
def get(client: Client, camden: Organisation) -> Get:
    sign_in(client, viewer=True)

    def page(address: str, month: str = "2023-12") -> str:
        response = client.get(address, {"month": month})
        assert response.status_code == 200, address
        return body(response)

    return page


PAGES = {
    "region": ("/london/", "London", "2,100 of 10,000"),
    "icb": ("/icbs/QMJ/", "NHS North Central London Integrated Care Board", "2,100 of 10,000"),
    "sub-location": ("/sub-locations/93C/", "NHS North Central London ICB - 93C", "2,100 of 10,000"),
    "borough": ("/boroughs/camden/", "Camden", "1,500 of 5,000"),
}


@pytest.mark.parametrize("kind", PAGES)
def test_a_month_after_july_2022_has_pages_for_its_areas(get: Get, kind: str) -> None:
    address, name, sums = PAGES[kind]
    page = get(address)

    assert f"<h1>{name}</h1>" in page
    assert sums in page
    without_select = re.sub(r"<select.*?</select>", "", page)
    assert re.findall(r".{30}CCG.{30}|.{30}STP.{30}", without_select) == []


def test_the_practice_names_its_sub_location(get: Get, camden: Organisation) -> None:
    page = get("/practices/F83001/")
    assert "Sub-location" in page
    assert '<a href="/sub-locations/93C/?month=2023-12">North Central London ICB - 93C</a>' in page
    assert camden.borough == Borough.objects.get(slug="camden")


def test_links_and_breadcrumbs_of_the_month_use_its_addresses(get: Get) -> None:
    london, sub_location = get("/london/"), get("/sub-locations/93C/")
    assert "/sub-locations/93C/?month=2023-12" in london
    assert "/ccgs/" not in london
    assert '<a class="nhsuk-breadcrumb__link" href="/icbs/QMJ/?month=2023-12">' in sub_location
    assert "Sub-location, Dec 2023" in sub_location


def test_the_month_before_keeps_its_words(get: Get) -> None:
    london, ccg = get("/london/", "2018-12"), get("/ccgs/07R/", "2018-12")
    assert '<h2 id="areas-heading">CCGs</h2>' in london
    assert "/ccgs/07R/?month=2018-12" in london
    assert "/sub-locations/" not in london
    assert '<a class="nhsuk-breadcrumb__link" href="/stps/QMJ/?month=2018-12">' in ccg
    assert "CCG, Dec 2018" in ccg
    assert "<h1>NHS Camden CCG</h1>" in ccg


@pytest.mark.parametrize(
    ("address", "month", "title"),
    [
        ("/stps/QMJ/", "2023-12", "NHS North Central London Integrated Care Board"),
        ("/ccgs/93C/", "2023-12", "NHS North Central London ICB - 93C"),
        ("/icbs/QMJ/", "2018-12", "North London Partners In Health And Care STP"),
        ("/sub-locations/07R/", "2018-12", "NHS Camden CCG"),
        ("/regions/Y56/", "2018-12", "London"),
    ],
)
def test_an_address_of_the_other_kind_shows_the_same_page(get: Get, address: str, month: str, title: str) -> None:
    assert f"<h1>{title}</h1>" in get(address, month)


def test_the_area_select_groups_by_what_areas_were_called(get: Get) -> None:
    after, before = get("/london/"), get("/london/", "2018-12")
    assert after.index('label="ICBs"') < after.index('label="Sub-locations"') < after.index('label="Boroughs"')
    assert before.index('label="STPs"') < before.index('label="CCGs"') < before.index('label="Boroughs"')
    assert "Camden CCG (to Mar 2020)" in after
    assert "Camden CCG (to" not in before
    assert "North Central London CCG (from Apr 2020)" in before
    assert after.index("At other times") < after.index("Camden CCG (to Mar 2020)")


def test_the_list_of_practices_and_its_file_say_sub_location(client: Client, get: Get) -> None:
    page = get("/practices/")
    assert "Sub-location" in page
    file = client.get("/practices/", {"month": "2023-12", "export": "csv"})
    words = b"".join(file.streaming_content).decode() if file.streaming else file.content.decode()
    assert "ODS code,Practice,Postcode,Sub-location" in words.replace('"', "")


def test_a_ccg_that_ended_says_so_and_leads_to_its_sub_location(get: Get) -> None:
    page = get("/ccgs/07R/")
    assert "Camden CCG ended on 31 March 2020" in page
    assert '<a href="/sub-locations/93C/?month=2023-12">North Central London ICB - 93C</a>' in page
    assert "Camden CCG in Dec 2018" in page


def test_figures_run_on_under_one_code(camden: Organisation) -> None:
    rows = AreaScore.objects.filter(rule__target="registration", rule__programme__is_default=True)
    found = set(rows.filter(area_kind__in=("region", "stp")).values_list("area_kind", "area_code", "month__year"))
    assert found == {(kind, code, year) for kind, code in (("region", "Y56"), ("stp", "QMJ")) for year in (2018, 2023)}


@pytest.mark.parametrize(("area", "named"), [("93C", "NHS North Central London ICB - 93C"), ("london", "London")])
def test_the_command_names_areas_as_the_month_did(camden: Any, capsys: Any, area: str, named: str) -> None:
    call_command("scores", area=area, month="2023-12")
    assert f"{named}, Dec 2023" in capsys.readouterr().out


def test_a_report_says_what_areas_were_called(camden: Any) -> None:
    from django.utils import timezone

    from reports.presenters.pages import story
    from reports.snapshot import build

    snapshot = build(
        area_kind="stp", area_code="QMJ", month=date(2023, 12, 1), programme="ettf-london", made_at=timezone.now()
    )
    assert (snapshot.about.kind_words, snapshot.about.name) == ("ICB", "North Central London ICB")
    assert snapshot.area_term.heading == "Sub-locations"
    assert [line.name for line in snapshot.areas] == ["North Central London ICB - 93C"]
    assert "The sub-locations" in str(story(snapshot))
