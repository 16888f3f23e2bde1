"""Doubts about the illustrative figures: what the import desk would have raised, and what practices dispute."""

from collections.abc import Iterator
from datetime import date

from django.db.models import F, QuerySet

from accounts.models import User
from core.months import month_label
from illustrative.world import Faults
from practices.models import Doubt, MonthlyFigures

MONTHS_BACK = 6
DISPUTED_EVERY = 160


def raise_doubts(*, ids: list[int], faults: Faults, all_months: list[date], staff: dict[str, User]) -> int:
    """Adds the open doubts of the last months and returns how many."""
    recent = all_months[-MONTHS_BACK:]
    falls = [
        (ids[index], all_months[position]) for index, position in faults.fall.items() if all_months[position] in recent
    ]
    leads = [user for user in staff.values() if user.is_ccg_lead]
    doubts = [*_not_reported(recent), *_impossible(all_months[-1]), *_fallen(falls), *_disputed(all_months[-1], leads)]
    return len(Doubt.objects.bulk_create(doubts, batch_size=500))


def _published(month: date) -> QuerySet[MonthlyFigures]:
    return MonthlyFigures.objects.live().published().in_month(month).select_related("practice").order_by("practice")


def _not_reported(months: list[date]) -> Iterator[Doubt]:
    for month in months:
        for row in _published(month).filter(dcr_status__isnull=True):
            words = f"{row.practice.code} did not report this month: its statuses are blank."
            yield _doubt("not_reported", "not_reported", row, "dcr_status", words)


def _impossible(month: date) -> Iterator[Doubt]:
    for row in _published(month).filter(online_patients__gt=F("list_size")):
        words = (
            f"{row.practice.code} has more online patients ({row.online_patients:,}) than patients on its list "
            f"({row.list_size:,})."
        )
        yield _doubt("impossible", "online_above_list", row, "online_patients", words)


def _fallen(falls: list[tuple[int, date]]) -> Iterator[Doubt]:
    for practice, month in falls:
        for row in _published(month).filter(practice=practice):
            words = f"Online patients of {row.practice.code} fell by over 30% in {month_label(month)}."
            yield _doubt("odd", "online_fell", row, "online_patients", words)


def _disputed(month: date, leads: list[User]) -> Iterator[Doubt]:
    """A practice now and then has counted for itself."""
    rows = list(_published(month).filter(online_patients__isnull=False))
    for number, row in enumerate(rows[::DISPUTED_EVERY]):
        doubt = _doubt(
            "disputed", "disputed", row, "online_patients", "Our own search finds more accounts than were published."
        )
        doubt.own_value = (row.online_patients or 0) + 37 + 11 * number
        doubt.raised_by = leads[number % len(leads)] if leads else None
        yield doubt


def _doubt(kind: str, code: str, row: MonthlyFigures, measure: str, words: str) -> Doubt:
    return Doubt(
        kind=kind,
        code=code,
        practice=row.practice,
        month=row.month,
        measure=measure,
        words=words,
        published_value=getattr(row, measure),
        supplier=row.supplier,
        brought_by_id=None if kind == "disputed" else row.brought_by_id,
    )
