from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from core.models import PortalState
from practices.models import MonthlyFigures, Organisation
from practices.tests.factories import (
    DECEMBER,
    CCGFactory,
    DoubtFactory,
    ImportFileFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    relate,
)
from targets.tests.dashboards import add_practice, area, body, score, sign_in

__all__ = ["area"]


@pytest.fixture
def cedar(area: Organisation) -> Organisation:
    return Organisation.objects.get(name="Cedar Surgery")


def url_of(practice: Organisation, query: str = "") -> str:
    return reverse("targets:practice", args=[practice.code]) + query


def test_it_works(client: Any, cedar: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get(url_of(cedar)))
    assert "Cedar Surgery" in page
    assert "12.5%" in page
    assert "1,000 of 8,000" in page
    assert "95% interval: 11.8% to 13.2%" in page
    assert "600 patients to go" in page
    assert "To meet it by Mar 2019: 200 a month needed" in page
    assert "3.0%" in page  # reach of the detailed coded record


def test_stranger_goes_to_the_sign_in(client: Any, cedar: Organisation) -> None:
    assert client.get(url_of(cedar)).status_code == 302


def test_unknown_code_gets_404(client: Any, cedar: Organisation) -> None:
    sign_in(client, viewer=True)
    assert client.get("/practices/ZZZZZZ/").status_code == 404
    assert client.get(reverse("targets:practice", args=[cedar.ccg.code])).status_code == 404


def test_code_is_found_in_either_case(client: Any, cedar: Organisation) -> None:
    sign_in(client, viewer=True)
    assert client.get(f"/practices/{cedar.code.lower()}/").status_code == 200


def test_figures_lead_to_file_and_row(client: Any, cedar: Organisation) -> None:
    file = ImportFileFactory(name="POMI_DEC2018.csv")
    cedar.figures.filter(month=DECEMBER).update(file=file, brought_by=file.brought_by, row=1234)
    sign_in(client, administrator=True)
    page = body(client.get(url_of(cedar)))
    assert "file POMI_DEC2018.csv, row 1,234" in page


def test_history_of_corrections_is_told(client: Any, cedar: Organisation) -> None:
    live = cedar.figures.get(month=DECEMBER)
    old = MonthlyFiguresFactory(
        practice=cedar, standing=MonthlyFigures.Standing.SUPERSEDED, online_patients=4120, landed_at=timezone.now()
    )
    MonthlyFigures.objects.filter(pk=old.pk).update(superseded_by=live)
    sign_in(client, viewer=True)
    page = body(client.get(url_of(cedar, "?target=registration")))
    assert "was 4,120 until the" in page
    assert "were corrected" in page


def test_returns_are_for_the_people_of_the_ccg(client: Any, cedar: Organisation) -> None:
    MonthlyFiguresFactory(practice=cedar, returned=True, note="Slots are counted by hand.")
    score()
    sign_in(client, lead=True, ccgs=[cedar.ccg])
    assert "850 of 1,000" in body(client.get(url_of(cedar)))
    sign_in(client, lead=True, ccgs=[CCGFactory()])
    page = body(client.get(url_of(cedar)))
    assert "850 of 1,000" not in page
    assert "85.0%" not in page
    assert "Pre-bookable with a GP" not in page
    assert "in your CCGs only" in page
    assert page.count("portal-state--met") >= 1


def test_record_enabled_for_nobody_is_said(client: Any, cedar: Organisation) -> None:
    cedar.figures.filter(month=DECEMBER).update(dcr_enabled=3)
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    assert "Enabled, not reaching patients" in body(client.get(url_of(cedar)))


def test_buttons_are_for_those_who_may_write(client: Any, cedar: Organisation) -> None:
    sign_in(client, administrator=True)
    assert "Log a visit" in body(client.get(url_of(cedar)))
    for traits in ({"viewer": True}, {"lead": True, "ccgs": [cedar.ccg]}, {"facilitator": True}):
        sign_in(client, **traits)
        assert "Log a visit" not in body(client.get(url_of(cedar)))


def test_closed_practice_leads_to_its_successor_and_back(client: Any, cedar: Organisation) -> None:
    successor = OrganisationFactory(ccg=cedar.ccg, name="Great Oak Surgery")
    relate(cedar, successor, kind="succeeded_by", starts=date(2019, 1, 1))
    Organisation.objects.filter(pk=cedar.pk).update(closed=date(2018, 12, 31), status="closed")
    sign_in(client, viewer=True)
    page = body(client.get(url_of(cedar)))
    assert "Went on as another practice on 1 January 2019" in page
    assert url_of(successor) in page
    page = body(client.get(url_of(successor)))
    assert "last figure 12.5% (1,000 of 8,000) in Dec 2018" in page


def test_doubts_stand_beside_the_figures(client: Any, cedar: Organisation) -> None:
    DoubtFactory(practice=cedar, words="The list halved.")
    sign_in(client, viewer=True)
    assert "The list halved." in body(client.get(url_of(cedar)))


def test_peers_have_a_median_and_no_rank(client: Any, cedar: Organisation) -> None:
    for number in range(6):
        add_practice(cedar.ccg, 2000 + number * 100)
    score()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(cedar)))
    assert "this one is in the lowest quarter; their median share registered is" in page


def test_later_evidence_is_told(client: Any, cedar: Organisation) -> None:
    from targets.scoring import score_months

    january = date(2019, 1, 1)
    MonthlyFiguresFactory(practice=cedar, month=january, returned=True, ecommunication_promoted_on=date(2019, 1, 9))
    score_months({january})
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    page = body(client.get(url_of(cedar, "?month=2018-12")))
    assert "Evidence has come in since: met from Jan 2019" in page


def test_no_more_queries_with_more_figures(client: Any, cedar: Organisation) -> None:
    sign_in(client, viewer=True)

    def queries() -> int:
        PortalState.figures_changed()
        client.get(url_of(cedar, "?target=dcr"))
        with CaptureQueriesContext(connection) as found:
            client.get(url_of(cedar))
        assert len(found) <= 12
        return len(found)

    few = queries()
    for number in range(10):
        add_practice(cedar.ccg, 900 + number)
        DoubtFactory(practice=cedar, measure=f"figure {number}")
    score()
    assert queries() == few
