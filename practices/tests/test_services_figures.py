from datetime import date

import pytest
from django.core.exceptions import ValidationError

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, PortalState
from practices.models import MonthlyFigures
from practices.services.figures import record_observation, withdraw_observation
from practices.signals import figures_changed
from practices.tests.factories import DECEMBER, CCGFactory, MonthlyFiguresFactory, OrganisationFactory, relate

pytestmark = pytest.mark.django_db

EVIDENCE = {"ecommunication_promoted_on": date(2018, 12, 5), "ecommunication_promoted_where": "Website"}


@pytest.fixture
def practice():
    return OrganisationFactory()


@pytest.fixture
def facilitator():
    return UserFactory(facilitator=True)


@pytest.fixture
def heard():
    calls = []

    def hear(sender, months, practices, **kwargs):
        calls.append((months, practices))

    figures_changed.connect(hear)
    yield calls
    figures_changed.disconnect(hear)


def observe(practice, by, **changes):
    given = {"month": DECEMBER, "source": "visit", "values": EVIDENCE, "reference": "visit-1"} | changes
    return record_observation(practice=practice, by=by, **given)


def test_evidence_from_a_visit_is_live_at_once_and_everybody_is_told(practice, facilitator, heard):
    version = PortalState.current().data_version

    made = observe(practice, facilitator)

    assert made.standing == "live"
    assert made.ecommunication_answered
    assert made.recorded_by == facilitator
    assert heard == [({DECEMBER}, {practice.pk})]
    assert PortalState.current().data_version == version + 1
    event = AuditEvent.objects.get(verb="recorded figures")
    assert event.actor == facilitator
    assert event.after["ecommunication_promoted_where"] == "Website"


def test_a_later_version_supersedes_and_keeps_what_it_does_not_name(practice, facilitator):
    first = observe(practice, facilitator)

    second = observe(practice, facilitator, values={"routine_slots": 200}, reference="visit-2")

    first.refresh_from_db()
    assert first.standing == "superseded"
    assert first.superseded_by == second
    assert second.ecommunication_promoted_on == date(2018, 12, 5)
    assert second.routine_slots == 200


def test_the_same_again_changes_nothing(practice, facilitator, heard):
    first = observe(practice, facilitator)

    assert observe(practice, facilitator) == first
    assert len(heard) == 1
    assert MonthlyFigures.objects.count() == 1


def test_withdrawing_brings_the_version_before_back(practice, facilitator, heard):
    first = observe(practice, facilitator, values={"routine_slots": 100}, reference="visit-1")
    observe(practice, facilitator, values={"routine_slots": 200}, reference="visit-2")

    assert withdraw_observation(source="visit", reference="visit-2", by=facilitator)

    live = MonthlyFigures.objects.live().get()
    assert live == first
    assert live.superseded_by is None
    assert len(heard) == 3


def test_what_is_impossible_is_refused_by_column_and_nothing_lands(practice, facilitator):
    with pytest.raises(ValidationError) as refused:
        observe(practice, facilitator, source="return", values={"bookings": 10, "bookings_online": 11})

    assert refused.value.message_dict == {
        "bookings_online": ["Online bookings (11) cannot be above Bookings (10), of which it is a part."]
    }
    assert not MonthlyFigures.objects.exists()


def test_published_figures_cannot_be_typed(practice, facilitator):
    with pytest.raises(ValueError, match="list_size"):
        observe(practice, facilitator, values={"list_size": 1})
    with pytest.raises(ValueError, match="pomi"):
        observe(practice, facilitator, source="pomi")


def test_the_row_names_the_ccg_of_its_month(facilitator):
    former, today = CCGFactory(), CCGFactory()
    practice = OrganisationFactory(ccg=None)
    relate(practice, former, ends=date(2020, 3, 31))
    relate(practice, today, starts=date(2020, 4, 1))
    practice.ccg = today
    practice.save()

    assert observe(practice, facilitator).ccg == former
    later = {"ecommunication_promoted_on": date(2020, 4, 5), "ecommunication_promoted_where": "Posters"}
    assert observe(practice, facilitator, month=date(2020, 4, 1), values=later).ccg == today


def test_other_sources_of_the_month_stay_live(practice, facilitator):
    published = MonthlyFiguresFactory(practice=practice)

    observe(practice, facilitator)

    published.refresh_from_db()
    assert published.standing == "live"
