"""Two texts of one visit: what a person chose field by field, made into one record."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from visits.records import VisitRecord

MINE, SAVED, BOTH = "mine", "saved", "both"
# Running text of which both can stand, one after the other.
JOINABLE = frozenset({"note"})
PREFIX = "settle-"


def choices_in(sent: Mapping[str, Any]) -> dict[str, str]:
    return {key.removeprefix(PREFIX): sent[key] for key in sent if key.startswith(PREFIX)}


def settle(saved: VisitRecord, mine: VisitRecord, choices: Mapping[str, str]) -> VisitRecord:
    changes: dict[str, Any] = {}
    for name, choice in choices.items():
        if choice == SAVED and name == "actions":
            before = {action.id: action for action in saved.actions}
            changes[name] = tuple(before.get(action.id, action) for action in mine.actions)
        elif choice == SAVED and hasattr(saved, name):
            changes[name] = getattr(saved, name)
        elif choice == BOTH and name in JOINABLE:
            changes[name] = f"{getattr(saved, name)}\n\n{getattr(mine, name)}".strip()
    return replace(mine, **changes)
