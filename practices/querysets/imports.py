from typing import Any

from django.db import models

from practices.reader import Person


class ImportQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Person) -> "ImportQuerySet":
        return self if user.is_authenticated and user.is_administrator else self.none()

    def landed(self) -> "ImportQuerySet":
        return self.filter(state="landed")

    def waiting(self) -> "ImportQuerySet":
        """Those that go on when a person says something: confirms, or answers."""
        return self.filter(state__in=self.model.WAITING)
