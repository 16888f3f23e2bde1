from typing import Any

from django.db import models


class DoubtQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "DoubtQuerySet":
        """Administrators and viewers all; facilitators and leads those of the practices in scope."""
        from practices.models import Organisation

        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        return self.filter(practice__in=Organisation.objects.practices().within_scope(user).values("pk"))

    def open(self) -> "DoubtQuerySet":
        return self.exclude(state="resolved")
