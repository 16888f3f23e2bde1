"""The five tiles at the top of a dashboard."""

from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import wording
from core.charts import to_svg
from core.months import add_months
from practices.geography import Area
from targets import charts
from targets.presenters import words
from targets.reading.context import PageContext
from targets.reading.dashboard import Sums
from targets.reading.frame import Rule

SPARK_MONTHS = 13


def tiles(context: PageContext, rows: Sequence[Sums]) -> list[dict[str, Any]]:
    """One tile a target of the programme, each opening its own view of the same page."""
    return [_tile(context, rule, own_rows(context, rows, rule, context.area)) for rule in context.rules]


def own_rows(context: PageContext, rows: Sequence[Sums], rule: Rule, area: Area) -> dict[date, Sums]:
    """The area's sums by month, whichever version of the rule was in force."""
    rules = context.rules_of(rule.target)
    return {
        row.month: row
        for row in rows
        if row.rule in rules and row.area_kind == area.kind and row.area_code == area.code
    }


def _tile(context: PageContext, rule: Rule, rows: Mapping[date, Sums]) -> dict[str, Any]:
    assert context.month is not None
    tile: dict[str, Any] = {
        "title": rule.name,
        "target": rule.target,
        "url": context.url(context.area, target=rule.target) + "#target",
        "chosen": rule.target == (context.rule.target if context.rule else ""),
        "target_line": words.target_line(rule),
    }
    row = rows.get(context.month)
    if not context.may_see(rule):
        return tile | {"hidden": words.OUTSIDE}
    state, margin = words.area_state(row, rule)
    tile |= {"state": state, "within_margin": margin}
    if row is None:
        return tile
    coverage = f"{wording.count(row.reported)} of {wording.plural(row.practices, 'practice')}"
    tile["coverage"] = coverage
    if not row.judged:
        return tile | {"reason": "no practice has said"}
    months = [add_months(context.month, back) for back in range(1 - SPARK_MONTHS, 1)]
    shares = {month: rows[month].share for month in months if month in rows}
    return tile | {
        "value": wording.share(row.numerator, row.denominator),
        "value_small": wording.of_words(row.numerator, row.denominator),
        "change_month": _change(row, rows.get(add_months(context.month, -1))),
        "change_year": _change(row, rows.get(add_months(context.month, -12))),
        "to_target": words.units(rule, row.shortfall or 0) if row.shortfall else "none",
        "meet_line": f"{wording.count(row.met)} of {wording.plural(row.judged, 'practice')} meet it",
        "sparkline": to_svg(charts.sparkline(months, shares, rule, context.area.short_name)) if len(shares) > 1 else "",
    }


def _change(row: Sums, before: Sums | None) -> str:
    moved = words.change(row.share, before.share if before else None)
    return "not known" if moved is None else wording.points(moved)
