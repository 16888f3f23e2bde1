from datetime import date
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.months import add_months
from practices.models import MonthlyFigures, Organisation
from practices.signals import figures_changed, illustrative_cleared
from practices.tests.factories import (
    DECEMBER,
    BoroughFactory,
    CCGFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    relate,
)
from targets.models import AreaScore, Score
from targets.scoring import rebuild, score_months
from targets.scoring.digest import scores_digest
from targets.tests.factories import RuleFactory, all_rules, make_london_ccg

pytestmark = pytest.mark.django_db
NOVEMBER, JANUARY = date(2018, 11, 1), date(2019, 1, 1)


def share_of(borough: Any, ccg: Any, percent: int) -> None:
    borough.shares.create(ccg=ccg, percent_of_borough=100, percent_of_ccg=percent)


def area(kind: str, code: str, month: date = DECEMBER) -> AreaScore:
    return AreaScore.objects.get(area_kind=kind, area_code=code, month=month)


def test_a_practice_counts_under_the_ccg_that_its_row_names() -> None:
    RuleFactory()
    now, then = make_london_ccg(), make_london_ccg()
    practice = OrganisationFactory(ccg=now)
    MonthlyFiguresFactory(practice=practice, ccg=then)
    score_months([DECEMBER])

    assert Score.objects.get().ccg == then
    assert area("ccg", then.code).practices == 1
    assert not AreaScore.objects.filter(area_code=now.code).exists()


def test_a_row_without_ccg_counts_under_the_membership_of_the_month() -> None:
    RuleFactory()
    then, now = CCGFactory(), CCGFactory()
    practice = OrganisationFactory(ccg=now, membership=None)
    practice.relations.all().delete()
    relate(practice, then, ends=date(2018, 12, 31))
    relate(practice, now, starts=date(2019, 1, 1))
    for month in (DECEMBER, JANUARY):
        MonthlyFiguresFactory(practice=practice, month=month, ccg=None)
    score_months([DECEMBER, JANUARY])

    assert Score.objects.get(month=DECEMBER).ccg == then
    assert Score.objects.get(month=JANUARY).ccg == now


def test_the_borough_is_the_principal_one_of_the_ccg_unless_the_practice_has_its_own() -> None:
    RuleFactory()
    ccg = make_london_ccg()
    greater, lesser = BoroughFactory(), BoroughFactory()
    share_of(greater, ccg, 96)
    share_of(lesser, ccg, 4)
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg))
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg, borough=lesser, borough_source="hand"))
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg, borough=lesser, borough_source="ccg"))
    score_months([DECEMBER])

    assert area("borough", greater.slug).practices == 2
    assert area("borough", lesser.slug).practices == 1


def test_only_practices_of_the_london_region_count_to_london() -> None:
    RuleFactory()
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=make_london_ccg()))
    elsewhere = MonthlyFiguresFactory().practice.ccg
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=None), ccg=None)
    score_months([DECEMBER])

    assert area("region", "Y56").practices == 1
    assert area("stp", "QXX").practices == 1
    assert area("ccg", elsewhere.code).practices == 1


def test_the_file_says_who_is_counted_and_without_one_the_register_does() -> None:
    RuleFactory()
    ccg = make_london_ccg()
    in_register = OrganisationFactory(ccg=ccg)
    OrganisationFactory(ccg=ccg, closed=date(2018, 12, 30))
    OrganisationFactory(ccg=ccg, status=Organisation.Status.DORMANT)
    filed = MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg)).practice
    returned = MonthlyFiguresFactory(
        practice=OrganisationFactory(ccg=ccg, closed=date(2018, 6, 1)), month=NOVEMBER, returned=True
    ).practice
    score_months([NOVEMBER, DECEMBER])

    assert set(Score.objects.filter(month=DECEMBER).values_list("practice", flat=True)) == {filed.pk}
    # The one that closed during December was open at the end of November.
    assert Score.objects.filter(month=NOVEMBER, practice__in=[in_register, filed, returned]).count() == 3
    assert area("region", "Y56", NOVEMBER).practices == 4


