from collections.abc import Sequence
from dataclasses import replace
from datetime import date, time
from uuid import UUID, uuid4

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.identifier_forms import IdentifierOverride
from core.months import month_of
from practices.models import Organisation
from visits.models import Action, Addendum, CaseloadEntry, Visit
from visits.permissions import Deed, may, require
from visits.records import (
    ActionStep,
    VisitRecord,
    differences,
    record_of,
    says_the_same,
)
from visits.services.errors import ConflictError, NotOwnError, NotPossibleError
from visits.services.evidence import bring_evidence
from visits.services.masking import without_identifiers
from visits.services.writing import pending, refuse_actions_of_others, save_next_version, take_steps, write

MADE = (Visit.State.LOGGED, Visit.State.SIGNED_OFF)
CLOSED: dict[str, str] = {
    Visit.State.SIGNED_OFF: "This visit is signed off. Copy what is new and add it to the signed-off record.",
    Visit.State.CANCELLED: "This visit is cancelled. Copy what is new and log another visit.",
}
EVIDENCE_FIELDS = frozenset({"evidence", "observed", "ecommunication_asked", "on"})


@transaction.atomic
def plan_visit(
    *,
    practice: Organisation,
    on: date,
    by: User,
    kind: str = Visit.Kind.FOLLOW_UP,
    purpose: str = "",
    starts_at: time | None = None,
    visit_id: UUID | None = None,
    version: int = 0,
) -> Visit:
    """Puts a visit into the plan, or moves one that is there. Sent twice with the same id, it is one visit."""
    visit: Visit | None = Visit.objects.select_for_update().filter(pk=visit_id).first() if visit_id else None
    _same_practice(visit, practice)
    require(by, Deed.PLAN, practice, visit)
    values = {"on": on, "kind": kind, "purpose": purpose, "starts_at": starts_at}
    if visit is None:
        visit = Visit.objects.create(
            pk=visit_id or uuid4(), practice=practice, facilitator=facilitator_for(practice, by), **values
        )
        audit.record(by=by, verb="planned", instance=visit, after=audit.snapshot(visit, values))
        return visit
    before = audit.snapshot(visit, values)
    for name, value in values.items():
        setattr(visit, name, value)
    after = audit.snapshot(visit, values)
    if after == before:
        return visit
    if version != visit.version:
        stored = Visit.objects.get(pk=visit.pk)
        raise ConflictError(stored, record_of(stored), replace(record_of(stored), on=on, kind=kind, purpose=purpose))
    save_next_version(visit)
    audit.record(by=by, verb="changed the plan of", instance=visit, before=before, after=after)
    return visit


@transaction.atomic
def log_visit(
    *,
    practice: Organisation,
    visit_id: UUID,
    record: VisitRecord,
    version: int,
    by: User,
    steps: Sequence[ActionStep] = (),
) -> Visit:
    """Makes or changes the record of a visit under the id that the browser gave it.

    version: that of the visit when the writer opened it, 0 for a new one. The same record sent twice is one visit and
    one change. Raises ConflictError when somebody saved in between, PermissionDenied, and NotPossibleError for a visit
    in the future, a closed record, or an action's step that is not allowed; NotOwnError for an id that is another
    visit's or practice's.
    """
    if record.on > timezone.localdate():
        raise NotPossibleError(
            "A visit that is still to come is planned, not logged. Give the day it took place.", "on"
        )
    visit = _locked(visit_id) or _new(practice, visit_id, record, by)
    _same_practice(visit, practice)
    saved = record_of(visit)
    made_before = visit.state in MADE
    refuse_actions_of_others(visit, record.actions)
    told = pending(practice, steps)
    if made_before and says_the_same(saved, record) and not told:
        return visit
    require(by, Deed.LOG, practice)
    if not may(by, Deed.LOG, practice, visit):
        raise NotPossibleError(CLOSED[visit.state])
    if version != visit.version and not _just_made(visit):
        raise ConflictError(visit, saved, record)
    write(visit, record, by)
    take_steps(told, by)
    changed = differences(saved, record) if made_before else differences(_blank(record), record)
    audit.record(
        by=by,
        verb="changed" if made_before else "logged",
        instance=visit,
        before={change.name: without_identifiers(change.saved) for change in changed} if made_before else None,
        after={change.name: without_identifiers(change.mine) for change in changed},
    )
    if not made_before or {change.name for change in changed} & EVIDENCE_FIELDS:
        months = {month_of(record.on)} | ({month_of(saved.on)} if made_before else set())
        bring_evidence(practice=practice, months=months, by=by)
    return visit


