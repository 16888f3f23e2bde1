from typing import Any

from django.db import models
from django.db.models import Q

from practices.models import BoroughShare, Organisation
from practices.querysets.organisations import predecessors


class ReportQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "ReportQuerySet":
        """Facilitators and leads see the reports of their CCGs and of the boroughs that lie in them."""
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        codes = set(user.ccg_codes())
        codes |= predecessors(codes)
        boroughs = BoroughShare.objects.filter(ccg__code__in=codes).values("borough__slug")
        return self.filter(
            Q(area_kind="ccg", area_code__in=Organisation.objects.ccgs().filter(code__in=codes).values("code"))
            | Q(area_kind="borough", area_code__in=boroughs)
        )
