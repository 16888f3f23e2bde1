"""One short text that says whether two sets of scores are the same, whatever ids their rows have."""

import hashlib
from collections.abc import Iterable

from targets.models import AreaScore, Score, ScoredMonth


def scores_digest() -> str:
    """SHA-256 over every practice's and area's score, and the months that have any, in one order."""
    digest = hashlib.sha256()
    for row in _rows():
        digest.update(repr(row).encode())
    return digest.hexdigest()


def _rows() -> Iterable[tuple[object, ...]]:
    scores = [field.attname for field in Score._meta.concrete_fields if not field.primary_key]
    yield from Score.objects.order_by("practice_id", "month", "rule_id").values_list(*scores).iterator(20_000)
    areas = [field.attname for field in AreaScore._meta.concrete_fields if not field.primary_key]
    ordered = AreaScore.objects.order_by("area_kind", "area_code", "month", "rule_id")
    yield from ordered.values_list(*areas).iterator(20_000)
    yield from ScoredMonth.objects.order_by("month").values_list("month", "published", "practices")
