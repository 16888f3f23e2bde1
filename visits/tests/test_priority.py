from datetime import date, timedelta
from types import SimpleNamespace

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from practices.tests.factories import DECEMBER, MonthlyFiguresFactory
from targets.reading.frame import read_frame
from targets.scoring import score_months
from targets.tests.factories import RuleFactory, make_london_ccg
from visits.priority import WEIGHTS, PracticeFacts, caseload_facts, prioritise
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory

TODAY = date(2019, 5, 20)


def facts(name="A", **changes):
    return PracticeFacts(SimpleNamespace(name=name, code=name), **changes)


@pytest.mark.parametrize(
    ("known", "sentence"),
    [
        (
            {"patients_to_target": 412, "last_visit": date(2018, 12, 10), "blocked": 1, "scored": True},
            "412 patients to target, not seen for 5 months, one action blocked",
        ),
        ({"patients_to_target": 1, "last_visit": date(2019, 5, 1)}, "1 patient to target, seen within the month"),
        ({"patients_to_target": 0, "scored": True, "not_met": 2, "overdue": 3}, None),
        ({}, "Never seen"),
        (
            {"next_visit": date(2019, 6, 3), "last_visit": date(2019, 4, 15)},
            "Not seen for 1 month, a visit is planned for 3 June",
        ),
    ],
)
def test_reasons_are_a_sentence(known, sentence):
    found = prioritise([facts(**known)], today=TODAY)[0].sentence

    assert found == (sentence or "2 targets not met, never seen, 3 actions overdue")


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ({"patients_to_target": 900}, {"patients_to_target": 100}),
        ({}, {"last_visit": TODAY - timedelta(days=60)}),
        ({"overdue": 1}, {}),
        ({"blocked": 1}, {}),
        ({"not_met": 3}, {"not_met": 1}),
        ({}, {"patients_to_target": 700, "next_visit": TODAY + timedelta(days=5)}),
    ],
)
def test_what_weighs_more_comes_first(first, second):
    ranked = prioritise([facts("Second", **second), facts("First", **first)], today=TODAY)

    assert [one.facts.practice.name for one in ranked] == ["First", "Second"]


def test_a_visit_far_away_does_not_make_it_wait():
    near, far = (facts(next_visit=TODAY + timedelta(days=WEIGHTS.soon_days + extra)) for extra in (0, 1))

    ranked = prioritise([near, far], today=TODAY)

    assert ranked[0].facts is far


def test_equal_practices_go_by_name():
    assert [one.facts.practice.name for one in prioritise([facts("B"), facts("A")], today=TODAY)] == ["A", "B"]


@pytest.mark.django_db
class TestFacts:
    def read(self, facilitator):
        return caseload_facts(facilitator, read_frame(), timezone.localdate())

    def test_they_come_from_scores_visits_and_actions(self):
        entry = CaseloadEntryFactory(practice__ccg=make_london_ccg())
        RuleFactory()
        MonthlyFiguresFactory(practice=entry.practice, online_patients=1188)
        score_months({DECEMBER})
        last = VisitFactory(practice=entry.practice)
        plan = VisitFactory(practice=entry.practice, planned=True)
        VisitFactory(practice=entry.practice, cancelled=True, on=timezone.localdate())
        ActionFactory(practice=entry.practice, blocked=True, overdue=True)
        ActionFactory(practice=entry.practice, done=True)

        found = self.read(entry.facilitator)[0]

        assert (found.patients_to_target, found.not_met) == (412, 1)
        assert (found.last_visit, found.next_visit) == (last.on, plan.on)
        assert (found.open_actions, found.overdue, found.blocked) == (1, 1, 1)

    def test_only_today_s_caseload_counts(self):
        yesterday = timezone.localdate() - timedelta(days=1)

        assert self.read(CaseloadEntryFactory(ends=yesterday).facilitator) == []

    def test_ten_more_practices_cost_no_more_queries(self):
        entry = CaseloadEntryFactory(practice__ccg=make_london_ccg())
        RuleFactory()
        MonthlyFiguresFactory(practice=entry.practice)
        score_months({DECEMBER})
        self.read(entry.facilitator)
        with CaptureQueriesContext(connection) as few:
            self.read(entry.facilitator)
        for _ in range(10):
            VisitFactory(practice=CaseloadEntryFactory(facilitator=entry.facilitator).practice)
        with CaptureQueriesContext(connection) as many:
            self.read(entry.facilitator)

        assert len(many) == len(few)
