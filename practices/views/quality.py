from contextlib import suppress
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, QuerySet
from django.http import HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest
from core import audit, wording
from core.exports import csv_response
from core.months import month_label
from practices.access import practice_to_write
from practices.forms.quality import SORTS, DisputeForm, DoubtFilter, DoubtsForm
from practices.models import Doubt
from practices.permissions import Deed, may, require
from practices.presenters.quality import NO_SUPPLIER, QUESTION_HEADINGS, by_supplier, doubt_row, kind_tabs, question_row
from practices.services import quality
from practices.services.overrides import keep_overrides

PAGE = 25
# What a supplier can answer; a dispute and the register are for the practice and the portal to settle.
ASKABLE = (Doubt.Kind.NOT_REPORTED, Doubt.Kind.IMPOSSIBLE, Doubt.Kind.ODD)


def _doubts(request: PersonRequest) -> Any:
    doubts = Doubt.objects.for_user(request.user)
    return doubts.select_related("practice__ccg", "raised_by", "assigned_to", "resolved_by", "brought_by")


def _sorted(doubts: Any, sort: str) -> Any:
    fields = SORTS.get(sort.lstrip("-"), ("-month", "practice__name", "practice__code"))
    if sort.startswith("-"):
        first = fields[0]
        fields = (first.removeprefix("-") if first.startswith("-") else f"-{first}", *fields[1:])
    return doubts.order_by(*fields, "pk")


@require_safe
def desk(request: PersonRequest) -> HttpResponse:
    """Open doubts by kind, with filters that live in the address."""
    filters = DoubtFilter(request.GET, doubts=Doubt.objects.for_user(request.user))
    doubts = filters.narrow(_doubts(request), request.user)
    page = Paginator(_sorted(doubts, request.GET.get("sort", "")), PAGE).get_page(request.GET.get("page"))
    open_ones = Doubt.objects.for_user(request.user).open().order_by()
    counts = dict(open_ones.values_list("kind").annotate(number=Count("pk")))
    context = {
        "filters": filters,
        "page": page,
        "rows": [doubt_row(doubt, request.user) for doubt in page],
        "found": wording.plural(page.paginator.count, "doubt"),
        "kinds": kind_tabs(counts, request.GET.get("kind", "")),
        "filtered": any(value for name, value in request.GET.items() if name not in ("page", "sort")),
        "may_change": may(request.user, Deed.WORK_ON_DOUBTS),
        "form": DoubtsForm(doubts=Doubt.objects.none(), auto_id="desk_%s"),
        "query": request.GET.urlencode(),
    }
    return render(request, "practices/quality.html", context)


@require_POST
def change(request: PersonRequest) -> HttpResponse:
    """Settles, gives to somebody or marks as asked whatever was ticked, one doubt or fifty."""
    require(request.user, Deed.WORK_ON_DOUBTS)
    form = DoubtsForm(request.POST, doubts=_doubts(request))
    back = f"{reverse('practices:quality')}?{request.GET.urlencode()}"
    if not form.is_valid():
        rows = [doubt_row(doubt, request.user) for doubt in _ticked(request)]
        context = {"form": form, "rows": rows, "back": back, "query": request.GET.urlencode()}
        return render(request, "practices/quality_change.html", context, status=422)
    messages.success(request, _carry_out(form, request))
    return redirect(back)


def _ticked(request: PersonRequest) -> list[Doubt]:
    """Those of the posted ids that are doubts, so that the others cost no tick."""
    ids = []
    for text in request.POST.getlist("doubts"):
        with suppress(ValueError):
            ids.append(UUID(text))
    return list(_doubts(request).filter(pk__in=ids).order_by("-month", "practice__name", "practice__code", "pk"))


