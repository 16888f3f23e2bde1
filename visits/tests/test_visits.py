from dataclasses import fields, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from visits import services
from visits.models import Action, Visit
from visits.records import LABELS, ActionStep, ActionWords, VisitRecord, record_of
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory, holder_of
from visits.tests.records import a_record, an_action, logged, seen

pytestmark = pytest.mark.django_db


def save(visit, record, version=None, by=None, **more):
    return services.log_visit(
        practice=visit.practice,
        visit_id=visit.pk,
        record=record,
        version=visit.version if version is None else version,
        by=by or visit.facilitator,
        **more,
    )


class TestLogging:
    def test_everything_that_was_written_can_be_read(self):
        record = a_record(
            discussions={"registration": "Desk and text", "dcr": "Review step"},
            barriers=frozenset({"reception", "no_lead"}),
            evidence=seen("website", "posters"),
            ecommunication_asked=True,
            observed={"routine_slots": 900, "routine_slots_online": 600},
            readiness=4,
            actions=(an_action(), an_action("Change the phone message")),
        )

        visit = logged(**{item.name: getattr(record, item.name) for item in fields(record)})

        found = record_of(Visit.objects.get(pk=visit.pk))
        assert replace(found, actions=()) == replace(record, actions=())
        assert set(found.actions) == set(record.actions)
        assert (visit.state, visit.version) == ("logged", 1)

    def test_every_field_of_a_record_has_a_label(self):
        assert set(LABELS) == {item.name for item in fields(VisitRecord)}

    def test_the_same_save_twice_is_one_visit_and_one_change(self):
        entry = CaseloadEntryFactory()
        key, record = uuid4(), a_record(actions=(an_action(),), evidence=seen("website"))

        for _ in range(2):
            visit = services.log_visit(
                practice=entry.practice, visit_id=key, record=record, version=0, by=entry.facilitator
            )

        assert (Visit.objects.count(), Action.objects.count(), visit.version) == (1, 1, 1)
        assert AuditEvent.objects.about(visit).count() == 1

    def test_the_same_change_twice_is_one_change(self):
        visit = logged()
        record = a_record(note="Another note")

        for _ in range(2):
            changed = save(visit, record)

        assert changed.version == 2

    def test_a_change_after_somebody_else_s_finds_both_texts(self):
        visit = logged()
        save(visit, a_record(note="Theirs"))

        with pytest.raises(services.ConflictError) as conflict:
            save(visit, a_record(note="Mine"))

        assert (conflict.value.saved.note, conflict.value.mine.note) == ("Theirs", "Mine")
        assert Visit.objects.get(pk=visit.pk).note == "Theirs"

    def test_a_planned_visit_becomes_the_logged_one(self):
        visit = VisitFactory(planned=True)

        changed = save(visit, a_record())

        assert (changed.pk, changed.state, Visit.objects.count()) == (visit.pk, "logged", 1)

    def test_a_visit_to_come_is_not_logged(self):
        with pytest.raises(services.NotPossibleError):
            logged(on=timezone.localdate() + timedelta(days=1))

    def test_another_practice_s_visit_is_out_of_reach(self):
        visit = logged()
        entry = CaseloadEntryFactory()

        with pytest.raises(PermissionDenied):
            services.log_visit(
                practice=entry.practice, visit_id=visit.pk, record=a_record(), version=1, by=entry.facilitator
            )

    @pytest.mark.parametrize("trait", ["facilitator", "lead", "viewer"])
    def test_who_does_not_look_after_the_practice_may_not(self, trait):
        practice = CaseloadEntryFactory().practice

        with pytest.raises(PermissionDenied):
            logged(practice=practice, by=UserFactory(**{trait: True}, ccgs=[practice.ccg]))

    def test_an_administrator_s_entry_is_the_facilitator_s_visit(self):
        entry = CaseloadEntryFactory()

        visit = logged(practice=entry.practice, by=UserFactory(administrator=True))

        assert visit.facilitator == entry.facilitator

    def test_the_audit_keeps_no_identifier(self):
        visit = logged(note="Order 999 028 2900 of leaflets")

        assert AuditEvent.objects.about(visit).get().after["note"] == "Order [hidden] of leaflets"


