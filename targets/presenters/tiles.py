"""The five tiles at the top of a dashboard."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from core import disclosure, wording
from core.charts import to_svg
from core.months import add_months
from practices.geography import Area
from targets import charts
from targets.analysis import state_of_share
from targets.presenters import words
from targets.reading.question import Question
from targets.rules import Rule
from targets.sums import MET, NO_DATA, NOT_MET, Sums

SPARK_MONTHS = 13


@dataclass(frozen=True, slots=True)
class Tile:
    """A target of an area in finished words. Two states stand on it: that of the area's own share, and that of its
    practices, which is met where all of them meet the target. `hidden` says why there are no figures.
    """

    title: str
    target: str
    url: str
    chosen: bool
    target_line: str
    state: str = NO_DATA
    within_margin: bool = False
    hidden: str = ""
    reason: str = ""
    coverage: str = ""
    value: str = ""
    value_small: str = ""
    change_month: str = ""
    change_year: str = ""
    to_target: str = ""
    practices_state: str = ""
    meet_line: str = ""
    rounded: str = ""
    sparkline: str = ""

    @property
    def look(self) -> str:
        return look_of(self.state, self.practices_state)


def look_of(state: str, practices_state: str) -> str:
    """The colour of a tile: neither that of met nor that of not met where its two states differ."""
    return state if practices_state in ("", state) else "partly"


def tiles(question: Question, rows: Sequence[Sums]) -> list[Tile]:
    """One tile a target of the programme, each opening its own view of the same page."""
    return [_tile(question, rule, own_rows(question, rows, rule, question.area)) for rule in question.rules]


def own_rows(question: Question, rows: Sequence[Sums], rule: Rule, area: Area) -> dict[date, Sums]:
    """The area's sums by month, whichever version of the rule was in force."""
    rules = question.rules_of(rule.target)
    return {
        row.month: row
        for row in rows
        if row.rule in rules and row.area_kind == area.kind and row.area_code == area.code
    }


def _tile(question: Question, rule: Rule, rows: Mapping[date, Sums]) -> Tile:
    assert question.month is not None
    row = rows.get(question.month)
    state, margin = state_of_share(row, rule)

    def tile(**more: str | bool) -> Tile:
        return Tile(
            title=rule.name,
            target=rule.target,
            url=question.url(question.area, target=rule.target) + "#target",
            chosen=question.rule is not None and rule.target == question.rule.target,
            target_line=words.target_line(rule),
            **more,  # type: ignore[arg-type]
        )

    if row is None:
        return tile(state=state)
    if not row.seen:
        return tile(state=state, hidden=words.OUTSIDE)
    coverage = f"{wording.count(row.reported)} of {wording.plural(row.practices, 'practice')}"
    if not row.judged:
        return tile(state=state, coverage=coverage, reason="no practice has said")
    months = [add_months(question.month, back) for back in range(1 - SPARK_MONTHS, 1)]
    shares = {month: rows[month].share for month in months if month in rows}
    course, name = question.course(rule), question.area.short_name
    spark = to_svg(charts.sparkline(months, shares, rule, name, course)) if len(shares) > 1 else ""
    return tile(
        state=state,
        within_margin=margin,
        coverage=coverage,
        value=wording.share(row.numerator, row.denominator),
        value_small=wording.of_words(row.numerator, row.denominator),
        change_month=words.change_words(row, rows.get(add_months(question.month, -1)), course),
        change_year=words.change_words(row, rows.get(add_months(question.month, -12)), course),
        to_target=words.units(rule, row.shortfall) if row.shortfall else "none",
        practices_state=(MET if row.not_met == 0 else NOT_MET) if rule.is_ratio else "",
        meet_line=f"{wording.count(row.met)} of {wording.plural(row.judged, 'practice')} meet it",
        rounded=disclosure.ROUNDED if rule.is_ratio and not rule.published else "",
        sparkline=spark,
    )
