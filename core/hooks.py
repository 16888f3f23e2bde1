"""Places where a higher app adds to what a lower one shows, so that imports point downwards only.

A lower app declares a Hook and calls it; a higher app adds functions to it in its AppConfig.ready().
"""

from collections.abc import Callable, Iterator
from typing import Generic, TypeVar

T = TypeVar("T")


class Hook(Generic[T]):
    """Functions of one signature, called in the order in which they were added."""

    def __init__(self, name: str) -> None:
        self.name = name
        self._functions: list[Callable[..., T]] = []

    def add(self, function: Callable[..., T]) -> Callable[..., T]:
        if function not in self._functions:
            self._functions.append(function)
        return function

    def __call__(self, **arguments: object) -> Iterator[T]:
        for function in self._functions:
            yield function(**arguments)
