from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from core.models import PortalState
from practices.models import Borough, Organisation
from practices.tests.factories import (
    DECEMBER,
    CCGFactory,
    DoubtFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    relate,
)
from targets.scoring import score_months
from targets.tests.dashboards import add_practice, area, body, score, sign_in

__all__ = ["area"]


def url_of(ccg: Organisation, **query: str) -> str:
    address = reverse("targets:ccg", args=[ccg.code])
    return f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}" if query else address


def test_it_works(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(url_of(area)))
    assert (
        "Riverside CCG: 2 of 3 practices meet the 20% registration target; 600 patients to go, all at one practice."
        in page
    )
    assert "Taken together: 27.5%, +1.3 pp since Nov 2018." in page
    assert "6,600 of 24,000" in page
    assert "3 of 3 practices" in page
    assert "1 practice of 3 holds all of the 600 patients to target." in page


def test_stranger_goes_to_the_sign_in(client: Any, area: Organisation) -> None:
    response = client.get(url_of(area))
    assert response.status_code == 302
    assert "/account/login/" in response["Location"]


def test_unknown_code_gets_404(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    for name, code in (("ccg", "XXX"), ("stp", "XXX"), ("borough", "atlantis")):
        assert client.get(reverse(f"targets:{name}", args=[code])).status_code == 404


def test_borough_and_stp_show_the_same_practices(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    borough = area.borough_for_tests.slug  # type: ignore[attr-defined]
    for name, code in (("stp", "QXX"), ("borough", borough)):
        page = body(client.get(reverse(f"targets:{name}", args=[code])))
        assert "2 of 3 practices meet the 20% registration target" in page
        assert "Cedar Surgery" in page


def names(response: Any) -> list[str]:
    page = response.content.decode().split("<tbody>", 1)
    table = response.content.decode().rsplit('id="practices"', 1)[1] if page else ""
    found = [(table.find(f">{name}<"), name) for name in ("Alder Surgery", "Birch Surgery", "Cedar Surgery")]
    return [name for place, name in sorted(found) if place >= 0]


def test_most_patients_to_target_come_first_and_both_orders_are_possible(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    assert names(client.get(url_of(area)))[0] == "Cedar Surgery"
    assert names(client.get(url_of(area, sort="-value"))) == ["Birch Surgery", "Alder Surgery", "Cedar Surgery"]
    assert names(client.get(url_of(area, sort="value"))) == ["Cedar Surgery", "Alder Surgery", "Birch Surgery"]
    assert names(client.get(url_of(area, sort="nonsense")))[0] == "Cedar Surgery"


def test_filters_live_in_the_address(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    assert names(client.get(url_of(area, state_registration="not_met"))) == ["Cedar Surgery"]
    assert names(client.get(url_of(area, q="ald"))) == ["Alder Surgery"]
    assert names(client.get(url_of(area, visited="yes"))) == []
    assert len(names(client.get(url_of(area, supplier="Nobody")))) == 3
    response = client.get(url_of(area, q="zzz"))
    assert "No practice fits these filters." in body(response)


def test_bad_values_fall_back_to_the_latest_and_say_so(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(url_of(area, month="2018-13", programme="nothing", target="weather")))
    assert "names no month that can be read. This is Dec 2018, the latest." in page
    assert "There is no programme of that name." in page
    assert "There is no target of that name." in page
    assert "There are no figures for Jan 1990." in body(client.get(url_of(area, month="1990-01")))


def test_export_holds_every_practice_and_runs_no_formula(client: Any, area: Organisation) -> None:
    add_practice(area, 500, name="=HYPERLINK(1)")
    score()
    sign_in(client, viewer=True)
    lines = b"".join(client.get(url_of(area, export="csv")).streaming_content).decode("utf-8-sig").splitlines()
    assert len([line for line in lines if "Surgery" in line]) == 3
    assert any("'=HYPERLINK(1)" in line for line in lines)
    assert any("NHS Riverside CCG, Dec 2018" in line for line in lines)


def add_return(practice: Organisation) -> None:
    MonthlyFiguresFactory(practice=practice, returned=True, month=DECEMBER)


def test_returns_are_for_the_people_of_the_ccg(client: Any, area: Organisation) -> None:
    add_return(Organisation.objects.get(name="Alder Surgery"))
    score()
    url = url_of(area, target="appointments")
    sign_in(client, lead=True, ccgs=[area])
    assert "850 of 1,000" in body(client.get(url))
    sign_in(client, lead=True, ccgs=[CCGFactory()])
    page = body(client.get(url))
    assert "850 of 1,000" not in page
    assert "85.0%" not in page
    assert "in your CCGs only" in page
    export = b"".join(client.get(f"{url}&export=csv").streaming_content).decode()
    assert "850" not in export


def test_returns_in_an_export_are_rounded(client: Any, area: Organisation) -> None:
    practice = Organisation.objects.get(name="Alder Surgery")
    MonthlyFiguresFactory(practice=practice, returned=True, routine_slots=1003, routine_slots_online=4)
    score()
    sign_in(client, viewer=True)
    export = b"".join(client.get(url_of(area, target="appointments", export="csv")).streaming_content).decode()
    line = next(line for line in export.splitlines() if "Alder" in line)
    assert ",*,1005,," in line
    assert "1003" not in export


def test_no_more_queries_with_more_practices(client: Any, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[area])
    client.get(url_of(area))

    def queries() -> int:
        PortalState.figures_changed()
        with CaptureQueriesContext(connection) as first:
            client.get(url_of(area))
        with CaptureQueriesContext(connection) as again:
            client.get(url_of(area))
        assert len(again) <= 12
        return len(first)

    few = queries()
    for number in range(10):
        add_practice(area, 900 + number)
    score()
    assert queries() == few


def test_a_kept_page_changes_with_the_figures_and_with_what_stands_beside_them(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    client.get(url_of(area))
    DoubtFactory(practice=Organisation.objects.get(name="Alder Surgery"), words="The list doubled overnight.")
    assert "The list doubled overnight." in body(client.get(url_of(area)))
    add_practice(area, 100, name="Dogwood Surgery")
    score()
    assert "Dogwood Surgery" in body(client.get(url_of(area)))


def test_a_kept_page_is_not_shown_to_one_who_may_see_less(client: Any, area: Organisation) -> None:
    add_return(Organisation.objects.get(name="Alder Surgery"))
    score()
    url = url_of(area, target="appointments")
    sign_in(client, administrator=True)
    assert "850 of 1,000" in body(client.get(url))
    sign_in(client, lead=True)
    assert "850 of 1,000" not in body(client.get(url))


def test_who_did_not_report_is_named_with_the_reason(client: Any, area: Organisation) -> None:
    add_practice(area, None, name="Elm Surgery")
    score()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(area)))
    assert "3 of 4 practices" in page
    assert "The figure is blank in the source" in page


def test_a_merged_ccg_offers_what_it_was_made_of(client: Any, area: Organisation) -> None:
    merged = CCGFactory(code="99M", name="NHS Great River CCG", opened=date(2020, 4, 1))
    relate(area, merged, kind="succeeded_by", starts=date(2020, 4, 1))
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(merged)))
    assert "Great River CCG began on 1 April 2020." in page
    assert url_of(area) in page


def test_a_borough_without_a_ccg_says_why(client: Any, reference_data: None) -> None:
    ccg = Organisation.objects.get(code="07T")
    practice = OrganisationFactory(ccg=ccg)
    MonthlyFiguresFactory(practice=practice)
    score_months({DECEMBER})
    sign_in(client, viewer=True)
    city = Borough.objects.get(slug="city-of-london")
    page = body(client.get(reverse("targets:borough", args=[city.slug])))
    assert "City of London has no CCG of its own." in page
    assert "City and Hackney CCG" in page


@pytest.mark.django_db
def test_a_portal_without_figures_says_what_would_bring_them(client: Any, reference_data: None) -> None:
    sign_in(client, viewer=True)
    assert "No figures have been brought in yet." in body(client.get(reverse("targets:ccg", args=["08L"])))


def test_namesakes_of_a_chart_have_their_code_in_drawing_and_table(client: Any, area: Organisation) -> None:
    others = [add_practice(area, 400 + number, name="Manor Surgery") for number in range(2)]
    score()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(area)))
    gap = page.split("Where the gap is", 1)[1].split("</figure>", 1)[0]
    drawing, table = gap.split("<table", 1)
    for practice in others:
        assert f"Manor Surgery ({practice.code}): " in drawing
        assert f"Manor Surgery ({practice.code})" in table
    assert "Cedar Surgery (" not in gap


def test_a_programme_without_rules_says_so(client: Any, area: Organisation) -> None:
    from targets.tests.factories import ProgrammeFactory

    ProgrammeFactory(slug="gp-contract-2025", name="GP contract 2025")
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(area, programme="gp-contract-2025")))
    assert "GP contract 2025 asked for nothing in Dec 2018" in page


def test_go_leads_to_known_areas_only(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    go = reverse("targets:go")
    assert client.get(f"{go}?area=ccg:{area.code}&month=2018-11")["Location"] == url_of(area, month="2018-11")
    for elsewhere in ("https://evil.example/", "//evil.example", "ccg:XXX", ""):
        assert client.get(go, {"area": elsewhere})["Location"].startswith("/london/?month=2018-12")
