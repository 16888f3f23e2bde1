"""The door of this app's pages about one practice: what is out of scope is not found, who may only read is refused."""

from django.shortcuts import get_object_or_404

from accounts.access import PersonRequest
from practices.models import Organisation
from practices.permissions import Deed, require


def practice_to_write(request: PersonRequest, code: str, deed: Deed) -> Organisation:
    """404 for a practice out of scope, 403 for who may read it only."""
    practices = Organisation.objects.practices().within_scope(request.user).select_related("ccg", "borough")
    practice: Organisation = get_object_or_404(practices, code=code.upper())
    require(request.user, deed)
    return practice
