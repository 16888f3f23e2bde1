"""From what was read to what the report says. The words and charts are the dashboards' own, so that both agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from core import disclosure
from core.charts import Chart
from core.months import add_months, long_date, month_end, month_key, month_label
from practices.models import Organisation
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
    visit_line,
)
from reports.snapshot.namesakes import labels, told_apart
from reports.snapshot.protection import Protected, is_protected, protect
from reports.snapshot.reading import Origin, Read, read
from reports.snapshot.shape import (
    About,
    ActionLine,
    AreaLine,
    Crossing,
    DoubtLine,
    Gap,
    PracticeLine,
    Snapshot,
    Source,
    TargetSums,
    Tile,
    VisitLine,
)
from reports.snapshot.texts import legible_snapshot
from targets import charts
from targets.models import AreaScore
from targets.presenters import dashboard, words
from targets.presenters.tiles import SPARK_MONTHS, own_rows, tiles
from targets.reading.areas import Area, Kind
from targets.reading.context import PageContext
from targets.reading.dashboard import PracticeScore, Sums
from targets.reading.frame import Rule

# Bars that fit on the first page
DRAWN = 5
KIND_WORDS = {Kind.LONDON: "Region", Kind.STP: "STP", Kind.CCG: "CCG", Kind.BOROUGH: "Borough"}


def build(*, area_kind: str, area_code: str, month: date, programme: str, made_at: datetime) -> Snapshot:
    """The report of an area for a month. Raises NothingToReport. Same rows and made_at, same snapshot."""
    return of_read(
        read(area_kind=area_kind, area_code=area_code, month=month, programme=programme),
        made_at=made_at,
        threshold=settings.SMALL_NUMBER_THRESHOLD,
    )


def of_read(found: Read, *, made_at: datetime, threshold: int) -> Snapshot:
    context, rule = found.context, found.context.rule
    called = labels(found.scores)
    safe = protect(
        found.scores, found.history, found.children, context.programme.rules if context.programme else (), threshold
    )
    told = told_apart(found.scores, called)
    lines = _lines(found, told, safe)
    row = own_rows(context, safe.history, rule, context.area).get(month_of(context)) if rule else None
    snapshot = Snapshot(
        about=_about(found, made_at),
        data_line=words.data_line(context),
        sentence=_sentence(found, safe, row),
        summary=_summary(context, safe),
        changes=sentences.changes(
            lines.tiles,
            lines.crossings,
            len(lines.visits),
            month_label(add_months(month_of(context), -1)),
            with_names=not lines.areas,
        ),
        asks=_asks(context, told, safe, lines, called),
        main_target=rule.target if rule else "",
        picture=_picture(context, safe),
        trend=_said(rule, dashboard.trend(context, safe.history, found.work.marks)),
        gap=_gap(context, safe, called),
        definitions=tuple(definition_line(each) for each in context.rules),
        sources=tuple(_source(origin) for origin in found.origins),
        small_numbers=disclosure.words(threshold) if safe.applied else "",
        **{field.name: getattr(lines, field.name) for field in fields(lines)},
    )
    return legible_snapshot(snapshot)


@dataclass(frozen=True, slots=True)
class Lines:
    """The parts of a snapshot that its sentences speak of, under the snapshot's names."""

    tiles: tuple[Tile, ...]
    sums: tuple[TargetSums, ...]
    areas: tuple[AreaLine, ...]
    practices: tuple[PracticeLine, ...]
    crossings: tuple[Crossing, ...]
    not_reported: tuple[Gap, ...]
    visits: tuple[VisitLine, ...]
    actions: tuple[ActionLine, ...]
    doubts: tuple[DoubtLine, ...]


def _lines(found: Read, told: Sequence[PracticeScore], safe: Protected) -> Lines:
    """told: the scores with namesakes told apart, for lines that have no code beside the name."""
    context, work = found.context, found.work
    return Lines(
        tiles=tuple(tile_lines(context, found.history, safe)),
        sums=tuple(area_sums(context, safe)),
        areas=tuple(area_lines(context, safe)),
        practices=practice_lines(found, safe),
        crossings=tuple(crossing_lines(context, told)),
        not_reported=tuple(not_reported(context, told)),
        visits=tuple(visit_line(visit) for visit in sorted(work.visits, key=lambda v: (v.on, *_place(v.practice)))),
        actions=tuple(
            action_line(action, context)
            for action in sorted(work.actions, key=lambda a: (a.due_on, *_place(a.practice)))
        ),
        doubts=tuple(
            doubt_line(doubt) for doubt in sorted(found.doubts, key=lambda doubt: (doubt.name, doubt.code, doubt.kind))
        ),
    )


def _place(practice: Organisation) -> tuple[str, str]:
    """In a list by name; the code keeps namesakes in their order."""
    return practice.name, practice.code


def _asks(
    context: PageContext, told: Sequence[PracticeScore], safe: Protected, lines: Lines, called: Mapping[str, str]
) -> tuple[str, ...]:
    rule = context.rule
    now = [score for score in told if rule and score.rule == rule.pk and score.month == context.month]
    return sentences.asks(
        unit_words=words.UNITS.get(rule.unit, ("", rule.unit))[1] if rule else "",
        behind=_behind(context, safe, [score.name for score in words.gap_practices(now)]),
        noun="CCG" if lines.areas else "practice",
        practices=lines.practices,
        actions=lines.actions,
        doubts=lines.doubts,
        called=called,
    )


def _summary(context: PageContext, safe: Protected) -> tuple[str, ...]:
    rule = context.rule
    if rule is None:
        return ()
    rows = own_rows(context, safe.history, rule, context.area)
    now, before = rows.get(month_of(context)), rows.get(add_months(month_of(context), -1))
    together = words.together(rule, now, before)
    rounded = disclosure.ROUNDED if together and is_protected(rule) else ""
    return tuple(text for text in (together, rounded, _coverage(now)) if text)


def _said(rule: Rule | None, chart: Chart | None) -> Chart | None:
    """With a word under the drawing where its figures are rounded ones."""
    if rule is None or chart is None or not is_protected(rule):
        return chart
    return replace(chart, source=". ".join(part for part in (chart.source.rstrip("."), disclosure.ROUNDED) if part))


def _sentence(found: Read, safe: Protected, row: Sums | None) -> str:
    context = found.context
    if context.area.kind == Kind.LONDON:
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
        kind_words=KIND_WORDS[AreaScore.AreaKind(context.area.kind)],
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
                rounded=disclosure.ROUNDED if is_protected(rule) else "",
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
        return _said(context.rule, dashboard.tile_map(context, safe.children))
    return _said(context.rule, dashboard.strip(context, safe.scores))


def _gap(context: PageContext, safe: Protected, called: Mapping[str, str]) -> Chart | None:
    if safe.children:
        return _said(context.rule, dashboard.area_gap(context, _ccgs(context, safe)))
    chart = _said(context.rule, dashboard.gap(context, told_apart(safe.scores, called)))
    if chart is None or len(chart.points) <= DRAWN:
        return chart
    series = tuple(replace(one, points=one.points[:DRAWN]) for one in chart.series)
    return replace(chart, series=series, finding=f"{chart.finding} The {DRAWN} with the most are drawn.")
