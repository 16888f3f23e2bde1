"""Confirmed figures become true, and undone ones cease to be; the register and the doubts follow."""

from datetime import datetime
from typing import Any

import numpy as np
import pandas as pd

from accounts.models import User
from core.jobs import JobError
from practices import measures
from practices.importing.desks import Landed, Staged
from practices.importing.figures import doubts, preview, register
from practices.importing.figures.staging import carried
from practices.importing.figures.versions import compared, live_table, plain, table_of
from practices.importing.formats import format_of
from practices.importing.formats.base import FigureFormat
from practices.models import Import, ImportIssue, MonthlyFigures
from practices.services import versions

Standing = MonthlyFigures.Standing


def formats_of(brought_by: Import) -> list[FigureFormat]:
    keys = brought_by.preview.get("formats") or [brought_by.format_key]
    return [each for each in map(format_of, keys) if isinstance(each, FigureFormat)]


def source_and_covers(brought_by: Import) -> tuple[str, list[str]]:
    formats = formats_of(brought_by)
    return formats[0].source, list(brought_by.preview.get("covers") or formats[0].covers)


def waiting_rows(brought_by: Import) -> Any:
    return MonthlyFigures.objects.filter(brought_by=brought_by, standing=Standing.STAGED)


def classified(brought_by: Import) -> tuple[pd.DataFrame, "np.ndarray", pd.DataFrame]:
    """The waiting rows, what each would be now, and the live row beside it."""
    source, _ = source_and_covers(brought_by)
    columns = measures.columns_of(source)
    waiting = table_of(waiting_rows(brought_by), columns)
    kinds, beside = compared(waiting, live_table(source, set(waiting["month"]), columns), columns)
    return waiting, kinds, beside


def refreshed(brought_by: Import) -> Staged:
    _carry_again(brought_by)
    waiting, kinds, _ = classified(brought_by)
    issues = ImportIssue.objects.filter(brought_by=brought_by).only("month", "practice_code", "severity")
    return Staged(
        new=int((kinds == "new").sum()),
        changed=int((kinds == "changed").sum()),
        unchanged=int((kinds == "unchanged").sum()),
        months=sorted(set(waiting["month"])),
        preview={
            "grid": preview.grid(waiting, kinds, issues) if len(waiting) else [],
            **preview.moving(waiting, kinds),
        },
    )


def _carry_again(brought_by: Import) -> None:
    """Columns that the file does not speak of follow what became live since the check."""
    source, covers = source_and_covers(brought_by)
    silent = [column for column in measures.columns_of(source) if column not in covers]
    if not silent:
        return
    waiting = table_of(waiting_rows(brought_by), covers)
    renewed = carried(waiting, source, covers)
    rows = [MonthlyFigures(pk=pk) for pk in renewed["id"].tolist()]
    for column in silent:
        for row, value in zip(rows, plain(renewed[column]), strict=True):
            setattr(row, column, value)
    MonthlyFigures.objects.bulk_update(rows, silent, batch_size=500)


def land(brought_by: Import, *, by: User | None, at: datetime) -> Landed:
    source, _ = source_and_covers(brought_by)
    register.admit(brought_by)
    changed = versions.land(brought_by, source, at=at)
    register.follow_figures(brought_by)
    doubts.raise_from(brought_by, at=at)
    return Landed(changed)


def undo(brought_by: Import, *, by: User | None, at: datetime) -> Landed:
    _refuse_where_built_upon(brought_by)
    source, _ = source_and_covers(brought_by)
    changed = versions.withdraw(brought_by, source)
    register.follow_figures(brought_by)
    register.dismiss(brought_by)
    doubts.withdraw(brought_by, by=by, at=at)
    return Landed(changed)


def _refuse_where_built_upon(brought_by: Import) -> None:
    """A file about one service carries the figures of the others; what it was laid upon must stay under it."""
    source, covers = source_and_covers(brought_by)
    if all(column in covers for column in measures.columns_of(source)):
        return
    later = (
        Import.objects.landed()
        .filter(landed_at__gt=brought_by.landed_at, figures__superseded__brought_by=brought_by)
        .order_by("-landed_at")
        .first()
    )
    if later:
        raise JobError(f"{later.file_name} added its figures to those of this file. Undo that import first.")


def clear(brought_by: Import) -> None:
    waiting_rows(brought_by).delete()
    register.forget_awaited()
