from datetime import timedelta

import pytest
from django.core import mail
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.tests.factories import UserFactory, grant_scope
from core.models import AuditEvent
from practices.signals import illustrative_cleared, practice_closed, practice_succeeded
from practices.tests.factories import OrganisationFactory
from visits import services
from visits.models import Action, CaseloadEntry, Visit
from visits.permissions import Footing, footing
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, EvidenceFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


@pytest.fixture
def entry():
    return CaseloadEntryFactory()


@pytest.fixture
def taker(entry):
    return UserFactory(facilitator=True, ccgs=[entry.practice.ccg])


def today():
    return timezone.localdate()


class TestGiving:
    def test_it_works_once(self, administrator, taker):
        practice = OrganisationFactory()
        grant_scope(taker, practice.ccg)

        for _ in range(2):
            services.give_practices(facilitator=taker, practices=[practice], starts=today(), by=administrator)

        assert CaseloadEntry.objects.of(taker).count() == 1

    def test_a_practice_that_they_may_not_see_is_refused(self, administrator, taker):
        with pytest.raises(services.NotPossibleError, match="give them its CCG first"):
            services.give_practices(
                facilitator=taker, practices=[OrganisationFactory()], starts=today(), by=administrator
            )

    def test_only_facilitators_have_a_caseload(self, administrator):
        with pytest.raises(services.NotPossibleError, match="not an active facilitator"):
            services.give_practices(
                facilitator=administrator, practices=[OrganisationFactory()], starts=today(), by=administrator
            )

    @pytest.mark.parametrize("trait", ["facilitator", "lead", "viewer"])
    def test_only_administrators_give_end_and_hand_over(self, trait, entry, taker):
        by = UserFactory(**{trait: True}, ccgs=[entry.practice.ccg])

        with pytest.raises(PermissionDenied):
            services.give_practices(facilitator=taker, practices=[entry.practice], starts=today(), by=by)
        with pytest.raises(PermissionDenied):
            services.end_entry(entry=entry, ends=today(), by=by)
        with pytest.raises(PermissionDenied):
            services.hand_over(giver=entry.facilitator, taker=taker, on=today(), by=by)


class TestHandingOver:
    def test_from_that_day_the_successor_holds_it(self, administrator, entry, taker):
        on = today() + timedelta(days=10)
        services.hand_over(giver=entry.facilitator, taker=taker, on=on, by=administrator)

        before = on - timedelta(days=1)
        holds = [
            footing(person, entry.practice, day) is Footing.HOLDER
            for person in (entry.facilitator, taker)
            for day in (before, on)
        ]
        assert holds == [True, False, False, True]

    def test_nothing_is_orphaned(self, administrator, entry, taker):
        action = ActionFactory(practice=entry.practice, owner=entry.facilitator, overdue=True)
        visit = VisitFactory(practice=entry.practice, planned=True)

        services.hand_over(giver=entry.facilitator, taker=taker, on=today(), by=administrator)

        assert Action.objects.get(pk=action.pk).owner == taker
        assert Visit.objects.get(pk=visit.pk).facilitator == taker

    def test_only_the_practices_chosen_move(self, administrator, entry, taker):
        other = CaseloadEntryFactory(
            facilitator=entry.facilitator, practice=OrganisationFactory(ccg=entry.practice.ccg)
        )

        services.hand_over(
            giver=entry.facilitator, taker=taker, on=today(), practices=[other.practice], by=administrator
        )

        assert list(CaseloadEntry.objects.of(taker).values_list("practice", flat=True)) == [other.practice.pk]
        assert footing(entry.facilitator, entry.practice) is Footing.HOLDER

    def test_both_are_told_when_it_is_through(self, administrator, entry, taker, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            services.hand_over(giver=entry.facilitator, taker=taker, on=today(), by=administrator)

        assert [message.to for message in mail.outbox] == [[taker.email], [entry.facilitator.email]]
        assert entry.practice.name in mail.outbox[0].body

    def test_to_oneself_is_refused(self, administrator, entry):
        with pytest.raises(services.NotPossibleError):
            services.hand_over(giver=entry.facilitator, taker=entry.facilitator, on=today(), by=administrator)

    def test_an_entry_that_never_began_never_does(self, administrator, taker):
        entry = CaseloadEntryFactory(starts=today() + timedelta(days=5))
        grant_scope(taker, entry.practice.ccg)

        services.hand_over(giver=entry.facilitator, taker=taker, on=today(), by=administrator)

        assert CaseloadEntry.objects.get(practice=entry.practice).facilitator == taker


class TestSuccession:
    def succeed(self, practice, successor, by):
        for _ in range(2):
            practice_succeeded.send(sender=None, practice=practice, successor=successor, on=today(), by=by)

    def test_caseload_actions_and_plans_move_and_history_stays(self, administrator, entry):
        successor = OrganisationFactory(ccg=entry.practice.ccg)
        past = VisitFactory(practice=entry.practice)
        plan = VisitFactory(practice=entry.practice, planned=True)
        action = ActionFactory(practice=entry.practice)
        done = ActionFactory(practice=entry.practice, done=True)

        self.succeed(entry.practice, successor, administrator)

        of_successor = [row.practice for row in (Visit.objects.get(pk=plan.pk), Action.objects.get(pk=action.pk))]
        stayed = [row.practice for row in (Visit.objects.get(pk=past.pk), Action.objects.get(pk=done.pk))]
        assert of_successor == [successor, successor]
        assert stayed == [entry.practice, entry.practice]
        assert footing(entry.facilitator, successor) is Footing.HOLDER

    def test_the_facilitator_is_told_once(self, administrator, entry, django_capture_on_commit_callbacks):
        with django_capture_on_commit_callbacks(execute=True):
            self.succeed(entry.practice, OrganisationFactory(ccg=entry.practice.ccg), administrator)

        assert [message.to for message in mail.outbox] == [[entry.facilitator.email]]

    def test_who_holds_the_successor_already_holds_it_once(self, administrator, entry):
        successor = OrganisationFactory(ccg=entry.practice.ccg)
        CaseloadEntryFactory(facilitator=entry.facilitator, practice=successor)

        self.succeed(entry.practice, successor, administrator)

        assert CaseloadEntry.objects.filter(practice=successor).count() == 1


class TestClosing:
    def test_nothing_waits_for_a_closed_practice(self, administrator, entry, django_capture_on_commit_callbacks):
        plan = VisitFactory(practice=entry.practice, planned=True)
        action = ActionFactory(practice=entry.practice, blocked=True)

        with django_capture_on_commit_callbacks(execute=True):
            practice_closed.send(sender=None, practice=entry.practice, on=today(), by=administrator)

        assert Visit.objects.get(pk=plan.pk).state == "cancelled"
        assert Action.objects.get(pk=action.pk).state == "dropped"
        assert CaseloadEntry.objects.get(pk=entry.pk).ends == today()
        assert [message.to for message in mail.outbox] == [[entry.facilitator.email]]


def test_clearing_the_illustrative_london_leaves_real_work_and_the_audit():
    made_up = OrganisationFactory(illustrative=True)
    EvidenceFactory(visit__practice=made_up)
    ActionFactory(practice=made_up)
    real = VisitFactory()
    services.cancel_visit(visit=real, reason="Snow", by=real.facilitator)

    illustrative_cleared.send(sender=None, by=None)

    assert [visit.practice for visit in Visit.objects.all()] == [real.practice]
    assert [entry.practice for entry in CaseloadEntry.objects.all()] == [real.practice]
    assert not Action.objects.exists()
    assert AuditEvent.objects.exists()
