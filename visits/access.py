"""The doors of this app's pages: what is out of scope is not found, and who may only read is refused."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404

from accounts.access import PersonRequest
from practices.models import Organisation
from visits.models import Action, Visit
from visits.permissions import Deed, require


def practice_in_scope(request: PersonRequest, code: str) -> Organisation:
    if not code.isalnum():
        raise Http404
    practices = Organisation.objects.practices().within_scope(request.user).select_related("ccg", "borough")
    found: Organisation = get_object_or_404(practices, code=code.upper())
    return found


def visit_in_scope(request: PersonRequest, visit_id: UUID) -> Visit:
    visits = Visit.objects.for_user(request.user).select_related("practice__ccg", "facilitator", "signed_off_by")
    visits = visits.prefetch_related("discussions", "barriers", "evidence", "actions", "addenda__added_by")
    found: Visit = get_object_or_404(visits, pk=visit_id)
    return found


def action_in_scope(request: PersonRequest, action_id: UUID) -> Action:
    actions = Action.objects.for_user(request.user).select_related("practice__ccg", "owner", "visit", "closed_by")
    found: Action = get_object_or_404(actions, pk=action_id)
    return found


def writable_practice(request: PersonRequest, code: str, deed: Deed) -> Organisation:
    practice = practice_in_scope(request, code)
    require(request.user, deed, practice)
    return practice
