from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q

from practices import measures
from practices.querysets.scoped import practices_in_scope
from practices.reader import Reader, scope_of


class MonthlyFiguresQuerySet(models.QuerySet[Any]):
    def for_user(self, reader: Reader) -> "MonthlyFiguresQuerySet":
        """Published figures of every practice; returns and visits of the practices in scope."""
        scope = scope_of(reader)
        if scope.everything:
            return self
        if not scope.signed_in:
            return self.none()
        return self.filter(Q(source__in=measures.sources(published=True)) | Q(practice__in=practices_in_scope(scope)))

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
