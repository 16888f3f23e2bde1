from datetime import date
from typing import Any

from django.db import models
from django.db.models import Q


class RuleQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> "RuleQuerySet":
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on), effective_from__lte=on)

    def of_programme(self, slug: str) -> "RuleQuerySet":
        return self.filter(programme__slug=slug)


class ScoreQuerySet(models.QuerySet[Any]):
    """States are open to all roles; the figures behind return and visit scores to those in scope (see presenters)."""

    def for_user(self, user: Any) -> "ScoreQuerySet":
        return self if user.is_authenticated else self.none()

    def in_month(self, month: date) -> "ScoreQuerySet":
        return self.filter(month=month)


class AreaScoreQuerySet(models.QuerySet[Any]):
    def for_user(self, user: Any) -> "AreaScoreQuerySet":
        return self if user.is_authenticated else self.none()

    def of_area(self, kind: str, code: str) -> "AreaScoreQuerySet":
        return self.filter(area_kind=kind, area_code=code)
