"""The import desk, for administrators: what came in, what waits, and each import by its state."""

import logging
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Paginator
from django.db import transaction
from django.db.models import Count, Window
from django.db.models.functions import RowNumber
from django.http import HttpResponse, UnreadablePostError
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_GET, require_http_methods, require_POST, require_safe

from accounts.access import PersonRequest, administrators_only
from core import audit
from core.exports import csv_response
from core.models import PortalState
from practices.forms.imports import AnswerForm, ConfirmForm, ReasonForm, UploadForm, too_large
from practices.importing.uploads import LimitedUpload
from practices.models import Borough, Import, ImportIssue, MonthlyFigures, Organisation, RegisterChange
from practices.presenters import import_issues as issue_presenters
from practices.presenters import imports as presenters
from practices.presenters import register_changes
from practices.presenters.import_words import questions
from practices.services import imports

logger = logging.getLogger(__name__)
PAGE = 25
DISK_FULL = (
    "The portal could not keep the file: there is no room on its disk. Nothing was imported. "
    "Tell whoever runs the portal."
)
CUT_OFF = "The connection was lost before the whole file had arrived. Nothing was imported. Send it again."


@csrf_exempt
@require_http_methods(["GET", "HEAD", "POST"])
@administrators_only
def import_list(request: Any) -> HttpResponseBase:
    """The limit on uploads must stand before anything reads the request, which the check of the token would do."""
    if request.method != "POST":
        return _list_page(request, UploadForm())
    limit = LimitedUpload(request)
    request.upload_handlers.insert(0, limit)
    try:
        request.POST  # noqa: B018  reads the whole request
    except UnreadablePostError:
        return _list_page(request, _refused(CUT_OFF))
    except OSError:
        logger.exception("an upload could not be kept")
        return _list_page(request, _refused(DISK_FULL))
    return _receive(request, limit)


@csrf_protect
def _receive(request: Any, limit: LimitedUpload) -> HttpResponseBase:
    if limit.too_large:
        return _list_page(request, _refused(too_large()))
    if limit.was_cut_off:
        return _list_page(request, _refused(CUT_OFF))
    form = UploadForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            brought_by = imports.upload(file=file, name=file.name, by=request.user, overrides=form.identifier_overrides)
        except OSError:
            logger.exception("an upload could not be kept")
            form.add_error("file", DISK_FULL)
        else:
            return redirect("practices:import", brought_by.pk)
    return _list_page(request, form)


def _refused(sentence: str) -> UploadForm:
    form = UploadForm({}, {})
    form.errors.clear()
    form.add_error("file", sentence)
    return form


def _list_page(request: PersonRequest, form: UploadForm) -> HttpResponse:
    every = Import.objects.for_user(request.user).select_related("owner", "confirmed_by", "undone_by", "job")
    page = Paginator(every.order_by("-created_at", "pk"), PAGE).get_page(request.GET.get("page"))
    present = MonthlyFigures.objects.for_user(request.user).live().order_by().values_list("month", "source")
    context = {
        "form": form,
        "page": page,
        "rows": [presenters.row(brought_by) for brought_by in page],
        "grid": presenters.months_by_source(present.annotate(number=Count("pk"))),
        "formats": presenters.formats(),
        "illustrative": PortalState.current().illustrative,
    }
    return render(request, "practices/imports.html", context)


def _get(request: PersonRequest, import_id: UUID) -> Import:
    imports_ = Import.objects.for_user(request.user).select_related("owner", "confirmed_by", "undone_by", "job")
    brought_by: Import = get_object_or_404(imports_, pk=import_id)
    return brought_by


def _show(
    request: PersonRequest, brought_by: Import, *, confirm: Any = None, undo: Any = None, answer: Any = None
) -> HttpResponse:
    waits = brought_by.state == Import.State.PREVIEW
    landed = brought_by.state == Import.State.LANDED
    asks = brought_by.state == Import.State.ASKING
    context = {
        "brought_by": brought_by,
        "page_of": presenters.page(brought_by, _beside(request, brought_by)),
        "issues": [issue_presenters.issue(each) for each in _refusals(brought_by)[: issue_presenters.ISSUES_SHOWN]],
        "answer_form": answer or (AnswerForm(questions=questions(brought_by)) if asks else None),
        "confirm_form": confirm or (ConfirmForm(reason_needed=brought_by.reason_needed) if waits else None),
        "undo_form": undo or (ReasonForm() if landed else None),
        "form": confirm or undo or answer,
    }
    return render(request, "practices/import.html", context)


def _beside(request: PersonRequest, brought_by: Import) -> presenters.Beside:
    waits = brought_by.state == Import.State.PREVIEW
    warnings = list(_first_warnings(brought_by))
    changes = list(_changes(brought_by)[: register_changes.CHANGES_SHOWN])
    return presenters.Beside(
        others=_others(request, brought_by) if waits else [],
        warnings=warnings,
        changes=changes,
        names=_names(brought_by, [each.practice_code for each in warnings] + [each.code for each in changes]),
        boroughs=_boroughs() if changes else {},
    )


def _others(request: PersonRequest, brought_by: Import) -> list[Import]:
    """Imports of somebody else under way that speak of the same months: whoever confirms should know."""
    under_way = Import.objects.for_user(request.user).filter(state__in=(Import.State.PREVIEW, Import.State.LANDING))
    months = set(brought_by.months)
    return [each for each in under_way.exclude(pk=brought_by.pk).select_related("owner") if months & set(each.months)]


