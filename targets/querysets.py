from collections.abc import Sequence
from dataclasses import fields
from datetime import date
from typing import Any

from django.db import models
from django.db.models import Case, F, Q, When

from practices.reader import Reader, scope_of
from targets.rules import Rule
from targets.sums import PracticeScore, Sums
from targets.visibility import masked, score_is_seen, sum_is_seen

SCORE_COLUMNS = {"practice": "practice_id", "ccg": "ccg_id", "rule": "rule_id"} | {
    name: f"practice__{name}" for name in ("code", "name", "supplier", "closed")
}
SCORES = tuple(SCORE_COLUMNS.get(field.name, field.name) for field in fields(PracticeScore))
SUMS = tuple("rule_id" if field.name == "rule" else field.name for field in fields(Sums))
SEEN_SHORTFALL = Case(When(seen=True, then=F("shortfall")))


class RuleQuerySet(models.QuerySet[Any]):
    def in_force(self, on: date) -> "RuleQuerySet":
        return self.filter(Q(effective_to__isnull=True) | Q(effective_to__gte=on), effective_from__lte=on)

    def of_programme(self, slug: str) -> "RuleQuerySet":
        return self.filter(programme__slug=slug)

    def as_rules(self) -> list[Rule]:
        return [rule.as_rule() for rule in self]


class ScoreQuerySet(models.QuerySet[Any]):
    def for_user(self, reader: Reader) -> "ScoreQuerySet":
        """States are open to all who have signed in; `seen` tells whether the numbers are, too. `read_scores` masks."""
        scope = scope_of(reader)
        return self.annotate(seen=score_is_seen(scope)) if scope.signed_in else self.none()

    def in_month(self, month: date) -> "ScoreQuerySet":
        return self.filter(month=month)

    def furthest_first(self) -> "ScoreQuerySet":
        """By the distance to the target that the reader may see, greatest first; after `for_user`."""
        return self.annotate(seen_shortfall=SEEN_SHORTFALL).order_by(
            F("seen_shortfall").desc(nulls_last=True), "practice__code"
        )


class AreaScoreQuerySet(models.QuerySet[Any]):
    def for_user(self, reader: Reader) -> "AreaScoreQuerySet":
        """Counts of states are open to all who have signed in; `seen` tells of the sums. `read_sums` masks."""
        scope = scope_of(reader)
        return self.annotate(seen=sum_is_seen(scope)) if scope.signed_in else self.none()

    def of_area(self, kind: str, code: str) -> "AreaScoreQuerySet":
        return self.filter(area_kind=kind, area_code=code)


def read_scores(*parts: ScoreQuerySet) -> list[PracticeScore]:
    """The scores of these `for_user` querysets, masked. Several are looked up by index each, in one query."""
    return masked(PracticeScore(*row) for row in _of_all(parts, SCORES))


def read_scores_with(also: Sequence[str], *parts: ScoreQuerySet) -> list[tuple[PracticeScore, tuple[Any, ...]]]:
    """The same, each with further columns of its row."""
    rows = list(_of_all(parts, (*SCORES, *also)))
    scores = masked(PracticeScore(*row[: len(SCORES)]) for row in rows)
    return [(score, row[len(SCORES) :]) for score, row in zip(scores, rows, strict=True)]


def read_sums(*parts: AreaScoreQuerySet) -> list[Sums]:
    return masked(Sums(*row) for row in _of_all(parts, SUMS))


def _of_all(parts: Sequence[models.QuerySet[Any]], columns: Sequence[str]) -> Any:
    first, *others = (part.order_by().values_list(*columns) for part in parts)
    return first.union(*others, all=True) if others else first
