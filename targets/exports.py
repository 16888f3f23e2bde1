"""The tables of practices as files."""

from collections.abc import Iterable, Iterator, Sequence

from django.conf import settings
from django.http import StreamingHttpResponse

from core import disclosure, wording
from core.exports import csv_response
from core.months import month_key, month_label
from practices.geography import AreaKind
from targets.models import Target
from targets.presenters import words
from targets.presenters.dashboard import AreaLine
from targets.presenters.practice_table import PracticeRow
from targets.reading.question import Question


def safe_count(value: int | None) -> str | int | None:
    """A count from a practice return as it may leave the portal."""
    return _told(disclosure.shown(value, settings.SMALL_NUMBER_THRESHOLD))


def _told(cell: disclosure.Cell) -> str | int | None:
    return disclosure.HIDDEN if cell.hidden else cell.value


def _ratio(top: str | int | None, bottom: str | int | None) -> list[object]:
    """Numerator, denominator and percentage; the last from rounded counts, and none where one is hidden."""
    if not isinstance(top, int) or not isinstance(bottom, int) or not bottom:
        return [top, bottom, None]
    return [top, bottom, wording.share(top, bottom)]


def practice_table_response(question: Question, rows: Iterable[PracticeRow]) -> StreamingHttpResponse:
    """Every row that the filters leave, not only the page shown."""
    rule = question.rule
    targets = [own.target for own in question.rules]
    headings = ["ODS code", "Practice", "System supplier", "List size"]
    headings += [str(Target(target).label) for target in targets]
    if rule:
        headings += [f"{rule.name}: numerator", "Denominator", "Percentage", f"{rule.unit.capitalize()} to target"]
    headings += ["Last visit", "Open actions", "Open doubts"]
    month = month_label(question.month) if question.month else ""
    about = [f"{question.area.name}, {month}, {question.programme.name if question.programme else ''}"]
    about.append(words.source_line(question, rule))
    if rule and not rule.published:
        about.append(disclosure.words(settings.SMALL_NUMBER_THRESHOLD))
    name = f"practices-{question.area.code}-{month_key(question.month) if question.month else ''}"
    return csv_response(name=name, headings=headings, rows=(_line(question, row, targets) for row in rows), about=about)


def _line(question: Question, row: PracticeRow, targets: list[str]) -> list[object]:
    line: list[object] = [row.code, row.name, row.supplier, row.list_size]
    line += [_state_words(row, target) for target in targets]
    rule = question.rule
    if rule:
        score = None if row.hidden else row.scores.get(rule.target)
        if score is None:
            line += [None, None, None, None]
        elif rule.published:
            line += [score.numerator, score.denominator, wording.share(score.numerator, score.denominator)]
            line.append(score.shortfall)
        else:
            line += [*_ratio(safe_count(score.numerator), safe_count(score.denominator)), safe_count(score.shortfall)]
    visited = row.visited_on.isoformat() if row.visited_on else None
    return [*line, visited, row.open_actions, row.doubts]


def _state_words(row: PracticeRow, target: str) -> str:
    score = row.scores.get(target)
    if score is None:
        return wording.state_words("not_applicable").words
    return wording.state_words(score.state, within_margin=score.within_margin).words


def area_table_response(question: Question, lines: Sequence[AreaLine]) -> StreamingHttpResponse:
    """The CCGs of London or an STP for the chosen target; what the reader may not see is left out."""
    rule = question.rule
    term = question.term(AreaKind.CCG)
    headings = ["ODS code", term.title, "State", "Numerator", "Denominator", "Percentage"]
    headings.append("Change in percentage points")
    headings += [f"{rule.unit.capitalize() if rule else 'Distance'} to target", "Practices that meet it"]
    headings += ["Practices with an answer", "Practices that reported", "Practices"]
    month = month_label(question.month) if question.month else ""
    target = f", {rule.name}" if rule else ""
    about = [f"{term.heading} of {question.area.name}, {month}{target}", words.source_line(question, rule)]
    if rule and not rule.published:
        about.append(disclosure.words(settings.SMALL_NUMBER_THRESHOLD))
    name = f"ccgs-{question.area.code}-{month_key(question.month) if question.month else ''}"
    published = rule is None or rule.published
    rows = map(_area_line, lines, _published(lines) if published else _protected(lines))
    return csv_response(name=name, headings=headings, rows=rows, about=about)


def _area_line(line: AreaLine, figures: list[object]) -> list[object]:
    """Which practices meet a target is open to all; of an area beyond the reader's scope nothing else is told."""
    sums = line.sums
    counts: list[object] = [sums.met, sums.judged, sums.reported, sums.practices]
    if not sums.seen:
        return [line.code, line.name, line.hidden, None, None, None, None, None, *counts]
    state = wording.state_words(line.state, within_margin=line.margin).words
    return [line.code, line.name, state, *figures, *counts]


def _published(lines: Sequence[AreaLine]) -> Iterator[list[object]]:
    for line in lines:
        moved = None if line.moved is None else round(line.moved * 100, 1)
        yield [line.sums.numerator, line.sums.denominator, line.value or None, moved, line.sums.shortfall]


def _protected(lines: Sequence[AreaLine]) -> Iterator[list[object]]:
    """Sums of returns, whose total stands on the page: a change, which is exact, would give them away."""
    numerators, denominators, shortfalls = (
        [_told(cell) for cell in disclosure.shown_column(values, settings.SMALL_NUMBER_THRESHOLD)]
        for values in (
            [line.sums.numerator for line in lines],
            [line.sums.denominator for line in lines],
            [line.sums.shortfall for line in lines],
        )
    )
    for top, bottom, shortfall in zip(numerators, denominators, shortfalls, strict=True):
        yield [*_ratio(top, bottom), None, shortfall]
