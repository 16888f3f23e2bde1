"""Warnings of an import that landed become doubts, which stay open until somebody settles them."""

from datetime import datetime

from django.db.models import Exists, OuterRef

from accounts.models import User
from core.months import month_key
from practices.models import Doubt, Import, ImportIssue, MonthlyFigures, Organisation

Kind = Doubt.Kind
KINDS = {
    "not_reported": Kind.NOT_REPORTED,
    "online_above_list": Kind.IMPOSSIBLE,
    "list_moved": Kind.ODD,
    "online_fell": Kind.ODD,
    "status_lost": Kind.ODD,
    "far_from_history": Kind.ODD,
}


def raise_from(brought_by: Import, *, at: datetime) -> None:
    """Opens a doubt for each warning about a row that is live now, and settles those that the rows put right.

    Where so many practices share a kind that one reason was given for all of them, that reason settles it for each.
    """
    live = MonthlyFigures.objects.live().filter(brought_by=brought_by)
    _settle_corrected(brought_by, at)
    issues = list(ImportIssue.objects.filter(brought_by=brought_by, severity="warning", code__in=KINDS))
    codes = {issue.practice_code for issue in issues}
    practices = dict(Organisation.objects.filter(code__in=codes).values_list("pk", "code"))
    rows = live.filter(practice__in=practices).values_list("practice_id", "month", "supplier")
    keys = {(practices[practice], month): (practice, supplier) for practice, month, supplier in rows}
    settled = {
        "state": Doubt.State.RESOLVED,
        "resolved_at": at,
        "resolved_by": brought_by.confirmed_by,
        "resolution": brought_by.reason,
    }
    grouped = {(group["code"], group["month"]) for group in brought_by.preview.get("grouped", []) if brought_by.reason}
    Doubt.objects.bulk_create(
        [
            Doubt(
                kind=KINDS[issue.code],
                code=issue.code,
                practice_id=keys[issue.practice_code, issue.month][0],
                supplier=keys[issue.practice_code, issue.month][1],
                month=issue.month,
                measure=issue.column[:40],
                words=issue.message,
                published_value=int(issue.value) if issue.value.lstrip("-").isdigit() else None,
                brought_by=brought_by,
                **(settled if issue.month and (issue.code, month_key(issue.month)) in grouped else {}),
            )
            for issue in issues
            if (issue.practice_code, issue.month) in keys
        ],
        ignore_conflicts=True,
        batch_size=1000,
    )


def _settle_corrected(brought_by: Import, at: datetime) -> None:
    corrected = MonthlyFigures.objects.live().filter(
        brought_by=brought_by, practice=OuterRef("practice"), month=OuterRef("month")
    )
    again = ImportIssue.objects.filter(
        brought_by=brought_by, code=OuterRef("code"), month=OuterRef("month"), practice_code=OuterRef("practice__code")
    )
    older = Doubt.objects.open().filter(brought_by__isnull=False, code__in=KINDS).exclude(brought_by=brought_by)
    if not older.exists():
        return
    older.filter(Exists(corrected)).exclude(Exists(again)).update(
        state=Doubt.State.RESOLVED, resolved_at=at, resolution=f"Corrected by the file {brought_by.file_name}."[:500]
    )


def withdraw(brought_by: Import, *, by: User | None, at: datetime) -> None:
    """After an undo: doubts that nobody touched go, the others are settled."""
    Doubt.objects.filter(brought_by=brought_by, resolved_at=brought_by.landed_at).delete()
    mine = Doubt.objects.open().filter(brought_by=brought_by)
    mine.filter(state=Doubt.State.OPEN, assigned_to__isnull=True).delete()
    mine.update(state=Doubt.State.RESOLVED, resolved_at=at, resolved_by=by, resolution="The import was undone.")
