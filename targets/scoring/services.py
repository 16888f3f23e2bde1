"""Writes the scores. Derived rows only: dropping them and running this again makes the same ones."""

from collections.abc import Collection, Iterable, Iterator
from datetime import date
from itertools import islice
from operator import attrgetter, itemgetter
from typing import Any

import numpy as np
import numpy.typing as npt
import pandas as pd
from django.db import transaction
from django.db.models import Count, Q, QuerySet, Sum

from core.bulk import Column, Same, insert_columns, insert_rows, listed
from core.models import PortalState
from core.months import month_end
from practices.geography import Geography, read_geography
from practices.models import MonthlyFigures
from targets.models import AreaScore, Score, ScoredMonth, State, Target, TargetRule
from targets.rules import Rule
from targets.scoring.frames import NOBODY, Floats, Integers, Material, month_from_number, month_number
from targets.scoring.inputs import read_material, rules_in_force
from targets.scoring.population import read_filed_months
from targets.scoring.rollup import CELL, COUNTS, SUMS, area_rows
from targets.scoring.states import states_of
from targets.sums import STORED

PUBLISHED_TARGETS = (Target.REGISTRATION, Target.DCR)
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
MONTH_AT, RULE_AT = SCORE_FIELDS.index("month"), SCORE_FIELDS.index("rule")


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
        whole = batch if ids is None else _months_with_other_practices(batch)
        if whole:
            written += _score_all(whole, geography)
        if ids is not None and len(whole) < len(batch):
            written += _score_some([month for month in batch if month not in whole], ids, geography)
        _note_months(batch)
    return written


@transaction.atomic
def rebuild() -> int:
    """Drops every score and makes them again, for all months that have live figures; returns how many there are."""
    Score.objects.all().delete()
    AreaScore.objects.all().delete()
    ScoredMonth.objects.all().delete()
    return score_months(MonthlyFigures.objects.live().order_by().values_list("month", flat=True).distinct())


def _one_at_a_time() -> None:
    """Two transactions that score the same month must not both insert its rows: the second waits here."""
    PortalState.current()
    PortalState.objects.select_for_update().get(pk=1)


def _score_all(months: list[date], geography: Geography) -> int:
    Score.objects.filter(month__in=months).delete()
    rules = rules_in_force(months)
    material = read_material(months, None, rules, geography)
    written = sum(write_scores(rule, material) for rule in rules)
    _roll_up(Score.objects.filter(month__in=months), AreaScore.objects.filter(month__in=months), geography)
    return written


def _note_months(months: list[date]) -> None:
    """Which of these months have scores, from as many practices, and whether published figures are among them."""
    rules = rules_in_force(months)
    published = [rule.pk for rule in rules if rule.target in PUBLISHED_TARGETS]
    ScoredMonth.objects.filter(month__in=months).delete()
    found = []
    for month in months:
        # One rule tells how many there are: each in force has a score of every practice.
        in_force = next((rule.pk for rule in rules if rule.is_in_force(month_end(month))), None)
        of_month = Score.objects.filter(month=month).order_by()
        practices = of_month.filter(rule=in_force).count()
        reported = of_month.filter(rule__in=published, state__in=(State.MET, State.NOT_MET))
        if practices:
            found.append(ScoredMonth(month=month, practices=practices, published=reported.exists()))
    ScoredMonth.objects.bulk_create(found)


def _months_with_other_practices(months: list[date]) -> list[date]:
    """Where the first or last row of a month, or its first or last published one, changes who is counted.

    Without a file everybody whom the register has open is, with the reason "no_file"; any one score tells which it was.
    """
    filed = read_filed_months(months)
    rules = list(TargetRule.objects.filter(target__in=PUBLISHED_TARGETS).values_list("pk", flat=True))

    def changed(month: date) -> bool:
        now = (month_number(month) in filed.with_rows, month_number(month) in filed.with_file)
        of_published = Score.objects.filter(month=month, rule__in=rules).order_by()
        reasons = list(of_published.values_list("reason", flat=True)[:1])
        return now != (bool(reasons), bool(reasons) and reasons != ["no_file"])

    return [month for month in months if changed(month)]


def _score_some(months: list[date], practices: set[int], geography: Geography) -> int:
    """Writes only the months and rules in which a score of these practices moved, and rolls up only those."""
    rules = rules_in_force(months)
    material = read_material(months, practices, rules, geography)
    after = {row for rule in rules for row in score_rows(rule, material)}
    stored = Score.objects.filter(month__in=months, practice__in=practices)
    moved = after ^ set(stored.values_list(*SCORE_FIELDS))
    if not moved:
        return 0
    months_moved, rules_moved = {row[MONTH_AT] for row in moved}, {row[RULE_AT] for row in moved}
    stored.filter(month__in=months_moved, rule__in=rules_moved).delete()
    anew = [row for row in after if row[MONTH_AT] in months_moved and row[RULE_AT] in rules_moved]
    of_all = Score.objects.filter(month__in=months_moved, rule__in=rules_moved)
    written = insert_rows(Score, SCORE_FIELDS, sorted(anew, key=itemgetter(0, MONTH_AT, RULE_AT)))
    _roll_up(of_all, AreaScore.objects.filter(month__in=months_moved, rule__in=rules_moved), geography)
    return written


def score_columns(rule: Rule, material: Material) -> dict[str, Column]:
    """The columns of SCORE_FIELDS for one rule, for the months in which it is in force."""
    states = states_of(rule, material)
    population = material.practice_months
    chosen = np.flatnonzero(months_of_rule(rule, population.month))
    numbers, place = np.unique(population.month[chosen], return_inverse=True)
    dates = np.array([month_from_number(number) for number in numbers.tolist()], dtype=object)
    return {
        "practice": population.practice[chosen],
        "month": dates[place] if len(chosen) else dates,
        "rule": Same(rule.pk),
        "ccg": _ids(population.ccg[chosen]),
        "borough": _ids(population.borough[chosen]),
        "numerator": states.numerator[chosen],
        "denominator": states.denominator[chosen],
        "state": states.state[chosen],
        "reason": states.reason[chosen],
        "within_margin": states.within_margin[chosen],
        "shortfall": states.shortfall[chosen],
        "figures": _ids(states.figures[chosen]),
    }


def write_scores(rule: Rule, material: Material) -> int:
    columns = score_columns(rule, material)
    return insert_columns(Score, columns, height_of(columns))


def score_rows(rule: Rule, material: Material) -> Iterator[tuple[Any, ...]]:
    """The same as rows, whose values can be compared with those that are stored."""
    columns = score_columns(rule, material)
    height = height_of(columns)
    return zip(*(listed(columns[name], height) for name in SCORE_FIELDS), strict=True)


def height_of(columns: dict[str, Column]) -> int:
    practice = columns["practice"]
    return 0 if isinstance(practice, Same) else len(practice)


def months_of_rule(rule: Rule, months: Integers) -> npt.NDArray[np.bool_]:
    in_force = [
        number for number in np.unique(months).tolist() if rule.is_in_force(month_end(month_from_number(number)))
    ]
    return np.isin(months, in_force)


def _ids(values: Integers) -> Floats:
    """NaN where there is none; ids are far below what a float holds exactly."""
    return np.where(values == NOBODY, np.nan, values)


def _roll_up(scores: QuerySet[Score], areas: QuerySet[AreaScore], geography: Geography) -> None:
    """Makes the area scores anew that follow from these scores."""
    areas.delete()
    insert_rows(AreaScore, STORED, map(attrgetter(*STORED), area_rows(read_cells(scores), geography)))


def read_cells(scores: QuerySet[Score]) -> pd.DataFrame:
    """The scores added up by month, rule, CCG and borough, in the database."""
    sums = {f"sum_{name}": Sum(name, default=0) for name in SUMS}
    counts = {f"count_{state.value}": Count("pk", filter=Q(state=state)) for state in State}
    counts |= {"count_within_margin": Count("pk", filter=Q(within_margin=True)), "count_practices": Count("pk")}
    by = ("month", "rule_id", "ccg_id", "borough_id")
    rows = scores.order_by().values_list(*by).annotate(**sums, **counts)
    cells = pd.DataFrame.from_records(list(rows), columns=[*CELL, *SUMS, *COUNTS])
    cells[["ccg", "borough"]] = cells[["ccg", "borough"]].fillna(NOBODY)
    return cells.astype(dict.fromkeys(("rule", "ccg", "borough", *SUMS, *COUNTS), np.int64))