class TestActionsOfARecord:
    def test_emptied_words_take_an_action_out_once(self):
        action = an_action()
        visit = logged(actions=(action,))
        without = a_record(actions=(ActionWords(action.id, "", "", None),))

        for _ in range(2):
            changed = save(visit, without)

        assert Action.objects.get().state == "dropped"
        assert (changed.version, record_of(Visit.objects.get()).actions) == (2, ())

    def test_an_action_that_the_form_does_not_name_stays(self):
        visit = logged(actions=(an_action(),))

        save(visit, a_record(note="Other", actions=()))

        assert Action.objects.get().state == "open"

    def test_an_earlier_action_is_told_done_on_the_spot(self):
        visit = logged()
        earlier = ActionFactory(practice=visit.practice)

        for _ in range(2):
            save(visit, a_record(), steps=[ActionStep(earlier.pk, "done", "Seen in the surgery")])

        earlier.refresh_from_db()
        assert (earlier.state, earlier.evidence, earlier.version) == ("done", "Seen in the surgery", 2)

    def test_another_practice_s_action_is_left_alone_and_said(self):
        visit, other = logged(), ActionFactory()

        with pytest.raises(services.NotOwnError, match="“Seen”"):
            save(visit, a_record(), steps=[ActionStep(other.pk, "done", "Seen")])

        assert Action.objects.get(pk=other.pk).state == "open"


class TestSigningOff:
    def test_it_works(self):
        visit = logged()

        signed = services.sign_off(visit=visit, version=1, by=visit.facilitator)

        assert (signed.state, signed.signed_off_by) == ("signed_off", visit.facilitator)

    def test_a_record_without_words_waits(self):
        visit = logged(roles_met=(), note="")

        with pytest.raises(services.NotPossibleError, match="whom you met and what was discussed"):
            services.sign_off(visit=visit, version=1, by=visit.facilitator)

    def test_what_changed_since_the_summary_is_read_again(self):
        visit = logged()
        save(visit, a_record(note="Changed"))

        with pytest.raises(services.ConflictError):
            services.sign_off(visit=visit, version=1, by=visit.facilitator)

    def test_a_signed_off_record_takes_additions_only(self):
        visit = VisitFactory(signed_off=True)

        with pytest.raises(services.NotPossibleError, match="signed off"):
            save(visit, a_record(note="Late"))
        for _ in range(2):
            services.add_addendum(visit=visit, words="The manager wrote back.", by=visit.facilitator)

        assert visit.addenda.get().words == "The manager wrote back."

    def test_an_administrator_may_mend_it(self):
        visit = VisitFactory(signed_off=True)

        changed = save(visit, a_record(note="Mended"), by=UserFactory(administrator=True))

        assert (changed.note, changed.state) == ("Mended", "signed_off")


class TestPlanning:
    def test_a_plan_sent_twice_is_one(self):
        entry = CaseloadEntryFactory()
        key, on = uuid4(), timezone.localdate() + timedelta(days=5)

        for _ in range(2):
            services.plan_visit(practice=entry.practice, visit_id=key, on=on, by=entry.facilitator)

        assert Visit.objects.get().state == "planned"

    def test_a_plan_that_moved_meanwhile_is_a_conflict(self):
        visit = VisitFactory(planned=True)
        plan = {"practice": visit.practice, "visit_id": visit.pk, "version": 1, "by": visit.facilitator}
        services.plan_visit(on=visit.on + timedelta(days=1), **plan)

        with pytest.raises(services.ConflictError):
            services.plan_visit(on=visit.on + timedelta(days=2), **plan)

    def test_a_logged_visit_is_not_planned_again(self):
        visit = VisitFactory()

        with pytest.raises(PermissionDenied):
            services.plan_visit(practice=visit.practice, visit_id=visit.pk, on=visit.on, by=visit.facilitator)


class TestCancelling:
    def test_it_needs_a_reason(self):
        visit = VisitFactory(planned=True)

        with pytest.raises(services.NotPossibleError):
            services.cancel_visit(visit=visit, reason=" ", by=visit.facilitator)

    def test_it_works_once(self):
        visit = VisitFactory(planned=True)

        for _ in range(2):
            services.cancel_visit(visit=visit, reason="Snow", by=visit.facilitator)

        visit.refresh_from_db()
        assert (visit.state, visit.version) == ("cancelled", 2)
        assert AuditEvent.objects.about(visit).count() == 1

    def test_a_signed_off_visit_is_withdrawn_by_an_administrator_only(self):
        visit = VisitFactory(signed_off=True)

        with pytest.raises(PermissionDenied):
            services.cancel_visit(visit=visit, reason="Wrong practice", by=holder_of(visit.practice))
        cancelled = services.cancel_visit(visit=visit, reason="Wrong practice", by=UserFactory(administrator=True))

        assert cancelled.state == "cancelled"
