from typing import Any

from django.db import models

from practices.querysets.scope import practices_in_scope


class DoubtQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "DoubtQuerySet":
        """Administrators and viewers all; facilitators and leads those of the practices in scope."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        return self.filter(practice__in=practices_in_scope(self.model, user))

    def open(self) -> "DoubtQuerySet":
        return self.exclude(state="resolved")
