"""The dashboards of London, an STP, a CCG and a borough."""

from collections import Counter
from typing import Any

from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from core.models import PortalState
from targets.exports import practice_table_response
from targets.filters import TableFilter
from targets.presenters import dashboard, empty
from targets.presenters.context_bar import context_bar
from targets.presenters.practice_table import PracticeRow, clean_sort, rows_of, sorted_rows
from targets.reading import dashboard as reading
from targets.reading.areas import LONDON, Area, Kind
from targets.reading.context import PageContext, page_context
from targets.reading.frame import frame_for
from targets.reading.peers import peers_of

PER_PAGE = 50


@require_safe
def london(request: HttpRequest) -> HttpResponse:
    context = page_context(request, LONDON)
    if context.month is None:
        return nothing_yet(request, context)
    history = reading.history(context)
    if not history:
        return no_scores(request, context)
    children = reading.children(context, (Kind.CCG, Kind.BOROUGH))
    scores = reading.top_practices(context)
    practices = {score.practice for score in scores}
    rows = rows_of(context, scores, reading.further_columns(practices, request.user), {})
    ccgs = dashboard.child_pairs(context, children, Kind.CCG, context.month)
    page = dashboard.page(context, history, scores) | {
        "trend": dashboard.trend(context, history, {}),
        "map": dashboard.tile_map(context, children),
        "gap": dashboard.area_gap(context, ccgs),
        "areas": dashboard.area_table(context, children, Kind.CCG),
        "areas_title": "CCGs",
        "rows": sorted_rows(rows, "-shortfall"),
        "rows_title": "Practices with the most to gain",
        "sort": "",
        "is_london": True,
    }
    return render(request, "targets/area.html", page)


@require_safe
def stp(request: HttpRequest, code: str) -> HttpResponse:
    return area_page(request, Kind.STP, code)


@require_safe
def ccg(request: HttpRequest, code: str) -> HttpResponse:
    return area_page(request, Kind.CCG, code)


@require_safe
def borough(request: HttpRequest, slug: str) -> HttpResponse:
    return area_page(request, Kind.BOROUGH, slug)


def area_page(request: HttpRequest, kind: str, code: str) -> HttpResponse:
    context = page_context(request, found_area(request, kind, code))
    if context.month is None:
        return nothing_yet(request, context)
    history = reading.history(context)
    has_figures = any(row.area_kind == kind and row.month == context.month for row in history)
    if not has_figures and context.rules:
        return no_scores(request, context)
    scores = reading.practice_scores(context)
    practices = {score.practice for score in scores if score.month == context.month}
    doubts = reading.open_doubts(context, practices)
    columns = reading.further_columns(practices, request.user)
    rows = rows_of(context, scores, columns, Counter(doubt.practice for doubt in doubts))
    table = practice_table(request, context, rows)
    if request.GET.get("export") == "csv":
        return practice_table_response(context, table["all_rows"])
    page = dashboard.page(context, history, scores) | table
    page |= {
        "trend": dashboard.trend(context, history, reading.marks(practices, context)),
        "strip": dashboard.strip(context, scores) if kind != Kind.STP else None,
        "gap": dashboard.gap(context, scores),
        "coverage": dashboard.coverage(context, rows),
        "doubts": dashboard.doubt_lines(context, doubts),
        "rows_title": "Practices",
    }
    if kind == Kind.STP:
        children = reading.children(context, (Kind.CCG, Kind.BOROUGH))
        page["map"] = dashboard.tile_map(context, children)
        page["areas"] = dashboard.area_table(context, children, Kind.CCG)
        page["areas_title"] = "CCGs"
    return render(request, "targets/area.html", page)


def found_area(request: HttpRequest, kind: str, code: str) -> Area:
    area = frame_for(PortalState.of_request(request)).tree.find(kind, code)
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
        peers = peers_of(context.month, PortalState.of_request(request))
    sort = clean_sort(request.GET.get("sort", ""))
    found = sorted_rows(table_filter.narrow(rows, peers), sort)
    pages = Paginator(found, PER_PAGE)
    page = pages.get_page(request.GET.get("page"))
    return {
        "all_rows": found,
        "rows": page.object_list,
        "page_obj": page,
        "filters": table_filter,
        "filtered": bool(chosen),
        "keep": {name: request.GET.get(name, "") for name in ("month", "programme", "target", "sort")},
        "sort": sort,
        "found": len(found),
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
