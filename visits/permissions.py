"""Who may do what about a practice's visits, and in which state of the visit. A test walks the tables whole."""

from datetime import date
from enum import StrEnum

from django.core.exceptions import PermissionDenied
from django.utils import timezone

from accounts.models import User
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


class Footing(StrEnum):
    """On what footing a person meets a practice on a day."""

    ADMINISTRATOR = "administrator"
    HOLDER = "facilitator with the practice in their caseload"
    FACILITATOR = "facilitator without it"
    CCG_LEAD = "CCG lead"
    VIEWER = "viewer"


WRITERS = frozenset({Footing.ADMINISTRATOR, Footing.HOLDER})
MAY: dict[Deed, frozenset[Footing]] = {
    Deed.PLAN: WRITERS,
    Deed.LOG: WRITERS,
    Deed.SIGN_OFF: WRITERS,
    Deed.CANCEL: WRITERS,
    Deed.ADD_ADDENDUM: WRITERS,
    Deed.WRITE_ACTION: WRITERS,
    Deed.GIVE_CASELOAD: frozenset({Footing.ADMINISTRATOR}),
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


def footing(user: User, practice: Organisation, on: date | None = None) -> Footing:
    """Read afresh each time: a caseload is handed over on a day."""
    if not user.is_facilitator:
        return footing_of(user, holds=False)
    held = CaseloadEntry.objects.of(user).filter(practice=practice).in_force(on or timezone.localdate())
    return footing_of(user, holds=held.exists())


def footing_of(user: User, *, holds: bool) -> Footing:
    """The same where it is known whether the practice is in the person's caseload."""
    if user.is_administrator:
        return Footing.ADMINISTRATOR
    if user.is_facilitator:
        return Footing.HOLDER if holds else Footing.FACILITATOR
    return Footing.CCG_LEAD if user.is_ccg_lead else Footing.VIEWER


def allowed(who: Footing, deed: Deed, state: str | None = None) -> bool:
    """Whether somebody on this footing may do the deed; `state` is that of the visit, None where there is none yet."""
    if who not in MAY[deed]:
        return False
    if state is None:
        return True
    table = OPEN_TO_ADMINISTRATOR if who is Footing.ADMINISTRATOR else OPEN_TO_HOLDER
    return deed in table[state]


def may(user: User, deed: Deed, practice: Organisation, visit: Visit | None = None) -> bool:
    return allowed(footing(user, practice), deed, visit.state if visit else None)


def require(user: User, deed: Deed, practice: Organisation, visit: Visit | None = None) -> None:
    """Raises PermissionDenied, which a page answers with 403."""
    if not may(user, deed, practice, visit):
        raise PermissionDenied(f"You may not {deed}.")


def may_give_caseloads(user: User) -> bool:
    """Caseloads are given whoever holds the practices now."""
    return allowed(footing_of(user, holds=False), Deed.GIVE_CASELOAD)


def require_caseloads(user: User) -> None:
    if not may_give_caseloads(user):
        raise PermissionDenied(f"You may not {Deed.GIVE_CASELOAD}.")
