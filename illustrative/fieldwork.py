"""Visits and actions of the illustrative London: who went where, what was promised, what became of it.

As in life: on working days and within surgery hours; what was agreed at a visit is due weeks later and done about then.
Little is overdue, and that not for long, but for a few that everybody has given up on.
"""

import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from typing import TypeVar

import numpy as np
from django.db.models import F, OuterRef, Subquery
from django.utils import timezone

from accounts.models import User
from illustrative.people import FACILITATORS
from illustrative.working_days import WorkingDays
from practices.models import Organisation
from visits.models import Action, Barrier, BarrierCode, CaseloadEntry, Discussion, Evidence, Visit

VISITS_A_PRACTICE = 1.3
NOTES = (
    "Reception keen, partners less so. The release time of online slots is to be looked at with the practice manager.",
    "Went through the registration form with reception; e-mail addresses are now asked for at the desk.",
    "Search for patients of 16 and over who are not registered was run during the visit. Texts to go out next week.",
    "Record access is on, but granted patient by patient. Showed the review step and where the guidance is.",
    "The website still says to phone at eight. New wording agreed, posters left for the waiting room.",
)
COMMITMENTS = (
    "We will release half of the routine slots at 19:30.",
    "We will text all patients over 16 who have no account.",
    "Reception will vouch for patients they know.",
    "We will put the online consultation first on the phone message.",
)
PROMISES = (
    ("registration", "reception", "Ask for an e-mail address on the new-patient form"),
    ("registration", "practice_manager", "Run the search of patients without an account and send the texts"),
    ("appointments", "practice_manager", "Map the routine slot types and release them online"),
    ("appointments", "gp", "Agree the share of routine slots to be released"),
    ("dcr", "gp", "Agree who reviews records before access is given"),
    ("ecommunication", "practice_manager", "Change the phone message and the website"),
    ("utilisation", "reception", "Offer online booking at the desk to every caller"),
    ("", "supplier", "Put the release time of slots right in the system"),
)
ROLES = ("practice_manager", "reception_lead", "gp")
DONE = (
    "Seen on the system at the next contact",
    "The practice manager wrote that it is in place",
    "Seen on the website",
    "Shown by reception",
)
DROPPED = ("The supplier does not offer it", "The practice found another way", "No capacity before the merger")
# When a visit may begin, and how many a day one person makes
SLOTS = (time(9, 15), time(11, 0), time(13, 30), time(15, 30))
VISITS_A_DAY = 2
LASTS = timedelta(minutes=45)
# In working days: from one visit to the next of a practice, and from what was agreed to the day it is due
FEWEST_BETWEEN = 15
DUE_AFTER = (10, 60)
# Of what is overdue by so many days a share is still open, and that falls with the days.
OPEN_AT_FIRST, FADES_WITHIN = 0.45, 30
LONG_OVERDUE, OLDEST, OLD_ONES = 60, 150, 2
# When the next visits are, in working days from today
PLANNED_IN = (0, 1, 2, 4, 6, 9)
T = TypeVar("T")


def log(
    ids: list[int],
    staff: dict[str, User],
    *,
    first: date,
    today: date,
    rng: np.random.Generator,
) -> "Fieldwork":
    """Caseloads for all practices, visits since `first` and plans for the coming weeks, written to the database."""
    of_ccg = {code: staff[person.email] for person in FACILITATORS for code in person.ccgs}
    codes = dict(Organisation.objects.filter(pk__in=ids).values_list("pk", "ccg__code"))
    open_ = set(Organisation.objects.practices().filter(closed__isnull=True).values_list("pk", flat=True))
    holders = {pk: of_ccg[codes[pk]] for pk in ids if codes[pk] in of_ccg and pk in open_}
    CaseloadEntry.objects.bulk_create(
        (CaseloadEntry(facilitator=holder, practice_id=pk, starts=first) for pk, holder in holders.items()),
        batch_size=500,
    )
    work = make_up(holders, first=first, today=today, rng=rng)
    work.save()
    return work


