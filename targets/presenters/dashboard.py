"""An area's dashboard, from top to bottom as it is read."""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from core import wording
from core.charts import Chart
from core.months import add_months, long_date, month_end, month_label
from practices.geography import Area
from practices.geography import AreaKind as Kind
from targets import charts
from targets.models import State
from targets.presenters import words
from targets.presenters.context_bar import address, context_bar, definitions
from targets.presenters.practice_table import PracticeRow, practice_url
from targets.presenters.tiles import own_rows, tiles
from targets.reading.context import PageContext
from targets.reading.dashboard import OpenDoubt, PracticeScore, Sums
from targets.reading.frame import Rule
from targets.scoring.reasons import reason_words

DOUBTS_SHOWN = 12


def page(context: PageContext, rows: Sequence[Sums], where: str) -> dict[str, Any]:
    """What every dashboard begins with. rows: the history of the area and London; where: how the shortfall lies."""
    rule = context.rule
    own = own_rows(context, rows, rule, context.area) if rule else {}
    now = own.get(context.month) if context.month else None
    visible = rule is not None and context.may_see(rule)
    return {
        "context_bar": context_bar(context),
        "breadcrumbs": breadcrumbs(context),
        "area": context.area,
        "title": context.area.name,
        "page_title": ", ".join(
            part
            for part in (
                context.area.name,
                rule.name if rule else "",
                month_label(context.month) if context.month else "",
            )
            if part
        ),
        "membership": membership(context),
        "kind": context.area.term.title,
        "month_words": month_label(context.month) if context.month else "",
        "notices": context.notices,
        "sentence": words.sentence(context, rule, now, where) if visible or rule is None else outside(context, rule),
        "together": words.together(rule, now, _before(context, own)) if rule and visible else "",
        "tiles": tiles(context, rows),
        "rule": rule,
        "target": rule.target if rule else "",
        "target_name": rule.name if rule else "",
        "short_name": words.short_name(rule.target) if rule else "",
        "state_names": [words.short_name(own.target) for own in context.rules],
        "visible": visible,
        "definitions": definitions(context),
        "source_line": words.source_line(context, rule),
        "practices_url": address("targets:practice_list") + context.query(),
        "report_url": address("reports:list"),
    }


def _before(context: PageContext, own: Mapping[date, Sums]) -> Sums | None:
    return own.get(add_months(context.month, -1)) if context.month else None


def chosen_scores(context: PageContext, scores: Sequence[PracticeScore]) -> list[PracticeScore]:
    """The chosen target's scores of the month that this person may see with their figures."""
    rule = context.rule
    if rule is None:
        return []
    by_pk = context.frame.tree.by_pk
    return [
        score
        for score in scores
        if score.rule == rule.pk
        and score.month == context.month
        and context.may_see_practice(rule, by_pk[score.ccg].code if score.ccg in by_pk else "")
    ]


def outside(context: PageContext, rule: Rule) -> str:
    return (
        f"{context.area.short_name}: the figures of the {words.in_sentence(rule)} come from what practices return, and "
        "are shown to the people of their CCGs. The states of the practices are below."
    )


def breadcrumbs(context: PageContext) -> list[dict[str, str]]:
    """Start, the region, and for a CCG its STP."""
    crumbs = [{"label": "Start", "url": address("targets:start")}]
    if context.area.kind != Kind.REGION:
        crumbs.append({"label": context.region.name, "url": context.url(context.region)})
    stp = context.frame.tree.find(Kind.STP, context.area.stp) if context.area.stp else None
    if stp:
        crumbs.append({"label": stp.short_name, "url": context.url(stp)})
    return crumbs


def membership(context: PageContext) -> str:
    """Whose practices an area counts that was made by a merger in the time that the page looks back on."""
    area, months = context.area, context.months_shown
    before = context.frame.tree.predecessors(area) if area.kind == Kind.CCG else []
    if not before or not area.opened or not months or not months[0] < area.opened <= month_end(months[-1]):
        return ""
    names = wording.listed([other.short_name for other in before])
    return (
        f"{area.short_name} counts the practices that are its members in this month. It began on "
        f"{long_date(area.opened)}; before, they counted under {names}."
    )


