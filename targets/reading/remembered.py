"""Values that many requests read and nobody changes: kept in the cache, and unpacked once by each process."""

from collections import OrderedDict
from collections.abc import Callable
from threading import Lock
from typing import TypeVar, cast
from uuid import uuid4

from django.core.cache import cache

T = TypeVar("T")

# The last used ones by key; the mark tells whether a value is still the one that the cache holds.
_unpacked: OrderedDict[str, tuple[str, object]] = OrderedDict()
UNPACKED = 48
_lock = Lock()


def remembered(key: str, seconds: int, read: Callable[[], T], worth: Callable[[T], bool] = lambda _: True) -> T:
    """What `read` gives, kept for some seconds under the key where it is `worth` keeping. Never None, never changed."""
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
        cache.set(f"{key}:{mark}", value, seconds)
        cache.set(key, mark, seconds)
        _hold(key, mark, value)
    return value


def _hold(key: str, mark: str, value: object) -> None:
    with _lock:
        _unpacked[key] = (mark, value)
        _unpacked.move_to_end(key)
        while len(_unpacked) > UNPACKED:
            _unpacked.popitem(last=False)
