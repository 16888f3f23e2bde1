from datetime import date

import pytest

from accounts.tests.factories import UserFactory
from practices.models import Doubt
from practices.services import quality
from practices.signals import figures_changed
from practices.tests.factories import DECEMBER, DoubtFactory, MonthlyFiguresFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


def told():
    figures_changed.send(sender=None, months={DECEMBER}, practices=None)


def test_an_open_practice_that_the_file_leaves_out_is_doubted_once():
    named, left_out = OrganisationFactory(), OrganisationFactory()
    MonthlyFiguresFactory(practice=named)

    told()
    told()

    doubt = Doubt.objects.get()
    assert (doubt.practice, doubt.kind, doubt.code) == (left_out, "register", "not_in_file")
    assert "Dec 2018" in doubt.words


@pytest.mark.parametrize("change", [{"status": "dormant"}, {"status": "provisional"}, {"closed": date(2018, 6, 30)}])
def test_practices_that_are_not_open_are_not_missed(change):
    OrganisationFactory(**change)
    MonthlyFiguresFactory()

    told()

    assert not Doubt.objects.exists()


def test_the_doubt_settles_itself_when_a_file_names_the_practice():
    left_out = OrganisationFactory()
    MonthlyFiguresFactory()
    told()

    MonthlyFiguresFactory(practice=left_out)
    told()

    assert Doubt.objects.get().state == "resolved"


def test_what_a_person_settled_is_not_raised_again():
    OrganisationFactory()
    MonthlyFiguresFactory()
    told()
    quality.settle(doubts=Doubt.objects.all(), reason="A school", by=UserFactory(administrator=True))

    told()

    assert Doubt.objects.get().resolution == "A school"


def test_without_published_figures_nothing_is_missing():
    OrganisationFactory()

    told()

    assert not Doubt.objects.exists()


def test_settling_leaves_out_what_was_settled_meanwhile():
    settled = DoubtFactory(state="resolved", resolved_at="2019-01-01T00:00Z", resolution="before")

    assert quality.settle(doubts=[settled], reason="later", by=UserFactory(administrator=True)) == 0

    settled.refresh_from_db()
    assert settled.resolution == "before"


def test_the_published_value_of_a_dispute_is_the_publishers_where_two_sources_give_it():
    practice = OrganisationFactory()
    MonthlyFiguresFactory(practice=practice, list_size=8000)
    MonthlyFiguresFactory(practice=practice, source="list_size", list_size=8100)

    doubt = quality.dispute(
        practice=practice,
        month=DECEMBER,
        measure="list_size",
        words="x",
        own_value=1,
        by=UserFactory(lead=True, ccgs=[practice.ccg]),
    )

    assert doubt.published_value == 8000
