"""A visit's record put into its rows, for log_visit, which has required the deed and holds the transaction."""

from collections.abc import Sequence

from accounts.models import User
from practices.models import Organisation
from visits.models import Action, Barrier, Discussion, Evidence, Visit
from visits.records import COLUMNS, TAKEN_OUT, ActionStep, ActionWords, VisitRecord
from visits.services.actions import add_action, change_action, not_taken, reword_action
from visits.services.errors import NotOwnError


def save_next_version(visit: Visit) -> None:
    visit.version += 1
    visit.save()


def write(visit: Visit, record: VisitRecord, by: User) -> None:
    for name in COLUMNS:
        value = getattr(record, name)
        setattr(visit, name, list(value) if name == "roles_met" else value)
    if visit.state == Visit.State.PLANNED:
        visit.state = Visit.State.LOGGED
    save_next_version(visit)
    visit.discussions.all().delete()
    visit.discussions.bulk_create(
        Discussion(visit=visit, target=target, words=words) for target, words in record.discussions.items()
    )
    visit.barriers.all().delete()
    visit.barriers.bulk_create(Barrier(visit=visit, code=code) for code in sorted(record.barriers))
    visit.evidence.all().delete()
    visit.evidence.bulk_create(
        Evidence(visit=visit, where=seen.where, seen_on=seen.seen_on, words=seen.words)
        for seen in sorted(record.evidence)
    )
    _write_actions(visit, record.actions, by)


def _write_actions(visit: Visit, rows: Sequence[ActionWords], by: User) -> None:
    known = {action.pk: action for action in visit.actions.all()}
    for row in rows:
        action = known.get(row.id)
        if action is None and row.words:
            add_action(practice=visit.practice, row=row, visit=visit, by=by)
        elif action is not None and row.words:
            reword_action(action=action, row=row, by=by)
        elif action is not None and action.state in Action.UNFINISHED:
            change_action(
                action=action, version=action.version, state=Action.State.DROPPED, dropped_reason=TAKEN_OUT, by=by
            )


def refuse_actions_of_others(visit: Visit, rows: Sequence[ActionWords]) -> None:
    """A row is an action of this visit or a new one. Under another's id it would be dropped, or change that one."""
    own = {action.pk for action in visit.actions.all()}
    strangers = set(Action.objects.filter(pk__in={row.id for row in rows} - own).values_list("pk", flat=True))
    if strangers:
        raise NotOwnError(not_taken(row for row in rows if row.id in strangers), strangers)


def pending(practice: Organisation, steps: Sequence[ActionStep]) -> list[tuple[Action, ActionStep]]:
    """What is to become of the practice's earlier actions; one that has that state already was told before."""
    if not steps:
        return []
    found = Action.objects.filter(practice=practice).in_bulk([step.id for step in steps])
    strange = [step for step in steps if step.id not in found]
    if strange:
        named = ", ".join(f"“{step.words}”" for step in strange)
        raise NotOwnError(f"Not taken: {named}, said of an action of another practice.", [step.id for step in strange])
    return [(found[step.id], step) for step in steps if found[step.id].state != step.state]


def take_steps(pending: Sequence[tuple[Action, ActionStep]], by: User) -> None:
    for action, step in pending:
        change_action(
            action=action,
            version=action.version,
            state=step.state,
            evidence=step.words,
            dropped_reason=step.words,
            by=by,
        )
