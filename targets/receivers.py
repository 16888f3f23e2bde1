"""What the targets do when figures change: score in the same transaction."""

from collections.abc import Collection
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q

from core.months import month_of
from practices.models import MonthlyFigures
from targets.models import AreaScore, Score, ScoredMonth
from targets.reading.frame import read_frame
from targets.reading.peers import peers_of
from targets.scoring import score_months
from targets.scoring.inputs import RETURNED, asked_for_evidence, following_months


def rescore(*, months: set[date], practices: set[int] | None = None, **kwargs: Any) -> None:
    """Live figures changed. A sender that knows that only published figures did may say so by `sources={"pomi"}`."""
    changed = {month_of(month) for month in months}
    if set(kwargs.get("sources") or RETURNED) & set(RETURNED):
        changed |= months_under_evidence(changed, practices)
    score_months(changed, practices)
    transaction.on_commit(keep_ready)


def keep_ready() -> None:
    """The first page after a change finds what all pages share, so that nobody waits for it."""
    latest = read_frame().latest
    if latest:
        peers_of(latest.month)


def months_under_evidence(months: Collection[date], practices: Collection[int] | None) -> set[date]:
    """Further months whose e-communication score hangs on returns and visits of these months, as they are or were."""
    rows = MonthlyFigures.objects.filter(month__in=months, source__in=RETURNED).exclude(standing="staged")
    if practices is not None:
        rows = rows.filter(practice__in=practices)
    said = rows.filter(Q(ecommunication_promoted_on__isnull=False) | asked_for_evidence())
    spans = list(said.order_by().values_list("month", "ecommunication_promoted_on").distinct())
    reached = {month for of_month, _ in spans for month in following_months(of_month)}
    reached |= {month for _, day in spans if day is not None for month in following_months(month_of(day))}
    with_figures = MonthlyFigures.objects.live().filter(month__in=reached)
    return set(with_figures.order_by().values_list("month", flat=True).distinct())


def drop_scores(**kwargs: Any) -> None:
    """All illustrative figures go, and what was worked out from them with them."""
    Score.objects.all().delete()
    AreaScore.objects.all().delete()
    ScoredMonth.objects.all().delete()
