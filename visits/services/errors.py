"""What can stand in the way of a write, each in a sentence for the person."""

from collections.abc import Iterable
from uuid import UUID

from django.core.exceptions import PermissionDenied

from visits.models import Action, Visit
from visits.records import VisitRecord


class ConflictError(Exception):
    """Somebody saved this visit after the writer opened it. Carries both texts, for the writer to settle."""

    def __init__(self, visit: Visit, saved: VisitRecord, mine: VisitRecord) -> None:
        super().__init__("This visit was changed after you opened it.")
        self.visit = visit
        self.saved = saved
        self.mine = mine


class ActionConflictError(Exception):
    """Somebody changed this action after the writer opened it."""

    def __init__(self, action: Action) -> None:
        super().__init__("This action was changed after you opened it. Look at it as it is now, then change it.")
        self.action = action


class NotPossibleError(Exception):
    """What was asked cannot be done; the sentence says why and what to do. `field` names what to change."""

    def __init__(self, words: str, field: str = "") -> None:
        super().__init__(words)
        self.field = field


class NotOwnError(NotPossibleError, PermissionDenied):
    """Something was sent under the id of another visit or practice. Nothing of it was taken, and nothing else written.

    ids: those that were sent so, for a form to say it where they stand.
    """

    def __init__(self, words: str, ids: Iterable[UUID]) -> None:
        super().__init__(words)
        self.ids = frozenset(ids)
