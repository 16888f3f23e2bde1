"""Search: what a person means comes first, on every database alike."""

from typing import Any

import pytest

from accounts.tests.factories import UserFactory
from practices.models import Organisation
from practices.tests.factories import CCGFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def found(text: str, user: Any) -> list[str]:
    return [practice.name for practice in Organisation.objects.practices().best_first(text, user=user)]


def test_beginnings_of_names_come_before_those_of_words_and_those_before_the_rest() -> None:
    viewer = UserFactory(viewer=True)
    for name in ("Abbey Medical Centre", "New Calderwood Surgery", "The Vale (Caldwell)", "Calmore Practice"):
        OrganisationFactory(name=name)

    assert found("cal", viewer) == [
        "Calmore Practice",
        "New Calderwood Surgery",
        "The Vale (Caldwell)",
        "Abbey Medical Centre",
    ]
    assert found("  CAL ", viewer) == found("cal", viewer)


def test_a_lead_s_own_ccgs_come_first_among_equals() -> None:
    mine = CCGFactory()
    lead = UserFactory(lead=True, ccgs=[mine])
    OrganisationFactory(name="Calder Practice")
    OrganisationFactory(name="Calmore Practice", ccg=mine)
    OrganisationFactory(name="Abbey Medical Centre", ccg=mine)

    assert found("cal", lead) == ["Calmore Practice", "Calder Practice", "Abbey Medical Centre"]
    assert found("cal", UserFactory(administrator=True))[0] == "Calder Practice"


@pytest.mark.parametrize("text", ["G85001", "g85001", " g85 001 ", "SE4 2XX", "se42xx"])
def test_an_exact_code_or_postcode_comes_before_all(text: str) -> None:
    OrganisationFactory(name="G85001 Se4 2xx se42xx is here", code="F83001", postcode="N1 1AA")
    OrganisationFactory(name="Wells Practice", code="G85001", postcode="SE4 2XX")

    assert found(text, UserFactory(viewer=True))[0] == "Wells Practice"


def test_closed_practices_come_after_open_ones_and_namesakes_by_code() -> None:
    viewer = UserFactory(viewer=True)
    OrganisationFactory(name="Calder Practice", code="G85003")
    OrganisationFactory(name="Calder Practice", code="G85001")
    OrganisationFactory(name="Calam Practice", code="G85002", status="closed")
    Organisation.objects.filter(code="G85002").update(closed="2018-01-01")

    codes = [practice.code for practice in Organisation.objects.practices().best_first("cal", user=viewer)]

    assert codes == ["G85001", "G85003", "G85002"]


@pytest.mark.parametrize("text", ["%", "_", "\\", "'", "(", "[a", "*"])
def test_signs_that_databases_know_are_only_signs(text: str) -> None:
    OrganisationFactory(name="Calder Practice")

    assert found(text, UserFactory(viewer=True)) == []


def test_pages_of_a_list_by_ccg_hold_each_namesake_once() -> None:
    ccg = CCGFactory()
    codes = [OrganisationFactory(name="The Golborne Medical Centre", ccg=ccg).code for _ in range(6)]
    rows = Organisation.objects.practices().order_by("ccg__name", "name", "code")

    assert [row.code for start in range(0, 6, 2) for row in rows[start : start + 2]] == sorted(codes)
