from datetime import timedelta
from itertools import product

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from visits import services
from visits.models import Action
from visits.steps import NEEDS, QUESTIONS, STEPS, may_go
from visits.tests.factories import ActionFactory, holder_of
from visits.tests.records import an_action

State = Action.State
# From each state: to open, in progress, blocked, done, dropped.
TABLE = {
    State.OPEN: "-xxxx",
    State.IN_PROGRESS: "x-xxx",
    State.BLOCKED: "xx-xx",
    State.DONE: "x--- ",
    State.DROPPED: "x--- ",
}
TRAITS = {State.BLOCKED: "blocked", State.DONE: "done", State.DROPPED: "dropped"}
GIVEN = {"barrier": "system", "evidence": "Seen on the website", "dropped_reason": "Not wanted any more"}


def in_state(state):
    return ActionFactory(**({TRAITS[state]: True} if state in TRAITS else {"state": state}))


@pytest.mark.parametrize(("before", "after"), list(product(State.values, State.values)))
def test_every_pair_of_states(before, after):
    mark = TABLE[State(before)][State.values.index(after)]

    assert (after in STEPS[before]) == (mark == "x")
    assert may_go(before, after) == (mark == "x" or before == after)


def test_the_tables_know_every_state():
    assert set(STEPS) == set(NEEDS) == set(State)
    assert {needed for needed in NEEDS.values() if needed} == set(QUESTIONS)


@pytest.mark.django_db
class TestChanging:
    @pytest.mark.parametrize(("before", "after"), list(product(State.values, State.values)))
    def test_the_service_goes_by_the_table(self, before, after):
        action = in_state(before)
        by = holder_of(action.practice)
        needed = {NEEDS[after]: GIVEN[NEEDS[after]]} if NEEDS[after] else {}

        if may_go(before, after):
            changed = services.change_action(action=action, version=1, state=after, by=by, **needed)
            assert changed.state == after
            assert (changed.closed_at is None) == (after in Action.UNFINISHED)
        else:
            with pytest.raises(services.NotPossibleError, match="at once"):
                services.change_action(action=action, version=1, state=after, by=by, **needed)

    @pytest.mark.parametrize("after", [State.BLOCKED, State.DONE, State.DROPPED])
    def test_what_the_state_asks_for_must_be_given(self, after):
        action = ActionFactory()

        with pytest.raises(services.NotPossibleError) as refused:
            services.change_action(action=action, version=1, state=after, by=holder_of(action.practice))

        assert refused.value.field == NEEDS[after]

    def test_what_another_state_asked_for_goes(self):
        action = ActionFactory(blocked=True)

        changed = services.change_action(action=action, version=1, state=State.OPEN, by=holder_of(action.practice))

        assert changed.barrier == ""

    def test_a_second_writer_is_told(self):
        action = ActionFactory()
        by = holder_of(action.practice)
        services.change_action(action=action, version=1, state=State.IN_PROGRESS, by=by)

        with pytest.raises(services.ActionConflictError):
            services.change_action(action=action, version=1, state=State.OPEN, by=by)

    def test_the_same_again_changes_nothing(self):
        action = ActionFactory()

        again = services.change_action(action=action, version=1, state=State.OPEN, by=holder_of(action.practice))

        assert again.version == 1
        assert not AuditEvent.objects.about(action).exists()

    def test_the_audit_says_before_and_after(self):
        action = ActionFactory()
        by = holder_of(action.practice)
        due = timezone.localdate() + timedelta(days=60)

        services.change_action(action=action, version=1, state=State.OPEN, due_on=due, by=by)

        event = AuditEvent.objects.about(action).get()
        assert (event.actor, event.verb, event.after["due_on"]) == (by, "changed", due.isoformat())

    @pytest.mark.parametrize("trait", ["facilitator", "lead", "viewer"])
    def test_who_does_not_look_after_the_practice_may_not(self, trait):
        action = ActionFactory()
        stranger = UserFactory(**{trait: True}, ccgs=[action.practice.ccg])

        with pytest.raises(PermissionDenied):
            services.change_action(action=action, version=1, state=State.IN_PROGRESS, by=stranger)
        with pytest.raises(PermissionDenied):
            services.add_action(practice=action.practice, row=an_action(), by=stranger)


@pytest.mark.django_db
def test_an_action_sent_twice_is_one():
    practice = ActionFactory().practice
    row = an_action()

    for _ in range(2):
        services.add_action(practice=practice, row=row, by=holder_of(practice))

    assert Action.objects.filter(pk=row.id).count() == 1


@pytest.mark.django_db
def test_the_facilitator_s_own_actions_are_theirs():
    practice = ActionFactory().practice

    action = services.add_action(practice=practice, row=an_action(owner_role="facilitator"), by=holder_of(practice))

    assert action.owner == holder_of(practice)
