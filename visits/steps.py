"""Which state an action may go to from which, and what the new state asks for. Exhaustive: a test walks every pair."""

from visits.models import Action

State = Action.State

STEPS: dict[str, frozenset[str]] = {
    State.OPEN: frozenset({State.IN_PROGRESS, State.BLOCKED, State.DONE, State.DROPPED}),
    State.IN_PROGRESS: frozenset({State.OPEN, State.BLOCKED, State.DONE, State.DROPPED}),
    State.BLOCKED: frozenset({State.OPEN, State.IN_PROGRESS, State.DONE, State.DROPPED}),
    # What is finished may be taken up again, and then goes on from the beginning.
    State.DONE: frozenset({State.OPEN}),
    State.DROPPED: frozenset({State.OPEN}),
}

# The field of the action that must hold something in that state; the others are emptied.
NEEDS: dict[str, str] = {
    State.OPEN: "",
    State.IN_PROGRESS: "",
    State.BLOCKED: "barrier",
    State.DONE: "evidence",
    State.DROPPED: "dropped_reason",
}
QUESTIONS: dict[str, str] = {
    "barrier": "Choose what stands in the way",
    "evidence": "Say what shows that it is done",
    "dropped_reason": "Say why it is dropped",
}
REASON_FIELDS = tuple(QUESTIONS)


def may_go(before: str, after: str) -> bool:
    """To stay is always allowed: the due date or the reason may change without the state."""
    return before == after or after in STEPS[before]


def choices_from(state: str) -> list[tuple[str, str]]:
    return [(value, label) for value, label in State.choices if may_go(state, value)]
