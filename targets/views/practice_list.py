"""Finding practices."""

from django.core.paginator import Paginator
from django.http import HttpRequest, JsonResponse, QueryDict
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_safe

from accounts.access import PersonRequest
from core.exports import csv_response
from core.months import month_key, month_label
from practices.geography import AreaKind
from practices.models import Organisation
from targets.filters import PracticeFilter
from targets.presenters import practice_list as presenter
from targets.presenters.context_bar import context_bar
from targets.presenters.practice_table import clean_sort
from targets.presenters.words import short_name
from targets.reading import practices as reading
from targets.reading.page import Page, page_of

PER_PAGE = 20
SUGGESTED = 8
FEWEST_KEYS = 3


@require_safe
def practice_list(request: PersonRequest) -> HttpResponseBase:
    page = page_of(request)
    question = page.question
    practices = reading.practices(request.user)
    searched = request.GET.get("q", "").strip()
    address = reading.called(question, request.user, searched) if asks_only_for(request.GET) else ""
    if address:
        return redirect(address)
    # Who searches looks for any practice, closed ones too; who browses, for those of the month.
    everything = bool(searched) or request.GET.get("show") == "all" or question.month is None
    found = PracticeFilter(
        request.GET, queryset=practices if everything else reading.counted(practices, question, request.user), page=page
    )
    sort = clean_sort(request.GET.get("sort", ""), reading.SORTS, "" if searched else reading.DEFAULT_SORT)
    if sort:
        rows = reading.in_order(found.qs, question, request.user, sort)
    else:
        rows = found.qs.best_first(searched, user=request.user)
    if request.GET.get("export") == "csv":
        return export(page, list(rows))
    part = Paginator(rows, PER_PAGE).get_page(request.GET.get("page"))
    shown = list(part.object_list)
    return render(
        request,
        "targets/practice_list.html",
        {
            "context_bar": context_bar(page) | {"action": request.path, "areas": []},
            "notices": page.notices,
            "area_term": question.term(AreaKind.CCG),
            "rule": question.rule,
            "short_name": short_name(question.rule.target) if question.rule else "",
            "state_names": [short_name(rule.target) for rule in question.rules],
            "month_words": month_label(question.month) if question.month else "",
            "filters": found.form,
            "filtered": any(value for name, value in request.GET.items() if name in found.form.fields),
            "keep": {name: request.GET.get(name, "") for name in ("month", "programme", "target", "sort", "show")},
            "searched": searched,
            "everything": everything,
            "sort": sort,
            "page_obj": part,
            "rows": presenter.rows_of(question, shown, reading.scores_of(shown, question, request.user)),
        },
    )


def asks_only_for(asked: QueryDict) -> bool:
    """Whether the address asks for some words, and for nothing that would narrow or order what they find."""
    return bool(asked.get("q", "").strip()) and not any(
        value for name, value in asked.items() if name not in ("q", "month", "programme", "target")
    )


def export(page: Page, practices: list[Organisation]) -> HttpResponseBase:
    question = page.question
    rows = presenter.rows_of(question, practices, reading.scores_of(practices, question, page.user))
    columns = ["ODS code", "Practice", "Postcode", question.term(AreaKind.CCG).title, "System supplier"]
    key = month_key(question.month) if question.month else "no-month"
    about = (
        [f"States in {month_label(question.month)}, {question.programme.name}"]
        if question.month and question.programme
        else []
    )
    return csv_response(
        name=f"practices-{key}",
        headings=[*columns, *(rule.name for rule in question.rules)],
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
