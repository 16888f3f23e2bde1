"""The sentences and small words that dashboards, tiles and tables share."""

from collections.abc import Sequence

from core import wording
from core.months import long_date, month_end, month_label
from targets.models import State, TargetRule
from targets.reading.context import PageContext
from targets.reading.dashboard import PracticeScore, Sums
from targets.reading.frame import Rule
from targets.statistics.proportions import meets, wilson, within_margin

OUTSIDE = "in your CCGs only"
UNITS = {
    "patients": ("patient", "patients"),
    "slots": ("slot", "slots"),
    "transactions": ("transaction", "transactions"),
    "practices": ("practice", "practices"),
}
SHORT_NAMES = {
    "appointments": "Appointments",
    "registration": "Registration",
    "dcr": "DCR",
    "ecommunication": "E-comms",
    "utilisation": "Utilisation",
}


def short_name(target: str) -> str:
    return SHORT_NAMES[target]


def in_sentence(rule: Rule) -> str:
    """The target as a sentence names it: "20% registration target"."""
    name = rule.name[0].lower() + rule.name[1:]
    return f"{threshold_words(rule)} {name} target" if rule.is_ratio else f"{name} target"


def threshold_words(rule: Rule) -> str:
    """ "20%", without a decimal that is not there."""
    return wording.percent(rule.threshold).replace(".0%", "%") if rule.threshold is not None else ""


def target_line(rule: Rule) -> str:
    if rule.is_ratio:
        how = "at most" if rule.direction == TargetRule.Direction.AT_MOST else "at least"
        return f"Target: {how} {threshold_words(rule)}"
    if rule.measured == TargetRule.Measured.STATUS:
        return "Target: enabled at every practice"
    return "Target: evidence at every practice"


def units(rule: Rule, number: int) -> str:
    one, many = UNITS.get(rule.unit, (rule.unit, rule.unit))
    return wording.plural(number, one, many)


def to_go(rule: Rule, number: int) -> str:
    return f"{units(rule, number)} to go"


def area_state(row: Sums | None, rule: Rule) -> tuple[str, bool]:
    """The state of an area and whether it is within margin: its sum against the threshold, or all of its practices."""
    if row is None or not row.judged or row.numerator is None or not row.denominator:
        return State.NO_DATA, False
    if not rule.is_ratio or rule.threshold is None:
        return (State.MET if row.not_met == 0 else State.NOT_MET), False
    if rule.direction == TargetRule.Direction.AT_MOST:
        met = row.numerator <= rule.threshold * row.denominator
    else:
        met = meets(row.numerator, row.denominator, rule.threshold)
    return (State.MET if met else State.NOT_MET), within_margin(row.numerator, row.denominator, rule.threshold)


def interval_words(numerator: int | None, denominator: int | None) -> str:
    if numerator is None or not denominator:
        return ""
    interval = wilson(numerator, denominator)
    if interval is None:
        return "more than the list: no interval"
    return f"{wording.percent(interval.low)} to {wording.percent(interval.high)}"


def change(now: float | None, before: float | None) -> float | None:
    return None if now is None or before is None else now - before


def gap_practices(scores: Sequence[PracticeScore]) -> list[PracticeScore]:
    """The practices that make up 80 % of the shortfall, greatest first."""
    behind = sorted((s for s in scores if s.shortfall), key=lambda s: (-(s.shortfall or 0), s.name))
    whole = sum(s.shortfall or 0 for s in behind)
    found: list[PracticeScore] = []
    so_far = 0
    for score in behind:
        if so_far * 5 >= whole * 4:
            break
        found.append(score)
        so_far += score.shortfall or 0
    return found


def where_words(behind: int, most: int) -> str:
    """How the shortfall lies: all at one practice, or most of it at a few."""
    if behind == 0:
        return ""
    if behind == 1:
        return ", all at one practice"
    if behind <= 3 or most == behind:
        return f", at {wording.plural(behind, 'practice')}"
    return f", 80% of it at {wording.plural(most, 'practice')}"


def holders(number: int, of_all: int, one: str, part: int, whole: int, rule: Rule) -> str:
    """Who holds how much of the shortfall: "5 practices of 37 hold 83.1% of the 747 patients to target"."""
    verb = "holds" if number == 1 else "hold"
    share = "all" if part == whole else wording.share(part, whole)
    who = f"{wording.plural(number, one)} of {wording.count(of_all)} {verb}"
    return f"{who} {share} of the {units(rule, whole)} to target."


def sentence(context: PageContext, rule: Rule | None, row: Sums | None, where: str) -> str:
    """What a person could read out. where: how the shortfall lies, as `where_words` says it."""
    name, month = context.area.short_name, month_label(context.month) if context.month else ""
    if rule is None:
        programme = context.programme.name if context.programme else "This programme"
        return f"{programme} asked for nothing in {month}: no rule of it was in force."
    if row is None or not row.judged:
        return f"{name}: nothing is known of the {in_sentence(rule)} for {month}."
    verb = "meets" if row.judged == 1 else "meet"
    words = (
        f"{name}: {wording.count(row.met)} of {wording.plural(row.judged, 'practice')} {verb} the {in_sentence(rule)}"
    )
    if row.not_met == 0:
        return f"{words}: all that reported."
    if rule.unit == "practices":
        return f"{words}; {to_go(rule, row.not_met)}."
    return f"{words}; {to_go(rule, row.shortfall or 0)}{where}."


def together(rule: Rule, row: Sums | None, before: Sums | None) -> str:
    """The second sentence: the area's own percentage and where it is going."""
    if row is None or row.share is None or not rule.is_ratio:
        return ""
    words = f"Taken together: {wording.share(row.numerator, row.denominator)}"
    moved = change(row.share, before.share if before else None)
    if moved is None:
        return f"{words}."
    return f"{words}, {wording.points(moved)} since {month_label(before.month)}." if before else f"{words}."


def source_line(context: PageContext, rule: Rule | None) -> str:
    if context.month is None:
        return ""
    source = rule.source_words.rstrip(".") if rule else "POMI"
    return f"{source}. {long_date(month_end(context.month))}."


def data_line(context: PageContext) -> str:
    """ "Data to 31 December 2018 (POMI), imported 3 May"."""
    info = context.month_info
    if info is None:
        return ""
    words = f"Data to {long_date(month_end(info.month))} ({'POMI' if info.published else 'practice returns'})"
    return f"{words}, imported {long_date(info.imported_at.date())}" if info.imported_at else words
