from datetime import UTC, datetime
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.models import PortalState
from practices.models import Import, MonthlyFigures, Organisation
from practices.tests.factories import DECEMBER, DoubtFactory, ImportFactory
from targets.tests.dashboards import add_practice, area, body, score, sign_in

__all__ = ["area"]


def test_it_works(client: Any, area: Organisation) -> None:
    for traits in ({"viewer": True}, {"administrator": True}, {"facilitator": True}, {"lead": True, "ccgs": [area]}):
        sign_in(client, **traits)
        assert client.get("/").status_code == 200


def test_stranger_goes_to_the_sign_in(client: Any, db: None) -> None:
    assert client.get("/").status_code == 302


def test_lead_reads_the_sentence_of_the_month(client: Any, area: Organisation) -> None:
    cedar = Organisation.objects.get(name="Cedar Surgery")
    MonthlyFigures.objects.filter(practice=cedar, month=DECEMBER).update(online_patients=1700)
    score()
    sign_in(client, lead=True, ccgs=[area])
    page = body(client.get("/"))
    assert "Riverside CCG: 3 of 3 practices meet the 20% registration target: all that reported." in page
    assert "Cedar Surgery now meets it" in page
    assert "Open the dashboard" in page


def test_lead_without_a_ccg_is_told(client: Any, area: Organisation) -> None:
    sign_in(client, lead=True)
    assert "No CCG has been given to you yet." in body(client.get("/"))


def test_viewer_sees_london_at_a_glance(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)
    page = body(client.get("/"))
    assert "London: 2 of 3 practices meet the 20% registration target" in page
    assert "Open London" in page


def test_administrator_sees_what_waits_failed_and_is_missing(client: Any, area: Organisation) -> None:
    ImportFactory(waiting=True, file_name="pomi-january.csv")
    ImportFactory(state=Import.State.FAILED, file_name="broken.csv", error="The file ends in the middle of a row.")
    DoubtFactory()
    sign_in(client, administrator=True)
    page = body(client.get("/"))
    assert "pomi-january.csv" in page
    assert "The file ends in the middle of a row." in page
    assert "Odd: 1" in page
    assert "no second factor" in page
    assert "Months by source" in page
    assert "Import a file" in page


def test_facilitator_can_log_a_visit(client: Any, area: Organisation) -> None:
    sign_in(client, facilitator=True, ccgs=[area])
    assert "Log a visit" in body(client.get("/"))


@pytest.mark.parametrize(("hour", "words"), [(8, "Good morning"), (14, "Good afternoon"), (20, "Good evening")])
def test_greeting_follows_the_clock(client: Any, db: None, hour: int, words: str) -> None:
    with time_machine.travel(datetime(2019, 1, 15, hour, tzinfo=UTC), tick=False):
        sign_in(client, viewer=True)
        assert words in body(client.get("/"))


def test_no_more_queries_with_more_practices(client: Any, area: Organisation) -> None:
    sign_in(client, viewer=True)

    def queries() -> int:
        PortalState.figures_changed()
        client.get("/london/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/")
        assert len(captured) <= 12
        return len(captured)

    few = queries()
    for number in range(10):
        add_practice(area, 900 + number)
    score()
    assert queries() == few
