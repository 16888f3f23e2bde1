"""The dashboards of London, an STP, a CCG and a borough."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_safe

from targets.exports import practice_table_response
from targets.filters import TableFilter
from targets.presenters import dashboard, empty
from targets.presenters.context_bar import context_bar
from targets.presenters.practice_table import DEFAULT_SORT, PracticeRow, clean_sort, rows_of, sorted_rows
from targets.reading import dashboard as reading
from targets.reading.areas import LONDON, Area, Kind
from targets.reading.context import PageContext, page_context
from targets.reading.dashboard import PracticeScore
from targets.reading.frame import read_frame
from targets.reading.peers import peers_of
from targets.views.kept import kept_page, kept_practices

PER_PAGE = 20
Columns = dict[int, dict[str, object]]


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
def london(request: HttpRequest) -> HttpResponse:
    context = page_context(request, LONDON)
    if context.month is None:
        return nothing_yet(request, context)
    read = Once(lambda: reading.top_practices(context))
    practices = kept_practices(context, lambda: frozenset(score.practice for score in read()))
    columns = reading.further_columns(practices, request.user)
    return kept_page(
        request, context, "targets/_area.html", sorted_items(columns), lambda: london_page(context, read(), columns)
    )


def london_page(context: PageContext, scores: list[PracticeScore], columns: Columns) -> dict[str, Any]:
    history = reading.history(context, with_children=True)
    ccgs = dashboard.child_pairs(context, history, Kind.CCG, context.month)
    return dashboard.page(context, history, dashboard.where_in_areas(ccgs)) | {
        "trend": dashboard.trend(context, history, {}),
        "map": dashboard.tile_map(context, history),
        "gap": dashboard.area_gap(context, ccgs),
        "areas": dashboard.area_table(context, history, Kind.CCG),
        "areas_title": "CCGs",
        "rows": sorted_rows(rows_of(context, scores, columns, {}), DEFAULT_SORT),
        "rows_title": "Practices with the most to gain",
        "is_london": True,
    }


@require_safe
def stp(request: HttpRequest, code: str) -> HttpResponseBase:
    return area_page(request, Kind.STP, code)


@require_safe
def ccg(request: HttpRequest, code: str) -> HttpResponseBase:
    return area_page(request, Kind.CCG, code)


@require_safe
def borough(request: HttpRequest, slug: str) -> HttpResponseBase:
    return area_page(request, Kind.BOROUGH, slug)


def area_page(request: HttpRequest, kind: str, code: str) -> HttpResponseBase:
    context = page_context(request, found_area(request, kind, code))
    if context.month is None:
        return nothing_yet(request, context)
    read = Once(lambda: reading.practice_scores(context))
    practices = kept_practices(context, lambda: in_month(context, read()))
    if not practices and context.rules:
        return no_scores(request, context)
    beside = Beside(
        columns=reading.further_columns(practices, request.user),
        doubts=reading.open_doubts(context, practices),
        visits=reading.marks(practices, context),
    )
    if request.GET.get("export") == "csv":
        return practice_table_response(context, practice_table(request, context, beside.rows(context, read()))["found"])
    return kept_page(
        request, context, "targets/_area.html", beside.key, lambda: area_parts(request, context, read(), beside)
    )


@dataclass(frozen=True)
class Beside:
    """What a dashboard shows that does not follow from the figures."""

    columns: Columns
    doubts: list[reading.OpenDoubt]
    visits: dict[date, int]

    @property
    def key(self) -> object:
        return (sorted_items(self.columns), self.doubts, sorted(self.visits.items()))

    def rows(self, context: PageContext, scores: list[PracticeScore]) -> list[PracticeRow]:
        return rows_of(context, scores, self.columns, Counter(doubt.practice for doubt in self.doubts))


def area_parts(
    request: HttpRequest, context: PageContext, scores: list[PracticeScore], beside: Beside
) -> dict[str, Any]:
    is_stp = context.area.kind == Kind.STP
    history = reading.history(context, with_children=is_stp)
    rows = beside.rows(context, scores)
    page = dashboard.page(context, history, dashboard.where_in_practices(context, scores))
    page |= practice_table(request, context, rows) | {
        "trend": dashboard.trend(context, history, beside.visits),
        "strip": None if is_stp else dashboard.strip(context, scores),
        "gap": dashboard.gap(context, scores),
        "coverage": dashboard.coverage(context, rows),
        "doubts": dashboard.doubt_lines(context, beside.doubts),
        "rows_title": "Practices",
    }
    if is_stp:
        page["map"] = dashboard.tile_map(context, history)
        page["areas"] = dashboard.area_table(context, history, Kind.CCG)
        page["areas_title"] = "CCGs"
    return page


def in_month(context: PageContext, scores: list[PracticeScore]) -> frozenset[int]:
    return frozenset(score.practice for score in scores if score.month == context.month)


def sorted_items(columns: Columns) -> list[tuple[int, list[tuple[str, object]]]]:
    return sorted((practice, sorted(values.items())) for practice, values in columns.items())


def found_area(request: HttpRequest, kind: str, code: str) -> Area:
    area = read_frame().tree.find(kind, code)
    if area is None:
        raise Http404
    return area


def practice_table(request: HttpRequest, context: PageContext, rows: list[PracticeRow]) -> dict[str, Any]:
    """The rows that the address asks for, in its order, a page of them."""
    targets = [rule.target for rule in context.rules]
    table_filter = TableFilter(request.GET, targets=targets, suppliers=[row.supplier for row in rows])
    chosen = table_filter.chosen
    peers = None
    if "fifth" in chosen and context.month:
        peers = peers_of(context.month)
    sort = clean_sort(request.GET.get("sort", ""))
    found = sorted_rows(table_filter.narrow(rows, peers), sort)
    pages = Paginator(found, PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "found": found,
        "rows": page.object_list,
        "page_obj": page,
        "filters": table_filter,
        "filtered": bool(chosen),
        "keep": {name: request.GET.get(name, "") for name in ("month", "programme", "target", "sort")},
        "sort": sort,
        "of_all": len(rows),
    }


def nothing_yet(request: HttpRequest, context: PageContext) -> HttpResponse:
    page = {"title": context.area.name, "empty": empty.nothing_yet(context), "notices": context.notices}
    return render(request, "targets/area_empty.html", page)


def no_scores(request: HttpRequest, context: PageContext) -> HttpResponse:
    page = {
        "title": context.area.name,
        "context_bar": context_bar(context),
        "breadcrumbs": dashboard.breadcrumbs(context),
        "notices": context.notices,
        "empty": empty.no_scores(context, reading.last_month_with_figures(context, context.area)),
    }
    return render(request, "targets/area_empty.html", page)
