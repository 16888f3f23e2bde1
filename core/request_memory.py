"""What one request remembers, so that however many parts of a page ask, the database is asked once."""

from collections.abc import Callable, Hashable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TypeVar, cast

T = TypeVar("T")

_memory: ContextVar[dict[Hashable, object] | None] = ContextVar("request_memory", default=None)


def once(key: Hashable, read: Callable[[], T]) -> T:
    """What `read` gave the first time in this request under the key; outside of a request, read each time.

    Begin the key with the name of what it holds: ("scope", user.pk). What a request changes itself it must not ask
    for by this afterwards.
    """
    memory = _memory.get()
    if memory is None:
        return read()
    if key not in memory:
        memory[key] = read()
    return cast(T, memory[key])


@contextmanager
def remembering() -> Iterator[None]:
    """The span of one request. Nothing of it is left afterwards."""
    token = _memory.set({})
    try:
        yield
    finally:
        _memory.reset(token)
