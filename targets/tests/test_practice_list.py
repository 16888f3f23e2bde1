from typing import Any

from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import PortalState
from practices.models import Organisation
from practices.tests.factories import OrganisationFactory
from targets.tests.dashboards import add_practice, area, body, score, sign_in

__all__ = ["area"]

URL = "/practices/"


def found(client: Any, **query: str) -> list[str]:
    page = body(client.get(URL, query))
    names = ("Alder Surgery", "Birch Surgery", "Cedar Surgery", "Old Surgery")
    return [name for name in names if f">{name}</a>" in page]


def test_it_works(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(URL))
    assert "3 practices counted in Dec 2018" in page
    assert "Riverside CCG" in page
    assert "30.0%" in page


def test_stranger_goes_to_the_sign_in(client: Any, db: None) -> None:
    assert client.get(URL).status_code == 302


def test_three_keys_of_a_name_a_code_or_a_postcode_are_enough(client: Any, area: Organisation) -> None:
    practice = Organisation.objects.get(name="Alder Surgery")
    Organisation.objects.filter(pk=practice.pk).update(postcode="SE13 5PW")
    sign_in(client, viewer=True)
    assert found(client, q="ald") == ["Alder Surgery"]
    assert "Alder Surgery" in found(client, q=practice.code[:5])
    assert found(client, q="SE13") == ["Alder Surgery"]


def test_an_exact_code_or_postcode_goes_straight_there(client: Any, area: Organisation) -> None:
    practice = Organisation.objects.get(name="Alder Surgery")
    Organisation.objects.filter(pk=practice.pk).update(postcode="SE13 5PW")
    sign_in(client, viewer=True)
    for words in (practice.code, f" {practice.code.lower()} ", "SE13 5PW", "se135pw"):
        response = client.get(URL, {"q": words, "month": "2018-12"})
        assert response.status_code == 302
        assert response["Location"] == f"/practices/{practice.code}/?month=2018-12"
    assert client.get(URL, {"q": area.code})["Location"].startswith(f"/ccgs/{area.code}/")
    # Two at one postcode are a list, and so is what a filter narrows further.
    Organisation.objects.filter(name="Birch Surgery").update(postcode="SE13 5PW")
    assert found(client, q="SE13 5PW") == ["Alder Surgery", "Birch Surgery"]
    assert found(client, q=practice.code, state_registration="met") == ["Alder Surgery"]


def test_search_puts_the_best_first_and_a_column_orders_it_when_asked(client: Any, area: Organisation) -> None:
    OrganisationFactory(name="Old Calder Surgery")
    OrganisationFactory(name="Cal Surgery")
    OrganisationFactory(name="Aedical Surgery")
    sign_in(client, viewer=True)

    def order(**query: str) -> list[str]:
        page = body(client.get(URL, {"q": "cal", **query}))
        return sorted(("Old Calder", "Cal Surgery", "Aedical"), key=lambda name: page.index(f">{name}"))

    assert order() == ["Cal Surgery", "Old Calder", "Aedical"]
    assert order(sort="name") == ["Aedical", "Cal Surgery", "Old Calder"]


def test_the_supplier_is_chosen_from_a_list(client: Any, area: Organisation) -> None:
    Organisation.objects.filter(name="Alder Surgery").update(supplier="EMIS")
    Organisation.objects.filter(name="Birch Surgery").update(supplier="TPP")
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    assert '<option value="TPP">TPP</option>' in body(client.get(URL))
    assert found(client, supplier="TPP") == ["Birch Surgery"]


def test_search_finds_closed_practices_that_the_list_leaves_out(client: Any, area: Organisation) -> None:
    OrganisationFactory(name="Old Surgery", status="closed")
    sign_in(client, viewer=True)
    assert "Old Surgery" not in found(client)
    assert found(client, q="old surg") == ["Old Surgery"]
    assert "Old Surgery" in found(client, show="all")


def test_filters_by_area_and_by_the_state_of_each_target(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    assert found(client, state_registration="not_met") == ["Cedar Surgery"]
    assert found(client, state_registration="met", sort="-name") == ["Alder Surgery", "Birch Surgery"]
    assert len(found(client, state_dcr="met")) == 3
    assert len(found(client, ccg=area.code)) == 3
    assert len(found(client, state_appointments="no_data")) == 3
    assert "No practice fits." in body(client.get(URL, {"q": "zzzz"}))


def test_order_does_not_tell_what_returns_of_other_ccgs_say(client: Any, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[])
    assert client.get(URL, {"target": "appointments", "sort": "-shortfall"}).status_code == 200
    assert client.get(URL, {"sort": "-shortfall"}).status_code == 200


def test_export_holds_what_the_filters_leave(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    response = client.get(URL, {"export": "csv", "state_registration": "not_met"})
    lines = b"".join(response.streaming_content).decode("utf-8-sig").splitlines()
    assert lines[0].startswith("ODS code,Practice")
    assert "Cedar Surgery" in lines[1]
    assert not any("Alder" in line for line in lines)


def test_no_more_queries_with_more_practices(client: Any, area: Organisation) -> None:
    sign_in(client, lead=True, ccgs=[area])

    def queries() -> int:
        PortalState.figures_changed()
        client.get(URL)
        with CaptureQueriesContext(connection) as captured:
            client.get(URL)
        assert len(captured) <= 12
        return len(captured)

    few = queries()
    for number in range(10):
        add_practice(area, 900 + number)
    score()
    assert queries() == few
