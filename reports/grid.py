"""The grid of areas by months: which reports there are, which are on their way, which can be asked for."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

from django.urls import reverse

from accounts.models import User
from core.months import month_key, month_label
from practices.geography import Area
from reports.models import Report

MONTHS = 6
State = Report.State


@dataclass(frozen=True, slots=True)
class GridCell:
    """A month of an area. `key` names the cell on the page and `value` is what its tick sends."""

    key: str
    value: str
    label: str
    month: str
    state: str = ""
    words: str = "None"
    url: str = ""
    percent: int | None = None

    @property
    def in_the_making(self) -> bool:
        return self.state in (State.QUEUED, State.RUNNING)


@dataclass(frozen=True, slots=True)
class GridRow:
    name: str
    cells: tuple[GridCell, ...]


@dataclass(frozen=True, slots=True)
class Grid:
    months: tuple[tuple[str, str], ...]
    rows: tuple[GridRow, ...]

    @property
    def cells(self) -> list[GridCell]:
        return [cell for row in self.rows for cell in row.cells]

    @property
    def in_the_making(self) -> int:
        return sum(cell.in_the_making for cell in self.cells)

    @property
    def made(self) -> int:
        return sum(cell.state == State.READY for cell in self.cells)


def reports_of(user: User, kind: str, programme: str, months: Sequence[date]) -> Iterable[Report]:
    """Oldest first, so that the latest of a cell comes last."""
    return (
        Report.objects.for_user(user)
        .light()
        .select_related("job")
        .filter(area_kind=kind, programme__slug=programme, month__in=months)
        .order_by("asked_at", "pk")
    )


def grid(areas: Sequence[Area], months: Sequence[date], reports: Iterable[Report]) -> Grid:
    latest = {(report.area_code, report.month): report for report in reports}
    rows = tuple(
        GridRow(area.short_name, tuple(_cell(area, month, latest.get((area.code, month))) for month in months))
        for area in areas
    )
    return Grid(tuple((month_key(month), month_label(month)) for month in months), rows)


def _cell(area: Area, month: date, report: Report | None) -> GridCell:
    key = f"cell-{area.kind}-{area.code}-{month_key(month)}"
    value = f"{area.kind}:{area.code}:{month_key(month)}"
    label = f"{area.short_name}, {month_label(month)}"
    if report is None:
        return GridCell(key, value, label, month_label(month))
    percent = report.job.percent if report.job and report.state == State.RUNNING else None
    words = {
        State.QUEUED: "Waiting",
        State.RUNNING: "Being made" if percent is None else f"Being made, {percent}%",
        State.READY: "Open",
        State.FAILED: "Failed",
    }[State(report.state)]
    url = reverse("reports:report", args=[report.pk])
    return GridCell(key, value, label, month_label(month), report.state, words, url, percent)
