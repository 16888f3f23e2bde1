"""An area's dashboard, from top to bottom as it is read."""

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, NamedTuple

from core import wording
from core.charts import Chart
from core.months import long_date, month_end, month_label
from practices.geography import Area
from practices.geography import AreaKind as Kind
from targets import analysis, charts
from targets.models import State
from targets.presenters import words
from targets.presenters.context_bar import address, context_bar, definitions
from targets.presenters.practice_table import PracticeRow, clean_sort, in_order, practice_url
from targets.presenters.tiles import own_rows, tiles
from targets.reading.dashboard import OpenDoubt
from targets.reading.page import Page
from targets.reading.question import Question
from targets.rules import Rule
from targets.scoring.reasons import reason_words
from targets.sums import PracticeScore, Sums

DOUBTS_SHOWN = 12


def page(page: Page, rows: Sequence[Sums], where: str) -> dict[str, Any]:
    """What every dashboard begins with. rows: the history of the area and London; where: how the shortfall lies."""
    question = page.question
    rule = question.rule
    own = own_rows(question, rows, rule, question.area) if rule else {}
    now = own.get(question.month) if question.month else None
    visible = rule is not None and (now is None or now.seen)
    return {
        "context_bar": context_bar(page),
        "breadcrumbs": breadcrumbs(question),
        "area": question.area,
        "title": question.area.name,
        "page_title": ", ".join(
            part
            for part in (
                question.area.name,
                rule.name if rule else "",
                month_label(question.month) if question.month else "",
            )
            if part
        ),
        "membership": membership(question),
        "kind": question.area.term.title,
        "month_words": month_label(question.month) if question.month else "",
        "notices": page.notices,
        "sentence": words.sentence(question, rule, now, where) if visible or rule is None else outside(question, rule),
        "together": _together(question, rule, own) if rule and visible else "",
        "tiles": tiles(question, rows),
        "rule": rule,
        "target": rule.target if rule else "",
        "target_name": rule.name if rule else "",
        "short_name": words.short_name(rule.target) if rule else "",
        "state_names": [words.short_name(own.target) for own in question.rules],
        "visible": visible,
        "definitions": definitions(question),
        "source_line": words.source_line(question, rule),
        "practices_url": address("targets:practice_list") + question.query(),
        "report_url": address("reports:list"),
    }


def _together(question: Question, rule: Rule, own: Mapping[date, Sums]) -> str:
    now, before = (own.get(month) if month else None for month in (question.month, question.month_before))
    return words.together(rule, now, before, question.course(rule))


def chosen_scores(question: Question, scores: Sequence[PracticeScore]) -> list[PracticeScore]:
    """The chosen target's scores of the month."""
    rule = question.rule
    return [score for score in scores if rule and score.rule == rule.pk and score.month == question.month]


def all_seen(rows: Iterable[PracticeScore | Sums]) -> bool:
    """Where one is hidden, what is said of the others would be taken for all of them."""
    return all(row.seen for row in rows)


def outside(question: Question, rule: Rule) -> str:
    return (
        f"{question.area.short_name}: the figures of the {words.in_sentence(rule)} come from what practices return, "
        "and are shown to the people of their CCGs. The states of the practices are below."
    )


def breadcrumbs(question: Question) -> list[dict[str, str]]:
    """Start, the region, and for a CCG its STP."""
    crumbs = [{"label": "Start", "url": address("targets:start")}]
    if question.area.kind != Kind.REGION:
        crumbs.append({"label": question.region.name, "url": question.url(question.region)})
    stp = question.frame.tree.find(Kind.STP, question.area.stp) if question.area.stp else None
    if stp:
        crumbs.append({"label": stp.short_name, "url": question.url(stp)})
    return crumbs


def membership(question: Question) -> str:
    """Whose practices an area counts that was made by a merger in the time that the page looks back on."""
    area, months = question.area, question.months_shown
    before = question.frame.tree.predecessors(area) if area.kind == Kind.CCG else []
    if not before or not area.opened or not months or not months[0] < area.opened <= month_end(months[-1]):
        return ""
    names = wording.listed([other.short_name for other in before])
    return (
        f"{area.short_name} counts the practices that are its members in this month. It began on "
        f"{long_date(area.opened)}; before, they counted under {names}."
    )


