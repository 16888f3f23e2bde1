import uuid
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse

from core.logs import request_id
from core.request_memory import remembering
from core.views import bad_request


class RefuseNullsMiddleware:
    """A zero byte in an address is nobody's typing, and PostgreSQL takes none in a text."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if "\x00" in request.path or "%00" in request.META.get("QUERY_STRING", ""):
            return bad_request(request)
        return self.get_response(request)


class RequestIdMiddleware:
    """Gives each request a number that its log lines, audit events and error page share, and a memory of its own."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        number = uuid.uuid4().hex[:12]
        request.request_id = number  # type: ignore[attr-defined]
        token = request_id.set(number)
        try:
            with remembering():
                response = self.get_response(request)
        finally:
            request_id.reset(token)
        response["X-Request-Id"] = number
        return response
