from typing import Any, Self, TypeVar

from django.apps import apps
from django.db import models

from practices.reader import Reader, scope_of

M = TypeVar("M", bound=models.Model)


class OfPracticeQuerySet(models.QuerySet[M]):
    """Rows about a practice that only those in its scope may know: visits, actions, doubts, caseloads."""

    def for_user(self, reader: Reader) -> Self:
        return self if scope_of(reader).everything else self.filter(practice__in=practices_in_scope(reader))


def practices_in_scope(reader: Reader) -> models.QuerySet[Any]:
    """Ids of the practices of whose returns, visits and notes this reader may know."""
    practices: Any = apps.get_model("practices", "Organisation").objects.practices()
    found: models.QuerySet[Any] = practices.within_scope(reader).values("pk")
    return found
