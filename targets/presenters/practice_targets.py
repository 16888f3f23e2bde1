"""The five rows of the practice page: what each target's figure is, where it comes from, and what it would take."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise
from typing import Any

from core import wording
from core.charts import Chart, to_svg
from core.months import add_months, long_date, month_label
from practices import measures
from practices.models import MonthlyFigures, Organisation
from targets import charts
from targets.analysis import FEWEST_PEERS, Peers, among_peers, pace
from targets.models import State, Target
from targets.presenters import words
from targets.presenters.context_bar import address, definition
from targets.reading.page import Page
from targets.reading.peers import FIFTHS
from targets.reading.question import Question
from targets.rules import EVIDENCE, Rule
from targets.scoring.reasons import reason_words
from targets.series import Course
from targets.sums import PracticeScore

SPARK_MONTHS = 13
LOW_REACH = 0.01


@dataclass
class PracticeFacts:
    """What the page read, for its presenters."""

    page: Page
    practice: Organisation
    scores: Sequence[tuple[PracticeScore, int | None]]
    figures: Sequence[MonthlyFigures]
    peers: Peers | None
    visits: Sequence[date]
    in_scope: bool

    @property
    def question(self) -> Question:
        return self.page.question

    @property
    def name(self) -> str:
        return self.practice.name

    def published(self, month: date | None) -> MonthlyFigures | None:
        """The live POMI row of a month."""
        return next(
            (row for row in self.figures if row.month == month and row.source == "pomi" and row.standing == "live"),
            None,
        )

    def by_month(self, rule: Rule, *, later: bool = False) -> dict[date, PracticeScore]:
        rules = self.question.rules_of(rule.target)
        last = self.question.month
        return {
            score.month: score
            for score, _ in self.scores
            if score.rule in rules and last is not None and (score.month > last if later else score.month <= last)
        }

    def course(self, columns: Sequence[str], source: str = measures.POMI.key) -> Course:
        """Which months may be compared, by the system that each month's row names."""
        rows = [row for row in self.figures if row.standing == "live" and row.source == source and row.supplier]
        suppliers = {row.month: row.supplier for row in rows}
        return self.question.frame.breaks.of_columns(columns, self.practice.supplier, suppliers, source=source)

    def row_behind(self, rule: Rule) -> MonthlyFigures | None:
        """The row of figures that the month's score was made from."""
        pk = next((p for s, p in self.scores if s.rule == rule.pk and s.month == self.question.month), None)
        return next((row for row in self.figures if row.pk == pk), None)


def target_rows(facts: PracticeFacts) -> list[dict[str, Any]]:
    return [_row(facts, rule) for rule in facts.question.rules]


def _row(facts: PracticeFacts, rule: Rule) -> dict[str, Any]:
    scores = facts.by_month(rule)
    score = scores.get(facts.question.month) if facts.question.month else None
    state = score.state if score else State.NO_DATA
    row: dict[str, Any] = {
        "target": rule.target,
        "name": rule.name,
        "title": rule.title,
        "target_line": words.target_line(rule).replace(" at every practice", ""),
        "state": state,
        "margin": bool(score and score.within_margin),
        "reason": _reason(score) if state == State.NO_DATA else "",
        "definition": definition(facts.question, rule),
    }
    if score and not score.seen:
        return row | {"hidden": words.OUTSIDE}
    row |= {
        "chart": _chart(facts, rule, scores),
        "sparkline": _sparkline(facts, rule, scores),
        "provenance": provenance(facts, rule),
        "corrections": corrections(facts, rule),
        "peers": peer_words(facts, rule),
        "dispute_url": _dispute_url(facts, rule),
    }
    if score and rule.is_ratio and score.share is not None:
        row |= {
            "value": wording.share(score.numerator, score.denominator),
            "value_small": wording.of_words(score.numerator, score.denominator),
            "interval": words.interval_words(score.numerator, score.denominator),
            "to_target": words.to_go(rule, score.shortfall) if score.shortfall else "",
            "trajectory": trajectory_words(facts, rule, scores),
        }
    elif rule.target == Target.DCR:
        row |= dcr_reach(facts)
    elif rule.measured == EVIDENCE:
        row["evidence"] = evidence_words(facts, rule)
    return row


