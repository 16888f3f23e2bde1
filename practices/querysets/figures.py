from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q


class MonthlyFiguresQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "MonthlyFiguresQuerySet":
        """Published figures of every practice; returns and visits of the practices in scope."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        from practices.models import Organisation

        mine = Organisation.objects.practices().within_scope(user).values("pk")
        return self.filter(Q(source__in=("pomi", "list_size")) | Q(practice__in=mine))

    def live(self) -> "MonthlyFiguresQuerySet":
        return self.filter(standing="live")

    def published(self) -> "MonthlyFiguresQuerySet":
        return self.filter(source="pomi")

    def in_month(self, month: date) -> "MonthlyFiguresQuerySet":
        return self.filter(month=month)

    def latest_month(self) -> date | None:
        """The last month with live published figures."""
        return self.live().published().aggregate(last=models.Max("month"))["last"]
