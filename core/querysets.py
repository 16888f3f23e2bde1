from datetime import datetime
from typing import Any

from django.db import models
from django.db.models import Q


class JobQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "JobQuerySet":
        """Administrators see all jobs, others those that they started."""
        return self if user.is_administrator else self.filter(owner=user)

    def unfinished(self) -> "JobQuerySet":
        return self.filter(state__in=("queued", "running"))

    def takeable(self, *, at: datetime) -> "JobQuerySet":
        """Queued, or running under a lease that ran out."""
        return self.filter(Q(state="queued") | Q(state="running", lease_until__lt=at))


class AuditEventQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "AuditEventQuerySet":
        return self if user.is_administrator else self.none()

    def about(self, instance: models.Model) -> "AuditEventQuerySet":
        return self.filter(object_type=instance._meta.model_name, object_id=str(instance.pk))
