"""What may be compared with what: plain values, no pages."""

from datetime import date
from decimal import Decimal

import pytest

from core.months import add_months
from practices.breaks import Break, Breaks
from targets import analysis, charts
from targets.rules import Rule
from targets.series import Course, SeriesBreaks
from targets.sums import PracticeScore

JUNE, JULY, AUGUST = date(2020, 6, 1), date(2020, 7, 1), date(2020, 8, 1)
NOTE = "Until June 2020 EMIS counted all online transactions wrongly."
EMIS = Break("pomi", "online_transactions", "EMIS", JULY, NOTE)
WHY = f"{NOTE} Nothing is compared across Jul 2020."


def rule(numerator: str = "online_transactions") -> Rule:
    return Rule(
        pk=1,
        target="utilisation",
        version=1,
        effective_from=date(2016, 4, 1),
        effective_to=None,
        measured="ratio",
        numerator=(numerator,),
        denominator=("list_size",),
        threshold=Decimal("0.5"),
        direction="at_least",
        unit="transactions",
        published=True,
    )


def score(month: date, numerator: int, supplier: str = "EMIS", state: str = "met") -> PracticeScore:
    return PracticeScore(
        practice=1,
        code="A10001",
        name="Alder Surgery",
        supplier=supplier,
        closed=None,
        ccg=None,
        rule=1,
        month=month,
        numerator=numerator,
        denominator=1000,
        state=state,
        reason="",
        within_margin=False,
        shortfall=0,
    )


BREAKS = SeriesBreaks(Breaks((EMIS,)), {EMIS: frozenset({("ccg", "08A")})})


@pytest.mark.parametrize(
    ("supplier", "first", "last", "comparable"),
    [
        ("EMIS (I)", JUNE, JULY, False),
        ("EMIS", date(2019, 8, 1), AUGUST, False),
        ("EMIS", JULY, AUGUST, True),
        ("TPP", JUNE, JULY, True),
        ("", JUNE, JULY, True),
    ],
)
def test_a_practice_breaks_where_its_supplier_does(supplier: str, first: date, last: date, comparable: bool) -> None:
    course = BREAKS.of_practice(rule(), supplier)

    assert course.comparable(first, last) is comparable
    assert course.why_not(first, last) == ("" if comparable else WHY)


def test_a_rule_of_other_columns_does_not_break() -> None:
    assert BREAKS.of_practice(rule("online_patients"), "EMIS") == Course((), "EMIS")


def test_a_practice_that_changed_its_system_breaks_where_it_did() -> None:
    may = date(2020, 5, 1)
    course = BREAKS.of_practice(rule(), "TPP", {may: "EMIS"})

    assert course.beginnings([may, JUNE, JULY]) == {JUNE: WHY}


def test_an_area_breaks_if_one_of_its_practices_had_the_supplier() -> None:
    assert not BREAKS.of_area(rule(), "ccg", "08A").comparable(JUNE, JULY)
    assert BREAKS.of_area(rule(), "ccg", "08B").comparable(JUNE, JULY)
    assert BREAKS.of_area(rule("online_patients"), "ccg", "08A").comparable(JUNE, JULY)


def test_the_break_stands_at_the_first_month_known_behind_it() -> None:
    course = BREAKS.of_practice(rule(), "EMIS")

    assert course.beginnings([JUNE, AUGUST]) == {AUGUST: WHY}
    assert course.beginnings([JULY, AUGUST]) == course.beginnings([]) == {}


def test_no_change_and_no_crossing_across_a_break() -> None:
    emis, tpp = (BREAKS.of_practice(rule(), supplier) for supplier in ("EMIS", "TPP"))
    before, now = score(JUNE, 300, state="not_met"), score(JULY, 600)

    assert analysis.change(now, before, emis) is None
    assert analysis.change(now, before, tpp) == pytest.approx(0.3)
    for supplier, crossed in (("EMIS", 0), ("TPP", 1)):
        pair = [score(JUNE, 300, supplier, "not_met"), score(JULY, 600, supplier)]
        found = analysis.crossings(pair, JULY, {1}, lambda name: BREAKS.of_practice(rule(), name))
        assert len(found) == crossed


def test_the_pace_begins_behind_the_break() -> None:
    """The count fell by 500 when it was put right: no practice lost anybody."""
    months = [add_months(JULY, number) for number in range(-6, 5)]
    counts = [800, 810, 820, 830, 840, 850, 300, 310, 320, 330, 340]
    scores = {month: score(month, count) for month, count in zip(months, counts, strict=True)}

    found = analysis.pace(scores, rule(), months[-1], BREAKS.of_practice(rule(), "EMIS"))
    blind = analysis.pace(scores, rule(), months[-1], Course())

    assert found is not None
    assert blind is not None
    assert (found.changes, found.recent) == (4, 10)
    assert blind.changes == 6
    first = analysis.pace(scores, rule(), JULY, BREAKS.of_practice(rule(), "EMIS"))
    assert first is not None
    assert first.recent is None


def test_a_trend_speaks_of_what_lies_behind_its_last_break_and_says_why() -> None:
    months = [add_months(JULY, number) for number in range(-2, 3)]
    shares = {month: score(month, 300 + 100 * place) for place, month in enumerate(months)}

    chart = charts.practice_trend(
        months, shares, rule(), "Alder Surgery", [], "POMI", BREAKS.of_practice(rule(), "EMIS")
    )

    assert chart.finding == f"Alder Surgery went from 50.0% in Jul 2020 to 70.0% in Sep 2020 (+20.0 pp). {WHY}"
    assert [(each.x, each.note) for each in chart.series[0].breaks] == [("Jul 2020", WHY)]


def test_the_first_month_behind_a_break_has_no_trend() -> None:
    shares = {month: score(month, 500) for month in (JUNE, JULY)}

    chart = charts.practice_trend(
        [JUNE, JULY], shares, rule(), "Alder Surgery", [], "POMI", BREAKS.of_practice(rule(), "EMIS")
    )

    assert chart.finding == f"Alder Surgery: 50.0% in Jul 2020, the first month counted in this way. {WHY}"
