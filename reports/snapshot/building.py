"""From what was read to what the report says. The words and charts are the dashboards' own, so that both agree."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.utils import timezone

from core import disclosure
from core.charts import Chart
from core.months import add_months, long_date, month_end, month_key, month_label
from practices.geography import Area, term_of
from practices.geography import AreaKind as Kind
from reports.snapshot import sentences
from reports.snapshot.lines import (
    action_line,
    area_lines,
    area_sums,
    crossing_lines,
    definition_line,
    doubt_line,
    month_of,
    not_reported,
    practice_lines,
)
from reports.snapshot.protection import Protected, protect
from reports.snapshot.reading import Origin, Read, read
from reports.snapshot.shape import About, Snapshot, Source, Tile, VisitLine
from targets import charts
from targets.presenters import dashboard, words
from targets.presenters.tiles import SPARK_MONTHS, own_rows, tiles
from targets.reading.context import PageContext
from targets.reading.dashboard import Sums
from targets.reading.frame import Rule

# Bars that fit on the first page
DRAWN = 5


def build(*, area_kind: str, area_code: str, month: date, programme: str, made_at: datetime) -> Snapshot:
    """The report of an area for a month. Raises NothingToReport. Same rows and made_at, same snapshot."""
    return of_read(
        read(area_kind=area_kind, area_code=area_code, month=month, programme=programme),
        made_at=made_at,
        threshold=settings.SMALL_NUMBER_THRESHOLD,
    )


def of_read(found: Read, *, made_at: datetime, threshold: int) -> Snapshot:
    context = found.context
    safe = protect(
        found.scores, found.history, found.children, context.programme.rules if context.programme else (), threshold
    )
    story = _story(found, safe)
    return Snapshot(
        about=_about(found, made_at),
        data_line=words.data_line(context),
        main_target=context.rule.target if context.rule else "",
        picture=_picture(context, safe),
        trend=dashboard.trend(context, safe.history, found.work.marks),
        gap=_gap(context, safe),
        visits=tuple(
            VisitLine(visit.on.isoformat(), visit.practice.name, visit.practice.code, visit.get_kind_display())
            for visit in found.work.visits
        ),
        definitions=tuple(definition_line(rule) for rule in context.rules),
        sources=tuple(_source(origin) for origin in found.origins),
        small_numbers=disclosure.words(threshold) if safe.applied else "",
        **story,
    )


def _story(found: Read, safe: Protected) -> dict[str, Any]:
    """The sentences, and the lines that they speak of."""
    context, rule = found.context, found.context.rule
    lines: dict[str, Any] = {
        "tiles": tuple(tile_lines(context, found.history, safe)),
        "sums": tuple(area_sums(context, safe)),
        "areas": tuple(area_lines(context, safe)),
        "practices": practice_lines(found, safe),
        "crossings": tuple(crossing_lines(context, found.scores)),
        "not_reported": tuple(not_reported(context, found.scores)),
        "actions": tuple(action_line(action, context) for action in found.work.actions),
        "doubts": tuple(doubt_line(doubt) for doubt in found.doubts),
    }
    now = [score for score in found.scores if rule and score.rule == rule.pk and score.month == context.month]
    behind = words.gap_practices(now)
    month, before = month_of(context), add_months(month_of(context), -1)
    shown = own_rows(context, safe.history, rule, context.area) if rule else {}
    together = words.together(rule, shown.get(month), shown.get(before)) if rule else ""
    return lines | {
        "sentence": _sentence(found, safe, shown.get(month)),
        "summary": tuple(text for text in (together, _coverage(shown.get(month))) if text),
        "changes": sentences.changes(
            lines["tiles"],
            lines["crossings"],
            len(found.work.visits),
            month_label(before),
            with_names=not lines["areas"],
        ),
        "asks": sentences.asks(
            unit_words=words.UNITS.get(rule.unit, ("", rule.unit))[1] if rule else "",
            behind=_behind(context, safe, [score.name for score in behind]),
            noun=term_of(Kind.CCG, context.month).one if lines["areas"] else "practice",
            practices=lines["practices"],
            actions=lines["actions"],
            doubts=lines["doubts"],
        ),
    }


def _sentence(found: Read, safe: Protected, row: Sums | None) -> str:
    context = found.context
    if context.area.kind == Kind.REGION:
        where = dashboard.where_in_areas(_ccgs(context, safe))
    else:
        where = dashboard.where_in_practices(context, found.scores)
    sentence = words.sentence(context, context.rule, row, where)
    if row is not None and "shortfall" in safe.hidden_of(row):
        # How many are missing is a small number, so the sentence ends before it.
        return f"{sentence.split(';')[0]}."
    return sentence


def _behind(context: PageContext, safe: Protected, practices: list[str]) -> list[str]:
    """Where 80 % of the gap is: for London and an STP the CCGs, else the practices."""
    if not safe.children:
        return practices
    return [area.short_name for area, _ in dashboard.gap_areas(_ccgs(context, safe))]


def _ccgs(context: PageContext, safe: Protected) -> list[tuple[Area, Sums]]:
    return dashboard.child_pairs(context, safe.children, Kind.CCG, context.month)


def _source(origin: Origin) -> Source:
    landed = long_date(timezone.localtime(origin.landed).date()) if origin.landed else ""
    return Source(origin.source, origin.file, origin.sha256, landed)


def _about(found: Read, made_at: datetime) -> About:
    context = found.context
    month = month_of(context)
    assert context.programme is not None
    local = timezone.localtime(made_at)
    return About(
        kind=context.area.kind,
        kind_words=context.area.term.title,
        code=context.area.code,
        name=context.area.short_name,
        month=month_key(month),
        month_words=f"{month:%B %Y}",
        month_end=long_date(month_end(month)),
        programme=context.programme.slug,
        programme_name=context.programme.name,
        made_at=made_at.isoformat(),
        made_words=f"{long_date(local.date())}, {local:%H:%M}",
        data_version=found.state.data_version,
        illustrative=found.state.illustrative,
    )


def _coverage(row: Sums | None) -> str:
    if row is None:
        return ""
    if row.reported == row.practices:
        return f"All {row.practices:,} practices reported."
    return f"{row.reported:,} of {row.practices:,} practices reported; the others count neither way."


def tile_lines(context: PageContext, exact: Sequence[Sums], safe: Protected) -> list[Tile]:
    """States from the exact sums, figures from those that may be shown."""
    found = []
    for rule, judged, shown in zip(context.rules, tiles(context, exact), tiles(context, safe.history), strict=True):
        rows = own_rows(context, safe.history, rule, context.area)
        row = rows.get(month_of(context))
        hidden = safe.hidden_of(row) if row else ()
        text = {name: str(shown.get(name, "")) for name in ("value", "value_small", "change_month", "change_year")}
        if "numerator" in hidden or "denominator" in hidden:
            text = {"value": disclosure.HIDDEN}
        found.append(
            Tile(
                target=rule.target,
                title=rule.name,
                target_line=words.target_line(rule),
                state=judged["state"],
                within_margin=judged["within_margin"],
                reason=judged.get("reason", ""),
                coverage=judged.get("coverage", ""),
                meet_line=judged.get("meet_line", ""),
                to_target=disclosure.HIDDEN if "shortfall" in hidden else shown.get("to_target", ""),
                spark=_spark(context, rule, rows),
                **text,
            )
        )
    return found


def _spark(context: PageContext, rule: Rule, rows: Mapping[date, Sums]) -> Chart | None:
    months = [add_months(month_of(context), back) for back in range(1 - SPARK_MONTHS, 1)]
    shares = {month: rows[month].share for month in months if month in rows}
    if sum(share is not None for share in shares.values()) < 2:
        return None
    return charts.sparkline(months, shares, rule, context.area.short_name)


def _picture(context: PageContext, safe: Protected) -> Chart | None:
    """The map of London or an STP; of a borough or CCG its practices along the target."""
    if safe.children:
        return dashboard.tile_map(context, safe.children)
    return dashboard.strip(context, safe.scores)


def _gap(context: PageContext, safe: Protected) -> Chart | None:
    if safe.children:
        return dashboard.area_gap(context, _ccgs(context, safe))
    chart = dashboard.gap(context, safe.scores)
    if chart is None or len(chart.points) <= DRAWN:
        return chart
    series = tuple(replace(one, points=one.points[:DRAWN]) for one in chart.series)
    return replace(chart, series=series, finding=f"{chart.finding} The {DRAWN} with the most are drawn.")
