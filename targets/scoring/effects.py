"""What an import would do to the scores, worked out on its staged rows before anything counts. Writes nothing."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
import pandas as pd

from core.months import add_months, month_end, month_key
from practices.geography import AreaKind, Geography, read_geography
from practices.models import Import, MeasureBreak, MonthlyFigures, Organisation
from targets.models import AreaScore, Programme, Score, State, Target
from targets.rules import Rule
from targets.scoring.frames import Material, month_from_number
from targets.scoring.inputs import read_material, rules_in_force
from targets.scoring.rollup import CELL, SUMS, area_rows
from targets.scoring.services import months_of_rule
from targets.scoring.states import states_of
from targets.sums import Sums

CROSSINGS_SHOWN = 100
KNOWN = (State.MET.value, State.NOT_MET.value)


@dataclass(frozen=True)
class Crossing:
    """A practice that the import takes over a threshold, upwards or downwards."""

    practice: int
    month: date
    rule: Rule
    before: str
    after: str


def preview_effects(*, brought_by: Import) -> dict[str, Any]:
    """For the preview of an import, under the key "effects": how the default programme's scores would move.

    Months in which no rule is in force stand under "unscored".

    The home region and each CCG: practices that meet each target before and after (None where nothing was scored); and
    the practices that cross a threshold against the same month's present score or, in a new month, the month before.
    """
    staged = MonthlyFigures.objects.filter(brought_by=brought_by, standing=MonthlyFigures.Standing.STAGED)
    months = sorted(staged.order_by().values_list("month", flat=True).distinct())
    programme = Programme.objects.filter(is_default=True).first()
    if not months or programme is None:
        return {}
    ids = set(programme.rules.values_list("pk", flat=True))
    every = rules_in_force(months)
    rules = [rule for rule in every if rule.pk in ids]
    unscored = [month for month in months if not any(rule.is_in_force(month_end(month)) for rule in every)]
    if not rules:
        return {"unscored": [month_key(month) for month in unscored]}
    geography = read_geography(with_awaited=True)
    material = read_material(months, None, rules, geography, as_if=staged)
    frames = {rule.pk: score_frame(rule, material) for rule in rules}
    crossings = [crossing for rule in rules for crossing in crossings_of(rule, frames[rule.pk], months)]
    return {
        "effects": {
            "programme": programme.name,
            "areas": areas_before_and_after(frames, rules, months, geography),
            "crossed": {rule.target: sum(crossing.rule is rule for crossing in crossings) for rule in rules},
            "crossings": in_words(crossings),
        },
        "unscored": [month_key(month) for month in unscored],
    }


def score_frame(rule: Rule, material: Material) -> pd.DataFrame:
    """One row a practice-month in which the rule is in force: area, numbers, state, and what the roll-up adds."""
    states, population = states_of(rule, material), material.practice_months
    chosen = np.flatnonzero(months_of_rule(rule, population.month))
    dates = {number: month_from_number(number) for number in np.unique(population.month).tolist()}
    state = states.state[chosen]
    numbers = {name: np.nan_to_num(getattr(states, name)[chosen]).astype(np.int64) for name in SUMS}
    counts = {each.value: (state == each.value).astype(np.int64) for each in State}
    return pd.DataFrame(
        {
            "practice": population.practice[chosen],
            "month": [dates[number] for number in population.month[chosen].tolist()],
            "rule": rule.pk,
            "ccg": population.ccg[chosen],
            "borough": population.borough[chosen],
            "state": state,
            **numbers,
            **counts,
            "within_margin": states.within_margin[chosen].astype(np.int64),
            "practices": 1,
        }
    )


def areas_before_and_after(
    frames: dict[int, pd.DataFrame], rules: list[Rule], months: list[date], geography: Geography
) -> list[dict[str, Any]]:
    """The home region in every month of the import, the CCGs in its last one."""
    after = pd.concat([frame.drop(columns=["practice", "state"]) for frame in frames.values()])
    after = after.groupby(CELL, as_index=False).sum()
    targets = {rule.pk: rule.target for rule in rules}
    stored = AreaScore.objects.filter(month__in=months, rule__in=targets)
    before = {
        (kind, code, month, rule): numbers
        for kind, code, month, rule, *numbers in stored.values_list(
            "area_kind", "area_code", "month", "rule", "met", "reported", "practices"
        )
    }
    return [
        _area(
            row,
            targets[row.rule],
            geography.name_of(row.area_code),
            before.get((row.area_kind, row.area_code, row.month, row.rule)),
        )
        for row in area_rows(after, geography)
        if (row.area_kind == AreaKind.REGION and row.area_code == geography.home_code)
        or (row.area_kind == AreaKind.CCG and row.month == months[-1])
    ]


def _area(row: Sums, target: str, name: str, before: list[int] | None) -> dict[str, Any]:
    met, reported, practices = before or (None, None, None)
    return {
        "kind": row.area_kind,
        "code": row.area_code,
        "name": name,
        "month": month_key(row.month),
        "target": target,
        "target_label": str(Target(target).label),
        "before": {"met": met, "reported": reported, "practices": practices},
        "after": {"met": row.met, "reported": row.reported, "practices": row.practices},
    }


def crossings_of(rule: Rule, frame: pd.DataFrame, months: Collection[date]) -> list[Crossing]:
    """Met to not met and the reverse; a practice without data on either side crosses nothing, and nobody a break."""
    after = by_month(frame.loc[frame["state"].isin(KNOWN), ["practice", "month", "state"]])
    if not after:
        return []
    before = by_month(stored_states(rule, {*months, *(add_months(month, -1) for month in months)}))
    found = []
    for month, states in after.items():
        last = add_months(month, -1)
        earlier = before.get(month)
        if earlier is None:
            earlier = before.get(last, after.get(last))
            states = comparable(states, rule, last, month)
        if earlier is None:
            continue
        pairs = pd.concat([earlier.rename("before"), states.rename("after")], axis=1, join="inner")
        moved = pairs[pairs["before"] != pairs["after"]]
        found += [Crossing(practice, month, rule, was, now) for practice, was, now in moved.itertuples()]
    return found


def comparable(states: "pd.Series[str]", rule: Rule, first: date, last: date) -> "pd.Series[str]":
    """Without the practices of whose supplier a break lies between the two months."""
    breaks = MeasureBreak.objects.known().between(rule.columns, None, first, last, source=rule.source)
    if not breaks:
        return states
    suppliers = Organisation.objects.practices().values_list("pk", "supplier")
    broken = [pk for pk, supplier in suppliers if any(each.speaks_of(supplier) for each in breaks)]
    return states.drop(broken, errors="ignore")


def by_month(states: pd.DataFrame) -> dict[date, "pd.Series[str]"]:
    """Each month's states by practice."""
    months: list[date] = states["month"].drop_duplicates().sort_values().tolist()
    return {month: states[states["month"] == month].set_index("practice")["state"] for month in months}


def stored_states(rule: Rule, months: Collection[date]) -> pd.DataFrame:
    scores = Score.objects.filter(rule=rule.pk, month__in=months, state__in=KNOWN).order_by()
    return pd.DataFrame.from_records(
        list(scores.values_list("practice_id", "month", "state")), columns=["practice", "month", "state"]
    )


def in_words(crossings: list[Crossing]) -> list[dict[str, str]]:
    """The first hundred, the latest month first."""
    shown = sorted(crossings, key=lambda crossing: (crossing.month, -crossing.practice), reverse=True)[:CROSSINGS_SHOWN]
    ids = {crossing.practice for crossing in shown}
    practices = {
        pk: (code, name) for pk, code, name in Organisation.objects.filter(pk__in=ids).values_list("pk", "code", "name")
    }
    return [
        {
            "code": practices[crossing.practice][0],
            "name": practices[crossing.practice][1],
            "month": month_key(crossing.month),
            "target": crossing.rule.target,
            "target_label": str(Target(crossing.rule.target).label),
            "before": crossing.before,
            "after": crossing.after,
        }
        for crossing in shown
    ]
