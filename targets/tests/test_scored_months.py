"""Which months there are to show is noted with the scores, whatever areas they add up to."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from core.models import PortalState
from practices.models import Organisation
from practices.tests.factories import (
    DECEMBER,
    CCGFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    STPFactory,
    relate,
)
from targets.models import ScoredMonth
from targets.reading.frame import read_frame
from targets.scoring import rebuild, score_months
from targets.tests.dashboards import NOVEMBER, body, sign_in
from targets.tests.factories import all_rules, make_london_ccg

pytestmark = pytest.mark.django_db


def noted() -> set[tuple[date, bool, int]]:
    return set(ScoredMonth.objects.values_list("month", "published", "practices"))


@pytest.fixture
def midlands() -> Organisation:
    """A CCG of another region; nothing of London."""
    all_rules()
    region = Organisation.objects.create(code="Y60", kind="region", name="Midlands")
    stp, ccg = (
        STPFactory(code="QHL", name="Birmingham and Solihull STP"),
        CCGFactory(code="15E", name="NHS Birmingham CCG"),
    )
    relate(stp, region)
    relate(ccg, stp)
    return ccg


def test_a_month_without_london_is_a_month(midlands: Organisation, client: Client) -> None:
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands))
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands))
    score_months([DECEMBER])
    PortalState.figures_changed()
    assert noted() == {(DECEMBER, True, 2)}
    assert [info.month for info in read_frame().months] == [DECEMBER]
    sign_in(client, viewer=True)
    page = body(client.get("/regions/Y60/"))
    assert "<h1>Midlands</h1>" in page
    assert "4,800 of 16,000" in page
    assert "Birmingham CCG" in page
    assert client.get("/regions/Y99/").status_code == 404
    ccg = body(client.get("/ccgs/15E/"))
    assert '<a class="nhsuk-breadcrumb__link" href="/regions/Y60/?month=2018-12">Midlands</a>' in ccg


def test_a_month_of_returns_alone_is_not_published(midlands: Organisation) -> None:
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands), returned=True)
    score_months([DECEMBER])
    assert noted() == {(DECEMBER, False, 1)}


def test_a_month_in_which_nobody_reported_is_not_published(midlands: Organisation) -> None:
    silent = {"appointments_status": None, "prescriptions_status": None, "dcr_status": None}
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands), **silent)
    score_months([DECEMBER])
    assert noted() == {(DECEMBER, False, 1)}


def test_it_follows_what_comes_and_goes(midlands: Organisation) -> None:
    first, second = (MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands)) for _ in range(2))
    other = MonthlyFiguresFactory(practice=first.practice, month=NOVEMBER)
    score_months([NOVEMBER, DECEMBER])
    assert noted() == {(NOVEMBER, True, 1), (DECEMBER, True, 2)}
    for row in (second, other):
        row.standing = "withdrawn"
        row.save()
    score_months([NOVEMBER, DECEMBER], {first.practice_id, second.practice_id})
    assert noted() == {(DECEMBER, True, 1)}
    before = noted()
    rebuild()
    assert noted() == before


def test_a_month_before_every_rule_has_no_scores_and_is_not_noted(midlands: Organisation) -> None:
    early = date(2015, 4, 1)
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=midlands), month=early)
    score_months([early])
    assert noted() == set()


def test_the_home_region_has_its_own_address(client: Client) -> None:
    all_rules()
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=make_london_ccg()))
    score_months([DECEMBER])
    PortalState.figures_changed()
    sign_in(client, viewer=True)
    answer: Any = client.get("/go/", {"area": "region:Y56", "month": "2018-12"})
    assert answer["Location"] == "/london/?month=2018-12"
    assert body(client.get("/regions/Y56/")).count("<h1>London</h1>") == 1
