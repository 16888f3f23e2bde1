"""The doors of this app's pages: what is out of scope is not found, and who may only read is refused."""

from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404

from accounts.access import PersonRequest
from accounts.models import User
from practices.models import Organisation

Role = User.Role
# Who may write what about a practice in their scope; scope itself is the queryset's to hold.
WRITERS = {
    "return": frozenset({Role.ADMINISTRATOR, Role.FACILITATOR}),
    "dispute": frozenset({Role.ADMINISTRATOR, Role.FACILITATOR, Role.CCG_LEAD}),
    "doubts": frozenset({Role.ADMINISTRATOR}),
}


def may(user: User, deed: str) -> bool:
    return user.role in WRITERS[deed]


def require(user: User, deed: str) -> None:
    if not may(user, deed):
        raise PermissionDenied


def practice_to_write(request: PersonRequest, code: str, deed: str) -> Organisation:
    """404 for a practice out of scope, 403 for who may read it only."""
    practices = Organisation.objects.practices().within_scope(request.user).select_related("ccg", "borough")
    practice: Organisation = get_object_or_404(practices, code=code.upper())
    require(request.user, deed)
    return practice
