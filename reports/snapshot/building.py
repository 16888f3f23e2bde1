"""From what was read to what the report says. The words and charts are the dashboards' own, so that both agree."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, fields, replace
from datetime import date, datetime

from django.conf import settings
from django.utils import timezone

from core import disclosure
from core.charts import Chart
from core.months import add_months, long_date, month_end, month_key, month_label
from practices.geography import AreaKind as Kind
from practices.models import Organisation
from reports.snapshot import sentences
from reports.snapshot.gathering import Origin, Read, read
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
from reports.snapshot.protection import Protected, is_protected, protect
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
from targets import analysis, charts
from targets.namesakes import labels, told_apart
from targets.presenters import dashboard, words
from targets.presenters.tiles import SPARK_MONTHS, own_rows, tiles
from targets.reading.question import Question
from targets.rules import Rule
from targets.sums import PracticeScore, Sums

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
    question, rule = found.question, found.question.rule
    called = labels(found.scores)
    safe = protect(
        found.scores, found.history, found.children, question.programme.rules if question.programme else (), threshold
    )
    told = told_apart(found.scores, called)
    lines = _lines(found, told, safe)
    row = own_rows(question, safe.history, rule, question.area).get(month_of(question)) if rule else None
    snapshot = Snapshot(
        about=_about(found, made_at),
        data_line=words.data_line(question),
        sentence=_sentence(found, safe, row),
        summary=_summary(question, safe),
        changes=sentences.changes(
            lines.tiles,
            lines.crossings,
            len(lines.visits),
            month_label(add_months(month_of(question), -1)),
            with_names=not lines.areas,
        ),
        asks=_asks(question, told, safe, lines, called),
        main_target=rule.target if rule else "",
        picture=_picture(question, safe),
        trend=_said(rule, dashboard.trend(question, safe.history, found.work.marks)),
        gap=_gap(question, safe, called),
        definitions=tuple(definition_line(each) for each in question.rules),
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
    question, work = found.question, found.work
    return Lines(
        tiles=tuple(tile_lines(question, found.history, safe)),
        sums=tuple(area_sums(question, safe)),
        areas=tuple(area_lines(question, safe)),
        practices=practice_lines(found, safe),
        crossings=tuple(crossing_lines(question, told)),
        not_reported=tuple(not_reported(question, told)),
        visits=tuple(visit_line(visit) for visit in sorted(work.visits, key=lambda v: (v.on, *_place(v.practice)))),
        actions=tuple(
            action_line(action, question)
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
    question: Question, told: Sequence[PracticeScore], safe: Protected, lines: Lines, called: Mapping[str, str]
) -> tuple[str, ...]:
    rule = question.rule
    now = [score for score in told if rule and score.rule == rule.pk and score.month == question.month]
    return sentences.asks(
        unit_words=words.UNITS.get(rule.unit, ("", rule.unit))[1] if rule else "",
        behind=_behind(
            question, safe, [score.name for score in analysis.holders_of_most(dashboard.in_name_order(now))]
        ),
        noun=question.term(Kind.CCG).one if lines.areas else "practice",
        practices=lines.practices,
        actions=lines.actions,
        doubts=lines.doubts,
        called=called,
        targets={each.target: each.name for each in question.rules},
    )


def _summary(question: Question, safe: Protected) -> tuple[str, ...]:
    rule = question.rule
    if rule is None:
        return ()
    rows = own_rows(question, safe.history, rule, question.area)
    now, before = rows.get(month_of(question)), rows.get(add_months(month_of(question), -1))
    together = words.together(rule, now, before, question.course(rule))
    rounded = disclosure.ROUNDED if together and is_protected(rule) else ""
    return tuple(text for text in (together, rounded, _coverage(now, rule)) if text)


def _said(rule: Rule | None, chart: Chart | None) -> Chart | None:
    """With a word under the drawing where its figures are rounded ones."""
    if rule is None or chart is None or not is_protected(rule):
        return chart
    return replace(chart, source=". ".join(part for part in (chart.source.rstrip("."), disclosure.ROUNDED) if part))


def _sentence(found: Read, safe: Protected, row: Sums | None) -> str:
    question = found.question
    if question.area.kind == Kind.REGION:
        where = dashboard.where_in_areas(_ccgs(question, safe))
    else:
        where = dashboard.where_in_practices(question, found.scores)
    sentence = words.sentence(question, question.rule, row, where)
    if row is not None and "shortfall" in safe.hidden_of(row):
        # How many are missing is a small number, so the sentence ends before it.
        return f"{sentence.split(';')[0]}."
    return sentence


def _behind(question: Question, safe: Protected, practices: list[str]) -> list[str]:
    """Where 80 % of the gap is: for London and an STP the CCGs, else the practices."""
    if not safe.children:
        return practices
    return [pair.area.short_name for pair in analysis.holders_of_most(_ccgs(question, safe))]


def _ccgs(question: Question, safe: Protected) -> list[dashboard.AreaSums]:
    return dashboard.child_pairs(question, safe.children, Kind.CCG, question.month)


def _source(origin: Origin) -> Source:
    landed = long_date(timezone.localtime(origin.landed).date()) if origin.landed else ""
    return Source(origin.source, origin.file, origin.sha256, landed)


def _about(found: Read, made_at: datetime) -> About:
    question = found.question
    month = month_of(question)
    assert question.programme is not None
    local = timezone.localtime(made_at)
    return About(
        kind=question.area.kind,
        kind_words=question.area.term.title,
        code=question.area.code,
        name=question.area.short_name,
        month=month_key(month),
        month_words=f"{month:%B %Y}",
        month_end=long_date(month_end(month)),
        programme=question.programme.slug,
        programme_name=question.programme.name,
        made_at=made_at.isoformat(),
        made_words=f"{long_date(local.date())}, {local:%H:%M}",
        data_version=found.state.data_version,
        illustrative=found.state.illustrative,
    )


def _coverage(row: Sums | None, rule: Rule) -> str:
    """Of this target alone: on another one the same practices may have said nothing."""
    if row is None:
        return ""
    target = sentences.lower(rule.name)
    if row.reported == row.practices:
        whole = "The only practice" if row.practices == 1 else f"All {row.practices:,} practices"
        return f"{whole} reported on {target}."
    return f"{row.reported:,} of {row.practices:,} practices reported on {target}; the others count neither way."


def tile_lines(question: Question, exact: Sequence[Sums], safe: Protected) -> list[Tile]:
    """States from the exact sums, figures from those that may be shown."""
    found = []
    for rule, judged, shown in zip(question.rules, tiles(question, exact), tiles(question, safe.history), strict=True):
        rows = own_rows(question, safe.history, rule, question.area)
        row = rows.get(month_of(question))
        hidden = safe.hidden_of(row) if row else ()
        text = {name: getattr(shown, name) for name in ("value", "value_small", "change_month", "change_year")}
        if "numerator" in hidden or "denominator" in hidden:
            text = {"value": disclosure.HIDDEN}
        found.append(
            Tile(
                target=rule.target,
                title=rule.name,
                target_line=words.target_line(rule),
                state=judged.state,
                within_margin=judged.within_margin,
                reason=judged.reason,
                coverage=judged.coverage,
                meet_line=judged.meet_line,
                practices_state=judged.practices_state,
                to_target=disclosure.HIDDEN if "shortfall" in hidden else shown.to_target,
                spark=_spark(question, rule, rows),
                rounded=disclosure.ROUNDED if is_protected(rule) else "",
                **text,
            )
        )
    return found


def _spark(question: Question, rule: Rule, rows: Mapping[date, Sums]) -> Chart | None:
    months = [add_months(month_of(question), back) for back in range(1 - SPARK_MONTHS, 1)]
    shares = {month: rows[month].share for month in months if month in rows}
    if sum(share is not None for share in shares.values()) < 2:
        return None
    return charts.sparkline(months, shares, rule, question.area.short_name, question.course(rule))


def _picture(question: Question, safe: Protected) -> Chart | None:
    """The map of London or an STP; of a borough or CCG its practices along the target."""
    if safe.children:
        return _said(question.rule, dashboard.tile_map(question, safe.children))
    return _said(question.rule, dashboard.strip(question, safe.scores))


def _gap(question: Question, safe: Protected, called: Mapping[str, str]) -> Chart | None:
    if safe.children:
        return _said(question.rule, dashboard.area_gap(question, _ccgs(question, safe)))
    chart = _said(question.rule, dashboard.gap(question, told_apart(safe.scores, called)))
    if chart is None or len(chart.points) <= DRAWN:
        return chart
    series = tuple(replace(one, points=one.points[:DRAWN]) for one in chart.series)
    return replace(chart, series=series, finding=f"{chart.finding} The {DRAWN} with the most are drawn.")
