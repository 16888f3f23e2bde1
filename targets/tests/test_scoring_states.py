"""A truth table for each target: what a practice's rows say, and the state, reason and numbers that follow."""

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from practices.models import MonthlyFigures
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory, OrganisationFactory
from targets.models import Score, State, TargetRule
from targets.scoring import REASONS, reason_words, score_months
from targets.tests import slow_scoring
from targets.tests.factories import RuleFactory, all_rules
from targets.tests.slow_scoring import Answer

SILENT_STATUSES = {"appointments_status": None, "prescriptions_status": None, "dcr_status": None}
NO_DATA = "no_data"
NOTHING = (None, None, None)


@pytest.fixture
def practice(db: None) -> Any:
    return OrganisationFactory(ccg=None)


def scored(practice: Any, rule: TargetRule, month: date = DECEMBER) -> Answer:
    score_months([month])
    row = Score.objects.filter(practice=practice, month=month, rule=rule).values_list(*Answer._fields).get()
    return Answer(*row)


REGISTRATION = [
    # online, list, state, reason, shortfall, within the margin
    (2400, 8000, "met", "", 0, False),
    (1600, 8000, "met", "", 0, True),
    (1599, 8000, "not_met", "", 1, True),
    (0, 8000, "not_met", "", 1600, False),
    (200, 1001, "not_met", "", 1, True),
    (201, 1001, "met", "", 0, True),
    (9520, 8000, "met", "", 0, False),
    (None, 8000, NO_DATA, "blank_value", None, False),
    (2400, None, NO_DATA, "blank_value", None, False),
    (0, 0, NO_DATA, "zero_denominator", None, False),
    (-1, 8000, NO_DATA, "impossible_value", None, False),
    (2400, -8000, NO_DATA, "impossible_value", None, False),
    (2400, 10**13, NO_DATA, "impossible_value", None, False),
]


@pytest.mark.parametrize(("online", "size", "state", "reason", "shortfall", "margin"), REGISTRATION)
def test_registration(
    practice: Any, online: int, size: int, state: str, reason: str, shortfall: int, margin: bool
) -> None:
    MonthlyFiguresFactory(practice=practice, online_patients=online, list_size=size)
    numbers = (None, None) if state == NO_DATA else (online, size)

    assert scored(practice, RuleFactory()) == Answer(state, reason, *numbers, shortfall, margin)


@pytest.mark.parametrize(
    ("values", "state", "reason"),
    [
        ({"dcr_status": 2}, "met", ""),
        ({"dcr_status": 1}, "not_met", ""),
        ({"dcr_status": 0}, "not_met", ""),
        ({"dcr_status": 9}, NO_DATA, "status_unknown"),
        ({"dcr_status": None}, NO_DATA, "blank_value"),
        (SILENT_STATUSES, NO_DATA, "practice_not_reported"),
        # Patients with access say nothing of whether the function is enabled.
        ({"dcr_status": 1, "dcr_enabled": 500}, "not_met", ""),
    ],
)
def test_dcr(practice: Any, values: dict[str, Any], state: str, reason: str) -> None:
    MonthlyFiguresFactory(practice=practice, **values)
    numbers = {"met": (1, 1, 0), "not_met": (0, 1, 1), NO_DATA: NOTHING}

    assert scored(practice, RuleFactory(dcr=True)) == Answer(state, reason, *numbers[state])


def test_counts_of_a_practice_that_did_not_report_mean_nothing(practice: Any) -> None:
    MonthlyFiguresFactory(practice=practice, online_patients=0, **SILENT_STATUSES)

    assert scored(practice, RuleFactory()) == Answer(NO_DATA, "practice_not_reported")


def test_a_practice_outside_the_file_differs_from_a_month_without_a_file(practice: Any) -> None:
    MonthlyFiguresFactory(practice=practice, returned=True)
    rule = RuleFactory()
    assert scored(practice, rule) == Answer(NO_DATA, "no_file")

    MonthlyFiguresFactory()
    assert scored(practice, rule) == Answer(NO_DATA, "not_in_file")


def transactions(*values: int | None) -> dict[str, Any]:
    names = ("bookings_online", "cancellations_online", "bookings", "cancellations")
    return dict(zip(names, values, strict=True))


def slots(online: int | None, routine: int | None) -> dict[str, Any]:
    return {"routine_slots_online": online, "routine_slots": routine}


