from datetime import date, timedelta
from typing import Any

from django.db.models import Case, F, Q, When

from accounts.models import User
from practices.querysets.scoped import OfPracticeQuerySet


class VisitQuerySet(OfPracticeQuerySet[Any]):
    def planned(self) -> "VisitQuerySet":
        return self.filter(state="planned")

    def as_needed(self) -> "VisitQuerySet":
        """Planned ones first, the soonest at the top; then all others, the newest at the top."""
        planned = Q(state="planned")
        return self.order_by(
            Case(When(planned, then=0), default=1),
            Case(When(planned, then="on")).asc(),
            Case(When(planned, then="starts_at")).asc(nulls_last=True),
            "-on",
            F("starts_at").desc(nulls_last=True),
            "pk",
        )

    def made(self) -> "VisitQuerySet":
        return self.filter(state__in=("logged", "signed_off"))


class ActionQuerySet(OfPracticeQuerySet[Any]):
    def unfinished(self) -> "ActionQuerySet":
        return self.filter(state__in=("open", "in_progress", "blocked"))

    def overdue(self, *, on: date) -> "ActionQuerySet":
        return self.unfinished().filter(due_on__lt=on)

    def due_within(self, *, days: int, on: date) -> "ActionQuerySet":
        return self.unfinished().filter(due_on__gte=on, due_on__lte=on + timedelta(days=days))


class CaseloadQuerySet(OfPracticeQuerySet[Any]):
    def in_force(self, day: date) -> "CaseloadQuerySet":
        return self.filter(Q(ends__isnull=True) | Q(ends__gte=day), starts__lte=day)

    def of(self, facilitator: User) -> "CaseloadQuerySet":
        return self.filter(facilitator=facilitator)
