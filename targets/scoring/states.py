"""The state of practices against one rule: arrays in, arrays out, no database.

Every practice-month gets exactly one of met, not met and no data; a rule that is not in force gives not applicable. A
state of no data has a reason and no numbers; the others have numbers and no reason.
"""

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
import numpy.typing as npt

from practices import measures
from targets.models import State
from targets.rules import EVIDENCE, STATUS, Rule
from targets.scoring.frames import Booleans, Floats, Integers, Material, SourceColumns
from targets.statistics.proportions import exact_threshold, shortfall_columns, within_margin_columns

STATUS_COLUMNS = measures.columns_of(measures.POMI.key, "status")
ENABLED, NOT_ENABLED = 2, (0, 1)
LARGEST_COUNT = 10**12
"""More patients, slots or transactions than there can be."""

Words = npt.NDArray[np.object_]


@dataclass(frozen=True)
class States:
    """One entry a practice-month. Numbers are NaN where there are no data; figures is the row that they come from."""

    state: Words
    reason: Words
    numerator: Floats
    denominator: Floats
    shortfall: Floats
    within_margin: Booleans
    figures: Integers


def states_of(rule: Rule, material: Material) -> States:
    """How the practice-months stand against a rule that is in force in all of their months."""
    if rule.measured == EVIDENCE:
        return evidence_states(material)
    if rule.measured == STATUS:
        return status_states(rule, material)
    read = published_counts if rule.published else returned_counts
    return ratio_states(rule, *read(rule, material))


def published_reasons(rule: Rule, said: SourceColumns, material: Material) -> Words:
    """Why a practice has no published figures at all; empty where it has. Only POMI's statuses tell who reported."""
    with_file = np.isin(material.practice_months.month, list(material.months_of[rule.source]))
    reasons = [(~said.present & ~with_file, "no_file"), (~said.present, "not_in_file")]
    if rule.source == measures.POMI.key:
        blank = np.all([np.isnan(said.columns[name]) for name in STATUS_COLUMNS], axis=0)
        reasons.append((blank, "practice_not_reported"))
    return chosen(*reasons)


def published_counts(rule: Rule, material: Material) -> tuple[Floats, Floats, Integers, Words]:
    said = material.sources[rule.source]
    return said.total(rule.numerator), said.total(rule.denominator), said.id, published_reasons(rule, said, material)


def returned_counts(rule: Rule, material: Material) -> tuple[Floats, Floats, Integers, Words]:
    """The practice's own return, or what a visit recorded where the return does not say."""
    returned, visited = material.sources["return"], material.sources["visit"]
    by_return = ~np.isnan(returned.total(rule.columns))
    by_visit = ~by_return & ~np.isnan(visited.total(rule.columns))
    partly = np.any([~np.isnan(visited.columns[name]) for name in rule.columns], axis=0)

    def pick(one: npt.NDArray[np.generic], other: npt.NDArray[np.generic]) -> npt.NDArray[np.generic]:
        return np.where(by_visit, other, one)

    said = by_return | by_visit
    reason = chosen((~said & (returned.present | partly), "blank_value"), (~said, "no_return"))
    return (
        pick(returned.total(rule.numerator), visited.total(rule.numerator)).astype(np.float64),
        pick(returned.total(rule.denominator), visited.total(rule.denominator)).astype(np.float64),
        pick(returned.id, visited.id).astype(np.int64),
        reason,
    )


def ratio_states(rule: Rule, x: Floats, n: Floats, figures: Integers, reason: Words) -> States:
    """A share against its threshold. x, n: numerators and denominators as read; reason: why there is none already."""
    with np.errstate(invalid="ignore"):
        impossible = (x < 0) | (n < 0) | (x > LARGEST_COUNT) | (n > LARGEST_COUNT)
        reason = chosen(
            (reason != "", reason),
            (np.isnan(x) | np.isnan(n), "blank_value"),
            (impossible, "impossible_value"),
            (n == 0, "zero_denominator"),
        )
    known = np.asarray(reason == "")
    assert rule.threshold is not None
    numerator, denominator = x[known].astype(np.int64), n[known].astype(np.int64)
    short = distance(numerator, denominator, rule)
    margin = within_margin_columns(numerator, denominator, rule.threshold)
    return States(
        state=spread(np.where(short == 0, State.MET.value, State.NOT_MET.value), known, State.NO_DATA.value),
        reason=reason,
        numerator=np.where(known, x, np.nan),
        denominator=np.where(known, n, np.nan),
        shortfall=spread(short, known, np.nan).astype(np.float64),
        within_margin=spread(margin, known, False).astype(np.bool_),
        figures=figures,
    )


def distance(numerator: Integers, denominator: Integers, rule: Rule) -> Integers:
    """Patients (slots, transactions) to the target: how many more it takes or, for "at most", how many fewer."""
    assert rule.threshold is not None
    if rule.asks_at_least:
        return shortfall_columns(numerator, denominator, rule.threshold)
    limit: Fraction = exact_threshold(rule.threshold)
    allowed = np.int64(limit.numerator) * denominator // np.int64(limit.denominator)
    return np.asarray(np.maximum(numerator - allowed, 0), dtype=np.int64)


def status_states(rule: Rule, material: Material) -> States:
    """A function that the practice has enabled. Counts as 1 of 1 or 0 of 1, so that an area's sums are practices."""
    said = material.sources[rule.source]
    status = said.columns[rule.numerator[0]]
    absent = published_reasons(rule, said, material)
    reason = chosen(
        (absent != "", absent),
        (np.isnan(status), "blank_value"),
        (~np.isin(status, (ENABLED, *NOT_ENABLED)), "status_unknown"),
    )
    return yes_or_no(np.asarray(status == ENABLED), np.asarray(reason == ""), reason, said.id)


def evidence_states(material: Material) -> States:
    """Dated evidence within twelve months. Silence is not "no": not met takes a question that was answered."""
    evidence = material.evidence
    known = evidence.shown | evidence.asked
    return yes_or_no(evidence.shown, known, chosen((~known, "no_evidence_asked")), evidence.figures)


def yes_or_no(met: Booleans, known: Booleans, reason: Words, figures: Integers) -> States:
    met = met & known
    state = np.where(met, State.MET.value, np.where(known, State.NOT_MET.value, State.NO_DATA.value))
    return States(
        state=state.astype(object),
        reason=reason,
        numerator=np.where(known, met.astype(np.float64), np.nan),
        denominator=np.where(known, 1.0, np.nan),
        shortfall=np.where(known, (~met).astype(np.float64), np.nan),
        within_margin=np.zeros(len(known), dtype=np.bool_),
        figures=figures,
    )


def chosen(*choices: tuple[Booleans, "str | Words"]) -> Words:
    """For each entry the words of the first condition that holds, else an empty string."""
    conditions = [np.asarray(condition) for condition, _ in choices]
    words = [
        np.full(len(condition), choice, dtype=object) if isinstance(choice, str) else choice
        for condition, choice in choices
    ]
    return np.select(conditions, words, default="").astype(object)


def spread(values: npt.NDArray[np.generic], where: Booleans, otherwise: object) -> Words:
    """The values in the places marked, something else in the others."""
    result: Words = np.full(len(where), otherwise, dtype=object)
    result[where] = values
    return result
