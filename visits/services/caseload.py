from collections.abc import Iterable, Sequence
from datetime import date, timedelta

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core import audit
from practices.models import Organisation
from visits.models import Action, CaseloadEntry, Visit
from visits.permissions import require_caseloads
from visits.services.errors import NotPossibleError
from visits.services.letters import tell_of_hand_over


@transaction.atomic
def give_practices(
    *, facilitator: User, practices: Iterable[Organisation], starts: date, by: User
) -> list[CaseloadEntry]:
    """Puts practices into a facilitator's caseload from a day on; those already there stay as they are."""
    require_caseloads(by)
    given = []
    practices = list(practices)
    _facilitator_of(facilitator, practices)
    held = set(
        CaseloadEntry.objects.of(facilitator)
        .filter(Q(ends__isnull=True) | Q(ends__gte=starts), practice__in=practices)
        .values_list("practice_id", flat=True)
    )
    for practice in practices:
        if practice.pk in held:
            continue
        entry = CaseloadEntry.objects.create(facilitator=facilitator, practice=practice, starts=starts, given_by=by)
        audit.record(by=by, verb="gave", instance=entry, after=audit.snapshot(entry, ("starts", "ends")))
        given.append(entry)
    return given


@transaction.atomic
def end_entry(*, entry: CaseloadEntry, ends: date, by: User) -> CaseloadEntry:
    """The practice is in the caseload up to and with this day."""
    require_caseloads(by)
    if ends < entry.starts:
        raise NotPossibleError("The last day cannot be before the first.", "ends")
    before = audit.snapshot(entry, ("starts", "ends"))
    entry.ends = ends
    entry.save()
    audit.record(by=by, verb="ended", instance=entry, before=before, after=audit.snapshot(entry, ("starts", "ends")))
    return entry


@transaction.atomic
def hand_over(
    *, giver: User, taker: User, on: date, by: User, practices: Sequence[Organisation] | None = None
) -> list[CaseloadEntry]:
    """Moves a caseload, or these practices of it, to another facilitator on a day, with what is still to be done.

    Planned visits from that day on go along. Unfinished actions that the giver owns go along when the day has come, or
    when they are due on it or later; what stays with the giver until then is in the taker's list all the same, as the
    practice is.
    """
    require_caseloads(by)
    if giver == taker:
        raise NotPossibleError("Choose another facilitator to take the caseload over.", "taker")
    entries = CaseloadEntry.objects.of(giver).filter(Q(ends__isnull=True) | Q(ends__gte=on)).select_related("practice")
    if practices is not None:
        entries = entries.filter(practice__in=practices)
    moving = list(entries.select_for_update(of=("self",)))
    if not moving:
        raise NotPossibleError("There is nothing to hand over on that day.", "practices")
    moved = [entry.practice for entry in moving]
    left_out = [practice.name for practice in practices or () if practice not in moved]
    if left_out:
        raise NotPossibleError(f"Not in this caseload on that day: {', '.join(left_out)}.", "practices")
    _facilitator_of(taker, moved)
    for entry in moving:
        _close_before(entry, on, by)
    given = give_practices(facilitator=taker, practices=moved, starts=on, by=by)
    _move_plans(giver, taker, moved, on, by)
    transaction.on_commit(lambda: tell_of_hand_over(giver=giver, taker=taker, practices=moved, on=on))
    return given


def _close_before(entry: CaseloadEntry, on: date, by: User) -> None:
    if entry.starts < on:
        end_entry(entry=entry, ends=on - timedelta(days=1), by=by)
        return
    # It would have begun on that day or later, so it never begins.
    audit.record(by=by, verb="took back", instance=entry, before=audit.snapshot(entry, ("starts", "ends")))
    entry.delete()


def _move_plans(giver: User, taker: User, practices: Sequence[Organisation], on: date, by: User) -> None:
    visits = list(Visit.objects.planned().filter(facilitator=giver, practice__in=practices, on__gte=on))
    actions = Action.objects.unfinished().filter(owner=giver, practice__in=practices)
    if on > timezone.localdate():
        actions = actions.filter(due_on__gte=on)
    owned = list(actions)
    before, after = {"person": giver.email}, {"person": taker.email}
    for row in (*visits, *owned):
        audit.record(by=by, verb="handed over", instance=row, before=before, after=after)
    Visit.objects.filter(pk__in=[visit.pk for visit in visits]).update(facilitator=taker)
    Action.objects.filter(pk__in=[action.pk for action in owned]).update(owner=taker)


def _facilitator_of(person: User, practices: Sequence[Organisation]) -> None:
    if not (person.is_facilitator and person.is_active):
        raise NotPossibleError(f"{person} is not an active facilitator.", "facilitator")
    in_scope = set(
        Organisation.objects.practices()
        .within_scope(person)
        .filter(pk__in=[practice.pk for practice in practices])
        .values_list("pk", flat=True)
    )
    outside = [practice for practice in practices if practice.pk not in in_scope]
    if outside:
        raise NotPossibleError(
            f"{person} may not see {outside[0].name}: give them its CCG first, under People.", "facilitator"
        )
