"""Scores once more, one practice at a time, in plain Python with fractions: what the fast version must agree with.

Written from the programme's rules, not from targets.scoring, and shares nothing with it.
"""

import calendar
from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from decimal import Decimal, getcontext
from fractions import Fraction
from typing import Any, NamedTuple

getcontext().prec = 50
Row = dict[str, Any]


class Answer(NamedTuple):
    state: str
    reason: str = ""
    numerator: int | None = None
    denominator: int | None = None
    shortfall: int | None = None
    within_margin: bool = False


def last_day(month: date) -> date:
    return date(month.year, month.month, calendar.monthrange(month.year, month.month)[1])


def no_data(reason: str) -> Answer:
    return Answer("no_data", reason)


def score(rule: Any, month: date, rows: dict[str, Row], evidence: Iterable[Row], month_has_file: bool) -> Answer:
    """rows: the practice's live rows of the month by source; evidence: all its live returns and visits ever."""
    end = last_day(month)
    if end < rule.effective_from or (rule.effective_to is not None and end > rule.effective_to):
        return Answer("not_applicable")
    if rule.target in {"registration", "dcr"}:
        return published(rule, rows.get("pomi"), month_has_file)
    if rule.target == "ecommunication":
        return promoted(end, evidence)
    return returned(rule, rows.get("return"), rows.get("visit"))


def published(rule: Any, row: Row | None, month_has_file: bool) -> Answer:
    if row is None:
        return no_data("not_in_file" if month_has_file else "no_file")
    if all(row[name] is None for name in ("appointments_status", "prescriptions_status", "dcr_status")):
        return no_data("practice_not_reported")
    if rule.target == "registration":
        return share(rule, row["online_patients"], row["list_size"])
    status = row["dcr_status"]
    if status is None:
        return no_data("blank_value")
    if status == 2:
        return Answer("met", "", 1, 1, 0)
    return Answer("not_met", "", 0, 1, 1) if status in {0, 1} else no_data("status_unknown")


def returned(rule: Any, by_return: Row | None, by_visit: Row | None) -> Answer:
    for row in (by_return, by_visit):
        if row is not None:
            values = [row[name] for name in (*rule.numerator, *rule.denominator)]
            if None not in values:
                top = sum(row[name] for name in rule.numerator)
                return share(rule, top, sum(row[name] for name in rule.denominator))
    said = by_visit is not None and any(by_visit[name] is not None for name in (*rule.numerator, *rule.denominator))
    return no_data("blank_value" if by_return is not None or said else "no_return")


def promoted(end: date, evidence: Iterable[Row]) -> Answer:
    since = date(end.year - 1, end.month + 1, 1) if end.month < 12 else date(end.year, 1, 1)
    asked = False
    for row in evidence:
        day = row["ecommunication_promoted_on"]
        if day is not None and since <= day <= end:
            return Answer("met", "", 1, 1, 0)
        words = row["ecommunication_product"] or row["ecommunication_promoted_where"]
        if (row["ecommunication_answered"] or words) and since <= row["month"] <= end:
            asked = True
    return Answer("not_met", "", 0, 1, 1) if asked else no_data("no_evidence_asked")


def share(rule: Any, top: int | None, bottom: int | None) -> Answer:
    if top is None or bottom is None:
        return no_data("blank_value")
    if min(top, bottom) < 0 or max(top, bottom) > 10**12:
        return no_data("impossible_value")
    if bottom == 0:
        return no_data("zero_denominator")
    threshold = Fraction(rule.threshold)
    if rule.direction == "at_least":
        met = Fraction(top, bottom) >= threshold
        exact = threshold * bottom - top
    else:
        met = Fraction(top, bottom) <= threshold
        exact = top - threshold * bottom
    short = max(0, exact.numerator // exact.denominator + (exact.denominator != 1))
    state = "met" if met else "not_met"
    return Answer(state, "", top, bottom, short, straddles(top, bottom, threshold))


def straddles(top: int, bottom: int, threshold: Fraction) -> bool:
    """The Wilson interval at 95 %, in fifty digits."""
    if top > bottom:
        return False
    z = Decimal("1.959963984540054235524594430520551527955550")
    x, n = Decimal(top), Decimal(bottom)
    line = Decimal(threshold.numerator) / Decimal(threshold.denominator)
    reach = z * (z * z + 4 * x * (1 - x / n)).sqrt()
    low, high = ((2 * x + z * z + sign * reach) / (2 * (n + z * z)) for sign in (-1, 1))
    return bool(low < line < high)


class Sums(NamedTuple):
    """An area: sums over the practices that reported, counts over all."""

    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    within_margin: int
    practices: int
    reported: int
    shortfall: int | None


def add_up(answers: dict[Any, Answer], areas: dict[Any, Iterable[Any]]) -> dict[Any, Sums]:
    """answers: by practice; areas: the areas that each practice counts to."""
    inside: dict[Any, list[Answer]] = defaultdict(list)
    for practice, answer in answers.items():
        for area in areas[practice]:
            inside[area].append(answer)
    return {area: add(members) for area, members in inside.items()}


def add(members: list[Answer]) -> Sums:
    reported = [answer for answer in members if answer.state in {"met", "not_met"}]

    def number(state: str) -> int:
        return sum(answer.state == state for answer in members)

    def total(name: str) -> int | None:
        return sum(getattr(answer, name) for answer in reported) if reported else None

    return Sums(
        numerator=total("numerator"),
        denominator=total("denominator"),
        met=number("met"),
        not_met=number("not_met"),
        no_data=number("no_data"),
        not_applicable=number("not_applicable"),
        within_margin=sum(answer.within_margin for answer in members),
        practices=len(members),
        reported=len(reported),
        shortfall=total("shortfall"),
    )
