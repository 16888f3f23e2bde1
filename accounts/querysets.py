from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models import Q

if TYPE_CHECKING:
    from accounts.models import User


class UserQuerySet(models.QuerySet[Any]):
    def for_user(self, user: "User") -> "UserQuerySet":
        """Administrators see everybody, others themselves."""
        return self if user.is_administrator else self.filter(pk=user.pk)

    def active(self) -> "UserQuerySet":
        return self.filter(is_active=True)

    def facilitators(self) -> "UserQuerySet":
        return self.filter(role="facilitator")


class ScopeGrantQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> "ScopeGrantQuerySet":
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=on), starts__lte=on)


class InvitationQuerySet(models.QuerySet[Any]):
    def for_user(self, user: "User") -> "InvitationQuerySet":
        return self if user.is_administrator else self.none()

    def usable(self, *, at: datetime) -> "InvitationQuerySet":
        return self.filter(accepted_at__isnull=True, withdrawn_at__isnull=True, expires_at__gt=at)