@transaction.atomic
def _carry_out(form: DoubtsForm, request: PersonRequest) -> str:
    ticked, deed, person = form.cleaned_data["doubts"], form.cleaned_data["deed"], form.cleaned_data["person"]
    for each in ticked[:1]:
        keep_overrides(
            subject=each, label="doubts", overrides=form.identifier_overrides, deed=Deed.WORK_ON_DOUBTS, by=request.user
        )
    if deed == DoubtsForm.ASSIGN:
        number = quality.assign(doubts=ticked, to=person, by=request.user)
        done = f"now with {person.name if person else 'nobody'}"
    elif deed == DoubtsForm.ASK:
        number = quality.mark_asked(doubts=ticked, by=request.user)
        done = "marked as asked of the supplier"
    else:
        number = quality.settle(doubts=ticked, reason=form.cleaned_data["reason"], by=request.user)
        done = "settled"
    left = len(ticked) - number
    before = " 1 was settled before and stays as it was."
    if left != 1:
        before = f" {left:,} were settled before and stay as they were." if left else ""
    return f"{wording.plural(number, 'doubt')} {done}.{before}"


@require_safe
def doubt(request: PersonRequest, doubt_id: UUID) -> HttpResponse:
    found = get_object_or_404(_doubts(request), pk=doubt_id)
    context = {
        "doubt": doubt_row(found, request.user),
        "form": DoubtsForm(doubts=Doubt.objects.none(), auto_id="doubt_%s"),
        "may_change": may(request.user, Deed.WORK_ON_DOUBTS),
        "may_answer": may(request.user, Deed.DISPUTE),
        "month_key": f"{found.month:%Y-%m}" if found.month else "",
        "measure": found.measure,
    }
    return render(request, "practices/doubt.html", context)


def _questions(request: PersonRequest) -> "QuerySet[Doubt]":
    questions: QuerySet[Doubt] = _doubts(request).open().filter(kind__in=ASKABLE)
    supplier = request.GET.get("supplier")
    if supplier:
        questions = questions.filter(supplier="" if supplier == NO_SUPPLIER else supplier)
    return questions.order_by("supplier", "practice__name", "practice__code", "month", "pk")


@require_http_methods(["GET", "HEAD", "POST"])
def supplier_questions(request: PersonRequest) -> HttpResponse:
    """What the suppliers have to answer, as a list to send; the post says that it was sent."""
    if request.method == "POST":
        require(request.user, Deed.WORK_ON_DOUBTS)
        sent = _questions(request).filter(state=Doubt.State.OPEN)
        number = quality.mark_asked(doubts=sent, by=request.user)
        messages.success(request, f"{wording.plural(number, 'question')} marked as asked.")
        return redirect(request.get_full_path())
    groups = by_supplier(_questions(request))
    context = {
        "groups": groups,
        "supplier": request.GET.get("supplier", ""),
        "headings": QUESTION_HEADINGS[1:],
        "may_change": may(request.user, Deed.WORK_ON_DOUBTS),
        "query": request.GET.urlencode(),
    }
    return render(request, "practices/supplier_questions.html", context)


@require_safe
def supplier_questions_export(request: PersonRequest) -> HttpResponseBase:
    questions = list(_questions(request))
    with transaction.atomic():
        audit.record(by=request.user, verb="exported", object_type="doubts", object_label="Questions to suppliers")
    return csv_response(
        name=" ".join(filter(None, ("questions", request.GET.get("supplier")))),
        headings=QUESTION_HEADINGS,
        rows=(question_row(each) for each in questions),
    )


@require_http_methods(["GET", "HEAD", "POST"])
def dispute(request: PersonRequest, code: str) -> HttpResponse:
    """This number is wrong: the practice's own figure beside the published one."""
    practice = practice_to_write(request, code, Deed.DISPUTE)
    initial = {name: request.GET[name] for name in ("month", "measure") if name in request.GET}
    form = DisputeForm(request.POST or None, practice=practice, initial=initial)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            raised = quality.dispute(practice=practice, by=request.user, **_disputed(form))
            keep_overrides(
                subject=raised,
                label=str(practice),
                overrides=form.identifier_overrides,
                deed=Deed.DISPUTE,
                by=request.user,
            )
        label = month_label(form.cleaned_data["month"])
        messages.success(
            request, f"Noted. Your figure for {label} stands beside the published one until it is settled."
        )
        return redirect("practices:doubt", raised.pk)
    return render(request, "practices/dispute.html", {"practice": practice, "form": form})


def _disputed(form: DisputeForm) -> dict[str, Any]:
    return {name: form.cleaned_data[name] for name in ("month", "measure", "words", "own_value")}
