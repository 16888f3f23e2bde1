"""The words in a snapshot, whatever part they stand in: to be read through, and to be changed alike everywhere."""

from collections.abc import Callable, Iterator
from dataclasses import fields, is_dataclass, replace
from itertools import chain
from typing import Any

from core.legible import codes, legible, unprintable
from reports.snapshot.shape import Snapshot, as_json, from_json


def texts(value: object) -> Iterator[str]:
    """Every text of a snapshot, or of a part of it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, tuple):
        for item in value:
            yield from texts(item)
    elif is_dataclass(value):
        for field in fields(value):
            yield from texts(getattr(value, field.name))


def with_texts(snapshot: Snapshot, change: Callable[[str], str]) -> Snapshot:
    """The same snapshot with each of its texts changed; the codes and days among them must come back as they were."""
    return from_json(_changed(as_json(snapshot), change))


def _changed(value: Any, change: Callable[[str], str]) -> Any:
    if isinstance(value, dict):
        return {name: _changed(item, change) for name, item in value.items()}
    if isinstance(value, list | tuple):
        return [_changed(item, change) for item in value]
    return change(value) if type(value) is str else value


def legible_snapshot(snapshot: Snapshot) -> Snapshot:
    """As page, PDF and workbook can all hold it, with the codes of the characters that they cannot."""
    found = set(texts(snapshot))
    if all(legible(text) == text for text in found):
        return snapshot
    lacking = codes(set(chain.from_iterable(unprintable(text) for text in found)))
    return replace(with_texts(snapshot, legible), lacking=lacking)
