"""What a file of the register changes, one line a field: old beside new."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import astuple, dataclass
from datetime import date
from typing import Any

from practices.importing.desk_register import WORDS, kind_of
from practices.models import RegisterChange

CHANGES_SHOWN = 100
CHANGE_HEADINGS = ("Code", "Name", "What", "Field", "Old", "New", "Row")
# A new entry is told by these; the rest of it says nothing that anybody would check here.
TOLD_OF_NEW = ("status", "opened", "closed", "postcode")
Action = RegisterChange.Action


@dataclass(frozen=True)
class ChangeLine:
    code: str
    name: str
    what: str
    field: str
    old: str
    new: str
    row: int | None


def change_lines(
    changes: Iterable[RegisterChange], names: Mapping[str, str], boroughs: Mapping[int, str]
) -> Iterator[ChangeLine]:
    """`names` by code, of the register and of what the file would add to it; `boroughs` by id."""
    for change in changes:
        name = str(change.after.get("name") or names.get(change.code, ""))
        for what, field, old, new in _parts(change, boroughs):
            yield ChangeLine(change.code, name, what, field, old, new, change.row)


def cells(line: ChangeLine) -> tuple[Any, ...]:
    return astuple(line)


def _parts(change: RegisterChange, boroughs: Mapping[int, str]) -> Iterator[tuple[str, str, str, str]]:
    if "borough" in change.after:
        old, new = (boroughs.get(values.get("borough"), "") for values in (change.before, change.after))
        yield "Postcode", "borough", old, new
    elif change.action == Action.CREATE:
        told = [name for name in TOLD_OF_NEW if change.after.get(name)]
        for name in told:
            yield kind_of(change), WORDS[name], "", _text(change.after[name])
    elif change.action == Action.UPDATE:
        for name, value in change.after.items():
            yield kind_of(change), WORDS[name], _text(change.before.get(name)), _text(value)
    else:
        relation = "successor" if change.after["kind"] == "succeeded_by" else "member of"
        yield kind_of(change), relation, _relation(change.before), _relation(change.after)


def _relation(values: Mapping[str, Any]) -> str:
    if not values:
        return ""
    until = f" until {_text(values['ends'])}" if values.get("ends") else ""
    return f"{values['parent']} from {_text(values['starts'])}{until}"


def _text(value: Any) -> str:
    return value.isoformat() if isinstance(value, date) else str(value or "")