def trend(question: Question, rows: Sequence[Sums], visits: Mapping[date, int]) -> Chart | None:
    rule = question.rule
    if rule is None:
        return None
    own = own_rows(question, rows, rule, question.area)
    beside = own_rows(question, rows, rule, question.region)
    if not any(row.share is not None for row in own.values()):
        return None
    lines = [charts.AreaHistory(question.area, own, question.course(rule))]
    if question.area is not question.region:
        lines.append(charts.AreaHistory(question.region, beside, question.course(rule, question.region)))
    return charts.area_trend(question.months_shown, lines, rule, visits, words.source_line(question, rule))


def strip(question: Question, scores: Sequence[PracticeScore]) -> Chart | None:
    """The practices along the target line; for a target without shares the table says it all."""
    rule = question.rule
    now = chosen_scores(question, scores)
    if rule is None or not rule.is_ratio or not all_seen(now):
        return None
    if not any(score.share is not None for score in now):
        return None
    source = words.source_line(question, rule)
    return charts.strip(now, rule, question.area, source, lambda code: practice_url(question, code))


def gap(question: Question, scores: Sequence[PracticeScore]) -> Chart | None:
    rule = question.rule
    now = chosen_scores(question, scores)
    if rule is None or not rule.is_ratio or not all_seen(now):
        return None
    most = analysis.holders_of_most(in_name_order(now))
    if not most:
        return None
    finding = words.holders(len(most), len(now), "practice", analysis.gap_of(now, most), rule)
    source = words.source_line(question, rule)
    return charts.gap(most[:25], rule, finding, source, lambda code: practice_url(question, code))


def in_name_order(scores: Iterable[PracticeScore]) -> list[PracticeScore]:
    """Namesakes by code, so that their order is the same on every page."""
    return sorted(scores, key=lambda score: (score.name, score.code))


def where_in_practices(question: Question, scores: Sequence[PracticeScore]) -> str:
    now = chosen_scores(question, scores)
    if not all_seen(now):
        return ""
    return words.where_words(sum(1 for score in now if score.shortfall), len(analysis.holders_of_most(now)))


class AreaSums(NamedTuple):
    """An area of a list with its sums for the chosen target."""

    area: Area
    sums: Sums

    @property
    def shortfall(self) -> int | None:
        return self.sums.shortfall


def where_in_areas(rows: Sequence[AreaSums]) -> str:
    if not all_seen(pair.sums for pair in rows):
        return ""
    most = analysis.holders_of_most(rows)
    if len(most) < 2:
        return ""
    term = most[0].area.term
    return f", 80% of it in {wording.plural(len(most), term.one, term.many)}"


def area_gap(question: Question, rows: Sequence[AreaSums]) -> Chart | None:
    """For a region and an STP: the CCGs that make up 80 % of the shortfall."""
    rule = question.rule
    if rule is None or not rule.is_ratio or not all_seen(pair.sums for pair in rows):
        return None
    most = analysis.holders_of_most(rows)
    if not most:
        return None
    noun = most[0].area.term.one
    finding = words.holders(len(most), len(rows), noun, analysis.gap_of(rows, most), rule)
    source = words.source_line(question, rule)
    return charts.area_gap(most, rule, noun, finding, source, lambda area: question.url(area, target=rule.target))


def child_pairs(question: Question, rows: Sequence[Sums], kind: str, month: date | None) -> list[AreaSums]:
    """The areas of a kind below this one with their sums for the chosen target."""
    rule = question.rule
    if rule is None:
        return []
    rules = question.rules_of(rule.target)
    allowed = None
    if question.area.kind in (Kind.STP, Kind.REGION):
        allowed = {area.code for area in question.frame.tree.ccgs_of(question.area)}
    found = []
    for row in rows:
        area = question.frame.tree.find(kind, row.area_code) if row.area_kind == kind else None
        if area and row.month == month and row.rule in rules and (allowed is None or area.code in allowed):
            found.append(AreaSums(area, row))
    return sorted(found, key=lambda pair: (pair.area.name, pair.area.code))


@dataclass(frozen=True, slots=True)
class AreaLine:
    """An area in a table of areas, in words; the plain numbers beside them are for sorting and export."""

    code: str
    name: str
    url: str
    sums: Sums
    moved: float | None
    state: str
    margin: bool
    hidden: str = ""
    value: str = ""
    value_small: str = ""
    change: str = ""
    to_target: str = ""
    met: str = ""
    reported: str = ""


