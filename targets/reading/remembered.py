"""Values that many requests read and nobody changes: kept in the cache, and unpacked once by each process."""

from collections.abc import Callable
from typing import TypeVar
from uuid import uuid4

from django.core.cache import cache

T = TypeVar("T")

# One value a name; the mark tells whether it is still the one that the cache holds.
_unpacked: dict[str, tuple[str, object]] = {}


def remembered(name: str, version: object, seconds: int, read: Callable[[], T], worth: Callable[[T], bool]) -> T:
    """What `read` gives, kept for some seconds under its name and version where it is `worth` keeping."""
    key = f"targets:{name}:{version}"
    mark: str | None = cache.get(key)
    if mark is not None:
        held = _unpacked.get(name)
        found: T | None = held[1] if held and held[0] == mark else cache.get(f"{key}:{mark}")  # type: ignore[assignment]
        if found is not None:
            _unpacked[name] = (mark, found)
            return found
    value = read()
    if worth(value):
        mark = uuid4().hex
        cache.set(f"{key}:{mark}", value, seconds)
        cache.set(key, mark, seconds)
        _unpacked[name] = (mark, value)
    return value
