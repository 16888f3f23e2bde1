from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from core.months import short_date
from visits.models import Action, CaseloadEntry, Visit
from visits.presenters.form import due_words, late_words
from visits.priority import Priority

TAGS: dict[str, str] = {
    Visit.State.PLANNED: "blue",
    Visit.State.LOGGED: "yellow",
    Visit.State.SIGNED_OFF: "green",
    Visit.State.CANCELLED: "grey",
    Action.State.OPEN: "blue",
    Action.State.IN_PROGRESS: "yellow",
    Action.State.BLOCKED: "red",
    Action.State.DONE: "green",
    Action.State.DROPPED: "grey",
}


@dataclass(frozen=True)
class VisitRow:
    iso: str
    date: str
    time: str
    url: str
    practice: str
    code: str
    ccg: str
    kind: str
    state: str
    tag: str
    facilitator: str
    is_planned: bool


@dataclass(frozen=True)
class VisitGroup:
    """Rows of a list with what they are and in which order; no title where all are in one list."""

    title: str
    rows: Sequence[VisitRow]


def visit_rows(visits: Iterable[Visit]) -> list[VisitRow]:
    return [
        VisitRow(
            iso=visit.on.isoformat(),
            date=short_date(visit.on),
            time=f"{visit.starts_at:%H:%M}" if visit.starts_at else "",
            url=reverse("visits:visit", args=[visit.pk]),
            practice=visit.practice.name,
            code=visit.practice.code,
            ccg=visit.practice.ccg.name if visit.practice.ccg else "",
            kind=visit.get_kind_display(),
            state=visit.get_state_display(),
            tag=TAGS[visit.state],
            facilitator=visit.facilitator.name,
            is_planned=visit.state == Visit.State.PLANNED,
        )
        for visit in visits
    ]


def visit_groups(rows: Sequence[VisitRow], *, sorted_by_hand: bool) -> list[VisitGroup]:
    """What is to come apart from what was; one list where a person chose an order over all of them."""
    if sorted_by_hand:
        return [VisitGroup("", rows)]
    groups = [
        VisitGroup("Planned, the soonest first", [row for row in rows if row.is_planned]),
        VisitGroup("Made or cancelled, the newest first", [row for row in rows if not row.is_planned]),
    ]
    return [group for group in groups if group.rows]


@dataclass(frozen=True)
class ActionLine:
    url: str
    words: str
    practice: str
    code: str
    practice_url: str
    owner: str
    iso: str
    due: str
    # How long it is overdue, in words; empty where it is not
    age: str
    state: str
    tag: str
    why: str
    line: str


def action_rows(actions: Iterable[Action], today: date) -> list[ActionLine]:
    return [
        ActionLine(
            url=reverse("visits:action", args=[action.pk]),
            words=action.words,
            practice=action.practice.name,
            code=action.practice.code,
            practice_url=reverse("targets:practice", args=[action.practice.code]),
            owner=action.owner.name if action.owner else action.get_owner_role_display(),
            iso=action.due_on.isoformat(),
            due=short_date(action.due_on),
            age=late_words(action, today),
            state=action.get_state_display(),
            tag=TAGS[action.state],
            why=why_words(action),
            line=due_words(action, today),
        )
        for action in actions
    ]


def why_words(action: Action) -> str:
    """What stands behind the state: the barrier, the evidence or the reason."""
    if action.barrier:
        return str(action.get_barrier_display())
    return action.evidence or action.dropped_reason


@dataclass(frozen=True)
class PriorityRow:
    practice: str
    code: str
    url: str
    pack_url: str
    log_url: str
    plan_url: str
    ccg: str
    postcode: str
    reason: str


def priority_rows(ranked: Iterable[Priority]) -> list[PriorityRow]:
    return [
        PriorityRow(
            practice=one.facts.practice.name,
            code=one.facts.practice.code,
            url=reverse("targets:practice", args=[one.facts.practice.code]),
            pack_url=reverse("visits:pack", args=[one.facts.practice.code]),
            log_url=reverse("visits:log", args=[one.facts.practice.code]),
            plan_url=reverse("visits:plan", args=[one.facts.practice.code]),
            ccg=one.facts.practice.ccg.name if one.facts.practice.ccg else "",
            postcode=one.facts.practice.postcode,
            reason=one.sentence,
        )
        for one in ranked
    ]


@dataclass(frozen=True)
class CaseloadRow:
    practice: str
    code: str
    url: str
    facilitator: str
    starts: str
    ends: str
    end_url: str


def caseload_rows(entries: Iterable[CaseloadEntry]) -> list[CaseloadRow]:
    return [
        CaseloadRow(
            practice=entry.practice.name,
            code=entry.practice.code,
            url=reverse("targets:practice", args=[entry.practice.code]),
            facilitator=entry.facilitator.name,
            starts=short_date(entry.starts),
            ends=short_date(entry.ends) if entry.ends else "",
            end_url=reverse("visits:end", args=[entry.pk]),
        )
        for entry in entries
    ]
