import pytest

from visits.models import Action, CaseloadEntry
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, EvidenceFactory, VisitFactory

pytestmark = pytest.mark.django_db


def test_the_holder_may_see_the_practice():
    entry = CaseloadEntryFactory()

    assert entry.facilitator.ccg_codes() == {entry.practice.ccg.code}


@pytest.mark.parametrize("trait", ["planned", "signed_off", "cancelled"])
def test_every_state_of_a_visit_is_accepted(trait):
    assert VisitFactory(**{trait: True}).state == trait


@pytest.mark.parametrize("trait", ["overdue", "blocked", "done", "dropped"])
def test_every_state_of_an_action_is_accepted(trait):
    assert Action.objects.filter(pk=ActionFactory(**{trait: True}).pk).exists()


def test_a_visit_s_facilitator_looks_after_its_practice():
    visit = EvidenceFactory().visit

    assert CaseloadEntry.objects.get(practice=visit.practice).facilitator == visit.facilitator
