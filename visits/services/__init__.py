from visits.services.actions import add_action, change_action
from visits.services.caseload import end_entry, give_practices, hand_over
from visits.services.errors import ActionConflictError, ConflictError, NotOwnError, NotPossibleError
from visits.services.visits import add_addendum, cancel_visit, keep_overrides, log_visit, plan_visit, sign_off

__all__ = [
    "ActionConflictError",
    "ConflictError",
    "NotOwnError",
    "NotPossibleError",
    "add_action",
    "add_addendum",
    "cancel_visit",
    "change_action",
    "end_entry",
    "give_practices",
    "hand_over",
    "keep_overrides",
    "log_visit",
    "plan_visit",
    "sign_off",
]
