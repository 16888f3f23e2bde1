from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.months import month_of
from practices import signals
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory
from targets.scoring import score_months
from targets.tests.factories import RuleFactory, make_london_ccg
from visits import hooks
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return CaseloadEntryFactory()


def ask(hook, **arguments):
    """What this app answers; the hooks may have further functions of other apps."""
    return next(answer for answer in hook(**arguments) if answer)


def panels(user):
    return {panel.key: panel for answer in signals.start_panels(user=user) for panel in answer}


class TestTimeline:
    def test_visits_and_actions_are_in_it(self, entry):
        VisitFactory(practice=entry.practice, commitment="We will text everybody")
        VisitFactory(practice=entry.practice, cancelled=True)
        ActionFactory(practice=entry.practice, done=True)

        entries = ask(signals.timeline, practice=entry.practice, user=entry.facilitator)

        kinds = sorted(found.kind for found in entries)
        assert kinds == ["Action agreed", "Action done", "Visit", "Visit"]
        assert any("We will text everybody" in found.words for found in entries)

    def test_strangers_read_nothing(self, entry):
        VisitFactory(practice=entry.practice)
        stranger = CaseloadEntryFactory().facilitator

        assert hooks.timeline(practice=entry.practice, user=stranger) == []


class TestPracticeRows:
    def test_it_works(self, entry):
        visit = VisitFactory(practice=entry.practice)
        ActionFactory(practice=entry.practice, overdue=True)

        found = ask(signals.practice_rows, practice_ids=[entry.practice.pk], user=entry.facilitator)

        assert found == {entry.practice.pk: signals.PracticeWork(last_visit=visit.on, open_actions=1)}

    def test_many_practices_take_as_many_queries_as_one(self, entry):
        viewer = UserFactory(viewer=True)
        ids = [CaseloadEntryFactory().practice.pk for _ in range(11)]

        with CaptureQueriesContext(connection) as queries:
            ask(signals.practice_rows, practice_ids=ids, user=viewer)

        assert len(queries) == 1

    def test_strangers_read_nothing(self, entry):
        VisitFactory(practice=entry.practice)

        stranger = CaseloadEntryFactory().facilitator
        found = ask(signals.practice_rows, practice_ids=[entry.practice.pk], user=stranger)

        assert found == {entry.practice.pk: signals.PracticeWork()}


def test_visits_are_marks_by_month(entry):
    visit = VisitFactory(practice=entry.practice)
    VisitFactory(practice=entry.practice, planned=True)

    found = ask(
        signals.visit_months,
        practice_ids=[entry.practice.pk],
        since=visit.on - timedelta(days=400),
        until=visit.on,
        user=entry.facilitator,
    )

    assert found == {month_of(visit.on): 1}


def test_who_looks_after_a_practice(entry):
    VisitFactory(practice=entry.practice, roles_met=["gp_partner"])

    for user, may_write in ((entry.facilitator, True), (UserFactory(viewer=True), False)):
        care = ask(signals.practice_care, practice=entry.practice, user=user)
        assert (care.facilitator, care.may_write) == (entry.facilitator.name, may_write)
        assert care.contacts[0].words.startswith("GP partner, last met")


class TestStartPanels:
    def test_a_facilitator_s_day(self, entry):
        plan = VisitFactory(practice=entry.practice, planned=True, facilitator=entry.facilitator)
        late = ActionFactory(practice=entry.practice, overdue=True)
        ActionFactory(practice=entry.practice, due_on=timezone.localdate() + timedelta(days=2))
        ActionFactory(overdue=True)

        found = panels(entry.facilitator)

        assert [item.words for item in found["next_visit"].items] == [plan.practice.name, "Pre-visit pack"]
        assert (found["overdue_actions"].total, found["due_actions"].total) == (1, 1)
        assert (found["overdue_actions"].items[0].words, found["overdue_actions"].items[0].urgent) == (late.words, True)
        assert found["priorities"].items[0].words == entry.practice.name
        assert "never seen" in found["priorities"].items[0].meta.lower()

    def test_at_most_five_priorities(self, entry):
        for _ in range(7):
            CaseloadEntryFactory(facilitator=entry.facilitator)

        found = panels(entry.facilitator)["priorities"]

        assert (len(found.items), found.total) == (5, 8)

    def test_a_lead_sees_the_overdue_actions_of_the_ccg(self, entry):
        ActionFactory(practice=entry.practice, overdue=True)
        ActionFactory(overdue=True)

        lead = UserFactory(lead=True, ccgs=[entry.practice.ccg])

        assert panels(lead)["overdue_actions"].total == 1


class TestPack:
    def page(self, client, entry):
        client.force_login(entry.facilitator)
        return client.get(reverse("visits:pack", args=[entry.practice.code]))

    def test_an_empty_portal_says_so(self, client, entry):
        html = self.page(client, entry).content.decode()

        assert "No figures yet" in html
        assert "Nobody has been here yet" in html

    def test_it_shows_targets_trajectory_reach_actions_and_the_last_visit(self, client):
        entry = CaseloadEntryFactory(practice__ccg=make_london_ccg())
        RuleFactory()
        MonthlyFiguresFactory(practice=entry.practice, online_patients=1200, dcr_enabled=40)
        score_months({DECEMBER})
        VisitFactory(practice=entry.practice, commitment="We will text everybody")
        action = ActionFactory(practice=entry.practice)

        html = self.page(client, entry).content.decode()

        for words in ("15.0%", "1,200 of 8,000", "400 patients", "134 a month needed", "POMI, brought in"):
            assert words in html
        assert "Enabled, not reaching patients: 40 of 8,000" in html
        assert "We will text everybody" in html
        assert action.words in html

    def test_its_queries_are_few(self, client):
        entry = CaseloadEntryFactory(practice__ccg=make_london_ccg())
        RuleFactory()
        MonthlyFiguresFactory(practice=entry.practice)
        score_months({DECEMBER})
        url = self.page(client, entry).request["PATH_INFO"]
        with CaptureQueriesContext(connection) as queries:
            client.get(url)

        assert len(queries) <= 16
