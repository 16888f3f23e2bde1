from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from practices import measures
from practices.querysets.scope import practices_in_scope


class MonthlyFiguresQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "MonthlyFiguresQuerySet":
        """Published figures of every practice; returns and visits of the practices in scope."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        open_to_all = Q(source__in=measures.sources(published=True))
        return self.filter(open_to_all | Q(practice__in=practices_in_scope(self.model, user)))

    def live(self) -> "MonthlyFiguresQuerySet":
        return self.filter(standing="live")

    def published(self) -> "MonthlyFiguresQuerySet":
        """Rows of POMI, whose files say which practices a month has."""
        return self.filter(source=measures.POMI.key)

    def in_month(self, month: date) -> "MonthlyFiguresQuerySet":
        return self.filter(month=month)

    def latest_month(self) -> date | None:
        """The last month with live published figures."""
        return self.live().published().aggregate(last=models.Max("month"))["last"]
