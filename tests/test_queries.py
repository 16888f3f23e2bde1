"""How many queries the practice page and the start pages ask, with everything that the apps add to them."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import PortalState
from practices.models import BoroughShare, MonthlyFigures, Organisation
from practices.tests.factories import DECEMBER, BoroughFactory, DoubtFactory, MonthlyFiguresFactory, relate
from targets.tests.dashboards import NOVEMBER, add_practice, make_area, score
from targets.tests.factories import make_london_ccg
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory

MOST = 12
ROLES = ("administrator", "facilitator", "lead", "viewer")


class World:
    """Two CCGs, one practice with a history, and people who see both CCGs."""

    def __init__(self) -> None:
        self.ccgs = [make_area(name="NHS Riverside CCG"), make_london_ccg(name="NHS Seaside CCG")]
        BoroughShare.objects.create(
            borough=BoroughFactory(), ccg=self.ccgs[1], percent_of_borough=100, percent_of_ccg=100
        )
        self.practice = add_practice(self.ccgs[0], 1000, name="Cedar Surgery")
        self.other = add_practice(self.ccgs[1], 1100, name="Dune Surgery")
        self.people = {role: self._person(role) for role in ROLES}
        self._hand_over(self.practice)
        self.grow()

    def _person(self, role: str) -> Any:
        scoped = {"ccgs": self.ccgs} if role in ("facilitator", "lead") else {}
        return UserFactory(**{role: True}, **scoped)

    def _hand_over(self, practice: Organisation) -> None:
        CaseloadEntryFactory(practice=practice, facilitator=self.people["facilitator"])

    def grow(self) -> None:
        """One of everything more: practices, a merger, visits, actions, doubts, versions of figures."""
        facilitator, today = self.people["facilitator"], timezone.localdate()
        for ccg in self.ccgs:
            self._hand_over(add_practice(ccg, 900))
        merged = add_practice(self.ccgs[0], 700)
        relate(merged, self.practice, kind="succeeded_by", starts=DECEMBER)
        VisitFactory(practice=self.practice, facilitator=facilitator)
        VisitFactory(practice=self.practice, facilitator=facilitator, planned=True)
        ActionFactory(practice=self.practice)
        ActionFactory(practice=self.practice, overdue=True)
        ActionFactory(practice=self.practice, due_on=today + timedelta(days=2))
        DoubtFactory(practice=self.practice, measure=f"figure {Organisation.objects.count()}")
        MonthlyFiguresFactory(
            practice=self.practice,
            month=NOVEMBER,
            standing=MonthlyFigures.Standing.SUPERSEDED,
            landed_at=timezone.now(),
        )
        score()


@pytest.fixture
def world(db: None) -> World:
    return World()


def queries(client: Client, address: str, world: World) -> tuple[int, int]:
    """Of the page with figures that nobody has asked for yet, and of the same page kept.

    What all pages share (areas, months, rules, which practices are alike) is there from another page.
    """
    PortalState.figures_changed()
    client.get(reverse("targets:practice", args=[world.other.code]))
    counted = []
    for _ in range(2):
        with CaptureQueriesContext(connection) as asked:
            assert client.get(address).status_code == 200
        counted.append(len(asked))
    return counted[0], counted[1]


@pytest.mark.parametrize("role", ROLES)
@pytest.mark.parametrize("page", ["practice", "start"])
def test_at_most_twelve_and_no_more_with_ten_times_more(client: Client, world: World, page: str, role: str) -> None:
    client.force_login(world.people[role], backend="allauth.account.auth_backends.AuthenticationBackend")
    address = reverse("targets:start") if page == "start" else reverse("targets:practice", args=[world.practice.code])
    few = queries(client, address, world)
    assert max(few) <= MOST
    for _ in range(10):
        world.grow()
    assert queries(client, address, world) == few
