import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from core.models import AuditEvent, PortalState
from practices.models import MonthlyFigures
from practices.tests.factories import DECEMBER, BoroughFactory, MonthlyFiguresFactory, OrganisationFactory
from targets.models import Score
from targets.scoring import score_months
from targets.tests.factories import ProgrammeFactory, RuleFactory, all_rules, make_london_ccg

pytestmark = pytest.mark.django_db


@pytest.fixture
def lewisham() -> Any:
    all_rules()
    ccg = make_london_ccg(code="08L", name="NHS Lewisham CCG")
    borough = BoroughFactory(name="Lewisham", slug="lewisham")
    borough.shares.create(ccg=ccg, percent_of_borough=100, percent_of_ccg=100)
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg))
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg), online_patients=100, dcr_status=9)
    score_months([DECEMBER])
    return ccg


def printed(*arguments: str) -> str:
    out = StringIO()
    call_command(*arguments, stdout=out)
    return out.getvalue()


@pytest.mark.parametrize("area", ["london", "London", "08L", "08l", "lewisham", "Lewisham", "QXX"])
def test_scores_of_an_area(lewisham: Any, area: str) -> None:
    answer = json.loads(printed("scores", "--area", area, "--month", "2018-12", "--target", "registration", "--json"))

    assert answer["month"] == "2018-12"
    assert answer["programme"] == "ettf-london"
    assert answer["targets"] == {
        "registration": {
            "numerator": 2500,
            "denominator": 16000,
            "met": 1,
            "not_met": 1,
            "no_data": 0,
            "not_applicable": 0,
            "practices": 2,
            "reported": 2,
            "shortfall": 1500,
            "rule_version": 1,
        }
    }


def test_scores_of_all_targets(lewisham: Any) -> None:
    targets = json.loads(printed("scores", "--area", "08L", "--month", "2018-12", "--json"))["targets"]

    assert list(targets) == ["appointments", "registration", "dcr", "ecommunication", "utilisation"]
    assert targets["appointments"]["numerator"] is None
    assert (targets["dcr"]["met"], targets["dcr"]["no_data"], targets["dcr"]["reported"]) == (1, 1, 1)


def test_a_rule_out_of_force_applies_to_nobody(lewisham: Any) -> None:
    later = ProgrammeFactory(slug="later", name="Later")
    RuleFactory(programme=later, effective_from="2019-04-01")
    answer = json.loads(printed("scores", "--area", "08L", "--month", "2018-12", "--programme", "later", "--json"))

    registration = answer["targets"]["registration"]
    assert (registration["practices"], registration["not_applicable"], registration["reported"]) == (2, 2, 0)


def test_scores_as_a_table(lewisham: Any) -> None:
    words = printed("scores", "--area", "08L", "--month", "2018-12")

    assert "NHS Lewisham CCG, Dec 2018, ETTF London" in words
    assert "15.6%" in words


@pytest.mark.parametrize(
    ("arguments", "sentence"),
    [
        (("--area", "nowhere", "--month", "2018-12"), "There is no area 'nowhere'"),
        (("--area", "london", "--month", "December"), "such as 2018-12"),
        (("--area", "london", "--month", "2018-11"), "no scores for Nov 2018"),
        (("--area", "london", "--month", "2018-12", "--programme", "none"), "no such programme"),
    ],
)
def test_scores_says_what_is_wrong(lewisham: Any, arguments: tuple[str, ...], sentence: str) -> None:
    with pytest.raises(CommandError, match=sentence):
        printed("scores", *arguments)


def test_rescore_proves_the_same_result(lewisham: Any) -> None:
    version = PortalState.current().data_version

    assert "the same as before" in printed("rescore", "--check")
    assert "the same as before" in printed("rescore")
    assert "the same as before" in printed("rescore", "--month", "2018-12")
    assert PortalState.current().data_version == version


def test_rescore_mends_scores_that_do_not_follow_from_the_figures(lewisham: Any) -> None:
    Score.objects.filter(rule__target="registration").update(numerator=1)
    with pytest.raises(CommandError, match="do not follow"):
        printed("rescore", "--check")
    assert Score.objects.filter(numerator=1, rule__target="registration").count() == 2

    assert "have changed" in printed("rescore")
    assert "the same as before" in printed("rescore", "--check")
    assert AuditEvent.objects.filter(verb="rescored").count() == 1


def test_rescore_follows_the_live_figures(lewisham: Any) -> None:
    MonthlyFigures.objects.update(standing="withdrawn")
    printed("rescore")

    assert not Score.objects.exists()
