from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import FileResponse, Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_POST, require_safe

from accounts.access import PersonRequest
from core import presenters as core_presenters
from core import wording
from core.months import parse_month
from reports import files, services
from reports.access import readable_areas
from reports.forms import GridFilter
from reports.grid import MONTHS, Grid, grid, reports_of
from reports.models import Report
from reports.permissions import Deed, may, require
from reports.presenters import pages
from reports.snapshot.shape import SHAPE, Snapshot, from_json
from targets.models import Programme
from targets.reading.areas import Area
from targets.reading.frame import read_frame

MOST_AT_ONCE = 250
LATEST = ("-month", "area_name", "area_kind", "area_code", "-asked_at", "pk")
TYPES = {
    "pdf": "application/pdf",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@require_safe
def report_list(request: PersonRequest) -> HttpResponse:
    form, table = _grid(request)
    context = {
        "filter_form": form,
        "grid": table,
        "may_make": may(request.user, Deed.MAKE),
        "query": urlencode({"kind": form.chosen_kind, "programme": form.chosen_programme}),
        "recent": pages.recent(Report.objects.for_user(request.user).ready().light().order_by(*LATEST)[:10]),
    }
    return render(request, "reports/list.html", context)


@require_safe
def list_progress(request: PersonRequest) -> HttpResponse:
    """How far the grid's reports are: a piece of page that asks for itself again while any is in the making."""
    form, table = _grid(request)
    context = {
        "grid": table,
        "query": urlencode({"kind": form.chosen_kind, "programme": form.chosen_programme}),
        "fragment": True,
    }
    return render(request, "reports/_grid_progress.html", context)


def _grid(request: PersonRequest) -> tuple[GridFilter, Grid]:
    frame = read_frame()
    areas = readable_areas(request.user, frame.tree)
    form = GridFilter(request.GET, areas=areas, frame=frame)
    months = [info.month for info in frame.months[:MONTHS]]
    reports = reports_of(request.user, form.chosen_kind, form.chosen_programme, months)
    shown = [area for area in areas.get(form.chosen_kind, []) if _existed(area, months)]
    return form, grid(shown, months, reports)


def _existed(area: Area, months: list[date]) -> bool:
    """A CCG that closed before the months shown, or opened after them, would be a row of nothing."""
    return bool(months) and area.is_open(min(months), max(months))


@require_POST
def make(request: PersonRequest) -> HttpResponse:
    require(request.user, Deed.MAKE)
    back = (
        reverse("reports:list") + "?" + urlencode({name: request.POST.get(name, "") for name in ("kind", "programme")})
    )
    ticked = request.POST.getlist("report")
    if len(ticked) > MOST_AT_ONCE:
        messages.error(request, f"Tick at most {MOST_AT_ONCE} reports. None of these {len(ticked):,} was made.")
        return redirect(back)
    wanted = [_wanted(text) for text in ticked]
    if not wanted:
        messages.error(request, "Tick the areas and months that you want reports of, then press Make reports.")
        return redirect(back)
    programme = get_object_or_404(Programme, slug=request.POST.get("programme", ""))
    try:
        reports = services.request_many(wanted=wanted, programme=programme, by=request.user)
    except services.NoSuchAreaError as error:
        raise Http404 from error
    if len(reports) == 1:
        return redirect("reports:report", report_id=reports[0].pk)
    messages.success(request, f"{wording.plural(len(reports), 'report')} on the way. You can leave this page.")
    return redirect(back)


def _wanted(text: str) -> tuple[str, str, date]:
    """ "borough:lewisham:2018-12" """
    try:
        kind, code, month = text.split(":")
        return kind, code, parse_month(month)
    except ValueError as error:
        raise Http404 from error


@require_safe
def report(request: PersonRequest, report_id: UUID) -> HttpResponse:
    found = get_object_or_404(Report.objects.for_user(request.user).select_related("programme", "job"), pk=report_id)
    others = (
        Report.objects.for_user(request.user)
        .ready()
        .light()
        .filter(area_kind=found.area_kind, area_code=found.area_code, month=found.month, programme=found.programme)
    )
    context: dict[str, Any] = {
        "report": found,
        "breadcrumbs": pages.breadcrumbs(),
        "may_make": may(request.user, Deed.MAKE),
        "others": pages.recent(others.exclude(pk=found.pk).order_by("-made_at", "pk")),
    }
    if found.state in (Report.State.QUEUED, Report.State.RUNNING):
        context["progress"] = _progress(found)
    elif found.state == Report.State.READY:
        context["documents"] = pages.documents(found)
        snapshot = _snapshot(found)
        if snapshot:
            context["story"] = pages.story(snapshot)
    return render(request, "reports/report.html", context)


def _snapshot(found: Report) -> Snapshot | None:
    """None where an earlier version of the portal wrote it in another shape; its documents are as good as ever."""
    return from_json(found.snapshot) if found.snapshot.get("shape") == SHAPE else None


@require_safe
def progress(request: PersonRequest, report_id: UUID) -> HttpResponse:
    found = get_object_or_404(Report.objects.for_user(request.user).light().select_related("job"), pk=report_id)
    response = render(request, "components/progress.html", {"progress": _progress(found)})
    if found.job is None or found.job.is_finished:
        response["HX-Refresh"] = "true"
    return response


def _progress(found: Report) -> core_presenters.Progress:
    """As every job's progress, but open to all who may read the report, not only to who asked for it."""
    page_url = reverse("reports:report", args=[found.pk])
    assert found.job is not None
    shown = core_presenters.progress(found.job, page_url)
    return shown._replace(poll_url=reverse("reports:progress", args=[found.pk]))


@require_POST
def again(request: PersonRequest, report_id: UUID) -> HttpResponse:
    found = get_object_or_404(Report.objects.for_user(request.user).light().select_related("programme"), pk=report_id)
    try:
        report = services.run_again(report=found, by=request.user)
    except services.NoSuchAreaError as error:
        raise Http404 from error
    return redirect("reports:report", report_id=report.pk)


@require_safe
def download(request: PersonRequest, report_id: UUID, name: str) -> HttpResponse | FileResponse:
    """A document under the name that it was made with; any other name does not exist."""
    found = get_object_or_404(Report.objects.for_user(request.user).ready().light(), pk=report_id)
    stored = next((path for path in (found.pdf, found.xlsx) if path.rpartition("/")[2] == name), None)
    if stored is None:
        raise Http404
    path = files.path_of(stored)
    if not path.is_file():
        messages.error(request, "The document is not in the portal's files any more. Make the report again.")
        return redirect("reports:report", report_id=found.pk)
    kind = name.rpartition(".")[2]
    services.record_download(report=found, document=kind, by=request.user)
    response = FileResponse(path.open("rb"), as_attachment=True, filename=name, content_type=TYPES[kind])
    response["Cache-Control"] = "private, no-store"
    response["X-Content-Type-Options"] = "nosniff"
    return response
