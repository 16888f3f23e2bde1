from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from practices.models import Organisation
from visits.models import Action, BarrierCode, CaseloadEntry, Visit
from visits.permissions import Deed, require
from visits.records import ActionWords
from visits.services.errors import ActionConflictError, NotOwnError, NotPossibleError
from visits.services.masking import masked, without_identifiers
from visits.steps import NEEDS, QUESTIONS, REASON_FIELDS, may_go

STATED = ("words", "owner_role", "due_on", "target")
AUDITED = ("state", "due_on", *REASON_FIELDS)


@transaction.atomic
def add_action(*, practice: Organisation, row: ActionWords, by: User, visit: Visit | None = None) -> Action:
    """Writes down who promised what by when. Sent twice with the same id, it is one action.

    NotOwnError where the id is that of an action of another visit or practice, or of one that says something else:
    what was sent would be lost.
    """
    require(by, Deed.WRITE_ACTION, practice)
    action: Action
    action, made = Action.objects.select_for_update().get_or_create(
        pk=row.id,
        defaults={
            "practice": practice,
            "visit": visit,
            "created_by": by,
            "owner": _owner(practice, row.owner_role, by),
            **{name: getattr(row, name) for name in STATED},
        },
    )
    if made:
        _keep(action, "agreed", None, audit.snapshot(action, STATED), by)
    elif not _is_the_same(action, practice, visit, row):
        raise NotOwnError(not_taken([row]), [row.id])
    return action


def not_taken(rows: Iterable[ActionWords]) -> str:
    """Names what was sent under an id that another action has."""
    named = ", ".join(f"“{row.words}”" if row.words else "an action without words" for row in rows)
    return f"Not taken: {named}. It came under the number of another action, which stays as it is."


def _is_the_same(action: Action, practice: Organisation, visit: Visit | None, row: ActionWords) -> bool:
    """Whether it is this row that was written down before. Its day may have been put off since."""
    before = (action.practice_id, action.visit_id, action.words, action.owner_role, action.target)
    return before == (practice.pk, visit.pk if visit else None, row.words, row.owner_role, row.target)


@transaction.atomic
def reword_action(*, action: Action, row: ActionWords, by: User) -> Action:
    """Changes what was agreed while the visit's record is still open; the state stays."""
    require(by, Deed.WRITE_ACTION, action.practice)
    before = audit.snapshot(action, STATED)
    for name in STATED:
        setattr(action, name, getattr(row, name))
    after = audit.snapshot(action, STATED)
    if after != before:
        action.owner = _owner(action.practice, row.owner_role, by)
        action.version += 1
        action.save()
        _keep(action, "changed", before, after, by)
    return action


@transaction.atomic
def change_action(
    *,
    action: Action,
    version: int,
    state: str,
    by: User,
    barrier: str = "",
    evidence: str = "",
    dropped_reason: str = "",
    due_on: date | None = None,
) -> Action:
    """Takes an action to another state, by the table in visits.steps, or gives it another day.

    Raises NotPossibleError for a step that the table does not have or that lacks what the new state asks for, and
    ActionConflictError when somebody changed the action since `version`.
    """
    action = Action.objects.select_for_update().get(pk=action.pk)
    require(by, Deed.WRITE_ACTION, action.practice)
    if version != action.version:
        raise ActionConflictError(action)
    if not may_go(action.state, state):
        raise NotPossibleError(
            f"An action that is {action.get_state_display().lower()} cannot become "
            f"{Action.State(state).label.lower()} at once.",
            "state",
        )
    given = {"barrier": barrier, "evidence": evidence.strip(), "dropped_reason": dropped_reason.strip()}
    needed = NEEDS[state]
    if needed and not given[needed]:
        raise NotPossibleError(f"{QUESTIONS[needed]}.", needed)
    if barrier and barrier not in BarrierCode.values:
        raise NotPossibleError(f"{QUESTIONS['barrier']}.", "barrier")
    before = audit.snapshot(action, AUDITED)
    action.state = state
    action.due_on = due_on or action.due_on
    for name in REASON_FIELDS:
        setattr(action, name, given[name] if name == needed else "")
    after = audit.snapshot(action, AUDITED)
    if after == before:
        return action
    closed = state not in Action.UNFINISHED
    if before["state"] != state:
        action.closed_at = timezone.now() if closed else None
        action.closed_by = by if closed else None
    action.version += 1
    action.save()
    _keep(action, "changed", before, after, by)
    return action


def _keep(action: Action, verb: str, before: dict[str, Any] | None, after: dict[str, Any], by: User) -> None:
    audit.record(
        by=by,
        verb=verb,
        instance=action,
        object_label=without_identifiers(action.words),
        before=masked(before) if before else None,
        after=masked(after),
    )


def _owner(practice: Organisation, owner_role: str, by: User) -> User | None:
    """The person behind the role, where the portal knows them: the facilitator who looks after the practice."""
    if owner_role != Action.OwnerRole.FACILITATOR:
        return None
    if by.is_facilitator:
        return by
    entry = CaseloadEntry.objects.filter(practice=practice).in_force(timezone.localdate()).select_related("facilitator")
    return entry[0].facilitator if entry else None
