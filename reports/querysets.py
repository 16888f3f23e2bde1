from typing import Any

from django.db import models
from django.db.models import Q
from django.utils import timezone

from practices.geography import AreaKind, geography, tree_on
from practices.reader import Reader, scope_of


class ReportQuerySet(models.QuerySet[Any]):
    def for_user(self, reader: Reader) -> "ReportQuerySet":
        """Facilitators and leads see the reports of their CCGs, and of boroughs whose practices are all of their CCGs.

        A report tells what practices return, so a CCG that has some of a borough's practices does not open all of it.
        """
        scope = scope_of(reader)
        if scope.everything:
            return self
        codes = scope.codes
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


def boroughs_within(codes: frozenset[str]) -> list[str]:
    """Slugs of the boroughs all of whose CCGs are among these, those of practices placed there by hand included."""
    today = tree_on(geography(), timezone.localdate())
    return [area.code for area in today.of_kind(AreaKind.BOROUGH) if set(area.asks) <= codes]