RETURNED = [
    # return, visit, state, reason, (numerator, denominator, shortfall)
    (slots(800, 1000), None, "met", "", (800, 1000, 0)),
    (slots(799, 1000), None, "not_met", "", (799, 1000, 1)),
    (slots(0, 0), None, NO_DATA, "zero_denominator", NOTHING),
    (slots(None, 1000), None, NO_DATA, "blank_value", NOTHING),
    (slots(None, None), None, NO_DATA, "blank_value", NOTHING),
    (None, slots(900, 1000), "met", "", (900, 1000, 0)),
    (None, slots(900, None), NO_DATA, "blank_value", NOTHING),
    (None, slots(None, None), NO_DATA, "no_return", NOTHING),
    (None, None, NO_DATA, "no_return", NOTHING),
    (slots(100, 1000), slots(900, 1000), "not_met", "", (100, 1000, 700)),
    (slots(None, 1000), slots(900, 1000), "met", "", (900, 1000, 0)),
]


@pytest.mark.parametrize(("returned", "visited", "state", "reason", "numbers"), RETURNED)
def test_appointments(practice: Any, returned: Any, visited: Any, state: str, reason: str, numbers: Any) -> None:
    bring_in_returns(practice, returned, visited)
    answer = scored(practice, RuleFactory(appointments=True))

    assert (answer.state, answer.reason) == (state, reason)
    assert (answer.numerator, answer.denominator, answer.shortfall) == numbers


def bring_in_returns(practice: Any, returned: dict[str, Any] | None, visited: dict[str, Any] | None) -> None:
    MonthlyFiguresFactory(practice=practice)
    if returned is not None:
        MonthlyFiguresFactory(practice=practice, returned=True, **returned)
    if visited is not None:
        MonthlyFiguresFactory(practice=practice, returned=True, source="visit", **visited)


@pytest.mark.parametrize(
    ("values", "state", "reason", "numbers"),
    [
        (transactions(450, 50, 900, 100), "met", "", (500, 1000, 0)),
        (transactions(449, 50, 900, 100), "not_met", "", (499, 1000, 1)),
        (transactions(0, 0, 900, 101), "not_met", "", (0, 1001, 501)),
        (transactions(0, 0, 0, 0), NO_DATA, "zero_denominator", NOTHING),
        (transactions(450, None, 900, 100), NO_DATA, "blank_value", NOTHING),
    ],
)
def test_utilisation(practice: Any, values: dict[str, Any], state: str, reason: str, numbers: Any) -> None:
    bring_in_returns(practice, values, None)
    answer = scored(practice, RuleFactory(utilisation=True))

    assert (answer.state, answer.reason) == (state, reason)
    assert (answer.numerator, answer.denominator, answer.shortfall) == numbers


def test_online_transactions_of_pomi_never_stand_for_utilisation(practice: Any) -> None:
    MonthlyFiguresFactory(practice=practice, appointments_used=5000, online_transactions=9000)

    assert scored(practice, RuleFactory(utilisation=True)) == Answer(NO_DATA, "no_return")


EVIDENCE = [
    # the month of the row, what it says, state in December 2018
    (date(2018, 12, 1), {"ecommunication_promoted_on": date(2018, 12, 31)}, "met"),
    (date(2018, 12, 1), {"ecommunication_promoted_on": date(2019, 1, 1)}, "not_met"),
    (date(2018, 6, 1), {"ecommunication_promoted_on": date(2018, 1, 1)}, "met"),
    (date(2018, 1, 1), {"ecommunication_promoted_on": date(2017, 12, 31)}, "not_met"),
    (date(2017, 12, 1), {"ecommunication_promoted_on": date(2017, 12, 31)}, NO_DATA),
    (date(2018, 1, 1), {}, "not_met"),
    (date(2017, 12, 1), {}, NO_DATA),
    (date(2018, 12, 1), {"ecommunication_answered": False}, NO_DATA),
    (date(2018, 12, 1), {"ecommunication_answered": False, "ecommunication_product": "eConsult"}, "not_met"),
    (date(2018, 12, 1), {"ecommunication_answered": False, "ecommunication_promoted_where": "Website"}, "not_met"),
]


