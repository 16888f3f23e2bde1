"""What many requests read and nobody changes: cached under the version of the code and of the data.

A value stays in the cache, and unpacked in each process that asked for it. Another file of the portal or another
version of the figures is another key, so that nothing stale is ever found.
"""

import hashlib
from collections import OrderedDict
from collections.abc import Callable
from functools import cache as once_a_process
from pathlib import Path
from threading import Lock
from typing import TypeVar, cast
from uuid import uuid4

from django.conf import settings
from django.core.cache import cache

from core.models import PortalState

T = TypeVar("T")

SECONDS = 3600
UNPACKED = 64
# What a page is made of. Pictures are none of it; static files carry a version in their own names.
MADE_OF = {".py", ".html", ".yaml", ".csv", ".md", ".css", ".js", ".svg"}
LEFT_OUT = {"tests", "__pycache__", "vendor", "node_modules"}

# The last used values by key; the mark tells whether one is still what the cache holds.
_unpacked: OrderedDict[str, tuple[str, object]] = OrderedDict()
_lock = Lock()


def cached(what: tuple[object, ...], read: Callable[[], T], *, worth: Callable[[T], bool] = lambda _: True) -> T:
    """What `read` gives, cached under `what` until the code or the figures change; never None, never changed in place.

    what: names the value and all it depends on, such as ("peers", month); its repr must tell different ones apart.
    worth: whether a value is worth caching; one that is not is read again each time.
    """
    digest = hashlib.sha256(repr(what).encode()).hexdigest()[:32]
    key = f"cached:{code_version()}:{PortalState.seen().data_version}:{digest}"
    mark: str | None = cache.get(key)
    if mark is not None:
        held = _unpacked.get(key)
        found = held[1] if held and held[0] == mark else cache.get(f"{key}:{mark}")
        if found is not None:
            _hold(key, mark, found)
            return cast(T, found)
    value = read()
    if worth(value):
        mark = uuid4().hex
        cache.set(f"{key}:{mark}", value, SECONDS)
        cache.set(key, mark, SECONDS)
        _hold(key, mark, value)
    return value


def _hold(key: str, mark: str, value: object) -> None:
    with _lock:
        _unpacked[key] = (mark, value)
        _unpacked.move_to_end(key)
        while len(_unpacked) > UNPACKED:
            _unpacked.popitem(last=False)


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