def test_an_area_in_which_nobody_reported_has_no_sums() -> None:
    RuleFactory()
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=make_london_ccg()), online_patients=None)
    score_months([DECEMBER])
    london = area("region", "Y56")

    assert (london.numerator, london.denominator, london.shortfall) == (None, None, None)
    assert (london.practices, london.reported, london.no_data) == (1, 0, 1)


def test_a_score_names_the_row_it_comes_from() -> None:
    RuleFactory()
    figures = MonthlyFiguresFactory()
    MonthlyFiguresFactory(practice=figures.practice, returned=True)
    score_months([DECEMBER])

    assert Score.objects.get().figures == figures


def test_only_live_rows_count() -> None:
    RuleFactory()
    live = MonthlyFiguresFactory()
    for standing in ("superseded", "withdrawn", "repeat"):
        MonthlyFiguresFactory(practice=live.practice, standing=standing, online_patients=1)
    MonthlyFiguresFactory(practice=live.practice, staged=True, online_patients=1)
    score_months([DECEMBER])

    assert Score.objects.get().numerator == 2400


def small_london() -> list[MonthlyFigures]:
    all_rules()
    ccgs = [make_london_ccg() for _ in range(3)]
    rows = []
    for number in range(12):
        practice = OrganisationFactory(ccg=ccgs[number % 3])
        rows += [
            MonthlyFiguresFactory(practice=practice, month=month, online_patients=200 * number)
            for month in (NOVEMBER, DECEMBER)
        ]
        if number % 2:
            MonthlyFiguresFactory(
                practice=practice, month=NOVEMBER, returned=True, ecommunication_promoted_on=date(2018, 11, number)
            )
    return rows


def test_scoring_one_practice_gives_what_scoring_all_gives() -> None:
    rows = small_london()
    score_months([NOVEMBER, DECEMBER])
    practice = rows[0].practice
    MonthlyFigures.objects.filter(practice=practice).update(online_patients=7999, dcr_status=1)
    score_months([NOVEMBER, DECEMBER], {practice.pk})
    partly = scores_digest()
    score_months([NOVEMBER, DECEMBER])

    assert scores_digest() == partly
    assert Score.objects.get(practice=practice, month=DECEMBER, rule__target="registration").numerator == 7999


def assert_as_if_made_anew() -> None:
    before = scores_digest()
    rebuild()
    assert scores_digest() == before


def test_the_first_row_of_a_month_brings_in_all_whom_the_register_has_open() -> None:
    small_london()
    practice = Organisation.objects.practices()[0]
    returned = MonthlyFiguresFactory(practice=practice, month=JANUARY, returned=True)
    score_months([NOVEMBER, DECEMBER])
    score_months([JANUARY], {practice.pk})
    assert Score.objects.filter(month=JANUARY, reason="no_file").count() == 12 * 2
    assert_as_if_made_anew()

    published = MonthlyFiguresFactory(practice=practice, month=JANUARY)
    score_months([JANUARY], {practice.pk})
    assert Score.objects.filter(month=JANUARY).count() == 5
    assert_as_if_made_anew()

    MonthlyFigures.objects.filter(pk__in=[published.pk, returned.pk]).update(standing="withdrawn")
    score_months([JANUARY], {practice.pk})
    assert not Score.objects.filter(month=JANUARY).exists()
    assert_as_if_made_anew()


def test_scoring_what_did_not_move_writes_nothing() -> None:
    rows = small_london()
    score_months([NOVEMBER, DECEMBER])

    assert score_months([NOVEMBER, DECEMBER], {rows[0].practice_id}) == 0


def test_dropping_the_scores_and_making_them_again_gives_the_same() -> None:
    small_london()
    score_months([NOVEMBER, DECEMBER])
    before = scores_digest()
    number = rebuild()

    assert number == Score.objects.count() == 12 * 2 * 5
    assert scores_digest() == before


