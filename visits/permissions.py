"""Who may do what about a practice's visits, and in which state of the visit. A test walks the tables whole."""

from datetime import date
from enum import StrEnum
from typing import Any

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from practices.models import Organisation
from visits.models import CaseloadEntry, Visit


class Deed(StrEnum):
    PLAN = "plan a visit"
    LOG = "log a visit"
    SIGN_OFF = "sign off a visit"
    CANCEL = "cancel a visit"
    ADD_ADDENDUM = "add to a signed-off visit"
    WRITE_ACTION = "write an action"
    GIVE_CASELOAD = "give or hand over a caseload"


class Standing(StrEnum):
    """What a person is to a practice on a day."""

    ADMINISTRATOR = "administrator"
    HOLDER = "facilitator with the practice in their caseload"
    FACILITATOR = "facilitator without it"
    CCG_LEAD = "CCG lead"
    VIEWER = "viewer"


WRITERS = frozenset({Standing.ADMINISTRATOR, Standing.HOLDER})
MAY: dict[Deed, frozenset[Standing]] = {
    Deed.PLAN: WRITERS,
    Deed.LOG: WRITERS,
    Deed.SIGN_OFF: WRITERS,
    Deed.CANCEL: WRITERS,
    Deed.ADD_ADDENDUM: WRITERS,
    Deed.WRITE_ACTION: WRITERS,
    Deed.GIVE_CASELOAD: frozenset({Standing.ADMINISTRATOR}),
}

State = Visit.State
# What may be done to a visit in a state by the holder, and by an administrator, who may also mend a signed-off one.
OPEN_TO_HOLDER: dict[str, frozenset[Deed]] = {
    State.PLANNED: frozenset({Deed.PLAN, Deed.LOG, Deed.CANCEL}),
    State.LOGGED: frozenset({Deed.LOG, Deed.SIGN_OFF, Deed.CANCEL}),
    State.SIGNED_OFF: frozenset({Deed.ADD_ADDENDUM}),
    State.CANCELLED: frozenset(),
}
OPEN_TO_ADMINISTRATOR: dict[str, frozenset[Deed]] = {
    **OPEN_TO_HOLDER,
    State.SIGNED_OFF: frozenset({Deed.ADD_ADDENDUM, Deed.LOG, Deed.CANCEL}),
}


def standing(user: Any, practice: Organisation, on: date | None = None) -> Standing:
    """Read afresh each time: a caseload is handed over on a day."""
    if not user.is_facilitator:
        return standing_of(user, holds=False)
    held = CaseloadEntry.objects.of(user).filter(practice=practice).in_force(on or timezone.localdate())
    return standing_of(user, holds=held.exists())


def standing_of(user: Any, *, holds: bool) -> Standing:
    """The same where it is known whether the practice is in the person's caseload."""
    if user.is_administrator:
        return Standing.ADMINISTRATOR
    if user.is_facilitator:
        return Standing.HOLDER if holds else Standing.FACILITATOR
    return Standing.CCG_LEAD if user.is_ccg_lead else Standing.VIEWER


def allowed(who: Standing, deed: Deed, state: str | None = None) -> bool:
    """Whether somebody of this standing may do the deed; `state` is that of the visit, None where there is none yet."""
    if who not in MAY[deed]:
        return False
    if state is None:
        return True
    table = OPEN_TO_ADMINISTRATOR if who is Standing.ADMINISTRATOR else OPEN_TO_HOLDER
    return deed in table[state]


def may(user: Any, deed: Deed, practice: Organisation, visit: Visit | None = None) -> bool:
    return allowed(standing(user, practice), deed, visit.state if visit else None)


def require(user: Any, deed: Deed, practice: Organisation, visit: Visit | None = None) -> None:
    """Raises PermissionDenied, which a page answers with 403."""
    if not may(user, deed, practice, visit):
        raise PermissionDenied(f"You may not {deed}.")
