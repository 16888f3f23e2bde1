"""Reads what scoring needs: a handful of queries for any number of practices and months, no object a row."""

from collections.abc import Collection, Iterable
from datetime import date

import numpy as np
import pandas as pd
from django.db.models import BooleanField, Case, Q, QuerySet, When

from core.months import add_months, month_end
from practices import measures
from practices.geography import Geography
from practices.models import MonthlyFigures
from targets.models import TargetRule
from targets.rules import EVIDENCE, Rule
from targets.scoring.frames import (
    NOBODY,
    Evidence,
    Integers,
    Material,
    PracticeMonths,
    keys_of,
    line_up,
    month_number,
)
from targets.scoring.population import filed_months, of_practices, practice_months
from targets.scoring.states import STATUS_COLUMNS

RETURNED = measures.sources(published=False)
EVIDENCE_MONTHS = 12


def rules_in_force(months: Iterable[date]) -> list[Rule]:
    """All rule versions of all programmes that are in force at the end of any of the months."""
    ends = [month_end(month) for month in months]
    rules = [rule.as_rule() for rule in TargetRule.objects.order_by("pk")]
    return [rule for rule in rules if any(rule.is_in_force(end) for end in ends)]


def read_material(
    months: Collection[date],
    practices: Collection[int] | None,
    rules: Iterable[Rule],
    geography: Geography,
    *,
    as_if: QuerySet[MonthlyFigures] | None = None,
) -> Material:
    """The live figures of the months, of all practices or only of those named, ready to be scored.

    `as_if`: staged rows that take the place of the live rows of the same practice, month and source.
    """
    counted = {name for rule in rules if rule.measured != EVIDENCE for name in rule.columns}
    columns = sorted({*counted, *STATUS_COLUMNS})
    live = of_practices(MonthlyFigures.objects.live(), practices)
    rows = figures_frame(live.filter(month__in=months), columns)
    if as_if is not None:
        staged = figures_frame(as_if.filter(month__in=months), columns)
        rows = pd.concat([staged, rows]).drop_duplicates(["practice", "month", "source"])
    filed = filed_months(months, rows, practices)
    population = practice_months(rows, filed, practices, geography)
    keys = population.keys
    by_source = {source: rows[rows["source"] == source] for source in sources_read(rules)}
    return Material(
        practice_months=population,
        sources={source: line_up(part, keys, columns) for source, part in by_source.items()},
        evidence=read_evidence(months, practices, population, as_if),
        months_of=filed.by_source,
    )


def sources_read(rules: Iterable[Rule]) -> set[str]:
    """POMI tells who reported, returns and visits what practices count; other publishers are read where a rule asks."""
    return {measures.POMI.key, *RETURNED, *(rule.source for rule in rules if rule.published)}


def figures_frame(rows: QuerySet[MonthlyFigures], columns: list[str]) -> pd.DataFrame:
    names = ["id", "practice_id", "month", "source", "ccg_id", *columns]
    values = list(rows.order_by().values_list(*names).iterator(chunk_size=20_000))
    frame = pd.DataFrame.from_records(values, columns=["id", "practice", "month", "source", "ccg", *columns])
    frame["month"] = numbers_of(frame["month"].tolist())
    frame["practice"] = frame["practice"].astype(np.int64)
    frame["key"] = keys_of(frame["practice"].to_numpy(), frame["month"].to_numpy(dtype=np.int64))
    return frame


def numbers_of(months: list[date]) -> Integers:
    known = {month: month_number(month) for month in set(months)}
    return np.array([known[month] for month in months], dtype=np.int64)


def asked_for_evidence() -> Q:
    """Rows whose source answered the question, or said something that only an answer could."""
    return Q(ecommunication_answered=True) | ~Q(ecommunication_product="") | ~Q(ecommunication_promoted_where="")


def following_months(month: date) -> list[date]:
    """The months in which evidence of this month counts."""
    return [add_months(month, number) for number in range(EVIDENCE_MONTHS)]


def read_evidence(
    months: Collection[date],
    practices: Collection[int] | None,
    population: PracticeMonths,
    as_if: QuerySet[MonthlyFigures] | None = None,
) -> Evidence:
    """Evidence of promotion, from returns and visits of any month, dated within twelve months of a month's end."""
    span = add_months(min(months), 1 - EVIDENCE_MONTHS), month_end(max(months))
    said = evidence_rows(of_practices(MonthlyFigures.objects.live(), practices), span)
    if as_if is not None:
        keys = as_if.filter(source__in=RETURNED).order_by().values_list("practice_id", "month", "source")
        replaced = set(keys)
        said = [row for row in said if row[:3] not in replaced] + evidence_rows(as_if, span)
    dated = [(day, pk, practice) for practice, _, _, day, pk, _ in said if day is not None]
    asked = [(practice, month) for practice, month, _, _, _, answered in said if answered]
    return evidence_of([(practice, day, pk) for day, pk, practice in sorted(dated)], asked, population)


EvidenceRow = tuple[int, date, str, date | None, int, bool]


def evidence_rows(rows: QuerySet[MonthlyFigures], span: tuple[date, date]) -> list[EvidenceRow]:
    """Practice, month, source, day of the evidence, row, and whether the question was answered."""
    speaking = Q(ecommunication_promoted_on__range=span) | (asked_for_evidence() & Q(month__range=span))
    marked = rows.filter(speaking, source__in=RETURNED).annotate(
        asked=Case(When(asked_for_evidence(), then=True), default=False, output_field=BooleanField())
    )
    names = ("practice_id", "month", "source", "ecommunication_promoted_on", "pk", "asked")
    return list(marked.order_by().values_list(*names))


def evidence_of(
    dated: list[tuple[int, date, int]], answered: list[tuple[int, date]], population: PracticeMonths
) -> Evidence:
    """dated: practice, day and row of each piece of evidence, in order of days; answered: practice and month."""
    figures = np.full(len(population), NOBODY, dtype=np.int64)
    asked = np.zeros(len(population), dtype=np.bool_)
    evidence = [(practice, month_number(day), row) for practice, day, row in dated]
    answers = [(practice, month_number(month)) for practice, month in answered]
    for number in np.unique(population.month).tolist():
        here = np.flatnonzero(population.month == number)
        window = range(number - EVIDENCE_MONTHS + 1, number + 1)
        latest = {practice: row for practice, of_month, row in evidence if of_month in window}
        questioned = {practice for practice, of_month in answers if of_month in window}
        who = population.practice[here].tolist()
        figures[here] = [latest.get(practice, NOBODY) for practice in who]
        asked[here] = [practice in questioned for practice in who]
    return Evidence(shown=figures != NOBODY, asked=asked, figures=figures)
