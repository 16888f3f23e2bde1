"""What many requests read and nobody changes: cached under the version of the code and of the data.

A value stays in the cache, and unpacked in each process that asked for it. Another file of the portal or another
version of the figures is another key, so that nothing stale is ever found and nobody need ask whether it is.
"""

import hashlib
import time
from collections import OrderedDict
from collections.abc import Callable
from functools import cache as once_a_process
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast

from django.conf import settings
from django.core.cache import cache
from django.db import connection

from core.models import PortalState

T = TypeVar("T")

SECONDS = 3600
UNPACKED = 64
# What a page is made of. Pictures are none of it; static files carry a version in their own names.
MADE_OF = {".py", ".html", ".yaml", ".csv", ".md", ".css", ".js", ".svg"}
LEFT_OUT = {"tests", "__pycache__", "vendor", "node_modules"}

# The last used values by key, each with the time until which it is held.
_held: OrderedDict[str, tuple[float, object]] = OrderedDict()
_lock = Lock()


def cached(what: tuple[object, ...], read: Callable[[], T], *, worth: Callable[[T], bool] = lambda _: True) -> T:
    """What `read` gives, cached under `what` until the code or the figures change; never None, never changed in place.

    what: names the value and all it depends on, such as ("peers", month); its repr must tell different ones apart.
    worth: whether a value is worth caching; one that is not is read again each time. Inside of a transaction nothing is
    cached: what it has changed is not true yet, and its version may still become another's.
    """
    digest = hashlib.sha256(repr(what).encode()).hexdigest()[:32]
    key = f"cached:{code_version()}:{PortalState.seen().data_version}:{digest}"
    until, held = _held.get(key, (0.0, None))
    if held is not None and time.monotonic() < until:
        return cast(T, held)
    found: T | None = cache.get(key)
    value = read() if found is None else found
    if worth(value) and (settings.CACHES_INSIDE_TRANSACTIONS or not connection.in_atomic_block):
        if found is None:
            cache.set(key, value, SECONDS)
        _hold(key, value)
    return value


def forget() -> None:
    """What this process holds; the cache is another matter."""
    with _lock:
        _held.clear()


def _hold(key: str, value: object) -> None:
    with _lock:
        _held[key] = (time.monotonic() + SECONDS, value)
        _held.move_to_end(key)
        while len(_held) > UNPACKED:
            _held.popitem(last=False)


@once_a_process
def code_version() -> str:
    """Another as soon as any file that a page is made of is another."""
    base = Path(settings.BASE_DIR)
    digest = hashlib.sha256()
    for folder in folders_of_pages():
        for path in sorted((base / folder).rglob("*")):
            if path.suffix in MADE_OF and not LEFT_OUT & set(path.relative_to(base).parts):
                status = path.stat()
                digest.update(f"{path}:{status.st_size}:{status.st_mtime_ns};".encode())
    return digest.hexdigest()[:16]


def folders_of_pages() -> list[str]:
    """Every folder of the project that holds code or templates: none can be forgotten."""
    base = Path(settings.BASE_DIR)
    apps = {path.parent.name for path in base.glob("*/__init__.py")}
    return sorted(apps | {"templates", "static"})
