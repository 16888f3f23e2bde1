from typing import Any
from uuid import UUID

from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.db import DatabaseError, connection
from django.http import Http404, HttpRequest, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404, render
from django.views.decorators.http import require_safe

from core.models import AuditEvent, Job


@login_not_required
@require_safe
def live(request: HttpRequest) -> HttpResponse:
    return JsonResponse({"status": "live"})


@login_not_required
@require_safe
def ready(request: HttpRequest) -> HttpResponse:
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
    except DatabaseError:
        return JsonResponse({"status": "the database does not answer"}, status=503)
    return JsonResponse({"status": "ready"})


@require_safe
def job_progress(request: HttpRequest, job_id: UUID) -> HttpResponse:
    """The progress of a job as a piece of page that asks for itself again until the job is finished."""
    job = get_object_or_404(Job.objects.for_user(request.user), pk=job_id)
    response = render(request, "components/progress.html", {"job": job})
    if job.is_finished and request.headers.get("HX-Request"):
        response["HX-Refresh"] = "true"
    return response


@require_safe
def audit_list(request: HttpRequest) -> HttpResponse:
    if not request.user.is_administrator:
        raise Http404
    events = AuditEvent.objects.for_user(request.user).select_related("actor")
    page = Paginator(events, 50).get_page(request.GET.get("page"))
    return render(request, "core/audit.html", {"page": page})


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
