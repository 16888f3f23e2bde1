"""A small London for the tests of the pages: one CCG with figures for two months, scored as an import scores them."""

from datetime import date
from typing import Any

import pytest
from django.test import Client

from accounts.tests.factories import UserFactory
from core.models import PortalState
from practices.models import BoroughShare, Organisation
from practices.tests.factories import DECEMBER, BoroughFactory, MonthlyFiguresFactory, OrganisationFactory
from targets.receivers import keep_ready
from targets.scoring import score_months
from targets.tests.factories import all_rules, make_london_ccg

NOVEMBER = date(2018, 11, 1)
MONTHS = (NOVEMBER, DECEMBER)


def sign_in(client: Client, **traits: Any) -> Any:
    user = UserFactory(**traits)
    client.force_login(user, backend="allauth.account.auth_backends.AuthenticationBackend")
    return user


def make_area(**values: Any) -> Organisation:
    """A CCG with a borough of its own and all five rules in force."""
    all_rules()
    ccg = make_london_ccg(**values)
    borough = BoroughFactory()
    BoroughShare.objects.create(borough=borough, ccg=ccg, percent_of_borough=100, percent_of_ccg=100)
    ccg.borough_for_tests = borough
    return ccg


def add_practice(ccg: Organisation, online: int | None = 2400, **values: Any) -> Organisation:
    """A practice with 8,000 patients, `online` of them with an account in December and 100 fewer in November."""
    practice = OrganisationFactory(ccg=ccg, **values)
    for month in MONTHS:
        patients = online if online is None or month == DECEMBER else max(0, online - 100)
        MonthlyFiguresFactory(practice=practice, month=month, online_patients=patients)
    return practice


def score() -> None:
    score_months(set(MONTHS))
    figures_changed()


def figures_changed() -> None:
    """As after an import, which makes ready what all pages share."""
    PortalState.figures_changed()
    keep_ready()


@pytest.fixture
def area(db: None) -> Organisation:
    """Two practices beyond 20 % and one 600 patients short of it."""
    ccg = make_area(name="NHS Riverside CCG")
    add_practice(ccg, 2400, name="Alder Surgery")
    add_practice(ccg, 3200, name="Birch Surgery")
    add_practice(ccg, 1000, name="Cedar Surgery")
    score()
    return ccg


def body(response: Any) -> str:
    """The words of a page, on one line."""
    return " ".join(response.content.decode().split())
