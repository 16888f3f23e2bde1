"""Whose practices an area counts: with real files, across the mergers of April 2020 and against the register."""

import csv
from collections import defaultdict
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from django.test import Client

from core.models import PortalState
from core.months import month_end
from practices.geography import parent_on, read_geography, read_memberships
from practices.models import Organisation
from practices.tests.factories import MonthlyFiguresFactory, OrganisationFactory
from practices.tests.importing import brought_in
from practices.tests.register_files import bring_in as bring_in_register
from targets.models import AreaScore
from targets.scoring import score_months
from targets.tests.dashboards import body, sign_in
from targets.tests.pomi_rows import bring_in

MARCH, APRIL = date(2020, 3, 1), date(2020, 4, 1)


def sums(kind: str, code: str, month: date) -> tuple[int, int, int]:
    row = AreaScore.objects.get(
        area_kind=kind, area_code=code, month=month, rule__target="registration", rule__programme__is_default=True
    )
    return row.numerator, row.denominator, row.practices


@pytest.fixture
def spring(reference_data: None, shared_dir: Path) -> Path:
    folder = shared_dir / "data/real"
    bring_in(folder / "POMI_LONDON_31MAR2020_long12_RECONSTRUCTED.csv")
    bring_in(folder / "POMI_LONDON_30APR2020_long12_RECONSTRUCTED.csv")
    score_months([MARCH, APRIL])
    PortalState.figures_changed()
    return folder


def test_figures_go_on_across_the_mergers(spring: Path) -> None:
    with (spring / "expected.csv").open(encoding="utf-8", newline="") as file:
        expected = {row["period"]: row for row in csv.DictReader(file)}
    for month, period in ((MARCH, "31MAR2020"), (APRIL, "30APR2020")):
        row = expected[period]
        assert sums("region", "Y56", month) == tuple(
            int(row[name]) for name in ("online_patients", "list_size", "practices")
        )
    found = read_geography()
    for code in ("36L", "72Q", "93C"):
        parts = [sums("ccg", found.codes[pk], MARCH) for pk in found.predecessors([found.by_code[code]])]
        before, after = [sum(part) for part in zip(*parts, strict=True)], sums("ccg", code, APRIL)
        assert len(parts) == {"36L": 6, "72Q": 6, "93C": 5}[code]
        assert after[1] == pytest.approx(before[1], rel=0.01)
        assert after[0] == pytest.approx(before[0], rel=0.03)
        assert abs(after[2] - before[2]) <= 3


def test_a_merged_ccg_says_whose_practices_it_counts(spring: Path, client: Client) -> None:
    sign_in(client, viewer=True)
    page = body(client.get("/ccgs/36L/", {"month": "2020-04"}))
    assert (
        "South West London CCG counts the practices that are its members in this month. It began on 1 April 2020; "
        "before, they counted under Croydon CCG, Kingston CCG, Merton CCG, Richmond CCG, Sutton CCG and Wandsworth CCG."
    ) in page
    assert "counts the practices" not in body(client.get("/ccgs/07V/", {"month": "2020-03"}))
    early = body(client.get("/ccgs/36L/", {"month": "2020-03"}))
    assert "South West London CCG began on 1 April 2020." in early
    assert "/ccgs/07V/?month=2020-03" in early


def test_the_register_and_the_rows_of_2018_say_the_same_of_every_ccg(reference_data: None, shared_dir: Path) -> None:
    """Area scores follow the row's own CCG. By the memberships of the register none of them would be another."""
    bring_in_register(shared_dir / "data/ods/epraccur_london_2019-10.csv")
    bring_in_register(shared_dir / "data/ods/epcmem_london_2019-10.csv")
    read = bring_in(shared_dir / "data/pomi/london_apr2018_to_dec2018.zip")
    score_months({month for month, _, _ in read})
    ids = dict(Organisation.objects.values_list("code", "pk"))
    codes = {pk: code for code, pk in ids.items()}
    memberships = read_memberships()
    by_register: dict[tuple[str, date], int] = defaultdict(int)
    for (month, practice, _), row in read.items():
        ccg = parent_on(memberships.get(ids[practice], []), month_end(month))
        reported = row["dcr_status"] is not None and row["list_size"]
        by_register[codes[ccg] if ccg else "nowhere", month] += (row["online_patients"] or 0) if reported else 0
    rows = AreaScore.objects.filter(
        area_kind="ccg", rule__target="registration", rule__programme__is_default=True, reported__gt=0
    )
    by_row = {(code, month): online for code, month, online in rows.values_list("area_code", "month", "numerator")}
    assert len(by_row) == 32 * 9
    different = {key: (by_row.get(key), online) for key, online in by_register.items() if by_row.get(key) != online}
    assert different == {}


@pytest.fixture
def forgotten(reference_data: None, shared_dir: Path) -> None:
    """The list of commissioners with the end of Croydon CCG left out; and a practice of its successor in May 2021."""
    text = (shared_dir / "data/ods/eccg_england_2025.csv").read_text(encoding="utf-8-sig")
    lines = [line for line in text.splitlines() if line.startswith(('"07V"', '"36L"'))]
    forgets = "\r\n".join(lines).replace('"20130401","20200331"', '"20130401",""')
    brought_by = brought_in(forgets.encode(), "eccg.csv")
    assert brought_by.state == "landed", brought_by.error
    practice = OrganisationFactory(ccg=Organisation.objects.get(code="36L"))
    MonthlyFiguresFactory(practice=practice, month=date(2021, 5, 1))
    score_months([date(2021, 5, 1)])
    PortalState.figures_changed()


def test_a_ccg_without_an_open_practice_says_so_and_leads_to_its_successor(forgotten: Any, client: Client) -> None:
    assert Organisation.objects.get(code="07V").closed is None
    sign_in(client, viewer=True)
    page = body(client.get("/ccgs/07V/", {"month": "2021-05"}))
    assert "ended on 31 March 2020 and has no open practice in May 2021." in page
    assert "Its practices went on under South West London CCG." in page
    assert '<a href="/ccgs/36L/?month=2021-05">South West London CCG</a>' in page
    london = body(client.get("/london/", {"month": "2021-05"}))
    assert "Croydon CCG (to Mar 2020)" in london
    assert '<a href="/ccgs/07V/' not in london
