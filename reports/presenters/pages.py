"""The pages of reports in finished words: a report, its documents, the list of the latest."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils import timezone

from core.charts import Chart, to_svg
from core.legible import lacking_words
from practices.geography import AreaKind
from reports import files
from reports.models import Report
from reports.presenters.sections import Section, TileFace, sections, tile_face
from reports.snapshot.shape import About, Snapshot


@dataclass(frozen=True, slots=True)
class Story:
    """The report's own page."""

    snapshot: Snapshot
    about: About
    tiles: tuple[TileFace, ...]
    picture: Chart | None
    beside: Chart | None
    sections: tuple[Section, ...]
    lacking: str


def story(snapshot: Snapshot) -> Story:
    return Story(
        snapshot=snapshot,
        about=snapshot.about,
        tiles=tuple(tile_face(tile, to_svg) for tile in snapshot.tiles),
        picture=snapshot.picture,
        beside=None if snapshot.is_wide else snapshot.gap,
        sections=tuple(sections(snapshot)),
        lacking=lacking_words(snapshot.lacking),
    )


class DocumentLink(NamedTuple):
    label: str
    size: str
    url: str


def documents(report: Report) -> list[DocumentLink]:
    found = []
    for stored, label in ((report.pdf, "PDF"), (report.xlsx, "Excel workbook")):
        path = files.path_of(stored)
        size = filesizeformat(path.stat().st_size) if path.is_file() else "missing"
        url = reverse("reports:download", args=[report.pk, stored.rpartition("/")[2]])
        found.append(DocumentLink(label, size, url))
    return found


class ReportLink(NamedTuple):
    words: str
    url: str
    made: str


def recent(reports: Iterable[Report]) -> list[ReportLink]:
    """An area's kind stands beside its name: a borough and a CCG may share it."""
    return [
        ReportLink(
            words=f"{named(report)}, {report.month:%B %Y}",
            url=reverse("reports:report", args=[report.pk]),
            made=f"{timezone.localtime(report.made_at):%-d %B %Y, %H:%M}" if report.made_at else "",
        )
        for report in reports
    ]


def named(report: Report) -> str:
    """ "Lewisham borough", "Lewisham CCG"; a region has its name to itself."""
    kind = report.term.one
    if report.area_kind == AreaKind.REGION or report.area_name.endswith(f" {kind}"):
        return report.area_name
    return f"{report.area_name} {kind}"


def breadcrumbs() -> list[dict[str, str]]:
    return [{"label": "Start", "url": reverse("targets:start")}, {"label": "Reports", "url": reverse("reports:list")}]
