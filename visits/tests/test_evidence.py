"""What is seen at a visit changes the score, by the portal's own rules and scoring."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from core.months import add_months, month_of
from practices.models import MonthlyFigures
from practices.tests.factories import MonthlyFiguresFactory
from targets.models import Score
from targets.tests.factories import RuleFactory
from visits import services
from visits.models import Visit
from visits.services.evidence import together
from visits.tests.factories import CaseloadEntryFactory
from visits.tests.records import a_record, seen

pytestmark = pytest.mark.django_db

# Two days of one month, whatever the day on which the tests run.
LAST_MONTH = add_months(month_of(timezone.localdate()), -1)
EARLY, LATE = LAST_MONTH + timedelta(days=4), LAST_MONTH + timedelta(days=20)


@pytest.fixture
def entry():
    """A practice that reported last month, under the rules on e-communication and on appointments."""
    RuleFactory(ecommunication=True)
    RuleFactory(appointments=True)
    entry = CaseloadEntryFactory()
    MonthlyFiguresFactory(practice=entry.practice, month=LAST_MONTH)
    return entry


def log(entry, visit_id=None, version=0, **changes):
    return services.log_visit(
        practice=entry.practice,
        visit_id=visit_id or uuid4(),
        record=a_record(**{"on": EARLY, **changes}),
        version=version,
        by=entry.facilitator,
    )


def state(entry, target="ecommunication", month=LAST_MONTH):
    return Score.objects.get(practice=entry.practice, month=month, rule__target=target).state


def live_row(entry):
    return MonthlyFigures.objects.live().filter(practice=entry.practice, month=LAST_MONTH, source="visit").first()


def test_a_visit_without_a_word_on_it_leaves_no_data(entry):
    log(entry, evidence=seen("website", on=EARLY), ecommunication_asked=True)
    visit = Visit.objects.get()
    log(entry, visit.pk, 1)

    assert state(entry) == "no_data"
    assert live_row(entry) is None


def test_evidence_meets_the_target_at_once(entry):
    visit = log(entry, evidence=seen("website", "posters", on=EARLY), ecommunication_asked=True)

    row = live_row(entry)
    assert state(entry) == "met"
    assert (row.ecommunication_promoted_on, row.ecommunication_promoted_where) == (EARLY, "Website, Posters")
    assert (row.reference, row.recorded_by) == (str(visit.pk), entry.facilitator)


def test_asked_and_found_none_is_not_met(entry):
    log(entry, ecommunication_asked=True)

    assert state(entry) == "not_met"


def test_a_later_visit_without_evidence_does_not_lose_the_earlier_s(entry):
    log(entry, evidence=seen("website", on=EARLY), ecommunication_asked=True)
    log(entry, on=LATE, ecommunication_asked=True)

    assert state(entry) == "met"
    assert live_row(entry).ecommunication_promoted_on == EARLY


def test_two_visits_of_a_month_say_what_both_saw(entry):
    log(entry, on=LATE, evidence=seen("phone", on=LATE), ecommunication_asked=True)
    log(entry, on=EARLY, evidence=seen("website", on=EARLY), ecommunication_asked=True)

    row = live_row(entry)
    assert (row.ecommunication_promoted_on, row.ecommunication_promoted_where) == (LATE, "Website, Phone message")


@pytest.mark.parametrize("first_to_go", [0, 1])
def test_cancelling_visit_after_visit_takes_the_score_back(entry, first_to_go):
    visits = [
        log(entry, on=EARLY, evidence=seen("website", on=EARLY), ecommunication_asked=True),
        log(entry, on=LATE, evidence=seen("phone", on=LATE), ecommunication_asked=True),
    ]

    services.cancel_visit(visit=visits.pop(first_to_go), reason="Wrong practice", by=entry.facilitator)
    assert state(entry) == "met"
    services.cancel_visit(visit=visits.pop(), reason="Wrong practice", by=entry.facilitator)
    assert (state(entry), live_row(entry)) == ("no_data", None)


@pytest.mark.parametrize("months", [-1, 1])
def test_a_visit_moved_to_another_month_takes_its_evidence_along(entry, months):
    other = add_months(LAST_MONTH, months)
    start, end = (EARLY, other) if other <= timezone.localdate() else (other, EARLY)
    visit = log(entry, on=start, evidence=seen("website", on=min(start, end)), ecommunication_asked=True)

    log(entry, visit.pk, 1, on=end, evidence=seen("website", on=min(start, end)), ecommunication_asked=True)

    rows = MonthlyFigures.objects.live().filter(source="visit").values_list("month", flat=True)
    assert list(rows) == [month_of(end)]


def test_figures_seen_are_scored_under_the_source_visit(entry):
    log(entry, observed={"routine_slots": 1000, "routine_slots_online": 850})

    score = Score.objects.get(practice=entry.practice, month=LAST_MONTH, rule__target="appointments")
    assert (score.state, score.numerator, score.denominator, score.figures.source) == ("met", 850, 1000, "visit")


def test_a_change_of_the_note_alone_leaves_the_figures(entry):
    visit = log(entry, evidence=seen("website", on=EARLY), ecommunication_asked=True)
    before = live_row(entry)

    log(entry, visit.pk, 1, note="More", evidence=seen("website", on=EARLY), ecommunication_asked=True)

    assert live_row(entry) == before
    assert MonthlyFigures.objects.filter(source="visit").count() == 1


def test_what_visits_say_together_needs_no_database():
    assert together([]) == ({}, "")
