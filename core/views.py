import json
from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import DatabaseError, connection, transaction
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_safe

from core import audit, presenters
from core.exports import csv_response
from core.forms import AuditFilter
from core.jobs import pulse
from core.models import AuditEvent, Job


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    """A silent worker is told and is no 503: pages can be served, and a load balancer must not take them away."""
    try:
        silence = pulse.silence()
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready", "worker": presenters.worker_state(silence)})


@login_not_required
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    return render(request, "core/accessibility.html")


@login_not_required
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    return render(request, "core/privacy.html")


@require_safe
def job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress of a job as a piece of page that asks for itself again until the job is finished."""
    job = get_object_or_404(Job.objects.for_user(request.user), pk=job_id)
    page_url = request.GET.get("page", "")
    if not url_has_allowed_host_and_scheme(page_url, allowed_hosts=None):
        page_url = ""
    response = render(request, "components/progress.html", {"progress": presenters.progress(job, page_url)})
    if job.is_finished and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


@require_safe
def audit_list(request: Any) -> HttpResponse:
    if not request.user.is_administrator:
        raise Http404
    form = AuditFilter(request.GET or None)
    events = form.narrow(AuditEvent.objects.for_user(request.user))
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "core/audit.html", {"page": page, "filter_form": form})


@require_safe
def audit_export(request: Any) -> HttpResponseBase:
    """The events that the filters leave, as CSV."""
    if not request.user.is_administrator:
        raise Http404
    events = AuditFilter(request.GET or None).narrow(AuditEvent.objects.for_user(request.user))
    rows = (
        [event.at.isoformat(), event.actor_label, event.verb, event.object_type, event.object_label]
        + [json.dumps(value, ensure_ascii=False) if value else "" for value in (event.before, event.after)]
        for event in events.iterator(chunk_size=2000)
    )
    headings = ["When (UTC)", "Who", "What", "Kind", "Object", "Before", "After"]
    with transaction.atomic():
        audit.record(by=request.user, verb="exported", object_type="audit", object_label="Audit events")
    return csv_response(name="audit", headings=headings, rows=rows)


def bad_request(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 400)


def forbidden(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 403)


def not_found(request: HttpRequest, exception: Exception | None = None) -> HttpResponse:
    return _error(request, 404)


def server_error(request: HttpRequest) -> HttpResponse:
    return _error(request, 500)


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    return render(request, "errors/403_csrf.html", status=403)


def _error(request: HttpRequest, status: int) -> HttpResponse:
    context: dict[str, Any] = {"request_id": getattr(request, "request_id", "")}
    return render(request, f"errors/{status}.html", context, status=status)
