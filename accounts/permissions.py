"""Who may do what about people. A test walks the table whole; every service that writes requires its deed."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.models import User


class Deed(StrEnum):
    ADD_PERSON = "add a person"
    INVITE = "invite a person"
    WITHDRAW_INVITATION = "withdraw an invitation"
    CHANGE_PERSON = "change a person's name or role"
    SET_SCOPE = "say which CCGs a person sees"
    ENABLE = "enable a person"
    DISABLE = "disable a person"
    END_SESSIONS = "sign a person out everywhere"


class Footing(StrEnum):
    """Who a person is to the one about whom something is done."""

    ADMINISTRATOR = "administrator"
    SELF = "the person themselves"
    OTHER = "anybody else"


ADMINISTRATORS = frozenset({Footing.ADMINISTRATOR})
MAY: dict[Deed, frozenset[Footing]] = {
    Deed.ADD_PERSON: ADMINISTRATORS,
    Deed.INVITE: ADMINISTRATORS,
    Deed.WITHDRAW_INVITATION: ADMINISTRATORS,
    Deed.CHANGE_PERSON: ADMINISTRATORS,
    Deed.SET_SCOPE: ADMINISTRATORS,
    Deed.ENABLE: ADMINISTRATORS,
    Deed.DISABLE: ADMINISTRATORS,
    Deed.END_SESSIONS: ADMINISTRATORS | {Footing.SELF},
}


def footing(user: User, about: User | None = None) -> Footing:
    if user.is_administrator:
        return Footing.ADMINISTRATOR
    return Footing.SELF if about is not None and about.pk == user.pk else Footing.OTHER


def may(user: User, deed: Deed, about: User | None = None) -> bool:
    return footing(user, about) in MAY[deed]


def require(user: User | None, deed: Deed, about: User | None = None) -> None:
    """Raises PermissionDenied. None is whoever runs a command on the server: no page ever passes it."""
    if user is not None and not may(user, deed, about):
        raise PermissionDenied(f"You may not {deed}.")
