"""Words that were sent after the session had ended. They wait in the new session until the same person is back.

Only a form that the portal gave to a signed-in person is kept: it carries who that was, signed.
"""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import redirect_to_login
from django.core import signing
from django.http import HttpRequest, HttpResponse, JsonResponse, QueryDict
from django.utils.crypto import constant_time_compare

from accounts.models import User

SALT = "visits.kept"  # as forms that are open at this moment carry it
KEY = "kept_visit"
LONGEST = 60_000
HOURS = 24
View = Callable[..., HttpResponse]


def writer_token(user: User) -> str:
    return signing.dumps(user.pk, salt=SALT)


def keeps_unsent(view: View) -> View:
    """For a view whose form takes long to fill in: a POST from somebody signed out is kept, then they sign in."""

    @login_not_required
    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if request.user.is_authenticated:
            return view(request, *args, **kwargs)
        if request.headers.get("X-Autosave"):
            return JsonResponse({"problem": "You are signed out. Your words are still on this page."}, status=401)
        if request.method == "POST" and _keep(request):
            return redirect_to_login(f"{request.path}?{urlencode({'kept': 1})}")
        return redirect_to_login(request.get_full_path())

    return guarded


def unsent_words(request: HttpRequest) -> QueryDict | None:
    """What this person sent to this address when their session had ended."""
    kept = request.session.get(KEY)
    if "kept" not in request.GET or not kept or kept["path"] != request.path:
        return None
    if not constant_time_compare(str(kept["writer"]), str(request.user.pk)):
        return None
    return QueryDict(kept["words"])


def forget_unsent_words(request: HttpRequest) -> None:
    request.session.pop(KEY, None)


def _keep(request: HttpRequest) -> bool:
    try:
        writer = signing.loads(request.POST.get("writer", ""), salt=SALT, max_age=HOURS * 3600)
    except signing.BadSignature:
        return False
    words = request.POST.copy()
    for name in ("csrfmiddlewaretoken", "writer"):
        words.pop(name, None)
    text = words.urlencode()
    if len(text) > LONGEST:
        return False
    request.session[KEY] = {"path": request.path, "writer": writer, "words": text}
    return True
