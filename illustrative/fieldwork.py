"""Visits and actions of the illustrative London: who went where, what was promised, what became of it."""

import uuid
from datetime import date, datetime, time, timedelta
from typing import Any

import numpy as np
from django.utils import timezone

from accounts.models import User
from illustrative.people import FACILITATORS
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
    looked_after = [pk for pk in ids if codes[pk] in of_ccg and pk in open_]
    CaseloadEntry.objects.bulk_create(
        (CaseloadEntry(facilitator=of_ccg[codes[pk]], practice_id=pk, starts=first) for pk in looked_after),
        batch_size=500,
    )
    draft = Fieldwork(rng, first, today)
    for pk in looked_after:
        for number in range(int(rng.poisson(VISITS_A_PRACTICE))):
            draft.visit(pk, of_ccg[codes[pk]], kind="first" if number == 0 else str(rng.choice(("follow_up", "phone"))))
    for facilitator in dict.fromkeys(of_ccg.values()):
        own = [pk for pk in looked_after if of_ccg[codes[pk]] == facilitator]
        for days, pk in enumerate(rng.permutation(own)[:6].tolist()):
            draft.plan(pk, facilitator, today + timedelta(days=2 * days))
    draft.save()
    return draft


class Fieldwork:
    """Collects rows, so that each table is written once."""

    def __init__(self, rng: np.random.Generator, first: date, today: date) -> None:
        self.rng, self.first, self.today = rng, first, today
        self.visits: list[Visit] = []
        self.discussions: list[Discussion] = []
        self.barriers: list[Barrier] = []
        self.evidence: list[Evidence] = []
        self.actions: list[Action] = []

    def _pick(self, choices: tuple[Any, ...]) -> Any:
        return choices[int(self.rng.integers(len(choices)))]

    def _id(self) -> uuid.UUID:
        return uuid.UUID(bytes=self.rng.bytes(16), version=4)

    def visit(self, practice_id: int, facilitator: User, kind: str) -> None:
        span = (self.today - self.first).days - 1
        on = self.first + timedelta(days=int(self.rng.integers(20, max(21, span))))
        hour = int(self.rng.integers(9, 16))
        visit = Visit(
            id=self._id(),
            practice_id=practice_id,
            facilitator=facilitator,
            state="signed_off",
            kind=kind,
            on=on,
            starts_at=time(hour, 0),
            ends_at=time(hour, 45),
            purpose="Progress on the five targets",
            roles_met=sorted({self._pick(ROLES), "practice_manager"}),
            readiness=int(self.rng.integers(1, 6)),
            commitment=self._pick(COMMITMENTS),
            note=self._pick(NOTES),
            signed_off_by=facilitator,
            signed_off_at=timezone.make_aware(datetime.combine(on, time(17, 5))),
            next_contact_on=on + timedelta(days=int(self.rng.integers(30, 120))),
        )
        self.visits.append(visit)
        self.discussions.append(
            Discussion(visit=visit, target="registration", words="Registration at the desk and by text.")
        )
        if self.rng.random() < 0.6:
            self.barriers.append(Barrier(visit=visit, code=self._pick(tuple(BarrierCode.values))))
        if self.rng.random() < 0.35:
            where = self._pick(tuple(Evidence.Where.values))
            self.evidence.append(Evidence(visit=visit, where=where, seen_on=on, words="Seen at the visit"))
        for _ in range(int(self.rng.integers(0, 3))):
            self.action(visit)

    def action(self, visit: Visit) -> None:
        target, role, words = self._pick(PROMISES)
        due = visit.on + timedelta(days=int(self.rng.integers(14, 90)))
        done = self.rng.random() < (0.72 if due < self.today - timedelta(days=30) else 0.2)
        state = "done" if done else str(self.rng.choice(("open", "in_progress", "blocked"), p=(0.6, 0.25, 0.15)))
        closed = min(due, self.today)
        self.actions.append(
            Action(
                id=self._id(),
                practice_id=visit.practice_id,
                visit=visit,
                target=target,
                owner_role=role,
                words=words,
                due_on=due,
                state=state,
                created_by=visit.facilitator,
                barrier=self._pick(tuple(BarrierCode.values)) if state == "blocked" else "",
                evidence="Seen on the system at the next contact" if done else "",
                closed_at=timezone.make_aware(datetime.combine(closed, time(12, 0))) if done else None,
                closed_by=visit.facilitator if done else None,
            )
        )

    def plan(self, practice_id: int, facilitator: User, on: date) -> None:
        self.visits.append(
            Visit(
                id=self._id(),
                practice_id=practice_id,
                facilitator=facilitator,
                state="planned",
                kind="follow_up",
                on=on,
                starts_at=time(10, 0),
                purpose="Follow up the agreed actions",
            )
        )

    def save(self) -> None:
        Visit.objects.bulk_create(self.visits, batch_size=300)
        Discussion.objects.bulk_create(self.discussions, batch_size=500)
        Barrier.objects.bulk_create(self.barriers, batch_size=500)
        Evidence.objects.bulk_create(self.evidence, batch_size=500)
        Action.objects.bulk_create(self.actions, batch_size=300)
