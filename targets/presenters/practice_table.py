"""The table of an area's practices: one row a practice, from one score a target."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from core import wording
from core.months import short_date
from targets.models import State
from targets.presenters import words
from targets.reading.context import PageContext
from targets.reading.dashboard import PracticeScore
from targets.reading.frame import Rule

Sorting = Callable[["PracticeRow"], Any]


@dataclass(slots=True)
class PracticeRow:
    """A practice in words; the plain numbers beside them are for sorting and export."""

    pk: int
    code: str
    name: str
    supplier: str
    url: str
    closed: str
    scores: dict[str, PracticeScore]
    list_size: int | None
    share: float | None = None
    moved: float | None = None
    shortfall: int | None = None
    hidden: bool = False
    value: str = ""
    value_small: str = ""
    change: str = ""
    to_target: str = ""
    states: list[dict[str, Any]] = field(default_factory=list)
    visited_on: date | None = None
    last_visit: str = ""
    open_actions: int = 0
    doubts: int = 0


SORTS: dict[str, Sorting] = {
    "shortfall": lambda row: row.shortfall,
    "name": lambda row: row.name,
    "value": lambda row: row.share,
    "change": lambda row: row.moved,
    "visit": lambda row: row.visited_on,
    "actions": lambda row: row.open_actions,
    "doubts": lambda row: row.doubts,
}
DEFAULT_SORT = "-shortfall"


def rows_of(
    context: PageContext,
    scores: Iterable[PracticeScore],
    columns: Mapping[int, Mapping[str, object]],
    doubts: Mapping[int, int],
) -> list[PracticeRow]:
    """One row a practice that has a score in the month."""
    rule = context.rule
    if rule is None:
        return []
    rules = {own.pk: own for own in context.rules}
    now: dict[int, dict[str, PracticeScore]] = {}
    before: dict[int, PracticeScore] = {}
    for score in scores:
        if score.month != context.month:
            before[score.practice] = score
        elif score.rule in rules:
            now.setdefault(score.practice, {})[rules[score.rule].target] = score
    return [_row(context, rule, own, before.get(pk), columns.get(pk, {}), doubts.get(pk, 0)) for pk, own in now.items()]


def _row(
    context: PageContext,
    rule: Rule,
    scores: dict[str, PracticeScore],
    before: PracticeScore | None,
    columns: Mapping[str, object],
    doubts: int,
) -> PracticeRow:
    one = next(iter(scores.values()))
    registration = scores.get("registration")
    row = PracticeRow(
        pk=one.practice,
        code=one.code,
        name=one.name,
        supplier=one.supplier,
        url=practice_url(context, one.code),
        closed=f"closed {short_date(one.closed)}" if one.closed else "",
        scores=scores,
        list_size=registration.denominator if registration else None,
        doubts=doubts,
    )
    _put_value(context, rule, row, scores.get(rule.target), before, one.ccg)
    row.states = [state_cell(own.target, scores.get(own.target)) for own in context.rules]
    _put_columns(row, columns)
    return row


def practice_url(context: PageContext, code: str) -> str:
    return f"/practices/{code}/{context.query()}"


def _put_value(
    context: PageContext,
    rule: Rule,
    row: PracticeRow,
    score: PracticeScore | None,
    before: PracticeScore | None,
    ccg: int | None,
) -> None:
    """The value of the chosen target, where the person may see it; the state is for everybody."""
    area = context.frame.tree.by_pk.get(ccg or 0)
    if not context.may_see_practice(rule, area.code if area else ""):
        row.hidden, row.value = True, words.OUTSIDE
        return
    if score is None:
        return
    row.share = score.share
    row.shortfall = score.shortfall
    row.moved = words.change(score.share, before.share if before else None)
    if score.shortfall is not None:
        row.to_target = wording.count(score.shortfall)
    if rule.is_ratio and score.share is not None:
        row.value = wording.share(score.numerator, score.denominator)
        row.value_small = wording.of_words(score.numerator, score.denominator)
        row.change = "" if row.moved is None else wording.points(row.moved)


def state_cell(target: str, score: PracticeScore | None) -> dict[str, Any]:
    state, margin = (score.state, score.within_margin) if score else (State.NOT_APPLICABLE.value, False)
    look = wording.state_words(state, within_margin=margin)
    return {
        "target": target,
        "label": words.short_name(target),
        "state": state,
        "shape": look.shape,
        "words": look.words,
        "style": look.style,
    }


def _put_columns(row: PracticeRow, columns: Mapping[str, object]) -> None:
    visited, actions = columns.get("last_visit"), columns.get("open_actions")
    row.visited_on = visited if isinstance(visited, date) else None
    row.last_visit = short_date(row.visited_on) if row.visited_on else "none yet"
    row.open_actions = actions if isinstance(actions, int) else 0


def clean_sort(text: str) -> str:
    return text if text.lstrip("-") in SORTS and text.count("-") <= 1 else DEFAULT_SORT


def sorted_rows(rows: Sequence[PracticeRow], sort: str) -> list[PracticeRow]:
    """By the column, those without a value always last; equals by name."""
    key = SORTS[sort.lstrip("-")]
    by_name = sorted(rows, key=lambda row: (row.name, row.code))
    known = [row for row in by_name if key(row) is not None]
    unknown = [row for row in by_name if key(row) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown
