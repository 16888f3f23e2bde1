"""The sentences and small words that dashboards, tiles and tables share."""

from datetime import date

from core import wording
from core.months import long_date, month_end, month_label
from targets.analysis import Gap, Shared, change, due_month
from targets.reading.question import Question
from targets.rules import STATUS, Rule
from targets.series import Course
from targets.statistics.proportions import wilson
from targets.statistics.trajectory import Trajectory
from targets.sums import Sums

OUTSIDE = "in your CCGs only"
NOT_KNOWN, NOT_COMPARABLE = "not known", "not comparable"
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
        how = "at most" if not rule.asks_at_least else "at least"
        return f"Target: {how} {threshold_words(rule)}"
    if rule.measured == STATUS:
        return "Target: enabled at every practice"
    return "Target: evidence at every practice"


def units(rule: Rule, number: int) -> str:
    one, many = UNITS.get(rule.unit, (rule.unit, rule.unit))
    return wording.plural(number, one, many)


def to_go(rule: Rule, number: int) -> str:
    return f"{units(rule, number)} to go"


def interval_words(numerator: int | None, denominator: int | None) -> str:
    if numerator is None or not denominator:
        return ""
    interval = wilson(numerator, denominator)
    if interval is None:
        return "more than the list: no interval"
    return f"{wording.percent(interval.low)} to {wording.percent(interval.high)}"


def pace_words(found: Trajectory | None, month: date) -> str:
    """The same sentence on the practice's page and in its pack; `month` is that of the figures."""
    if found is None:
        return ""
    if found.shortfall == 0:
        return f"{found.sentence}."
    return f"To meet it by {month_label(due_month(month))}: {found.sentence}."


def where_words(behind: int, most: int) -> str:
    """How the shortfall lies: all at one practice, or most of it at a few."""
    if behind == 0:
        return ""
    if behind == 1:
        return ", all at one practice"
    if behind <= 3 or most == behind:
        return f", at {wording.plural(behind, 'practice')}"
    return f", 80% of it at {wording.plural(most, 'practice')}"


def holders(number: int, of_all: int, one: str, gap: Gap, rule: Rule) -> str:
    """Who holds how much of the shortfall: "5 practices of 37 hold 83.1% of the 747 patients to target"."""
    verb = "holds" if number == 1 else "hold"
    share = "all" if gap.part == gap.whole else wording.share(gap.part, gap.whole)
    who = f"{wording.plural(number, one)} of {wording.count(of_all)} {verb}"
    return f"{who} {share} of the {units(rule, gap.whole)} to target."


def sentence(question: Question, rule: Rule | None, row: Sums | None, where: str) -> str:
    """What a person could read out. where: how the shortfall lies, as `where_words` says it."""
    name, month = question.area.short_name, month_label(question.month) if question.month else ""
    if rule is None:
        programme = question.programme.name if question.programme else "This programme"
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


def together(rule: Rule, row: Sums | None, before: Sums | None, course: Course) -> str:
    """The second sentence: the area's own percentage and where it is going, or why that cannot be said."""
    if row is None or row.share is None or not rule.is_ratio:
        return ""
    words = f"Taken together: {wording.share(row.numerator, row.denominator)}"
    if before is None or before.share is None:
        return f"{words}."
    moved = change(row, before, course)
    if moved is None:
        return f"{words}. {course.why_not(before.month, row.month)}"
    return f"{words}, {wording.points(moved)} since {month_label(before.month)}."


def change_words(row: Shared, before: Shared | None, course: Course) -> str:
    """ "+0.3 pp"; NOT_COMPARABLE where both are known and a break lies between them."""
    moved = change(row, before, course)
    if moved is not None:
        return wording.points(moved)
    broken = before is not None and not course.comparable(before.month, row.month)
    return NOT_COMPARABLE if broken else NOT_KNOWN


def source_line(question: Question, rule: Rule | None) -> str:
    if question.month is None:
        return ""
    source = rule.source_words.rstrip(".") if rule else "POMI"
    return f"{source}. {long_date(month_end(question.month))}."


def data_line(question: Question) -> str:
    """ "Data to 31 December 2018 (POMI), imported 3 May"."""
    info = question.month_info
    if info is None:
        return ""
    words = f"Data to {long_date(month_end(info.month))} ({'POMI' if info.published else 'practice returns'})"
    return f"{words}, imported {long_date(info.imported_at.date())}" if info.imported_at else words