def make_up(holders: Mapping[int, User], *, first: date, today: date, rng: np.random.Generator) -> "Fieldwork":
    """What the facilitators did and plan; holders: who looks after which practice. Asks no database."""
    work = Fieldwork(rng, first, today)
    for pk, holder in holders.items():
        work.visit_in_turn(pk, holder)
    for facilitator in dict.fromkeys(holders.values()):
        own = [pk for pk, holder in holders.items() if holder == facilitator]
        chosen = rng.permutation(own)[: len(PLANNED_IN)].tolist()
        for pk, days in zip(chosen, PLANNED_IN, strict=False):
            work.plan(pk, facilitator, days)
    return work


@dataclass
class Fieldwork:
    """Collects rows, so that each table is written once."""

    rng: np.random.Generator
    first: date
    today: date
    visits: list[Visit] = field(default_factory=list)
    discussions: list[Discussion] = field(default_factory=list)
    barriers: list[Barrier] = field(default_factory=list)
    evidence: list[Evidence] = field(default_factory=list)
    actions: list[Action] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.days = WorkingDays(self.first, self.today + timedelta(days=366))
        # The last day on which something may be over
        self.latest = self.days.before(self.today - timedelta(days=1))
        self._begin = self.days.after(self.first, 14)
        self._span = self.days.between(self._begin, self.latest) + 1
        self._booked: dict[tuple[int, date], set[time]] = {}
        self._old_ones = 0

    def _pick(self, choices: Sequence[T]) -> T:
        return choices[int(self.rng.integers(len(choices)))]

    def _some(self, fewest: int, most: int) -> int:
        return int(self.rng.integers(fewest, most + 1))

    def _id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.rng.bytes(16), version=4)

    def visit_in_turn(self, practice_id: int, facilitator: User) -> None:
        """The visits of one practice, oldest first: a first one and what followed it."""
        if self._span < 1:
            return
        number = int(self.rng.poisson(VISITS_A_PRACTICE))
        before: date | None = None
        for place in np.sort(self.rng.integers(0, self._span, size=number)).tolist():
            day = self.days.after(self._begin, place)
            if before and self.days.between(before, day) < FEWEST_BETWEEN:
                continue
            kind = Visit.Kind.FIRST if before is None else self._pick((Visit.Kind.FOLLOW_UP, Visit.Kind.PHONE))
            booked = self._book(facilitator, day, self.latest)
            if booked:
                before = booked[0]
                self._visit(practice_id, facilitator, kind, *booked)

    def _book(self, facilitator: User, day: date, latest: date) -> tuple[date, time] | None:
        """The first day from this one on that has room in the facilitator's diary, and a time of it."""
        while day <= latest:
            taken = self._booked.setdefault((facilitator.pk, day), set())
            if len(taken) < VISITS_A_DAY:
                starts = self._pick([slot for slot in SLOTS if slot not in taken])
                taken.add(starts)
                return day, starts
            day = self.days.after(day, 1)
        return None

    def _visit(self, practice_id: int, facilitator: User, kind: str, on: date, starts: time) -> None:
        ends = datetime.combine(on, starts) + LASTS
        visit = Visit(
            id=self._id(),
            practice_id=practice_id,
            facilitator=facilitator,
            state=Visit.State.SIGNED_OFF,
            kind=kind,
            on=on,
            starts_at=starts,
            ends_at=ends.time(),
            purpose="Progress on the five targets",
            roles_met=sorted({self._pick(ROLES), "practice_manager"}),
            readiness=self._some(1, 5),
            commitment=self._pick(COMMITMENTS),
            note=self._pick(NOTES),
            signed_off_by=facilitator,
            signed_off_at=timezone.make_aware(ends + timedelta(minutes=5 * self._some(2, 15))),
            next_contact_on=self.days.after(on, self._some(20, 80)),
        )
        self.visits.append(visit)
        self.discussions.append(
            Discussion(visit=visit, target="registration", words="Registration at the desk and by text.")
        )
        if self.rng.random() < 0.6:
            self.barriers.append(Barrier(visit=visit, code=self._pick(BarrierCode.values)))
        if self.rng.random() < 0.35:
            where = self._pick(Evidence.Where.values)
            self.evidence.append(Evidence(visit=visit, where=where, seen_on=on, words="Seen at the visit"))
        for _ in range(self._some(0, 3)):
            self._action(visit)

    def _action(self, visit: Visit) -> None:
        target, role, words = self._pick(PROMISES)
        action = Action(
            id=self._id(),
            practice_id=visit.practice_id,
            visit=visit,
            target=target,
            owner_role=role,
            words=words,
            due_on=self.days.after(visit.on, self._some(*DUE_AFTER)),
            created_by=visit.facilitator,
        )
        closed = self._closed_on(visit.on, action.due_on)
        if closed is None:
            self._leave_open(action)
        else:
            self._close(action, closed, visit.facilitator)
        self.actions.append(action)

    def _closed_on(self, agreed: date, due: date) -> date | None:
        """Some days before or after it was due; None where it is not done yet."""
        if self._is_left(due):
            return None
        about = int(np.clip(round(self.rng.normal(-2, 7)), -20, 30))
        closed = self.days.after(due, about) if about >= 0 else self.days.before(due, -about)
        earliest = self.days.after(agreed, 1)
        closed = max(closed, self.days.after(earliest, self._some(0, 4)))
        return closed if closed <= self.latest else None

    def _is_left(self, due: date) -> bool:
        late = (self.today - due).days
        if late <= 0:
            return False
        if late > LONG_OVERDUE:
            is_old = late <= OLDEST and self._old_ones < OLD_ONES and self.rng.random() < 0.02
            self._old_ones += is_old
            return bool(is_old)
        return bool(self.rng.random() < OPEN_AT_FIRST * np.exp(-late / FADES_WITHIN))

    def _leave_open(self, action: Action) -> None:
        states = (Action.State.OPEN, Action.State.IN_PROGRESS, Action.State.BLOCKED)
        action.state = states[int(self.rng.choice(len(states), p=(0.6, 0.25, 0.15)))]
        if action.state == Action.State.BLOCKED:
            action.barrier = self._pick(BarrierCode.values)

    def _close(self, action: Action, on: date, by: User) -> None:
        if self.rng.random() < 0.06:
            action.state, action.dropped_reason = Action.State.DROPPED, self._pick(DROPPED)
        else:
            action.state, action.evidence = Action.State.DONE, self._pick(DONE)
        at = time(self._some(9, 16), 5 * self._some(0, 11))
        action.closed_at, action.closed_by = timezone.make_aware(datetime.combine(on, at)), by

    def plan(self, practice_id: int, facilitator: User, days: int) -> None:
        """A visit so many working days ahead."""
        day = self.days.after(self.today, days)
        booked = self._book(facilitator, day, day + timedelta(days=31))
        if booked is None:
            return
        on, starts = booked
        seen = any(visit.practice_id == practice_id for visit in self.visits)
        self.visits.append(
            Visit(
                id=self._id(),
                practice_id=practice_id,
                facilitator=facilitator,
                state=Visit.State.PLANNED,
                kind=Visit.Kind.FOLLOW_UP if seen else Visit.Kind.FIRST,
                on=on,
                starts_at=starts,
                purpose="Follow up the agreed actions" if seen else "Get to know the practice and its five targets",
            )
        )

    def save(self) -> None:
        Visit.objects.bulk_create(self.visits, batch_size=300)
        Discussion.objects.bulk_create(self.discussions, batch_size=500)
        Barrier.objects.bulk_create(self.barriers, batch_size=500)
        Evidence.objects.bulk_create(self.evidence, batch_size=500)
        Action.objects.bulk_create(self.actions, batch_size=300)
        self._date_back()

    def _date_back(self) -> None:
        """What was written down was so when the visit was signed off, not today."""
        signed_off = F("signed_off_at")
        Visit.objects.filter(signed_off_at__isnull=False).update(created_at=signed_off, saved_at=signed_off)
        agreed = Visit.objects.filter(pk=OuterRef("visit")).values("signed_off_at")
        Action.objects.filter(visit__isnull=False).update(created_at=Subquery(agreed))
