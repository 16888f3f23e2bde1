"""The tables of practices as files."""

from collections.abc import Iterable

from django.conf import settings
from django.http import StreamingHttpResponse

from core import disclosure, wording
from core.exports import csv_response
from core.months import month_key, month_label
from targets.models import Target
from targets.presenters import words
from targets.presenters.practice_table import PracticeRow
from targets.reading.context import PageContext


def safe_count(value: int | None) -> str | int | None:
    """A count from a practice return as it may leave the portal."""
    cell = disclosure.shown(value, settings.SMALL_NUMBER_THRESHOLD)
    return disclosure.HIDDEN if cell.hidden else cell.value


def safe_ratio(numerator: int | None, denominator: int | None) -> list[object]:
    """Numerator, denominator and percentage; the last from rounded counts, and none where one is hidden."""
    top, bottom = safe_count(numerator), safe_count(denominator)
    if not isinstance(top, int) or not isinstance(bottom, int) or not bottom:
        return [top, bottom, None]
    return [top, bottom, wording.share(top, bottom)]


def practice_table_response(context: PageContext, rows: Iterable[PracticeRow]) -> StreamingHttpResponse:
    """Every row that the filters leave, not only the page shown."""
    rule = context.rule
    targets = [own.target for own in context.rules]
    headings = ["ODS code", "Practice", "System supplier", "List size"]
    headings += [str(Target(target).label) for target in targets]
    if rule:
        headings += [f"{rule.name}: numerator", "Denominator", "Percentage", f"{rule.unit.capitalize()} to target"]
    headings += ["Last visit", "Open actions", "Open doubts"]
    month = month_label(context.month) if context.month else ""
    about = [f"{context.area.name}, {month}, {context.programme.name if context.programme else ''}"]
    about.append(words.source_line(context, rule))
    if rule and not rule.is_published:
        about.append(disclosure.words(settings.SMALL_NUMBER_THRESHOLD))
    name = f"practices-{context.area.code}-{month_key(context.month) if context.month else ''}"
    return csv_response(name=name, headings=headings, rows=(_line(context, row, targets) for row in rows), about=about)


def _line(context: PageContext, row: PracticeRow, targets: list[str]) -> list[object]:
    line: list[object] = [row.code, row.name, row.supplier, row.list_size]
    line += [_state_words(row, target) for target in targets]
    rule = context.rule
    if rule:
        score = None if row.hidden else row.scores.get(rule.target)
        if score is None:
            line += [None, None, None, None]
        elif rule.is_published:
            line += [score.numerator, score.denominator, wording.share(score.numerator, score.denominator)]
            line.append(score.shortfall)
        else:
            line += [*safe_ratio(score.numerator, score.denominator), safe_count(score.shortfall)]
    visited = row.visited_on.isoformat() if row.visited_on else None
    return [*line, visited, row.open_actions, row.doubts]


def _state_words(row: PracticeRow, target: str) -> str:
    score = row.scores.get(target)
    if score is None:
        return wording.state_words("not_applicable").words
    return wording.state_words(score.state, within_margin=score.within_margin).words
