"""Doubts about figures: raised, handed to somebody, put to the supplier, settled with a reason. The figures stay."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from core import audit
from core.months import month_end, month_label
from practices import measures
from practices.models import Doubt, MonthlyFigures, Organisation
from practices.permissions import Deed, require

SHOWN = ("state", "assigned_to", "own_value", "resolution")
State = Doubt.State
NOT_IN_FILE = "not_in_file"


@transaction.atomic
def dispute(*, practice: Organisation, month: date, measure: str, words: str, own_value: int | None, by: User) -> Doubt:
    """ "This number is wrong": the practice's own figure stands beside the published one until somebody settles it."""
    require(by, Deed.DISPUTE, practice)
    figures = live_version(practice, month, measure)
    doubt = Doubt.objects.create(
        kind=Doubt.Kind.DISPUTED,
        code="disputed",
        practice=practice,
        month=month,
        measure=measure,
        words=words,
        published_value=getattr(figures, measure, None),
        own_value=own_value,
        supplier=figures.supplier if figures else practice.supplier,
        raised_by=by,
    )
    after = audit.snapshot(doubt, ("month", "measure", "words", "published_value", "own_value"))
    audit.record(by=by, verb="disputed a figure", instance=doubt, object_label=str(practice), after=after)
    return doubt


def live_version(practice: Organisation, month: date, measure: str) -> MonthlyFigures | None:
    """The live row that speaks of a figure; the publisher's where several do."""
    rows = MonthlyFigures.objects.live().filter(practice=practice, month=month).exclude(**{f"{measure}__isnull": True})
    return min(rows, key=lambda row: measures.rank(row.source), default=None)


@transaction.atomic
def assign(*, doubts: Iterable[Doubt], to: User | None, by: User) -> int:
    """`to` None takes the doubts back from whoever had them."""
    require(by, Deed.WORK_ON_DOUBTS)
    return _change(doubts, {"assigned_to": to}, verb="assigned a doubt", by=by)


@transaction.atomic
def settle(*, doubts: Iterable[Doubt], reason: str, by: User) -> int:
    require(by, Deed.WORK_ON_DOUBTS)
    changes = {"state": State.RESOLVED, "resolution": reason, "resolved_by": by, "resolved_at": timezone.now()}
    return _change(doubts, changes, verb="settled a doubt", by=by)


@transaction.atomic
def mark_asked(*, doubts: Iterable[Doubt], by: User) -> int:
    """The question went to the supplier; the doubt stays open until there is an answer."""
    require(by, Deed.WORK_ON_DOUBTS)
    return _change(doubts, {"state": State.ASKED}, verb="asked the supplier", by=by)


@transaction.atomic
def compare_register_with_file() -> None:
    """A doubt for each practice that is open in the register and missing from the latest published month.

    One a practice, whatever the number of months. It settles itself once a file names the practice or the register
    closes it; one that a person settled is not raised again.
    """
    month = MonthlyFigures.objects.latest_month()
    if month is None:
        return
    named = MonthlyFigures.objects.live().published().in_month(month).values("practice")
    register = Organisation.objects.practices().filter(status=Organisation.Status.ACTIVE).open_on(month_end(month))
    missing = register.exclude(pk__in=named)
    raised = Doubt.objects.filter(code=NOT_IN_FILE)
    raised.open().exclude(practice__in=missing.values("pk")).update(
        state=State.RESOLVED,
        resolved_at=timezone.now(),
        resolution=f"The file for {month_label(month)} and the register agree again.",
    )
    words = f"Open in the register, but the published file for {month_label(month)} does not name it."
    known = raised.filter(Q(resolved_at__isnull=True) | Q(resolved_by__isnull=False)).values("practice")
    Doubt.objects.bulk_create(
        [
            Doubt(kind=Doubt.Kind.REGISTER, code=NOT_IN_FILE, practice_id=practice, words=words)
            for practice in missing.exclude(pk__in=known).values_list("pk", flat=True)
        ],
        batch_size=500,
    )


def _change(doubts: Iterable[Doubt], changes: dict[str, Any], *, verb: str, by: User) -> int:
    """Leaves out what was settled meanwhile. Returns how many changed."""
    wanted = [doubt.pk for doubt in doubts]
    open_ones = list(
        Doubt.objects.open().select_for_update(of=("self",)).select_related("practice").filter(pk__in=wanted)
    )
    before = {doubt.pk: audit.snapshot(doubt, SHOWN) for doubt in open_ones}
    for doubt in open_ones:
        for name, value in changes.items():
            setattr(doubt, name, value)
    Doubt.objects.bulk_update(open_ones, list(changes), batch_size=200)
    for doubt in open_ones:
        after = audit.snapshot(doubt, SHOWN)
        audit.record(
            by=by, verb=verb, instance=doubt, object_label=str(doubt.practice), before=before[doubt.pk], after=after
        )
    return len(open_ones)