def test_a_month_whose_figures_are_gone_loses_its_scores() -> None:
    small_london()
    score_months([NOVEMBER, DECEMBER])
    MonthlyFigures.objects.filter(month=DECEMBER).update(standing="withdrawn")
    score_months([DECEMBER])

    assert not Score.objects.filter(month=DECEMBER).exists()
    assert not AreaScore.objects.filter(month=DECEMBER).exists()
    assert Score.objects.filter(month=NOVEMBER).exists()


def test_the_number_of_queries_does_not_grow_with_the_practices() -> None:
    all_rules()
    ccg = make_london_ccg()

    def queries_with(practices: int) -> int:
        for _ in range(practices):
            MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg))
        with CaptureQueriesContext(connection) as queries:
            score_months([DECEMBER])
        return len(queries)

    queries_with(1)
    few = queries_with(3)
    assert queries_with(10) == few <= 26


# Signals


def scored_on(**values: Any) -> set[tuple[date, str]]:
    scores = Score.objects.filter(rule__target="ecommunication", **values)
    return set(scores.values_list("month", "state"))


def test_figures_that_change_are_scored_in_the_same_breath() -> None:
    RuleFactory()
    row = MonthlyFiguresFactory()
    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices={row.practice_id})

    assert Score.objects.get().state == "met"


def test_evidence_counts_for_the_twelve_months_from_its_day() -> None:
    RuleFactory(ecommunication=True)
    practice = OrganisationFactory()
    months = [add_months(DECEMBER, number) for number in range(-1, 13)]
    for month in months:
        MonthlyFiguresFactory(practice=practice, month=month)
    score_months(months)
    visit = MonthlyFiguresFactory(
        practice=practice, returned=True, source="visit", ecommunication_promoted_on=date(2018, 12, 5)
    )
    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices={practice.pk})

    assert {month for month, state in scored_on() if state == "met"} == set(months[1:13])
    assert {month for month, state in scored_on() if state == "no_data"} == {months[0], months[13]}

    MonthlyFigures.objects.filter(pk=visit.pk).update(standing="withdrawn")
    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices={practice.pk})
    assert {state for _, state in scored_on()} == {"no_data"}


def test_evidence_dated_outside_its_row_s_month_reaches_the_months_of_its_day() -> None:
    RuleFactory(ecommunication=True)
    practice = OrganisationFactory()
    for month in (NOVEMBER, DECEMBER, add_months(DECEMBER, 12)):
        MonthlyFiguresFactory(practice=practice, month=month)
    score_months([NOVEMBER, DECEMBER, add_months(DECEMBER, 12)])
    MonthlyFiguresFactory(practice=practice, returned=True, ecommunication_promoted_on=date(2018, 11, 30))
    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices=None)

    assert scored_on() == {(NOVEMBER, "met"), (DECEMBER, "met"), (add_months(DECEMBER, 12), "no_data")}


def test_published_figures_alone_do_not_reach_other_months() -> None:
    RuleFactory()
    row = MonthlyFiguresFactory()
    MonthlyFiguresFactory(practice=row.practice, month=JANUARY)
    MonthlyFiguresFactory(practice=row.practice, returned=True)
    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices=None, sources={"pomi"})
    assert set(Score.objects.values_list("month", flat=True)) == {DECEMBER}

    figures_changed.send(sender=MonthlyFigures, months={DECEMBER}, practices=None)
    assert set(Score.objects.values_list("month", flat=True)) == {DECEMBER, JANUARY}


def test_scores_of_illustrative_figures_go_with_them() -> None:
    RuleFactory()
    MonthlyFiguresFactory()
    score_months([DECEMBER])
    illustrative_cleared.send(sender=None)

    assert not Score.objects.exists()
    assert not AreaScore.objects.exists()