def _reason(score: PracticeScore | None) -> str:
    return reason_words(score.reason) if score else "The practice is not counted in this month"


def _chart(facts: PracticeFacts, rule: Rule, scores: Mapping[date, PracticeScore]) -> Chart | None:
    if len(scores) < 2:
        return None
    months = facts.question.months_shown
    source = words.source_line(facts.question, rule)
    build = charts.practice_trend if rule.is_ratio else charts.practice_steps
    return build(months, scores, rule, facts.name, facts.visits, source, facts.course(rule.columns, rule.source))


def _sparkline(facts: PracticeFacts, rule: Rule, scores: Mapping[date, PracticeScore]) -> str:
    month = facts.question.month
    if not rule.is_ratio or month is None:
        return ""
    months = [add_months(month, back) for back in range(1 - SPARK_MONTHS, 1)]
    shares = {m: scores[m].share for m in months if m in scores}
    if sum(share is not None for share in shares.values()) < 2:
        return ""
    return to_svg(charts.sparkline(months, shares, rule, facts.name, facts.course(rule.columns, rule.source)))


def provenance(facts: PracticeFacts, rule: Rule) -> dict[str, str]:
    """From the figure to its source, its file and its row; the import itself is for administrators."""
    row = facts.row_behind(rule)
    if row is None:
        return {}
    brought_by = row.brought_by
    file = row.file.name if row.file else ""
    parts = [f"{row.get_source_display()}, {month_label(row.month)}"]
    if file:
        parts.append(f"file {file}{_rows_words(row, rule)}")
    if row.landed_at:
        parts.append(f"brought in on {long_date(row.landed_at.date())}")
    if row.routine_definition and rule.target in (Target.APPOINTMENTS, Target.UTILISATION):
        parts.append(f"routine as the practice defines it: {row.routine_definition}")
    url = address("practices:import", brought_by.pk) if brought_by and facts.page.user.is_administrator else ""
    return {"words": "; ".join(parts) + ".", "url": url}


def _rows_words(row: MonthlyFigures, rule: Rule) -> str:
    """The rows of the file that hold the figure's parts; a wide file has one row for all of them."""
    numbers = row.rows_of(rule.columns)
    if not numbers:
        return ""
    return f", row{'s' if len(numbers) > 1 else ''} {' and '.join(wording.count(number) for number in numbers)}"


def corrections(facts: PracticeFacts, rule: Rule) -> list[str]:
    """What the figure was before, and which file changed it."""
    by_pk = {row.pk: row for row in facts.figures}
    found = []
    columns = [column for column in rule.columns if column != "ecommunication_promoted_on"]
    for row in facts.figures:
        later = by_pk.get(row.superseded_by_id or 0)
        if row.month != facts.question.month or row.standing != "superseded" or later is None:
            continue
        for column in columns:
            was, now = getattr(row, column), getattr(later, column)
            if was != now:
                found.append(f"{measures.label(column)}: was {wording.count(was)} until {_origin(later)}")
    return found


def _origin(row: MonthlyFigures) -> str:
    day = long_date(row.landed_at.date()) if row.landed_at else ""
    return f"the {'file' if row.file_id else row.get_source_display().lower()} of {day}"


def peer_words(facts: PracticeFacts, rule: Rule) -> str:
    """Beside practices with the same supplier and a list in the same fifth: a band and a median, never a rank."""
    row, peers = facts.published(facts.question.month), facts.peers
    if row is None or peers is None or rule.target not in (Target.REGISTRATION, Target.DCR):
        return ""
    own = row.online_patients if rule.target == Target.REGISTRATION else row.dcr_enabled
    groups = peers.registration if rule.target == Target.REGISTRATION else peers.reach
    found = among_peers(own, row.list_size, row.supplier, peers, groups)
    if found is None:
        return ""
    alike = f"the same supplier ({row.supplier or 'not named'}) and a list in the {FIFTHS[found.fifth]}"
    if found.below is None or found.middle is None:
        return f"Fewer than {FEWEST_PEERS} practices have {alike}: too few to compare."
    what = "reach" if rule.target == Target.DCR else "share registered"
    middle = wording.percent(found.middle)
    return (
        f"Of {found.peers} practices with {alike}, this one is {_band(found.below)}; their median {what} is {middle}."
    )


