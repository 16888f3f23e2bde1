import pytest

from accounts.tests.factories import UserFactory
from practices.models import Organisation
from practices.tests.factories import (
    CCGFactory,
    DoubtFactory,
    ImportFileFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
    STPFactory,
)

pytestmark = pytest.mark.django_db


def test_a_practice_comes_with_its_ccg_and_membership():
    practice = OrganisationFactory()

    assert practice.ccg.kind == "ccg"
    assert practice.relations.members().get().parent == practice.ccg


def test_a_lead_sees_the_practices_of_the_granted_ccg_only():
    ccg = CCGFactory()
    mine, _other = OrganisationFactory(ccg=ccg), OrganisationFactory()

    lead = UserFactory(lead=True, ccgs=[ccg])

    assert list(Organisation.objects.practices().within_scope(lead)) == [mine]


def test_every_factory_makes_a_valid_row():
    for made in (
        STPFactory(),
        MonthlyFiguresFactory(),
        MonthlyFiguresFactory(returned=True),
        MonthlyFiguresFactory(staged=True),
        ImportFileFactory(),
        DoubtFactory(),
    ):
        made.refresh_from_db()
        assert made.pk