@transaction.atomic
def sign_off(*, visit: Visit, version: int, by: User) -> Visit:
    """Closes the record: from then on it takes addenda only. Raises NotPossibleError while something is missing."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.state == Visit.State.SIGNED_OFF:
        return visit
    require(by, Deed.SIGN_OFF, visit.practice, visit)
    if version != visit.version:
        record = record_of(visit)
        raise ConflictError(visit, record, record)
    missing = missing_for_sign_off(record_of(visit))
    if missing:
        raise NotPossibleError(f"Before you sign off, say {' and '.join(missing)}.")
    visit.state = Visit.State.SIGNED_OFF
    visit.signed_off_at = timezone.now()
    visit.signed_off_by = by
    save_next_version(visit)
    audit.record(by=by, verb="signed off", instance=visit, after={"state": visit.state, "version": visit.version})
    return visit


def missing_for_sign_off(record: VisitRecord) -> list[str]:
    missing = []
    if not record.roles_met:
        missing.append("whom you met")
    if not (record.note or record.discussions):
        missing.append("what was discussed, in a note or under a target")
    return missing


@transaction.atomic
def cancel_visit(*, visit: Visit, reason: str, by: User) -> Visit:
    """Takes a planned visit out of the plan, or withdraws a logged one with the evidence that it brought."""
    visit = Visit.objects.select_for_update().get(pk=visit.pk)
    if visit.state == Visit.State.CANCELLED:
        return visit
    require(by, Deed.CANCEL, visit.practice, visit)
    if not reason.strip():
        raise NotPossibleError("Say why the visit is cancelled.", "reason")
    before = {"state": visit.state}
    was_made = visit.state in MADE
    visit.state = Visit.State.CANCELLED
    visit.cancelled_reason = reason.strip()
    save_next_version(visit)
    audit.record(
        by=by,
        verb="cancelled",
        instance=visit,
        before=before,
        after={"state": visit.state, "reason": without_identifiers(reason.strip())},
    )
    if was_made:
        bring_evidence(practice=visit.practice, months={month_of(visit.on)}, by=by)
    return visit


@transaction.atomic
def add_addendum(*, visit: Visit, words: str, by: User) -> Addendum:
    require(by, Deed.ADD_ADDENDUM, visit.practice, visit)
    addendum, made = Addendum.objects.get_or_create(visit=visit, words=words, added_by=by)
    if made:
        audit.record(by=by, verb="added to", instance=visit, after={"addendum": without_identifiers(words)})
    return addendum


@transaction.atomic
def keep_overrides(*, subject: Visit | Action, overrides: Sequence[IdentifierOverride], by: User) -> None:
    """Keeps that somebody judged a hit of the identifier check to be none: where and why, never what was found."""
    if overrides:
        require(by, Deed.WRITE_ACTION if isinstance(subject, Action) else Deed.LOG, subject.practice)
    for override in overrides:
        audit.record(
            by=by,
            verb="overrode the identifier check",
            instance=subject,
            object_label=f"{subject._meta.verbose_name} at {subject.practice.name}",
            after={"field": override.field, "kinds": list(override.kinds), "reason": override.reason},
        )


def facilitator_for(practice: Organisation, by: User) -> User:
    """Whose visit it is: the writer's, or for an administrator who writes, the one's who looks after the practice."""
    if by.is_facilitator:
        return by
    entry = (
        CaseloadEntry.objects.filter(practice=practice)
        .in_force(timezone.localdate())
        .select_related("facilitator")
        .first()
    )
    return entry.facilitator if entry else by


def _locked(visit_id: UUID) -> Visit | None:
    found: Visit | None = Visit.objects.select_for_update().filter(pk=visit_id).first()
    return found


def _new(practice: Organisation, visit_id: UUID, record: VisitRecord, by: User) -> Visit:
    require(by, Deed.LOG, practice)
    try:
        with transaction.atomic():
            visit: Visit = Visit.objects.create(
                pk=visit_id,
                practice=practice,
                facilitator=facilitator_for(practice, by),
                on=record.on,
                kind=record.kind,
                version=0,
            )
            return visit
    except IntegrityError:
        # The same save came twice at once, and the other was first.
        first: Visit = Visit.objects.select_for_update().get(pk=visit_id)
        return first


def _just_made(visit: Visit) -> bool:
    return visit.version == 0


def _same_practice(visit: Visit | None, practice: Organisation) -> None:
    if visit is not None and visit.practice_id != practice.pk:
        raise NotOwnError("Not saved: this was sent under the number of another practice's visit.", [visit.pk])


def _blank(record: VisitRecord) -> VisitRecord:
    return VisitRecord(kind=record.kind, on=record.on)
