from datetime import date
from typing import Any

import pytest

from core.models import PortalState
from core.months import month_key
from practices.models import Import, MeasureBreak, MonthlyFigures
from practices.signals import preview_effects
from practices.tests.factories import DECEMBER, ImportFactory, MonthlyFiguresFactory, OrganisationFactory
from targets.models import AreaScore, Score
from targets.scoring import score_months
from targets.tests.factories import all_rules, make_london_ccg

pytestmark = pytest.mark.django_db
NOVEMBER = date(2018, 11, 1)


def effects_of(brought_by: Import) -> dict[str, Any]:
    (found,) = preview_effects(brought_by=brought_by)
    effects: Any = found["effects"]
    return dict(effects)


def staged(brought_by: Import, practice: Any, month: date = DECEMBER, **values: Any) -> MonthlyFigures:
    return MonthlyFiguresFactory(practice=practice, month=month, brought_by=brought_by, staged=True, **values)


@pytest.fixture
def practices() -> list[Any]:
    all_rules()
    ccg = make_london_ccg()
    return [OrganisationFactory(ccg=ccg) for _ in range(3)]


def test_a_new_month_is_held_against_the_month_before(practices: list[Any]) -> None:
    for practice in practices:
        MonthlyFiguresFactory(practice=practice, month=NOVEMBER)
    score_months([NOVEMBER])
    brought_by = ImportFactory(waiting=True)
    staged(brought_by, practices[0], online_patients=100)
    staged(brought_by, practices[1])
    staged(brought_by, practices[2], online_patients=None)
    effects = effects_of(brought_by)

    assert effects["crossed"]["registration"] == 1
    (crossing,) = effects["crossings"]
    assert (crossing["code"], crossing["before"], crossing["after"]) == (practices[0].code, "met", "not_met")
    london = next(area for area in effects["areas"] if area["kind"] == "region" and area["target"] == "registration")
    assert london["before"]["met"] is None
    assert london["after"] == {"met": 1, "reported": 2, "practices": 3}


def test_a_corrected_month_is_held_against_itself(practices: list[Any]) -> None:
    for practice in practices:
        MonthlyFiguresFactory(practice=practice)
    score_months([DECEMBER])
    brought_by = ImportFactory(waiting=True)
    staged(brought_by, practices[0], online_patients=100, dcr_status=1)
    effects = effects_of(brought_by)

    assert effects["crossed"]["registration"] == effects["crossed"]["dcr"] == 1
    areas = [area for area in effects["areas"] if area["target"] == "dcr"]
    assert {area["kind"] for area in areas} == {"region", "ccg"}
    assert all((area["before"]["met"], area["after"]["met"]) == (3, 2) for area in areas)
    assert all(area["month"] == month_key(DECEMBER) for area in areas)


def test_what_the_preview_says_is_what_comes(practices: list[Any]) -> None:
    brought_by = ImportFactory(waiting=True)
    live = MonthlyFiguresFactory(practice=practices[0], returned=True, ecommunication_promoted_on=date(2018, 12, 1))
    for practice in practices:
        staged(brought_by, practice)
    staged(brought_by, practices[0], returned=True, ecommunication_answered=True)
    staged(brought_by, practices[1], returned=True, ecommunication_promoted_on=date(2018, 12, 1))
    effects = effects_of(brought_by)
    assert not Score.objects.exists()

    live.standing = "superseded"
    live.save()
    MonthlyFigures.objects.filter(brought_by=brought_by).update(standing="live", landed_at=live.landed_at)
    score_months([DECEMBER])
    for area in effects["areas"]:
        score = AreaScore.objects.get(area_kind=area["kind"], area_code=area["code"], rule__target=area["target"])
        assert area["after"] == {"met": score.met, "reported": score.reported, "practices": score.practices}


def test_an_import_without_figures_has_no_effects(practices: list[Any]) -> None:
    assert list(preview_effects(brought_by=ImportFactory(waiting=True))) == [{}]


def test_a_new_month_is_not_held_against_one_on_the_other_side_of_a_break(practices: list[Any]) -> None:
    MeasureBreak.objects.create(source="pomi", measure="online_patients", supplier="EMIS", month=DECEMBER, note="none")
    PortalState.figures_changed()
    type(practices[0]).objects.filter(pk=practices[0].pk).update(supplier="TPP")
    for practice in practices:
        MonthlyFiguresFactory(practice=practice, month=NOVEMBER)
    score_months([NOVEMBER])
    brought_by = ImportFactory(waiting=True)
    for practice in practices:
        staged(brought_by, practice, online_patients=100)

    assert [crossing["code"] for crossing in effects_of(brought_by)["crossings"]] == [practices[0].code]
