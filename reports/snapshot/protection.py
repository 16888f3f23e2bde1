"""Puts the rule for small numbers over what was read: only ratios that practices return have counts to protect."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import TypeVar

from core.disclosure import Cell, shown, shown_column
from targets.rules import Rule
from targets.sums import PracticeScore, Sums

Row = TypeVar("Row", PracticeScore, Sums)
COUNTS = ("numerator", "denominator", "shortfall")
Key = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class Protected:
    """The rows as they may be shown, and which of their counts are hidden."""

    scores: list[PracticeScore]
    history: list[Sums]
    children: list[Sums]
    hidden: Mapping[Key, tuple[str, ...]]
    applied: bool

    def hidden_of(self, row: PracticeScore | Sums) -> tuple[str, ...]:
        return self.hidden.get(_key(row), ())


def is_protected(rule: Rule) -> bool:
    return rule.is_ratio and not rule.published


def protect(
    scores: Sequence[PracticeScore],
    history: Sequence[Sums],
    children: Sequence[Sums],
    rules: Iterable[Rule],
    threshold: int,
) -> Protected:
    """The counts of practices hide each other in their column, since the area's sum is told too; sums stand alone."""
    own = {rule.pk for rule in rules if is_protected(rule)}
    hidden: dict[Key, tuple[str, ...]] = {}
    shown_scores = _columns(scores, own, threshold, hidden)
    shown_children = _columns(children, own, threshold, hidden)
    shown_history = [_alone(row, threshold, hidden) if row.rule in own else row for row in history]
    return Protected(shown_scores, shown_history, shown_children, hidden, any(row.rule in own for row in history))


def _columns(rows: Sequence[Row], own: set[int], threshold: int, hidden: dict[Key, tuple[str, ...]]) -> list[Row]:
    columns: dict[tuple[int, date, str], list[int]] = defaultdict(list)
    for place, row in enumerate(rows):
        if row.rule in own:
            columns[row.rule, row.month, getattr(row, "area_kind", "")].append(place)
    found = list(rows)
    for places in columns.values():
        by_count = {name: shown_column([getattr(rows[place], name) for place in places], threshold) for name in COUNTS}
        for index, place in enumerate(places):
            found[place] = _with(rows[place], {name: cells[index] for name, cells in by_count.items()}, hidden)
    return found


def _alone(row: Sums, threshold: int, hidden: dict[Key, tuple[str, ...]]) -> Sums:
    return _with(row, {name: shown(getattr(row, name), threshold) for name in COUNTS}, hidden)


def _with(row: Row, cells: dict[str, Cell], hidden: dict[Key, tuple[str, ...]]) -> Row:
    names = [name for name in COUNTS if cells[name].hidden]
    if names and row.shortfall and "shortfall" not in names:
        # What is missing to the target would tell the hidden count.
        names.append("shortfall")
    if names:
        hidden[_key(row)] = tuple(names)
    told = {name: None if name in names else cells[name].value for name in COUNTS}
    return replace(row, numerator=told["numerator"], denominator=told["denominator"], shortfall=told["shortfall"])


def _key(row: PracticeScore | Sums) -> Key:
    if isinstance(row, Sums):
        return row.area_kind, row.area_code, row.month, row.rule
    return row.practice, row.month, row.rule
