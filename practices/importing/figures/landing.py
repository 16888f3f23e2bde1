"""Confirmed figures become true, and undone ones cease to be: sets of rows change their standing, none is rewritten."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date, datetime
from typing import Any

import numpy as np
import pandas as pd
from django.db.models import OuterRef, Subquery

from core.jobs import JobError
from practices.importing.desks import Landed, Staged
from practices.importing.figures import doubts, preview, register
from practices.importing.figures.staging import carried
from practices.importing.figures.versions import KEY, columns_of, compared, live_table, plain, table_of
from practices.importing.formats import format_of
from practices.importing.formats.base import FigureFormat
from practices.models import Import, ImportIssue, MonthlyFigures

Standing = MonthlyFigures.Standing
AT_ONCE = 5000
# Above so many practices a landing says "all of them" to those who rescore.
MANY_PRACTICES = 500


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
    source, covers = source_and_covers(brought_by)
    columns = columns_of(source, covers)
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
    silent = [column for column in columns_of(source, covers) if column not in covers]
    if not silent:
        return
    waiting = table_of(waiting_rows(brought_by), covers)
    renewed = carried(waiting, source, covers)
    rows = [MonthlyFigures(pk=pk) for pk in renewed["id"].tolist()]
    for column in silent:
        for row, value in zip(rows, plain(renewed[column]), strict=True):
            setattr(row, column, value)
    MonthlyFigures.objects.bulk_update(rows, silent, batch_size=500)


def land(brought_by: Import, *, by: Any, at: datetime) -> Landed:
    source, _ = source_and_covers(brought_by)
    months = set(waiting_rows(brought_by).order_by().values_list("month", flat=True).distinct())
    register.admit(brought_by)
    if not MonthlyFigures.objects.live().filter(source=source, month__in=months).exists():
        waiting_rows(brought_by).update(standing=Standing.LIVE, landed_at=at)
        practices = None
    else:
        months, practices = _replace(brought_by, at)
    register.follow_figures(brought_by)
    doubts.raise_from(brought_by, at=at)
    return Landed(months=months, practices=practices)


def _replace(brought_by: Import, at: datetime) -> tuple[set[date], set[int] | None]:
    waiting, kinds, beside = classified(brought_by)
    unchanged, changed = kinds == "unchanged", kinds == "changed"
    old = [int(pk) for pk in beside.loc[changed, "id"]]
    for ids in batches(old):
        MonthlyFigures.objects.filter(pk__in=ids).update(standing=Standing.SUPERSEDED)
    for ids in batches(waiting.loc[unchanged, "id"].tolist()):
        MonthlyFigures.objects.filter(pk__in=ids).update(standing=Standing.REPEAT, landed_at=at)
    waiting_rows(brought_by).update(standing=Standing.LIVE, landed_at=at)
    point_at_live(old)
    landed = waiting[~unchanged]
    practices = {int(pk) for pk in landed["practice_id"]}
    return set(landed["month"]), practices if len(practices) <= MANY_PRACTICES else None


def point_at_live(superseded: Sequence[int]) -> None:
    live = MonthlyFigures.objects.live().filter(
        practice=OuterRef("practice"), month=OuterRef("month"), source=OuterRef("source")
    )
    for ids in batches(superseded):
        MonthlyFigures.objects.filter(pk__in=ids).update(superseded_by=Subquery(live.values("pk")[:1]))


def undo(brought_by: Import, *, by: Any, at: datetime) -> Landed:
    _refuse_where_built_upon(brought_by)
    mine = MonthlyFigures.objects.filter(brought_by=brought_by)
    was_live = mine.live()
    keys = pd.DataFrame.from_records(list(was_live.values_list("practice_id", "month")), columns=KEY)
    months, source = set(keys["month"]), source_and_covers(brought_by)[0]
    pointing = list(MonthlyFigures.objects.filter(superseded_by__brought_by=brought_by).values_list("pk", flat=True))
    mine.exclude(standing=Standing.WITHDRAWN).update(standing=Standing.WITHDRAWN, superseded_by=None)
    for ids in batches(_next_in_line(keys, source, months)):
        MonthlyFigures.objects.filter(pk__in=ids).update(standing=Standing.LIVE, superseded_by=None)
    point_at_live([pk for pk in pointing if pk not in set(mine.values_list("pk", flat=True))])
    MonthlyFigures.objects.live().filter(pk__in=pointing[:AT_ONCE]).update(superseded_by=None)
    register.follow_figures(brought_by)
    register.dismiss(brought_by)
    doubts.withdraw(brought_by, by=by, at=at)
    practices = {int(pk) for pk in keys["practice_id"]}
    return Landed(months=months, practices=practices if len(practices) <= MANY_PRACTICES else None)


def _next_in_line(keys: pd.DataFrame, source: str, months: set[date]) -> list[int]:
    """For each key the version that landed last among those that still stand."""
    heirs = MonthlyFigures.objects.filter(
        source=source, month__in=months, standing__in=(Standing.SUPERSEDED, Standing.REPEAT)
    )
    columns = ["id", *KEY, "landed_at"]
    table = pd.DataFrame.from_records(list(heirs.values_list(*columns)), columns=columns)
    if table.empty or keys.empty:
        return []
    table = table.sort_values(["landed_at", "id"]).drop_duplicates(KEY, keep="last")
    return [int(pk) for pk in keys.merge(table, on=KEY)["id"]]


def _refuse_where_built_upon(brought_by: Import) -> None:
    """A file about one service carries the figures of the others; what it was laid upon must stay under it."""
    source, covers = source_and_covers(brought_by)
    if all(column in covers for column in columns_of(source)):
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


def batches(ids: Sequence[int] | Iterable[int]) -> Iterator[list[int]]:
    every = list(ids)
    for number in range(0, len(every), AT_ONCE):
        yield every[number : number + AT_ONCE]