def _band(below: float) -> str:
    if below < 0.25:
        return "in the lowest quarter"
    return "in the highest quarter" if below >= 0.75 else "in the middle half"


def trajectory_words(facts: PracticeFacts, rule: Rule, scores: Mapping[date, PracticeScore]) -> str:
    """Only for a stock: registered patients can be added to month by month, a month's slots cannot."""
    month = facts.question.month
    if rule.target != Target.REGISTRATION or month is None:
        return ""
    return words.pace_words(pace(scores, rule, month, facts.course(rule.columns, rule.source)), month)


def dcr_reach(facts: PracticeFacts) -> dict[str, Any]:
    """How many patients the record reaches, beside whether it is on."""
    row = facts.published(facts.question.month)
    if row is None or row.dcr_enabled is None or not row.list_size:
        return {}
    reach = row.dcr_enabled / row.list_size
    values = [
        (r.month, r.dcr_enabled, r.list_size) for r in facts.figures if r.source == "pomi" and r.standing == "live"
    ]
    shown = sorted(values)
    found: dict[str, Any] = {
        "value": wording.share(row.dcr_enabled, row.list_size),
        "value_small": f"of patients have access: {wording.of_words(row.dcr_enabled, row.list_size)}",
    }
    if len(shown) > 1:
        source = f"POMI, to {month_label(shown[-1][0])}."
        course = facts.course(("dcr_enabled", "list_size"))
        found["reach_chart"] = charts.reach_trend([v for v in shown if v[0] <= row.month], facts.name, source, course)
    if row.dcr_status == 2 and reach < LOW_REACH:
        found["warning"] = "Enabled, not reaching patients: fewer than 1 in 100 on the list have access."
    return found


def evidence_words(facts: PracticeFacts, rule: Rule) -> str:
    """The evidence behind the state; and if it came after the month shown, that it did."""
    parts = []
    row = facts.row_behind(rule)
    if row and row.ecommunication_promoted_on:
        where = f" ({row.ecommunication_promoted_where})" if row.ecommunication_promoted_where else ""
        parts.append(f"Evidence of {long_date(row.ecommunication_promoted_on)}{where}.")
    later = facts.by_month(rule, later=True)
    newest = max((month for month, score in later.items() if score.state == State.MET), default=None)
    now = facts.by_month(rule).get(facts.question.month) if facts.question.month else None
    if newest and (now is None or now.state != State.MET):
        parts.append(f"Evidence has come in since: met from {month_label(min_met(later))}, shown under that month.")
    return " ".join(parts)


def min_met(scores: Mapping[date, PracticeScore]) -> date:
    return min(month for month, score in scores.items() if score.state == State.MET)


def _dispute_url(facts: PracticeFacts, rule: Rule) -> str:
    user = facts.page.user
    if user.is_viewer or not facts.in_scope or facts.question.month is None:
        return ""
    url = address("practices:dispute", facts.practice.code)
    return f"{url}{facts.question.query(target=rule.target)}" if url else ""


def supplier_changes(figures: Sequence[MonthlyFigures]) -> list[tuple[date, str, str]]:
    """(month, before, after) where the published supplier is another than the month before."""
    rows = sorted(
        (row for row in figures if row.source == "pomi" and row.standing == "live"),
        key=lambda row: row.month,
    )
    return [
        (after.month, before.supplier, after.supplier)
        for before, after in pairwise(rows)
        if before.supplier and after.supplier and before.supplier != after.supplier
    ]
