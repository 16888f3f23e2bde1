"""The dashboards of a region, an STP or ICB, a CCG or sub-location, and a borough.

An address of the wrong kind for its month shows the same page: figures run on under one code, and links grow old.
"""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from practices.geography import Area
from practices.geography import AreaKind as Kind
from practices.signals import PracticeWork
from practices.touches import touched
from targets.exports import area_table_response, practice_table_response
from targets.filters import TableFilter
from targets.presenters import dashboard, empty
from targets.presenters.context_bar import context_bar
from targets.presenters.practice_table import DEFAULT_SORT, PracticeRow, clean_sort, rows_of, sorted_rows
from targets.reading import dashboard as reading
from targets.reading.frame import read_frame
from targets.reading.page import Page, page_of
from targets.reading.peers import peers_of
from targets.reading.question import Question
from targets.sums import PracticeScore, Sums
from targets.views.kept import kept_page, kept_practices

PER_PAGE = 20
Columns = dict[int, PracticeWork]


class Once:
    """Asks the database the first time it is called, and not at all if it never is."""

    def __init__(self, read: Callable[[], list[PracticeScore]]) -> None:
        self.read = read
        self.found: list[PracticeScore] | None = None

    def __call__(self) -> list[PracticeScore]:
        if self.found is None:
            self.found = self.read()
        return self.found


@require_safe
def london(request: PersonRequest) -> HttpResponseBase:
    return region_page(request, read_frame().tree.home)


@require_safe
def region(request: PersonRequest, code: str) -> HttpResponseBase:
    return region_page(request, found_area(Kind.REGION, code))


def region_page(request: PersonRequest, area: Area) -> HttpResponseBase:
    page = page_of(request, area)
    question = page.question
    if question.month is None:
        return nothing_yet(request, page)
    if request.GET.get("export") == "areas":
        return areas_as_file(page)
    read = Once(lambda: reading.top_practices(question, request.user))
    practices = kept_practices(page, lambda: frozenset(score.practice for score in read()))
    return kept_page(
        request, page, "targets/_area.html", touched(practices), lambda: region_parts(request, page, read())
    )


def region_parts(request: PersonRequest, page: Page, scores: list[PracticeScore]) -> dict[str, Any]:
    question = page.question
    columns = reading.further_columns({score.practice for score in scores}, page.user)
    history = reading.history(question, page.user, with_children=True)
    ccgs = dashboard.child_pairs(question, history, Kind.CCG, question.month)
    return (
        dashboard.page(page, history, dashboard.where_in_areas(ccgs))
        | area_of_areas(request, question, history)
        | {
            "trend": dashboard.trend(question, history, {}),
            "gap": dashboard.area_gap(question, ccgs),
            "rows": sorted_rows(rows_of(question, scores, columns, {}), DEFAULT_SORT),
            "rows_title": "Practices with the most to gain",
            "is_london": True,
        }
    )


def area_of_areas(request: PersonRequest, question: Question, history: list[Sums]) -> dict[str, Any]:
    """What London and an STP show of their CCGs and boroughs."""
    sort = clean_sort(request.GET.get("areas_by", ""), dashboard.AREA_SORTS, dashboard.AREA_SORT)
    return {
        "map": dashboard.tile_map(question, history),
        "areas": dashboard.area_table(question, history, Kind.CCG, sort),
        "areas_by": sort,
        "areas_term": question.term(Kind.CCG),
        "export_areas": True,
    }


def areas_as_file(page: Page) -> HttpResponseBase:
    rows = reading.children(page.question, page.user, (Kind.CCG,))
    return area_table_response(page.question, dashboard.area_table(page.question, rows, Kind.CCG))


@require_safe
def stp(request: PersonRequest, code: str) -> HttpResponseBase:
    return area_page(request, Kind.STP, code)


@require_safe
def ccg(request: PersonRequest, code: str) -> HttpResponseBase:
    return area_page(request, Kind.CCG, code)


@require_safe
def borough(request: PersonRequest, slug: str) -> HttpResponseBase:
    return area_page(request, Kind.BOROUGH, slug)


