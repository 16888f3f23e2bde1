"""The register by hand, for administrators: each deed is a form and a service."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.core.exceptions import ValidationError
from django.forms import BaseForm
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_safe

from accounts.access import PersonRequest, administrators_only
from core.models import PortalState
from practices.forms.register import (
    BoroughForm,
    CloseForm,
    DeedForm,
    MergeForm,
    MoveForm,
    OpenForm,
    RenameForm,
    ReopenForm,
)
from practices.models import Organisation
from practices.presenters.register import facts, relations
from practices.services import illustrative, register


@dataclass(frozen=True)
class Deed:
    title: str
    explains: str
    button: str
    done: str
    form: type[DeedForm]
    service: Callable[..., Any]
    # Whether it is for practices that have closed; None for both.
    closed: bool | None = False


DEEDS = {
    "rename": Deed(
        "Rename",
        "The code stays, and figures keep the name that they came with.",
        "Rename the practice",
        "The practice has its new name.",
        RenameForm,
        register.rename_practice,
        closed=None,
    ),
    "move": Deed(
        "Move to another CCG",
        "What it belonged to before ends the day before. Published months keep the CCG that their file names.",
        "Move the practice",
        "The practice belongs to its new CCG.",
        MoveForm,
        register.move_practice,
    ),
    "borough": Deed(
        "Set the borough",
        "Without it the borough comes from the postcode lookup, or is the principal borough of the CCG.",
        "Set the borough",
        "The practice counts under this borough.",
        BoroughForm,
        register.set_borough,
        closed=None,
    ),
    "close": Deed(
        "Close",
        "Its caseload ends with it. If another practice takes its patients over, merge it instead.",
        "Close the practice",
        "The practice is closed, and those who look after it are told.",
        CloseForm,
        register.close_practice,
    ),
    "merge": Deed(
        "Merge into another practice",
        "Caseload, open actions and planned visits go over to the other practice, and its page shows this one’s "
        "history. Scores stay under the code of their day.",
        "Merge the practice",
        "The practice is merged, and those who look after it are told.",
        MergeForm,
        register.merge_practice,
        closed=None,
    ),
    "reopen": Deed(
        "Open again",
        "For a closure or merger entered by mistake. Caseload and actions that went over stay where they are.",
        "Open the practice again",
        "The practice is open again.",
        ReopenForm,
        register.reopen_practice,
        closed=True,
    ),
}


def _practice(request: PersonRequest, code: str) -> Organisation:
    practices = Organisation.objects.for_user(request.user).practices().select_related("ccg", "borough")
    found: Organisation = get_object_or_404(practices, code=code.upper())
    return found


def deeds_for(practice: Organisation) -> dict[str, Deed]:
    is_closed = practice.closed is not None
    return {name: deed for name, deed in DEEDS.items() if deed.closed in (None, is_closed)}


@administrators_only
@require_safe
def entry(request: PersonRequest, code: str) -> HttpResponse:
    practice = _practice(request, code)
    context = {
        "practice": practice,
        "facts": facts(practice),
        "relations": relations(practice),
        "deeds": deeds_for(practice).items(),
    }
    return render(request, "practices/register.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def change(request: PersonRequest, code: str, deed: str) -> HttpResponse:
    practice = _practice(request, code)
    chosen = deeds_for(practice).get(deed)
    if chosen is None:
        raise Http404
    form = chosen.form(request.POST or None, practice=practice)
    if request.method == "POST" and form.is_valid():
        try:
            chosen.service(practice=practice, by=request.user, **form.arguments())
        except ValidationError as error:
            show(error, form)
        else:
            messages.success(request, chosen.done)
            return redirect("practices:register", practice.code)
    return render(request, "practices/register_change.html", {"practice": practice, "deed": chosen, "form": form})


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def open_practice(request: PersonRequest) -> HttpResponse:
    form = OpenForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            practice = register.open_practice(by=request.user, **form.cleaned_data)
        except ValidationError as error:
            show(error, form)
        else:
            messages.success(request, f"{practice} is in the register.")
            return redirect("practices:register", practice.code)
    return render(request, "practices/register_open.html", {"form": form})


def show(error: ValidationError, form: BaseForm) -> None:
    """A service's refusal at the field that it names, or over the form."""
    if not hasattr(error, "error_dict"):
        form.add_error(None, error)
        return
    for name, errors in error.error_dict.items():
        form.add_error(name if name in form.fields else None, errors)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def clear_illustrative(request: PersonRequest) -> HttpResponse:
    """The one button between the illustrative London and real files."""
    if request.method == "POST":
        if illustrative.clear(by=request.user):
            messages.success(request, "The illustrative data are gone. Real files can come in.")
        return redirect("practices:imports")
    context = {"illustrative": PortalState.current().illustrative}
    return render(request, "practices/clear_illustrative.html", context)
