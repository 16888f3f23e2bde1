from typing import Any, cast
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.models import User
from practices.models import Organisation
from visits import services
from visits.access import visit_in_scope
from visits.forms import AddendumForm, CancelForm, VisitFilter
from visits.models import CaseloadEntry, Visit
from visits.permissions import Deed, may, require, standing
from visits.presenters.form import crumbs
from visits.presenters.record import practice_summary, visit_page
from visits.presenters.rows import visit_rows
from visits.records import record_of
from visits.services.visits import missing_for_sign_off

A_PAGE = 25
SORTS = {
    "on": ("on", "starts_at"),
    "-on": ("-on", "-starts_at"),
    "practice": ("practice__name", "practice__code", "-on"),
    "-practice": ("-practice__name", "practice__code", "-on"),
    "facilitator": ("facilitator__name", "-on"),
    "-facilitator": ("-facilitator__name", "-on"),
}


@require_safe
def visit_list(request: HttpRequest) -> HttpResponse:
    user = cast(User, request.user)
    filters = VisitFilter(request.GET)
    visits = Visit.objects.for_user(user).select_related("practice__ccg", "facilitator")
    sort = request.GET.get("sort", "-on")
    found = filters.narrow(visits, user).order_by(*SORTS.get(sort, SORTS["-on"]), "pk")
    page = Paginator(found, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "filters": filters,
        "page": page,
        "visits": visit_rows(page),
        "sort": sort if sort in SORTS else "-on",
        "may_write": user.is_facilitator or user.is_administrator,
    }
    return render(request, "visits/list.html", context)


@require_safe
def choose(request: HttpRequest) -> HttpResponse:
    """Which practice the visit is to: the caseload's by name, or any by the search."""
    code = request.GET.get("practice", "")
    if code.isalnum() and Organisation.objects.practices().within_scope(request.user).filter(code=code).exists():
        return redirect("visits:log", code)
    entries = CaseloadEntry.objects.of(request.user).in_force(timezone.localdate()).select_related("practice")
    return render(request, "visits/choose.html", {"practices": [entry.practice for entry in entries]})


@require_safe
def visit(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    found = visit_in_scope(request, visit_id)
    who = standing(request.user, found.practice)
    return render(request, "visits/visit.html", visit_page(found, standing=who, today=timezone.localdate()))


@require_http_methods(["GET", "HEAD", "POST"])
def sign_off(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    found = visit_in_scope(request, visit_id)
    require(request.user, Deed.SIGN_OFF, found.practice)
    if not may(request.user, Deed.SIGN_OFF, found.practice, found):
        return redirect("visits:visit", found.pk)
    if request.method == "POST":
        try:
            services.sign_off(visit=found, version=_whole_number(request.POST.get("version")), by=request.user)
        except services.NotPossibleError as error:
            messages.error(request, str(error))
            return redirect("visits:edit", found.pk)
        except services.ConflictError:
            messages.warning(request, "This visit was changed after you opened the summary. Read it again.")
            return redirect("visits:sign_off", found.pk)
        messages.success(request, "Signed off. From now on the record takes additions only.")
        return redirect("visits:visit", found.pk)
    context = practice_summary(found, timezone.localdate()) | {"missing": missing_for_sign_off(record_of(found))}
    return render(request, "visits/sign_off.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    found = visit_in_scope(request, visit_id)
    require(request.user, Deed.CANCEL, found.practice, found)
    form = CancelForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            services.cancel_visit(visit=found, reason=form.cleaned_data["reason"], by=request.user)
            services.keep_overrides(subject=found, overrides=form.identifier_overrides, by=request.user)
        messages.success(request, "The visit is cancelled.")
        return redirect("visits:visit", found.pk)
    return _small_page(request, found, form, "Cancel the visit", "Cancel the visit", warning=True)


@require_http_methods(["GET", "HEAD", "POST"])
def add_to(request: HttpRequest, visit_id: UUID) -> HttpResponse:
    found = visit_in_scope(request, visit_id)
    require(request.user, Deed.ADD_ADDENDUM, found.practice, found)
    form = AddendumForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            services.add_addendum(visit=found, words=form.cleaned_data["words"], by=request.user)
            services.keep_overrides(subject=found, overrides=form.identifier_overrides, by=request.user)
        messages.success(request, "Added to the record.")
        return redirect("visits:visit", found.pk)
    return _small_page(request, found, form, "Add to the signed-off record", "Add")


def _small_page(
    request: HttpRequest, found: Visit, form: Any, title: str, submit: str, *, warning: bool = False
) -> HttpResponse:
    context = {
        "visit": found,
        "form": form,
        "title": title,
        "submit": submit,
        "warning": warning,
        "breadcrumbs": crumbs(found.practice, found),
    }
    return render(request, "visits/small.html", context)


def _whole_number(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 10 else -1
