"""Who may do what with reports, by role; of which areas somebody may read them is `reports.access`'s to say."""

from enum import StrEnum

from django.core.exceptions import PermissionDenied

from accounts.models import User


class Deed(StrEnum):
    MAKE = "have reports made"
    DOWNLOAD = "download a report"


Role = User.Role
MAY: dict[Deed, frozenset[str]] = {
    # Viewers read everything and change nothing.
    Deed.MAKE: frozenset({Role.ADMINISTRATOR, Role.FACILITATOR, Role.CCG_LEAD}),
    Deed.DOWNLOAD: frozenset(Role),
}


def may(user: User, deed: Deed) -> bool:
    return user.role in MAY[deed]


def require(user: User, deed: Deed) -> None:
    if not may(user, deed):
        raise PermissionDenied(f"You may not {deed}.")