@pytest.mark.parametrize("source", ["return", "visit"])
@pytest.mark.parametrize(("month", "values", "state"), EVIDENCE)
def test_ecommunication(practice: Any, source: str, month: date, values: dict[str, Any], state: str) -> None:
    MonthlyFiguresFactory(practice=practice)
    MonthlyFiguresFactory(practice=practice, returned=True, month=month, source=source, **values)
    numbers = {"met": (1, 1, 0), "not_met": (0, 1, 1), NO_DATA: NOTHING}
    reason = "no_evidence_asked" if state == NO_DATA else ""

    assert scored(practice, RuleFactory(ecommunication=True)) == Answer(state, reason, *numbers[state])


@pytest.mark.parametrize(("month", "scores"), [(date(2018, 3, 1), 0), (date(2018, 4, 1), 1), (date(2018, 7, 1), 0)])
def test_only_rules_in_force_at_the_end_of_the_month_score(practice: Any, month: date, scores: int) -> None:
    RuleFactory(effective_from=date(2018, 4, 30), effective_to=date(2018, 7, 30))
    MonthlyFiguresFactory(practice=practice, month=month)
    score_months([month])

    assert Score.objects.count() == scores


def test_a_rule_may_ask_for_at_most(practice: Any) -> None:
    rule = RuleFactory(direction=TargetRule.Direction.AT_MOST, threshold=Decimal("0.20"))
    MonthlyFiguresFactory(practice=practice, online_patients=1603, list_size=8001)

    assert scored(practice, rule) == Answer("not_met", "", 1603, 8001, 3, True)


counts = st.one_of(st.none(), st.integers(-2, 12), st.integers(0, 20_000))
statuses = st.sampled_from([None, 0, 1, 2, 9])
days = st.one_of(st.none(), st.dates(date(2017, 6, 1), date(2019, 2, 1)))
PUBLISHED = st.fixed_dictionaries(
    dict.fromkeys(("list_size", "online_patients"), counts)
    | dict.fromkeys(("appointments_status", "prescriptions_status", "dcr_status"), statuses)
)
FROM_PRACTICE = st.fixed_dictionaries(
    dict.fromkeys(("routine_slots", "routine_slots_online", *transactions(0, 0, 0, 0)), counts)
    | {"ecommunication_promoted_on": days, "ecommunication_answered": st.booleans()}
)


@pytest.mark.django_db
def test_states_are_exhaustive_and_disjoint_whatever_the_rows_say() -> None:
    rules = all_rules()

    @given(st.lists(st.tuples(st.none() | PUBLISHED, st.none() | FROM_PRACTICE, st.none() | FROM_PRACTICE), max_size=8))
    def agree(cases: list[tuple[Any, Any, Any]]) -> None:
        MonthlyFigures.objects.all().delete()
        for values in cases:
            practice = OrganisationFactory(ccg=None)
            for source, said in zip(("pomi", "return", "visit"), values, strict=True):
                if said is not None:
                    plain = {"returned": source != "pomi", "source": source} | said
                    MonthlyFiguresFactory(practice=practice, **plain)
        score_months([DECEMBER])
        assert_sound()
        assert_as_the_slow_version(rules)

    agree()


def assert_sound() -> None:
    for score in Score.objects.all():
        assert score.state in State.values
        silent = score.state == State.NO_DATA
        assert (score.reason in REASONS) == silent
        assert bool(reason_words(score.reason)) == silent
        assert (score.numerator is None) == (score.denominator is None) == (score.shortfall is None) == silent
        assert not silent or not score.within_margin
        assert silent or (score.shortfall == 0) == (score.state == State.MET)


def assert_as_the_slow_version(rules: list[TargetRule]) -> None:
    rows = list(MonthlyFigures.objects.values())
    practices = {row["practice_id"] for row in rows}
    with_file = any(row["source"] == "pomi" for row in rows)
    found = Score.objects.filter(practice__in=practices).values_list("practice_id", "rule_id", *Answer._fields)
    answers = {(practice, rule): Answer(*values) for practice, rule, *values in found}
    expected = {}
    for practice in practices:
        own = {row["source"]: row for row in rows if row["practice_id"] == practice}
        evidence = [row for source, row in own.items() if source != "pomi"]
        for rule in rules:
            expected[practice, rule.pk] = slow_scoring.score(rule, DECEMBER, own, evidence, with_file)
    assert answers == expected
