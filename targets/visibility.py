"""Who may see a figure. Applied where scores are read (`for_user`), so that nothing above needs to ask.

Figures from published files are open to all who have signed in. What practices return is open for the practices in
scope. A sum is open where each practice that it counts is: with one of them hidden the rest would tell it. Sums of an
STP, an ICB or a region are open to all: no figure of a practice follows from them. States are open everywhere.
"""

from collections.abc import Iterable
from dataclasses import replace
from typing import TYPE_CHECKING, TypeVar

from django.apps import apps
from django.db.models import BooleanField, Case, Exists, Expression, OuterRef, Q, Value, When

from practices.geography import AreaKind
from practices.querysets.scoped import practices_in_scope
from practices.reader import Scope
from targets.sums import PracticeScore, Sums

if TYPE_CHECKING:
    from targets.querysets import ScoreQuerySet

WIDE = (AreaKind.REGION.value, AreaKind.STP.value)
Row = TypeVar("Row", PracticeScore, Sums)


def score_is_seen(scope: Scope) -> Expression:
    """Of a row of Score: whether its numbers are for this reader."""
    if scope.everything:
        return Value(True, BooleanField())
    return _whether(Q(rule__published=True) | Q(practice__in=practices_in_scope(scope)))


def sum_is_seen(scope: Scope) -> Expression:
    """Of a row of AreaScore: whether its sums are for this reader."""
    if scope.everything:
        return Value(True, BooleanField())
    scores: ScoreQuerySet = apps.get_model("targets", "Score").objects.all()
    counted = scores.filter(month=OuterRef("month"), rule=OuterRef("rule"))
    beyond = counted.exclude(practice__in=practices_in_scope(scope))
    hidden_in_ccg = Q(area_kind="ccg") & Exists(beyond.filter(ccg__code=OuterRef("area_code")))
    hidden_in_borough = Q(area_kind="borough") & Exists(beyond.filter(borough__slug=OuterRef("area_code")))
    return _whether(Q(rule__published=True) | Q(area_kind__in=WIDE) | ~(hidden_in_ccg | hidden_in_borough))


def masked(rows: Iterable[Row]) -> list[Row]:
    """The rows with the numbers that the reader may see; of the others the states are left."""
    return [row if row.seen else replace(row, numerator=None, denominator=None, shortfall=None) for row in rows]


def _whether(condition: Q) -> Expression:
    return Case(When(condition, then=Value(True)), default=Value(False), output_field=BooleanField())
