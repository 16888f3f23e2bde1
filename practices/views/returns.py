from django.contrib import messages
from django.db import transaction
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest
from core.months import add_months, month_key, month_label, month_of
from practices import measures
from practices.access import practice_to_write
from practices.forms.returns import MonthForm, ReturnForm, month_asked_for
from practices.models import MonthlyFigures
from practices.permissions import Deed
from practices.returns.headings import HEADINGS
from practices.returns.templates import FILE_NAME, TEMPLATES
from practices.services import returns
from practices.services.overrides import keep_overrides

KINDS = {
    "stock": "as at month end, never added up over months",
    "flow": "in the month",
    "status": "status of the function",
}


@require_http_methods(["GET", "HEAD", "POST"])
def practice_return(request: PersonRequest, code: str) -> HttpResponse:
    """One practice's figures of one month on one form."""
    practice = practice_to_write(request, code, Deed.TYPE_RETURN)
    month = month_asked_for(request.GET.get("month"), add_months(month_of(timezone.localdate()), -1))
    stands = (
        MonthlyFigures.objects.for_user(request.user)
        .live()
        .filter(practice=practice, month=month, source=measures.RETURN.key)
        .select_related("recorded_by", "brought_by")
        .first()
    )
    form = ReturnForm(request.POST or None, month=month, stands=stands)
    if request.method == "POST" and form.is_valid():
        with transaction.atomic():
            saved = returns.save_return(practice=practice, month=month, values=form.cleaned_data, by=request.user)
            keep_overrides(
                subject=saved,
                label=str(practice),
                overrides=form.identifier_overrides,
                deed=Deed.TYPE_RETURN,
                by=request.user,
            )
        messages.success(request, f"Saved: the return of {practice.name} for {month_label(month)}. It counts now.")
        return redirect(f"{request.path}?month={month_key(month)}")
    context = {
        "practice": practice,
        "month": month,
        "form": form,
        "stands": stands,
        "month_form": MonthForm(month=month),
    }
    return render(request, "practices/return.html", context)


@require_safe
def data_dictionary(request: PersonRequest) -> HttpResponse:
    published = [
        {"field": each.field, "label": each.label, "kind": KINDS.get(each.kind, each.kind)}
        for each in measures.MEASURES
        if each.field
    ]
    context = {"headings": HEADINGS, "published": published, "statuses": measures.STATUSES.items()}
    return render(request, "practices/data_dictionary.html", context)


@require_safe
def template(request: PersonRequest, kind: str) -> HttpResponse:
    """The empty return, to be filled in at the practice."""
    if kind not in TEMPLATES:
        raise Http404
    make, content_type = TEMPLATES[kind]
    response = HttpResponse(make(), content_type=content_type)
    response["Content-Disposition"] = f'attachment; filename="{FILE_NAME}.{kind}"'
    return response
