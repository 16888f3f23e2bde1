from visits.views.actions import action, action_list, new_action
from visits.views.caseload import caseload, end, give, hand_over
from visits.views.pack import pack
from visits.views.plans import change_plan, plan
from visits.views.record import edit, log
from visits.views.visits import add_to, cancel, choose, sign_off, visit, visit_list

__all__ = [
    "action",
    "action_list",
    "add_to",
    "cancel",
    "caseload",
    "change_plan",
    "choose",
    "edit",
    "end",
    "give",
    "hand_over",
    "log",
    "new_action",
    "pack",
    "plan",
    "sign_off",
    "visit",
    "visit_list",
]