AREA_SORTS: dict[str, Callable[[AreaLine], Any]] = {
    "name": lambda line: line.name,
    "value": lambda line: line.sums.share,
    "change": lambda line: line.moved,
    "shortfall": lambda line: line.sums.shortfall,
    "met": lambda line: line.sums.met / line.sums.judged if line.sums.judged else None,
    "reported": lambda line: line.sums.reported,
}
AREA_SORT = "-shortfall"


def area_table(question: Question, rows: Sequence[Sums], kind: str, sort: str = AREA_SORT) -> list[AreaLine]:
    """One line an area, the most patients to target first if not asked otherwise."""
    rule = question.rule
    if rule is None or question.month is None:
        return []
    before = {pair.area.code: pair.sums for pair in child_pairs(question, rows, kind, question.month_before)}
    lines = [
        _area_line(question, rule, pair, before.get(pair.area.code))
        for pair in child_pairs(question, rows, kind, question.month)
    ]
    return in_order(lines, AREA_SORTS, clean_sort(sort, AREA_SORTS, AREA_SORT))


def _area_line(question: Question, rule: Rule, pair: AreaSums, before: Sums | None) -> AreaLine:
    area, row = pair
    state, margin = analysis.state_of_share(row, rule)
    course = question.course(rule, area)
    moved = analysis.change(row, before, course)

    def line(**more: str) -> AreaLine:
        url = question.url(area, target=rule.target)
        # The states of practices are open to all, and so is how many there are of each.
        met = f"{wording.count(row.met)} of {wording.count(row.judged)}"
        reported = f"{wording.count(row.reported)} of {wording.count(row.practices)}"
        return AreaLine(area.code, area.short_name, url, row, moved, state, margin, met=met, reported=reported, **more)

    if not row.seen:
        return line(hidden=words.OUTSIDE)
    if not row.judged:
        return line()
    return line(
        value=wording.share(row.numerator, row.denominator),
        value_small=wording.of_words(row.numerator, row.denominator),
        change=words.change_words(row, before, course).replace(words.NOT_KNOWN, ""),
        to_target=wording.count(row.shortfall),
    )


def tile_map(question: Question, rows: Sequence[Sums]) -> Chart | None:
    """The boroughs of London or of an STP, by the chosen target."""
    rule = question.rule
    if rule is None or question.month is None:
        return None
    ccgs = {pair.area.code for pair in child_pairs(question, rows, Kind.CCG, question.month)}
    codes = ccgs if question.area.kind == Kind.STP else None
    by_borough = {row.area_code: row for row in rows if _is_borough_now(question, row)}
    boroughs = []
    for area in question.frame.tree.of_kind(Kind.BOROUGH):
        if codes is not None and not codes & set(area.touching):
            continue
        row = by_borough.get(area.code)
        boroughs.append((area, row, analysis.state_of_share(row, rule)))
    if not boroughs:
        return None
    title = f"{rule.name} by borough, {month_label(question.month)}"
    source = words.source_line(question, rule)
    return charts.tile_map(boroughs, rule, title, source, lambda area: question.url(area, target=rule.target))


def _is_borough_now(question: Question, row: Sums) -> bool:
    rule = question.rule
    return rule is not None and row.area_kind == Kind.BOROUGH and row.month == question.month and row.rule == rule.pk


def coverage(question: Question, rows: Sequence[PracticeRow]) -> list[dict[str, Any]]:
    """Who has no figure for the chosen target, by reason."""
    rule = question.rule
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
            "practices": sorted(found, key=lambda row: (row.name, row.code)),
        }
        for reason, found in sorted(without.items(), key=lambda pair: -len(pair[1]))
    ]


def doubt_lines(question: Question, doubts: Sequence[OpenDoubt]) -> dict[str, Any]:
    kinds = Counter(doubt.kind for doubt in doubts)
    return {
        "total": len(doubts),
        "words": wording.plural(len(doubts), "open doubt") + " about these practices",
        "kinds": dict(kinds),
        "items": [
            {"name": doubt.name, "url": practice_url(question, doubt.code), "words": doubt.words}
            for doubt in doubts[:DOUBTS_SHOWN]
        ],
        "rest": max(0, len(doubts) - DOUBTS_SHOWN),
        "url": address("practices:quality"),
    }