def trend(context: PageContext, rows: Sequence[Sums], visits: Mapping[date, int]) -> Chart | None:
    rule = context.rule
    if rule is None or not context.may_see(rule):
        return None
    own = own_rows(context, rows, rule, context.area)
    beside = own_rows(context, rows, rule, context.region)
    if not any(row.share is not None for row in own.values()):
        return None
    source = words.source_line(context, rule)
    return charts.area_trend(context.months_shown, context.area, context.region, own, beside, rule, visits, source)


def strip(context: PageContext, scores: Sequence[PracticeScore]) -> Chart | None:
    """The practices along the target line; for a target without shares the table says it all."""
    rule = context.rule
    if rule is None or not rule.is_ratio or not context.may_see(rule):
        return None
    now = chosen_scores(context, scores)
    if not any(score.share is not None for score in now):
        return None
    source = words.source_line(context, rule)
    return charts.strip(now, rule, context.area, source, lambda code: practice_url(context, code))


def gap(context: PageContext, scores: Sequence[PracticeScore]) -> Chart | None:
    rule = context.rule
    if rule is None or not rule.is_ratio or not context.may_see(rule):
        return None
    now = chosen_scores(context, scores)
    most = words.gap_practices(now)
    whole = sum(score.shortfall or 0 for score in now)
    if not most or not whole:
        return None
    part = sum(score.shortfall or 0 for score in most)
    finding = words.holders(len(most), len(now), "practice", part, whole, rule)
    source = words.source_line(context, rule)
    return charts.gap(most[:25], rule, finding, source, lambda code: practice_url(context, code))


def gap_areas(rows: Sequence[tuple[Area, Sums]]) -> list[tuple[Area, Sums]]:
    """The areas that make up 80 % of the shortfall, greatest first."""
    behind = sorted((pair for pair in rows if pair[1].shortfall), key=lambda pair: -(pair[1].shortfall or 0))
    whole = sum(row.shortfall or 0 for _, row in behind)
    most: list[tuple[Area, Sums]] = []
    part = 0
    for area, row in behind:
        if part * 5 >= whole * 4:
            break
        most.append((area, row))
        part += row.shortfall or 0
    return most


def where_in_practices(context: PageContext, scores: Sequence[PracticeScore]) -> str:
    seen = chosen_scores(context, scores)
    return words.where_words(sum(1 for score in seen if score.shortfall), len(words.gap_practices(seen)))


def where_in_areas(rows: Sequence[tuple[Area, Sums]]) -> str:
    most = gap_areas(rows)
    if len(most) < 2:
        return ""
    term = most[0][0].term
    return f", 80% of it in {wording.plural(len(most), term.one, term.many)}"


def area_gap(context: PageContext, rows: Sequence[tuple[Area, Sums]]) -> Chart | None:
    """For a region and an STP: the CCGs that make up 80 % of the shortfall."""
    rule = context.rule
    whole = sum(row.shortfall or 0 for _, row in rows)
    if rule is None or not whole or not rule.is_ratio:
        return None
    most = gap_areas(rows)
    part = sum(row.shortfall or 0 for _, row in most)
    finding = words.holders(len(most), len(rows), most[0][0].term.one, part, whole, rule)
    source = words.source_line(context, rule)
    return charts.area_gap(most, rule, finding, source, lambda area: context.url(area, target=rule.target))


def child_pairs(context: PageContext, rows: Sequence[Sums], kind: str, month: date | None) -> list[tuple[Area, Sums]]:
    """The areas of a kind below this one with their sums for the chosen target."""
    rule = context.rule
    if rule is None:
        return []
    rules = context.rules_of(rule.target)
    allowed = None
    if context.area.kind in (Kind.STP, Kind.REGION):
        allowed = {area.code for area in context.frame.tree.ccgs_of(context.area)}
    found = []
    for row in rows:
        area = context.frame.tree.find(kind, row.area_code) if row.area_kind == kind else None
        if area and row.month == month and row.rule in rules and (allowed is None or area.code in allowed):
            found.append((area, row))
    return sorted(found, key=lambda pair: pair[0].name)