def area_page(request: PersonRequest, kind: str, code: str) -> HttpResponseBase:
    page = page_of(request, found_area(kind, code))
    question = page.question
    if question.month is None:
        return nothing_yet(request, page)
    if request.GET.get("export") == "areas":
        return areas_as_file(page)
    read = Once(lambda: reading.practice_scores(question, request.user))
    practices = kept_practices(page, lambda: in_month(question, read()))
    if not practices and question.rules:
        return no_scores(request, page)
    if request.GET.get("export") == "csv":
        rows = beside_figures(page, practices).rows(question, read())
        return practice_table_response(question, practice_table(request, question, rows).found)
    return kept_page(
        request,
        page,
        "targets/_area.html",
        touched(practices),
        lambda: area_parts(request, page, read(), beside_figures(page, practices)),
    )


def beside_figures(page: Page, practices: frozenset[int]) -> "Beside":
    return Beside(
        columns=reading.further_columns(practices, page.user),
        doubts=reading.open_doubts(page.question, page.user, practices),
        visits=reading.marks(practices, page.question, page.user),
    )


@dataclass(frozen=True)
class Beside:
    """What a dashboard shows that does not follow from the figures."""

    columns: Columns
    doubts: list[reading.OpenDoubt]
    visits: dict[date, int]

    def rows(self, question: Question, scores: list[PracticeScore]) -> list[PracticeRow]:
        return rows_of(question, scores, self.columns, Counter(doubt.practice for doubt in self.doubts))


def area_parts(request: PersonRequest, page: Page, scores: list[PracticeScore], beside: Beside) -> dict[str, Any]:
    question = page.question
    is_stp = question.area.kind == Kind.STP
    history = reading.history(question, page.user, with_children=is_stp)
    rows = beside.rows(question, scores)
    shown = dashboard.page(page, history, dashboard.where_in_practices(question, scores))
    shown |= practice_table(request, question, rows).shown | {
        "trend": dashboard.trend(question, history, beside.visits),
        "strip": None if is_stp else dashboard.strip(question, scores),
        "gap": dashboard.gap(question, scores),
        "coverage": dashboard.coverage(question, rows),
        "doubts": dashboard.doubt_lines(question, beside.doubts),
        "rows_title": "Practices",
    }
    return shown | (area_of_areas(request, question, history) if is_stp else {})


def in_month(question: Question, scores: list[PracticeScore]) -> frozenset[int]:
    return frozenset(score.practice for score in scores if score.month == question.month)


def found_area(kind: str, code: str) -> Area:
    area = read_frame().tree.find(kind, code)
    if area is None:
        raise Http404
    return area


@dataclass(frozen=True)
class PracticeTable:
    """found: all rows that the filters leave, in order; shown: a page of them with what stands around the table."""

    found: list[PracticeRow]
    shown: dict[str, Any]


def practice_table(request: PersonRequest, question: Question, rows: list[PracticeRow]) -> PracticeTable:
    """The rows that the address asks for, in its order, a page of them."""
    targets = [rule.target for rule in question.rules]
    table_filter = TableFilter(request.GET, targets=targets, suppliers=[row.supplier for row in rows])
    chosen = table_filter.chosen
    peers = peers_of(question.month) if "fifth" in chosen and question.month else None
    sort = clean_sort(request.GET.get("sort", ""))
    found = sorted_rows(table_filter.narrow(rows, peers), sort)
    part = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    return PracticeTable(
        found,
        {
            "found": found,
            "rows": part.object_list,
            "page_obj": part,
            "filters": table_filter,
            "filtered": bool(chosen),
            "keep": {name: request.GET.get(name, "") for name in ("month", "programme", "target", "sort", "areas_by")},
            "sort": sort,
            "of_all": len(rows),
        },
    )


def nothing_yet(request: PersonRequest, page: Page) -> HttpResponse:
    shown = {"title": page.question.area.name, "empty": empty.nothing_yet(page.user), "notices": page.notices}
    return render(request, "targets/area_empty.html", shown)


def no_scores(request: PersonRequest, page: Page) -> HttpResponse:
    question = page.question
    shown = {
        "title": question.area.name,
        "context_bar": context_bar(page),
        "breadcrumbs": dashboard.breadcrumbs(question),
        "notices": page.notices,
        "empty": empty.no_scores(question, reading.last_month_with_figures(page.user, question.area)),
    }
    return render(request, "targets/area_empty.html", shown)
