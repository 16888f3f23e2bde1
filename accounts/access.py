from collections.abc import Callable
from functools import wraps
from typing import Any

from django.http import Http404, HttpRequest
from django.http.response import HttpResponseBase

from accounts.models import User

View = Callable[..., HttpResponseBase]


class PersonRequest(HttpRequest):
    """A request behind the sign-in, as every view is that is not marked otherwise."""

    user: User


def administrators_only(view: View) -> View:
    """To everybody else the page does not exist."""

    @wraps(view)
    def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if not request.user.is_administrator:
            raise Http404
        return view(request, *args, **kwargs)

    return guarded
