"""All nine London months, every practice and area, against the slow version and against the published totals."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.utils.text import slugify

from practices.models import Organisation
from targets.models import AreaScore, Score, TargetRule
from targets.scoring import score_months
from targets.tests.pomi_rows import bring_in
from targets.tests.slow_scoring import Answer, Sums, add_up, score

PUBLISHED = {
    date(2018, 4, 1): {"registration": (2703869, 9701738, 749, 218850, 1270, 1269), "dcr": 1236},
    date(2018, 12, 1): {"registration": (2968678, 9851061, 833, 175591, 1242, 1241), "dcr": 1211},
}


@pytest.fixture
def london(reference_data: None, shared_dir: Path) -> dict[Any, dict[str, int | None]]:
    read = bring_in(shared_dir / "data/pomi/london_apr2018_to_dec2018.zip")
    score_months({month for month, _, _ in read})
    return read


def areas_by_ccg(path: Path) -> dict[str, list[tuple[str, str]]]:
    """CCG code -> the areas that its practices count to, read from the published look-up."""
    areas: dict[str, list[tuple[str, str]]] = {}
    largest: dict[str, float] = defaultdict(float)
    with path.open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            ccg, part = row["ccg_ods_code"], float(row["pct_of_ccg_lsoas"])
            if part > largest[ccg]:
                largest[ccg] = part
                borough = slugify(row["borough"])
                stp = row["stp_icb_ods_code"]
                areas[ccg] = [("region", "Y56"), ("stp", stp), ("ccg", ccg), ("borough", borough)]
    return areas


def answers_of(rule: TargetRule, month: date, read: dict[Any, dict[str, int | None]]) -> dict[str, Answer]:
    return {
        practice: score(rule, month, {"pomi": row}, [], month_has_file=True)
        for (of_month, practice, _), row in read.items()
        if of_month == month
    }


def test_every_score_and_every_area_agrees_with_the_slow_version(london: Any, shared_dir: Path) -> None:
    areas = areas_by_ccg(shared_dir / "data/geo/london_ccgs.csv")
    codes = dict(Organisation.objects.values_list("pk", "code"))
    rules = TargetRule.objects.in_force(date(2018, 12, 31))
    months = {month for month, _, _ in london}
    assert len(months) == 9
    assert {rule.target for rule in rules} == {
        "registration",
        "appointments",
        "dcr",
        "ecommunication",
        "utilisation",
    }

    for month in sorted(months):
        ccg_of = {practice: ccg for of_month, practice, ccg in london if of_month == month}
        for rule in rules:
            expected = answers_of(rule, month, london)
            numbers = Score.objects.filter(month=month, rule=rule).values_list("practice_id", *Answer._fields)
            assert {codes[pk]: Answer(*values) for pk, *values in numbers} == expected

            rows = AreaScore.objects.filter(month=month, rule=rule)
            found = {
                (kind, code): Sums(*values)
                for kind, code, *values in rows.values_list("area_kind", "area_code", *Sums._fields)
            }
            sums = add_up(expected, {practice: areas[ccg] for practice, ccg in ccg_of.items()})
            assert found == sums


def test_london_comes_out_as_published_and_is_the_sum_of_its_areas(london: Any) -> None:
    programme = AreaScore.objects.filter(rule__programme__slug="ettf-london")
    names = ("numerator", "denominator", "met", "shortfall", "practices", "reported")
    for month, published in PUBLISHED.items():
        registration = programme.filter(month=month, rule__target="registration")
        whole = registration.get(area_kind="region")
        dcr = programme.get(month=month, rule__target="dcr", area_kind="region")

        assert tuple(getattr(whole, name) for name in names) == published["registration"]
        assert dcr.met == published["dcr"]
        for kind in ("stp", "ccg", "borough"):
            parts = list(registration.filter(area_kind=kind))
            assert [sum(getattr(part, name) for part in parts) for name in names] == [
                getattr(whole, name) for name in names
            ]
