from visits.forms.actions import ActionRow, ActionRows, EarlierAction
from visits.forms.lists import ActionFilter, VisitFilter
from visits.forms.record import VisitForm
from visits.forms.small import (
    ActionForm,
    AddendumForm,
    CancelForm,
    EndForm,
    GiveForm,
    HandOverForm,
    NewActionForm,
    PlanForm,
)

__all__ = [
    "ActionFilter",
    "ActionForm",
    "ActionRow",
    "ActionRows",
    "AddendumForm",
    "CancelForm",
    "EarlierAction",
    "EndForm",
    "GiveForm",
    "HandOverForm",
    "NewActionForm",
    "PlanForm",
    "VisitFilter",
    "VisitForm",
]
