"""Finding practices."""

from django.core.paginator import Paginator
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from core.exports import csv_response
from core.months import month_key, month_label
from practices.models import Organisation
from targets.filters import PracticeFilter
from targets.presenters import practice_list as presenter
from targets.presenters.context_bar import context_bar
from targets.presenters.words import short_name
from targets.reading import practices as reading
from targets.reading.context import PageContext, page_context

PER_PAGE = 20
SUGGESTED = 8
FEWEST_KEYS = 3
HEADINGS = ["ODS code", "Practice", "Postcode", "CCG", "System supplier"]


@require_safe
def practice_list(request: HttpRequest) -> HttpResponseBase:
    context = page_context(request)
    practices = reading.practices(context)
    searched = request.GET.get("q", "").strip()
    address = reading.called(context, searched) if asks_only_for(request.GET) else ""
    if address:
        return redirect(address)
    # Who searches looks for any practice, closed ones too; who browses, for those of the month.
    everything = bool(searched) or request.GET.get("show") == "all" or context.month is None
    found = PracticeFilter(
        request.GET, queryset=practices if everything else reading.counted(practices, context), context=context
    )
    sort = clean_sort(request.GET.get("sort", ""), searched)
    rows = reading.in_order(found.qs, context, sort) if sort else found.qs.best_first(searched, user=context.user)
    if request.GET.get("export") == "csv":
        return export(context, list(rows))
    page = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(page.object_list)
    return render(
        request,
        "targets/practice_list.html",
        {
            "context_bar": context_bar(context) | {"action": request.path, "areas": []},
            "notices": context.notices,
            "rule": context.rule,
            "short_name": short_name(context.rule.target) if context.rule else "",
            "state_names": [short_name(rule.target) for rule in context.rules],
            "month_words": month_label(context.month) if context.month else "",
            "filters": found.form,
            "filtered": any(value for name, value in request.GET.items() if name in found.form.fields),
            "keep": {name: request.GET.get(name, "") for name in ("month", "programme", "target", "sort", "show")},
            "searched": searched,
            "everything": everything,
            "sort": sort,
            "page_obj": page,
            "rows": presenter.rows_of(context, shown, reading.scores_of(shown, context)),
        },
    )


def asks_only_for(asked: QueryDict) -> bool:
    """Whether the address asks for some words, and for nothing that would narrow or order what they find."""
    return bool(asked.get("q", "").strip()) and not any(
        value for name, value in asked.items() if name not in ("q", "month", "programme", "target")
    )


def clean_sort(sort: str, searched: str) -> str:
    """A column, or nothing for what was searched for: the best first."""
    if sort.lstrip("-") in reading.SORTS and sort.count("-") <= 1:
        return sort
    return "" if searched else reading.DEFAULT_SORT


def export(context: PageContext, practices: list[Organisation]) -> HttpResponseBase:
    rows = presenter.rows_of(context, practices, reading.scores_of(practices, context))
    key = month_key(context.month) if context.month else "no-month"
    about = (
        [f"States in {month_label(context.month)}, {context.programme.name}"]
        if context.month and context.programme
        else []
    )
    return csv_response(
        name=f"practices-{key}",
        headings=[*HEADINGS, *(rule.name for rule in context.rules)],
        rows=presenter.export_rows(rows),
        about=about,
    )


@require_safe
def suggest(request: HttpRequest) -> JsonResponse:
    """A few practices whose name, ODS code or postcode holds what was typed; from three keys on."""
    words = request.GET.get("q", "").strip()
    practices = Organisation.objects.practices().for_user(request.user).select_related("ccg")
    found = practices.best_first(words, user=request.user)[:SUGGESTED] if len(words) >= FEWEST_KEYS else []
    response = JsonResponse({"practices": [presenter.suggestion(each) for each in found]})
    response["Cache-Control"] = "private, max-age=60"
    return response
