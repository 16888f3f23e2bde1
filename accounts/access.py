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


def hidden_unless(may: Callable[[User], bool]) -> Callable[[View], View]:
    """For who may not, the page does not exist. What it does is refused once more by the service that does it."""

    def decorate(view: View) -> View:
        @wraps(view)
        def guarded(request: PersonRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            if not may(request.user):
                raise Http404
            return view(request, *args, **kwargs)

        return guarded

    return decorate


def _is_administrator(user: User) -> bool:
    return user.is_administrator


administrators_only = hidden_unless(_is_administrator)
