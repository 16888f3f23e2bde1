"""EMIS counted online transactions wrongly until June 2020: no page or report compares across that, and all say why.

Invented figures: everywhere the count doubles in July 2020. With TPP it really did, with EMIS nobody knows.
"""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

import pytest
from django.test import Client

from core.months import add_months
from practices.models import MeasureBreak, Organisation
from practices.tests.factories import MonthlyFiguresFactory, OrganisationFactory
from reports.snapshot import build
from targets.charts import AreaHistory, area_trend
from targets.reading.frame import read_frame
from targets.scoring import score_months
from targets.tests.dashboards import body, figures_changed, make_area, sign_in
from targets.tests.factories import RuleFactory
from targets.tests.test_series import BREAKS, NOTE, WHY, rule
from visits.tests.factories import VisitFactory

JULY = date(2020, 7, 1)
MONTHS = tuple(add_months(JULY, number) for number in range(-3, 3))
SEPTEMBER = MONTHS[-1]


@dataclass
class Broken:
    mixed: Organisation
    without_emis: Organisation
    emis: Organisation
    tpp: Organisation


def practice_of(ccg: Organisation, supplier: str, name: str) -> Organisation:
    found: Organisation = OrganisationFactory(ccg=ccg, supplier=supplier, name=name)
    for month in MONTHS:
        MonthlyFiguresFactory(
            practice=found,
            month=month,
            supplier=supplier,
            list_size=1000,
            online_transactions=(300 if month < JULY else 600) + month.month,
        )
    return found


@pytest.fixture
def broken(db: None) -> Broken:
    MeasureBreak.objects.create(source="pomi", measure="online_transactions", supplier="EMIS", month=JULY, note=NOTE)
    mixed = make_area(code="08A", name="NHS Riverside CCG")
    without = make_area(code="08B", name="NHS Hillside CCG")
    made = RuleFactory(utilisation=True)
    made.numerator, made.denominator = ["online_transactions"], ["list_size"]
    made.save()
    found = Broken(
        mixed, without, practice_of(mixed, "EMIS (I)", "Elm Surgery"), practice_of(mixed, "TPP", "Teasel Surgery")
    )
    practice_of(without, "TPP", "Thorn Surgery")
    score_months(set(MONTHS))
    figures_changed()
    return found


def seen(client: Client, url: str, month: date = JULY) -> str:
    return body(client.get(f"{url}?month={month:%Y-%m}&target=utilisation"))


def test_which_areas_a_break_touches_follows_from_the_scores(broken: Broken) -> None:
    (areas,) = read_frame().breaks.areas.values()

    assert ("ccg", "08A") in areas
    assert ("ccg", "08B") not in areas
    assert {kind for kind, _ in areas} == {"ccg", "stp", "region", "borough"}


def test_a_practices_page_compares_nothing_across_its_suppliers_break(client: Any, broken: Broken) -> None:
    sign_in(client, viewer=True)
    emis = seen(client, f"/practices/{broken.emis.code}/", SEPTEMBER)
    tpp = seen(client, f"/practices/{broken.tpp.code}/", SEPTEMBER)

    assert f"Elm Surgery went from 60.7% in Jul 2020 to 60.9% in Sep 2020 (+0.2 pp). {WHY}" in emis
    assert f"Break: {WHY}" in emis
    assert "Teasel Surgery went from 30.4% in Apr 2020 to 60.9% in Sep 2020 (+30.5 pp)." in tpp
    assert "EMIS counted all" not in tpp


def test_an_area_with_such_practices_shows_no_change_on_sentence_tile_table_or_trend(
    client: Any, broken: Broken
) -> None:
    sign_in(client, viewer=True)
    page = seen(client, "/ccgs/08A/")

    assert f"Taken together: 60.7%. {WHY}" in page
    assert "<dt>Since last month</dt><dd>not comparable</dd>" in page
    assert "Riverside CCG: 60.7% in Jul 2020, the first month counted in this way." in page
    assert page.count("+30.1 pp") == 1  # Teasel's row
    assert '<td class="portal-number" data-label="Change">not comparable</td>' in page


def test_an_area_that_has_none_of_the_supplier_is_compared_as_ever(client: Any, broken: Broken) -> None:
    sign_in(client, viewer=True)
    page = seen(client, "/ccgs/08B/")

    assert "Taken together: 60.7%, +30.1 pp since Jun 2020." in page
    assert "Hillside CCG went from 30.4% in Apr 2020 to 60.7% in Jul 2020" in page
    # Beside it stands the region's line, which is broken.
    assert f"Break: {WHY}" in page


def test_the_table_of_areas_knows_which_of_them_break(client: Any, broken: Broken) -> None:
    sign_in(client, viewer=True)
    page = seen(client, "/london/")

    assert page.count('<td class="portal-number" data-label="Change">not comparable</td>') == 1
    assert '<td class="portal-number" data-label="Change">+30.1 pp</td>' in page


def test_behind_the_break_months_are_compared_again(client: Any, broken: Broken) -> None:
    sign_in(client, viewer=True)
    page = seen(client, "/ccgs/08A/", SEPTEMBER)

    assert "Taken together: 60.9%, +0.1 pp since Aug 2020." in page
    assert "<dt>Since last month</dt><dd>+0.1 pp</dd>" in page


def test_nobody_crosses_a_line_across_the_break(client: Any, broken: Broken) -> None:
    sign_in(client, lead=True, ccgs=[broken.mixed])
    page = seen(client, "/")

    assert "Teasel Surgery now meets it" in page
    assert "Elm Surgery now meets it" not in page


def test_record_views_say_that_they_were_counted_otherwise(client: Any, broken: Broken) -> None:
    note = "Until June 2020 EMIS counted record views wrongly."
    MeasureBreak.objects.create(source="pomi", measure="dcr_used", supplier="EMIS", month=JULY, note=note)
    figures_changed()
    sign_in(client, viewer=True)

    assert note in seen(client, f"/practices/{broken.emis.code}/", add_months(JULY, -1))
    assert note not in seen(client, f"/practices/{broken.emis.code}/")
    assert note not in seen(client, f"/practices/{broken.tpp.code}/", add_months(JULY, -1))


def test_a_report_compares_nothing_across_it(broken: Broken) -> None:
    def of(code: str) -> Any:
        asked = {"area_kind": "ccg", "area_code": code, "month": JULY, "programme": "ettf-london"}
        return build(**asked, made_at=datetime(2020, 9, 1, tzinfo=UTC))

    report = of("08A")
    tile = next(tile for tile in report.tiles if tile.target == "utilisation")

    assert tile.change_month == "not comparable"
    assert tile.spark.series[0].breaks[0].x == "Jul 2020"
    assert "Counted in another way than in Jun 2020, so not compared with it: utilisation." in report.changes
    assert [crossing.name for crossing in report.crossings] == ["Teasel Surgery"]
    moved = {line.name: line.standing("utilisation").change for line in report.practices}
    assert moved["Elm Surgery"] is None
    assert moved["Teasel Surgery"] == pytest.approx(0.301)
    assert next(tile for tile in of("08B").tiles if tile.target == "utilisation").change_month == "+30.1 pp"


def test_visits_of_an_area_are_counted_and_not_marked(client: Any, broken: Broken) -> None:
    for day in (3, 10):
        VisitFactory(practice=broken.emis, on=date(2020, 8, day))
    sign_in(client, administrator=True)
    page = seen(client, "/ccgs/08A/", SEPTEMBER)

    assert "2 visits in these months." in page
    assert "1,216 of 2,000, 2 visits" in page
    assert "Visits" not in page.split("Utilisation by month", 1)[1].split("</svg>", 1)[0]
    assert "Visit</title>" in seen(client, f"/practices/{broken.emis.code}/", SEPTEMBER)


def test_a_trend_without_visits_says_nothing_of_them() -> None:
    class Place:
        name = short_name = "Riverside CCG"
        tile = (0, 0)

    chart = area_trend(
        list(MONTHS), [AreaHistory(Place(), {}, BREAKS.of_area(rule(), "ccg", "08A"))], rule(), {}, "POMI"
    )

    assert "visit" not in chart.finding
    assert chart.marks == ()
