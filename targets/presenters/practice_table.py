"""The table of an area's practices: one row a practice, from one score a target."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Protocol, TypeVar

from core import wording
from core.months import short_date
from practices.signals import PracticeWork
from targets.analysis import change
from targets.models import State
from targets.presenters import words
from targets.reading.question import Question
from targets.rules import Rule
from targets.series import Course
from targets.sums import PracticeScore

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
    question: Question,
    scores: Iterable[PracticeScore],
    work: Mapping[int, PracticeWork],
    doubts: Mapping[int, int],
) -> list[PracticeRow]:
    """One row a practice that has a score in the month."""
    rule = question.rule
    if rule is None:
        return []
    rules = {own.pk: own for own in question.rules}
    now: dict[int, dict[str, PracticeScore]] = {}
    before: dict[int, PracticeScore] = {}
    for score in scores:
        if score.month != question.month:
            before[score.practice] = score
        elif score.rule in rules:
            now.setdefault(score.practice, {})[rules[score.rule].target] = score
    return [
        _row(question, rule, own, before.get(pk), work.get(pk, PracticeWork()), doubts.get(pk, 0))
        for pk, own in now.items()
    ]


def _row(
    question: Question,
    rule: Rule,
    scores: dict[str, PracticeScore],
    before: PracticeScore | None,
    work: PracticeWork,
    doubts: int,
) -> PracticeRow:
    one = next(iter(scores.values()))
    registration = scores.get("registration")
    row = PracticeRow(
        pk=one.practice,
        code=one.code,
        name=one.name,
        supplier=one.supplier,
        url=practice_url(question, one.code),
        closed=f"closed {short_date(one.closed)}" if one.closed else "",
        scores=scores,
        list_size=registration.denominator if registration else None,
        doubts=doubts,
    )
    course = question.course_of_practices(rule)(one.supplier)
    _put_value(rule, row, scores.get(rule.target), before, course)
    row.states = [state_cell(own.target, scores.get(own.target)) for own in question.rules]
    _put_work(row, work)
    return row


def practice_url(question: Question, code: str) -> str:
    return f"/practices/{code}/{question.query()}"


def _put_value(
    rule: Rule, row: PracticeRow, score: PracticeScore | None, before: PracticeScore | None, course: Course
) -> None:
    """The value of the chosen target, where the person may see it; the state is for everybody."""
    if score is None:
        return
    if not score.seen:
        row.hidden, row.value = True, words.OUTSIDE
        return
    row.share = score.share
    row.shortfall = score.shortfall
    row.moved = change(score, before, course)
    if score.shortfall is not None:
        row.to_target = wording.count(score.shortfall)
    if rule.is_ratio and score.share is not None:
        row.value = wording.share(score.numerator, score.denominator)
        row.value_small = wording.of_words(score.numerator, score.denominator)
        row.change = words.change_words(score, before, course).replace(words.NOT_KNOWN, "")


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


def _put_work(row: PracticeRow, work: PracticeWork) -> None:
    row.visited_on, row.open_actions = work.last_visit, work.open_actions
    row.last_visit = short_date(row.visited_on) if row.visited_on else "none yet"


class Named(Protocol):
    """A line of a table: what it is called and the code that tells namesakes apart."""

    @property
    def code(self) -> str: ...

    @property
    def name(self) -> str: ...


L = TypeVar("L", bound=Named)


def clean_sort(text: str, sorts: Mapping[str, object] = SORTS, otherwise: str = DEFAULT_SORT) -> str:
    """What the address asks for, where the table can be sorted by it; a leading - turns it round."""
    return text if text.removeprefix("-") in sorts else otherwise


def in_order(lines: Sequence[L], sorts: Mapping[str, Callable[[L], Any]], sort: str) -> list[L]:
    """By the column, those without a value always last; equals by name, namesakes by code."""
    key = sorts[sort.removeprefix("-")]
    by_name = sorted(lines, key=lambda line: (line.name, line.code))
    known = [line for line in by_name if key(line) is not None]
    unknown = [line for line in by_name if key(line) is None]
    return sorted(known, key=key, reverse=sort.startswith("-")) + unknown


def sorted_rows(rows: Sequence[PracticeRow], sort: str) -> list[PracticeRow]:
    return in_order(rows, SORTS, sort)