def may_see_area(context: PageContext, rule: Rule, area: Area) -> bool:
    """As PageContext.may_see, of an area in a list."""
    if rule.is_published or context.user.sees_everything:
        return True
    return bool(area.asks) and context.scope_codes.issuperset(area.asks)


def area_table(context: PageContext, rows: Sequence[Sums], kind: str) -> list[dict[str, Any]]:
    """One line an area, the most patients to target first."""
    rule = context.rule
    if rule is None or context.month is None:
        return []
    before = {area.code: row for area, row in child_pairs(context, rows, kind, add_months(context.month, -1))}
    pairs = child_pairs(context, rows, kind, context.month)
    pairs.sort(key=lambda pair: (-(pair[1].shortfall or 0), pair[0].name))
    return [_area_line(context, rule, area, row, before.get(area.code)) for area, row in pairs]


def _area_line(context: PageContext, rule: Rule, area: Area, row: Sums, before: Sums | None) -> dict[str, Any]:
    line: dict[str, Any] = {"name": area.short_name, "url": context.url(area, target=rule.target)}
    if not may_see_area(context, rule, area):
        return line | {"hidden": words.OUTSIDE}
    state, margin = words.area_state(row, rule)
    moved = words.change(row.share, before.share if before else None)
    return line | {
        "state": state,
        "margin": margin,
        "value": wording.share(row.numerator, row.denominator) if row.judged else "",
        "value_small": wording.of_words(row.numerator, row.denominator) if row.judged else "",
        "change": "" if moved is None else wording.points(moved),
        "to_target": wording.count(row.shortfall) if row.judged else "",
        "met": f"{wording.count(row.met)} of {wording.count(row.judged)}",
        "reported": f"{wording.count(row.reported)} of {wording.count(row.practices)}",
    }


def tile_map(context: PageContext, rows: Sequence[Sums]) -> Chart | None:
    """The boroughs of London or of an STP, by the chosen target."""
    rule = context.rule
    if rule is None or context.month is None:
        return None
    sums = {area.code: row for area, row in child_pairs(context, rows, Kind.CCG, context.month)}
    codes = set(sums) if context.area.kind == Kind.STP else None
    by_borough = {row.area_code: row for row in rows if _is_borough_now(context, row)}
    boroughs = []
    for area in context.frame.tree.of_kind(Kind.BOROUGH):
        if codes is not None and not codes & set(area.touching):
            continue
        row = by_borough.get(area.code) if may_see_area(context, rule, area) else None
        boroughs.append((area, row, words.area_state(row, rule)))
    if not boroughs:
        return None
    title = f"{rule.name} by borough, {month_label(context.month)}"
    source = words.source_line(context, rule)
    return charts.tile_map(boroughs, rule, title, source, lambda area: context.url(area, target=rule.target))


def _is_borough_now(context: PageContext, row: Sums) -> bool:
    rule = context.rule
    return rule is not None and row.area_kind == Kind.BOROUGH and row.month == context.month and row.rule == rule.pk


def coverage(context: PageContext, rows: Sequence[PracticeRow]) -> list[dict[str, Any]]:
    """Who has no figure for the chosen target, by reason."""
    rule = context.rule
    if rule is None:
        return []
    without: dict[str, list[PracticeRow]] = {}
    for row in rows:
        score = row.scores.get(rule.target)
        if score and score.state == State.NO_DATA:
            without.setdefault(score.reason, []).append(row)
    return [
        {
            "reason": reason_words(reason),
            "number": wording.plural(len(found), "practice"),
            "practices": sorted(found, key=lambda row: row.name),
        }
        for reason, found in sorted(without.items(), key=lambda pair: -len(pair[1]))
    ]


def doubt_lines(context: PageContext, doubts: Sequence[OpenDoubt]) -> dict[str, Any]:
    kinds = Counter(doubt.kind for doubt in doubts)
    return {
        "total": len(doubts),
        "words": wording.plural(len(doubts), "open doubt") + " about these practices",
        "kinds": dict(kinds),
        "items": [
            {"name": doubt.name, "url": practice_url(context, doubt.code), "words": doubt.words}
            for doubt in doubts[:DOUBTS_SHOWN]
        ],
        "rest": max(0, len(doubts) - DOUBTS_SHOWN),
        "url": address("practices:quality"),
    }
