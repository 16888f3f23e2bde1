"""Who may do what about practices and their figures. A test walks the table; every service that writes requires its
deed.
"""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.models import User
from practices.models import Organisation


class Deed(StrEnum):
    TYPE_RETURN = "type a practice return"
    DISPUTE = "dispute a figure"
    WORK_ON_DOUBTS = "settle, hand out or ask about doubts"
    KEEP_REGISTER = "change the register"
    IMPORT = "import files"
    CLEAR_ILLUSTRATIVE = "clear the illustrative data"


class Footing(StrEnum):
    """Who a person is to a practice; without a practice, by their role alone."""

    ADMINISTRATOR = "administrator"
    FACILITATOR = "facilitator of its CCG"
    CCG_LEAD = "lead of its CCG"
    VIEWER = "viewer"
    STRANGER = "out of scope"


ADMINISTRATORS = frozenset({Footing.ADMINISTRATOR})
MAY: dict[Deed, frozenset[Footing]] = {
    Deed.TYPE_RETURN: ADMINISTRATORS | {Footing.FACILITATOR},
    Deed.DISPUTE: ADMINISTRATORS | {Footing.FACILITATOR, Footing.CCG_LEAD},
    Deed.WORK_ON_DOUBTS: ADMINISTRATORS,
    Deed.KEEP_REGISTER: ADMINISTRATORS,
    Deed.IMPORT: ADMINISTRATORS,
    Deed.CLEAR_ILLUSTRATIVE: ADMINISTRATORS,
}
BY_ROLE: dict[str, Footing] = {
    User.Role.ADMINISTRATOR: Footing.ADMINISTRATOR,
    User.Role.FACILITATOR: Footing.FACILITATOR,
    User.Role.CCG_LEAD: Footing.CCG_LEAD,
    User.Role.VIEWER: Footing.VIEWER,
}


def footing(user: User, practice: Organisation | None = None) -> Footing:
    if practice is None or user.sees_everything:
        return BY_ROLE[user.role]
    in_scope = Organisation.objects.practices().within_scope(user).filter(pk=practice.pk).exists()
    return BY_ROLE[user.role] if in_scope else Footing.STRANGER


def may(user: User, deed: Deed, practice: Organisation | None = None) -> bool:
    return footing(user, practice) in MAY[deed]


def require(user: User | None, deed: Deed, practice: Organisation | None = None) -> None:
    """Raises PermissionDenied. None is whoever runs a command on the server: no page ever passes it."""
    if user is not None and not may(user, deed, practice):
        raise PermissionDenied(f"You may not {deed}.")
