"""Writes the scores. Derived rows only: dropping them and running this again makes the same ones."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import transaction
from django.db.models import Count, Q, Sum

from core.bulk import insert_rows
from core.models import PortalState
from core.months import month_end
from practices.models import MonthlyFigures
from targets.models import AreaScore, Score, State
from targets.scoring.frames import NOBODY, Integers, Material, month_from_number
from targets.scoring.geography import Geography, read_geography
from targets.scoring.reading import read_material, rules_in_force
from targets.scoring.rollup import CELL, COUNTS, SUMS, AreaRow, area_rows
from targets.scoring.states import RuleTerms, states_of

# Whole-England months held in memory at a time.
MONTHS_AT_A_TIME = 6
SCORE_FIELDS = (
    "practice",
    "month",
    "rule",
    "ccg",
    "borough",
    "numerator",
    "denominator",
    "state",
    "reason",
    "within_margin",
    "shortfall",
    "figures",
)
AREA_FIELDS = tuple("rule" if name == "rule_id" else name for name in AreaRow._fields)


@transaction.atomic
def score_months(months: Iterable[date], practices: Collection[int] | None = None) -> int:
    """Scores practices and areas anew for the months, against all rules in force; returns how many scores it wrote.

    months: first days; a month without live figures loses its scores. practices: ids, where only theirs changed (area
    scores are always those of all practices); None for all. Call it in the transaction that changed the figures.
    """
    _one_at_a_time()
    geography = read_geography()
    ordered = iter(sorted({month.replace(day=1) for month in months}))
    ids = None if practices is None else set(practices)
    written = 0
    while batch := list(islice(ordered, MONTHS_AT_A_TIME)):
        written += _score_batch(batch, ids, geography)
        _roll_up(batch, geography)
    return written


@transaction.atomic
def rebuild() -> int:
    """Drops every score and makes them again, for all months that have live figures; returns how many there are."""
    Score.objects.all().delete()
    AreaScore.objects.all().delete()
    return score_months(MonthlyFigures.objects.live().order_by().values_list("month", flat=True).distinct())


def _one_at_a_time() -> None:
    """Two transactions that score the same month must not both insert its rows: the second waits here."""
    PortalState.current()
    PortalState.objects.select_for_update().get(pk=1)


def _score_batch(months: list[date], practices: set[int] | None, geography: Geography) -> int:
    stale = Score.objects.filter(month__in=months)
    if practices is not None:
        stale = stale.filter(practice__in=practices)
    stale.delete()
    rules = rules_in_force(months)
    material = read_material(months, practices, rules, geography)
    return sum(insert_rows(Score, SCORE_FIELDS, score_rows(rule, material)) for rule in rules)


def score_rows(rule: RuleTerms, material: Material) -> Iterator[tuple[Any, ...]]:
    """The rows of SCORE_FIELDS for one rule, for the months in which it is in force."""
    states = states_of(rule, material)
    population = material.practice_months
    chosen = np.flatnonzero(months_of_rule(rule, population.month))
    dates = {number: month_from_number(number) for number in np.unique(population.month).tolist()}
    return zip(
        population.practice[chosen].tolist(),
        [dates[number] for number in population.month[chosen].tolist()],
        [rule.id] * len(chosen),
        _ids(population.ccg[chosen]),
        _ids(population.borough[chosen]),
        _numbers(states.numerator[chosen]),
        _numbers(states.denominator[chosen]),
        states.state[chosen].tolist(),
        states.reason[chosen].tolist(),
        states.within_margin[chosen].tolist(),
        _numbers(states.shortfall[chosen]),
        _ids(states.figures[chosen]),
        strict=True,
    )


def months_of_rule(rule: RuleTerms, months: Integers) -> npt.NDArray[np.bool_]:
    in_force = [
        number for number in np.unique(months).tolist() if rule.is_in_force(month_end(month_from_number(number)))
    ]
    return np.isin(months, in_force)


def _ids(values: Integers) -> list[int | None]:
    return [None if value == NOBODY else value for value in values.tolist()]


def _numbers(values: npt.NDArray[np.float64]) -> list[int | None]:
    return [None if value != value else int(value) for value in values.tolist()]


def _roll_up(months: list[date], geography: Geography) -> None:
    AreaScore.objects.filter(month__in=months).delete()
    insert_rows(AreaScore, AREA_FIELDS, area_rows(read_cells(months), geography))


def read_cells(months: list[date]) -> pd.DataFrame:
    """The scores of the months added up by CCG and borough, in the database."""
    sums = {f"sum_{name}": Sum(name, default=0) for name in SUMS}
    counts = {f"count_{state.value}": Count("pk", filter=Q(state=state)) for state in State}
    counts |= {"count_within_margin": Count("pk", filter=Q(within_margin=True)), "count_practices": Count("pk")}
    by = ("month", "rule_id", "ccg_id", "borough_id")
    rows = Score.objects.filter(month__in=months).order_by().values_list(*by).annotate(**sums, **counts)
    cells = pd.DataFrame.from_records(list(rows), columns=[*CELL, *SUMS, *COUNTS])
    cells[["ccg", "borough"]] = cells[["ccg", "borough"]].fillna(NOBODY)
    return cells.astype(dict.fromkeys(("rule", "ccg", "borough", *SUMS, *COUNTS), np.int64))
