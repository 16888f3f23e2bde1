from typing import Any

from django.db import models
from django.db.models import Q

from practices.models import BoroughShare, Organisation
from practices.querysets.organisations import scope_ccgs


class ReportQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "ReportQuerySet":
        """Facilitators and leads see the reports of their CCGs, and of boroughs whose practices are all of their CCGs.

        A report tells what practices return, so a CCG that has some of a borough's practices does not open all of it.
        """
        if not user.is_authenticated:
            return self.none()
        if user.sees_everything:
            return self
        codes = set(scope_ccgs(user).values())
        return self.filter(
            Q(area_kind="ccg", area_code__in=codes) | Q(area_kind="borough", area_code__in=boroughs_within(codes))
        )

    def in_the_making(self) -> "ReportQuerySet":
        return self.filter(state__in=("queued", "running"))

    def ready(self) -> "ReportQuerySet":
        return self.filter(state="ready")

    def light(self) -> "ReportQuerySet":
        """Without the snapshot, which only the report's own page needs."""
        return self.defer("snapshot")


def boroughs_within(codes: set[str]) -> list[str]:
    """Slugs of the boroughs all of whose CCGs are among these. A CCG counts to the borough that has most of it; a
    borough that no CCG counts to asks for all that touch it, and one that was given a practice by postcode or by hand
    asks for that practice's CCG too.
    """
    shares = BoroughShare.objects.order_by("percent_of_ccg").values_list("borough__slug", "ccg__code")
    principal = {ccg: borough for borough, ccg in shares}
    touching: dict[str, set[str]] = {}
    for borough, ccg in shares:
        touching.setdefault(borough, set()).add(ccg)
    counted: dict[str, set[str]] = {}
    for ccg, borough in principal.items():
        counted.setdefault(borough, set()).add(ccg)
    placed = Organisation.objects.practices().exclude(borough_source="ccg").filter(borough__isnull=False)
    for borough, ccg in placed.order_by().values_list("borough__slug", "ccg__code").distinct():
        counted.setdefault(borough, set(touching.get(borough, ()))).add(ccg)
    return [borough for borough in touching if (counted.get(borough) or touching[borough]) <= codes]
