from collections.abc import Iterable
from datetime import date
from typing import Any

from django.urls import reverse

from core.months import short_date
from visits.models import Action, CaseloadEntry, Visit
from visits.presenters.form import due_words
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


def visit_rows(visits: Iterable[Visit]) -> list[dict[str, Any]]:
    return [
        {
            "iso": visit.on.isoformat(),
            "date": short_date(visit.on),
            "time": f"{visit.starts_at:%H:%M}" if visit.starts_at else "",
            "url": reverse("visits:visit", args=[visit.pk]),
            "practice": visit.practice.name,
            "code": visit.practice.code,
            "ccg": visit.practice.ccg.name if visit.practice.ccg else "",
            "kind": visit.get_kind_display(),
            "state": visit.get_state_display(),
            "tag": TAGS[visit.state],
            "facilitator": visit.facilitator.name,
        }
        for visit in visits
    ]


def action_rows(actions: Iterable[Action], today: date) -> list[dict[str, Any]]:
    return [
        {
            "url": reverse("visits:action", args=[action.pk]),
            "words": action.words,
            "practice": action.practice.name,
            "code": action.practice.code,
            "practice_url": reverse("targets:practice", args=[action.practice.code]),
            "owner": action.owner.name if action.owner else action.get_owner_role_display(),
            "iso": action.due_on.isoformat(),
            "due": short_date(action.due_on),
            "age": overdue_words(action, today),
            "overdue": action.is_overdue(today),
            "state": action.get_state_display(),
            "tag": TAGS[action.state],
            "why": why_words(action),
            "line": due_words(action, today),
        }
        for action in actions
    ]


def overdue_words(action: Action, today: date) -> str:
    if not action.is_overdue(today):
        return ""
    days = (today - action.due_on).days
    return f"{days:,} day{'' if days == 1 else 's'} overdue"


def why_words(action: Action) -> str:
    """What stands behind the state: the barrier, the evidence or the reason."""
    if action.barrier:
        return str(action.get_barrier_display())
    return action.evidence or action.dropped_reason


def priority_rows(ranked: Iterable[Priority]) -> list[dict[str, Any]]:
    return [
        {
            "practice": one.facts.practice.name,
            "code": one.facts.practice.code,
            "url": reverse("targets:practice", args=[one.facts.practice.code]),
            "pack_url": reverse("visits:pack", args=[one.facts.practice.code]),
            "log_url": reverse("visits:log", args=[one.facts.practice.code]),
            "plan_url": reverse("visits:plan", args=[one.facts.practice.code]),
            "ccg": one.facts.practice.ccg.name if one.facts.practice.ccg else "",
            "postcode": one.facts.practice.postcode,
            "reason": one.sentence,
            "patients": one.facts.patients_to_target,
            "last_visit": one.facts.last_visit,
            "next_visit": one.facts.next_visit,
            "open_actions": one.facts.open_actions,
        }
        for one in ranked
    ]


def caseload_rows(entries: Iterable[CaseloadEntry], today: date) -> list[dict[str, Any]]:
    return [
        {
            "practice": entry.practice.name,
            "code": entry.practice.code,
            "url": reverse("targets:practice", args=[entry.practice.code]),
            "facilitator": entry.facilitator.name,
            "starts": short_date(entry.starts),
            "ends": short_date(entry.ends) if entry.ends else "",
            "begins": entry.starts > today,
            "end_url": reverse("visits:end", args=[entry.pk]),
        }
        for entry in entries
    ]