def _refusals(brought_by: Import) -> Any:
    return (
        ImportIssue.objects.filter(brought_by=brought_by, severity="refusal")
        .exclude(code="held_back")
        .select_related("file")
    )


def _first_warnings(brought_by: Import) -> Any:
    """Some of each kind, by month and practice."""
    place = Window(RowNumber(), partition_by="code", order_by=("month", "practice_code", "pk"))
    warnings = ImportIssue.objects.filter(brought_by=brought_by, severity="warning").annotate(place=place)
    return warnings.filter(place__lte=issue_presenters.WARNINGS_SHOWN).order_by("code", "place")


def _changes(brought_by: Import) -> Any:
    return RegisterChange.objects.filter(brought_by=brought_by).order_by("pk")


@require_safe
@administrators_only
def import_page(request: PersonRequest, import_id: UUID) -> HttpResponse:
    return _show(request, _get(request, import_id))


@require_POST
@administrators_only
def import_confirm(request: PersonRequest, import_id: UUID) -> HttpResponse:
    brought_by = _get(request, import_id)
    form = ConfirmForm(request.POST, reason_needed=brought_by.reason_needed)
    if brought_by.state == Import.State.PREVIEW and not form.is_valid():
        return _show(request, brought_by, confirm=form)
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else ""
    return _done(request, brought_by, imports.confirm, reason=reason)


@require_POST
@administrators_only
def import_answer(request: PersonRequest, import_id: UUID) -> HttpResponse:
    brought_by = _get(request, import_id)
    form = AnswerForm(request.POST, questions=questions(brought_by))
    if brought_by.state == Import.State.ASKING and not form.is_valid():
        return _show(request, brought_by, answer=form)
    return _done(request, brought_by, imports.answer, answers=form.answers if form.is_valid() else {})


@require_POST
@administrators_only
def import_undo(request: PersonRequest, import_id: UUID) -> HttpResponse:
    brought_by = _get(request, import_id)
    form = ReasonForm(request.POST)
    if brought_by.state == Import.State.LANDED and not form.is_valid():
        return _show(request, brought_by, undo=form)
    reason = form.cleaned_data.get("reason", "") if form.is_valid() else "none"
    return _done(request, brought_by, imports.request_undo, reason=reason)


@require_POST
@administrators_only
def import_cancel(request: PersonRequest, import_id: UUID) -> HttpResponse:
    return _done(request, _get(request, import_id), imports.cancel)


@require_POST
@administrators_only
def import_retry(request: PersonRequest, import_id: UUID) -> HttpResponse:
    return _done(request, _get(request, import_id), imports.retry)


def _done(request: PersonRequest, brought_by: Import, service: Any, **arguments: Any) -> HttpResponse:
    try:
        service(brought_by=brought_by, by=request.user, **arguments)
    except imports.CannotImport as error:
        messages.error(request, str(error))
    return redirect("practices:import", brought_by.pk)


@require_GET
@administrators_only
def import_issues(request: PersonRequest, import_id: UUID) -> HttpResponseBase:
    """Every refusal and warning that was kept, as a table."""
    brought_by = _get(request, import_id)
    issues = ImportIssue.objects.filter(brought_by=brought_by).exclude(code="held_back").select_related("file")
    if kind := request.GET.get("kind"):
        issues = issues.filter(code=kind)
    names = dict(
        Organisation.objects.filter(code__in=issues.order_by().values("practice_code")).values_list("code", "name")
    )
    _record_export(request, brought_by, "issues")
    return csv_response(
        name=f"{brought_by.file_name} issues",
        headings=issue_presenters.ISSUE_HEADINGS,
        rows=(issue_presenters.issue_cells(each, names) for each in issues.iterator(chunk_size=1000)),
    )


@require_GET
@administrators_only
def import_changes(request: PersonRequest, import_id: UUID) -> HttpResponseBase:
    """Everything that a file of the register changes, a line a field."""
    brought_by = _get(request, import_id)
    changes = _changes(brought_by)
    names = _names(brought_by, changes.order_by().values("code"))
    _record_export(request, brought_by, "changes")
    lines = register_changes.change_lines(changes.iterator(chunk_size=1000), names, _boroughs())
    return csv_response(
        name=f"{brought_by.file_name} changes",
        headings=register_changes.CHANGE_HEADINGS,
        rows=map(register_changes.cells, lines),
    )


@require_GET
@administrators_only
def import_mend(request: PersonRequest, import_id: UUID) -> HttpResponseBase:
    """The refused rows with those that were held back beside them, as a file that can be mended and imported."""
    brought_by = _get(request, import_id)
    headings = presenters.mend_headings(brought_by)
    issues = ImportIssue.objects.filter(brought_by=brought_by, severity="refusal", line__isnull=False).order_by(
        "file", "row", "pk"
    )
    _record_export(request, brought_by, "rows to mend")
    return presenters.mend_response(brought_by, headings, issues)


def _names(brought_by: Import, codes: Any) -> dict[str, str]:
    """Of what is known, of what waits to be, and of what a file of the register would make."""
    made = RegisterChange.objects.filter(brought_by=brought_by, action=RegisterChange.Action.CREATE, code__in=codes)
    known = Organisation.objects.filter(code__in=codes)
    return dict(made.values_list("code", "after__name")) | dict(known.values_list("code", "name"))


def _boroughs() -> dict[int, str]:
    return dict(Borough.objects.values_list("pk", "name"))


def _record_export(request: PersonRequest, brought_by: Import, what: str) -> None:
    with transaction.atomic():
        audit.record(by=request.user, verb="exported", instance=brought_by, after={"what": what})
