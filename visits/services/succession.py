from collections.abc import Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core import audit
from practices.models import Organisation
from visits.models import Action, CaseloadEntry, Visit
from visits.services.letters import tell_of_closing, tell_of_succession


@transaction.atomic
def move_to_successor(*, practice: Organisation, successor: Organisation, on: date, by: User) -> None:
    """The caseload, what was promised and what is planned go on under the successor; past visits stay where they were.

    Asked again for the same succession, it finds nothing more to move.
    """
    entries = _open_entries(practice, on)
    actions = list(Action.objects.unfinished().filter(practice=practice).select_for_update())
    visits = list(Visit.objects.planned().filter(practice=practice).select_for_update())
    if not (entries or actions or visits):
        return
    people = _people(entries, visits)
    held = set(
        CaseloadEntry.objects.filter(practice=successor, ends__isnull=True).values_list("facilitator_id", flat=True)
    )
    for entry in entries:
        _end(entry, on - timedelta(days=1), by)
        if entry.facilitator_id not in held:
            moved = CaseloadEntry.objects.create(
                facilitator=entry.facilitator, practice=successor, starts=on, given_by=entry.given_by
            )
            audit.record(by=by, verb="gave", instance=moved, after=audit.snapshot(moved, ("starts", "ends")))
            held.add(entry.facilitator_id)
    before, after = {"practice": practice.code}, {"practice": successor.code}
    for row in (*actions, *visits):
        row.practice = successor
        row.version += 1
        row.save()
        audit.record(by=by, verb="moved to the successor", instance=row, before=before, after=after)
    numbers = {"actions": len(actions), "visits": len(visits)}
    transaction.on_commit(
        lambda: tell_of_succession(people=people, practice=practice, successor=successor, on=on, moved=numbers)
    )


@transaction.atomic
def end_with_practice(*, practice: Organisation, on: date, by: User) -> None:
    """A practice that closed without a successor is visited no more, and nobody waits for its actions."""
    entries = _open_entries(practice, on)
    actions = list(Action.objects.unfinished().filter(practice=practice).select_for_update())
    visits = list(Visit.objects.planned().filter(practice=practice, on__gt=on).select_for_update())
    if not (entries or actions or visits):
        return
    people = _people(entries, visits)
    for entry in entries:
        _end(entry, on, by)
    for action in actions:
        _drop(action, by)
    for visit in visits:
        visit.state, visit.cancelled_reason = Visit.State.CANCELLED, "The practice closed"
        visit.version += 1
        visit.save()
        audit.record(by=by, verb="cancelled", instance=visit, after={"reason": visit.cancelled_reason})
    numbers = {"actions": len(actions), "visits": len(visits)}
    transaction.on_commit(lambda: tell_of_closing(people=people, practice=practice, on=on, ended=numbers))


@transaction.atomic
def clear_illustrative() -> None:
    """Takes out what was made up about made-up practices. The audit keeps its own rows: nothing deletes those."""
    made_up = Organisation.objects.practices().filter(illustrative=True).values("pk")
    Action.objects.filter(practice__in=made_up).delete()
    Visit.objects.filter(practice__in=made_up).delete()
    CaseloadEntry.objects.filter(practice__in=made_up).delete()


def _open_entries(practice: Organisation, on: date) -> list[CaseloadEntry]:
    entries = CaseloadEntry.objects.filter(practice=practice).filter(Q(ends__isnull=True) | Q(ends__gte=on))
    return list(entries.select_related("facilitator").select_for_update(of=("self",)))


def _people(entries: Sequence[CaseloadEntry], visits: Sequence[Visit]) -> list[User]:
    return list(
        {person.pk: person for person in [*(e.facilitator for e in entries), *(v.facilitator for v in visits)]}.values()
    )


def _end(entry: CaseloadEntry, ends: date, by: User) -> None:
    """The last day is never before the first: an entry of that very day is ended on it."""
    before = audit.snapshot(entry, ("starts", "ends"))
    entry.ends = max(ends, entry.starts)
    entry.save()
    audit.record(by=by, verb="ended", instance=entry, before=before, after=audit.snapshot(entry, ("starts", "ends")))


def _drop(action: Action, by: User) -> None:
    before = audit.snapshot(action, ("state",))
    action.state, action.dropped_reason = Action.State.DROPPED, "The practice closed"
    action.barrier = ""
    action.closed_at = timezone.now()
    action.closed_by = by or action.created_by
    action.version += 1
    action.save()
    audit.record(by=by, verb="dropped", instance=action, before=before, after=audit.snapshot(action, ("state",)))
