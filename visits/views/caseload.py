from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, hidden_unless
from accounts.models import User
from targets.reading.frame import read_frame
from visits import services
from visits.forms import EndForm, GiveForm, HandOverForm
from visits.forms.small import active_facilitators, holders
from visits.models import CaseloadEntry
from visits.permissions import may_give_caseloads
from visits.presenters.rows import caseload_rows, priority_rows
from visits.priority import caseload_facts, prioritise

A_PAGE = 25
GIVERS_ONLY = hidden_unless(may_give_caseloads)


@require_safe
def caseload(request: PersonRequest) -> HttpResponse:
    """A facilitator's own practices by priority; administrators, leads and viewers see who looks after which."""
    today, user = timezone.localdate(), request.user
    if user.is_facilitator:
        frame = read_frame()
        ranked = prioritise(caseload_facts(user, frame, today), today=today)
        return render(request, "visits/caseload.html", {"rows": priority_rows(ranked)})
    entries = CaseloadEntry.objects.for_user(user).select_related("practice", "facilitator")
    entries = entries.exclude(ends__lt=today).order_by(
        "facilitator__name", "practice__name", "practice__code", "starts", "pk"
    )
    chosen = request.GET.get("facilitator", "")
    names = dict(active_facilitators().values_list("pk", "name"))
    if chosen.isdecimal() and int(chosen) in names:
        entries = entries.filter(facilitator=int(chosen))
    page = Paginator(entries, A_PAGE).get_page(request.GET.get("page"))
    context = {
        "rows": caseload_rows(page),
        "page": page,
        "people": names.items(),
        "chosen": int(chosen) if chosen.isdecimal() else None,
        "may_give": may_give_caseloads(user),
    }
    return render(request, "visits/caseloads.html", context)


@GIVERS_ONLY
@require_http_methods(["GET", "HEAD", "POST"])
def give(request: PersonRequest) -> HttpResponse:
    form = GiveForm(request.POST or None, initial={"starts": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            given = services.give_practices(
                facilitator=data["facilitator"], practices=data["codes"], starts=data["starts"], by=request.user
            )
        except services.NotPossibleError as error:
            form.add_error("facilitator", str(error))
        else:
            number = len(given)
            messages.success(request, f"{number} practice{'' if number == 1 else 's'} given to {data['facilitator']}.")
            return redirect("visits:caseload")
    return _small(request, form, "Give practices to a facilitator", "Give")


@GIVERS_ONLY
@require_http_methods(["GET", "HEAD", "POST"])
def hand_over(request: PersonRequest) -> HttpResponse:
    """Two steps on one address: whose caseload, then which practices of it, to whom and on which day."""
    sent = request.POST if request.method == "POST" else request.GET
    giver = _giver(sent.get("giver", ""))
    form = HandOverForm(request.POST or None, giver=giver, initial={"giver": giver, "on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        chosen = list(data.get("practices") or [])
        try:
            given = services.hand_over(
                giver=data["giver"], taker=data["taker"], on=data["on"], practices=chosen or None, by=request.user
            )
        except services.NotPossibleError as error:
            form.add_error(error.field if error.field in form.fields else None, str(error))
        else:
            number = len(given)
            messages.success(request, f"{number} practice{'' if number == 1 else 's'} handed over to {data['taker']}.")
            return redirect("visits:caseload")
    return _small(request, form, "Hand a caseload over", "Hand over", giver=giver, choosing=True)


@GIVERS_ONLY
@require_http_methods(["GET", "HEAD", "POST"])
def end(request: PersonRequest, entry_id: int) -> HttpResponse:
    entries = CaseloadEntry.objects.for_user(request.user).select_related("practice", "facilitator")
    entry = get_object_or_404(entries, pk=entry_id)
    form = EndForm(request.POST or None, initial={"ends": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        try:
            services.end_entry(entry=entry, ends=form.cleaned_data["ends"], by=request.user)
        except services.NotPossibleError as error:
            form.add_error("ends", str(error))
        else:
            messages.success(request, f"{entry.practice.name} leaves the caseload of {entry.facilitator}.")
            return redirect("visits:caseload")
    return _small(request, form, f"Take {entry.practice.name} out of {entry.facilitator}’s caseload", "Take out")


def _giver(text: str) -> User | None:
    """Also somebody who has left or does other work now: their caseload is what most needs handing over."""
    found: User | None = holders().filter(pk=int(text)).first() if text.isdecimal() and len(text) < 12 else None
    return found


def _small(request: PersonRequest, form: Any, title: str, submit: str, **extra: Any) -> HttpResponse:
    context = {
        "form": form,
        "title": title,
        "submit": submit,
        "breadcrumbs": [{"label": "Caseload", "url": reverse("visits:caseload")}],
        **extra,
    }
    return render(request, "visits/small.html", context)
