"""A page that is kept must be another as soon as anything beside its figures is, whoever changes it."""

from collections.abc import Callable
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from core.request_memory import remembering
from practices import touches
from practices.models import Doubt, Organisation, OrganisationRelation, PracticeTouch
from practices.tests.factories import CCGFactory, DoubtFactory, OrganisationFactory, relate
from practices.touches import also_touched, forget_old, remember, touched
from visits.models import Action, Visit
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice() -> Organisation:
    found: Organisation = OrganisationFactory()
    return found


CHANGES: dict[str, Callable[[Organisation], object]] = {
    "a visit": lambda practice: VisitFactory(practice=practice),
    "an action": lambda practice: ActionFactory(practice=practice),
    "a doubt": lambda practice: DoubtFactory(practice=practice),
    "its facilitator": lambda practice: CaseloadEntryFactory(practice=practice),
    "a merger": lambda practice: relate(OrganisationFactory(), practice, kind="succeeded_by"),
    "its CCG": lambda practice: relate(practice, CCGFactory()),
    "its entry, by a set": lambda practice: Organisation.objects.filter(pk=practice.pk).update(name="Renamed"),
    "many at once": lambda practice: Doubt.objects.bulk_create(
        [Doubt(practice=practice, kind="odd", code=str(number), words="Odd.") for number in range(3)]
    ),
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES)
def test_it_tells_of(practice: Organisation, change: Callable[[Organisation], object]) -> None:
    before = touched({practice.pk})
    change(practice)
    assert touched({practice.pk}) != before


@pytest.mark.parametrize("made", [VisitFactory, ActionFactory, DoubtFactory], ids=["visit", "action", "doubt"])
def test_it_tells_of_what_is_changed_and_of_what_goes(practice: Organisation, made: Callable[..., object]) -> None:
    row = made(practice=practice)
    for change in (lambda rows: rows.update(practice=practice), lambda rows: rows.delete()):
        before = touched({practice.pk})
        change(type(row).objects.filter(pk=row.pk))
        assert touched({practice.pk}) != before


def test_others_are_left_alone(practice: Organisation) -> None:
    before = touched({practice.pk})
    VisitFactory(practice=OrganisationFactory())
    assert touched({practice.pk}) == before


def test_it_asks_once_however_many_practices() -> None:
    practices = {OrganisationFactory().pk for _ in range(5)}
    with CaptureQueriesContext(connection) as asked:
        touched(practices)
    assert len(asked) == 1


def test_a_practice_brings_its_own_with_it(practice: Organisation) -> None:
    ActionFactory(practice=practice)
    with remembering():
        remember(also_touched(Organisation.objects.filter(pk=practice.pk)).get())
        with CaptureQueriesContext(connection) as asked:
            remembered = touched({practice.pk})
    assert len(asked) == 0
    assert remembered == touched({practice.pk})
    assert remembered.number > 0


def test_no_practice_has_nothing_beside_it() -> None:
    assert touched(()) == (0, None)


def test_what_is_old_is_cleared(practice: Organisation) -> None:
    PracticeTouch.objects.update(at=timezone.now() - touches.KEPT - timedelta(minutes=1))
    VisitFactory(practice=practice)
    kept = touched({practice.pk}).number
    forget_old()
    assert 0 < touched({practice.pk}).number <= kept
    assert not PracticeTouch.objects.filter(at__lt=timezone.now() - touches.KEPT).exists()


def test_every_table_that_pages_show_beside_figures_is_watched() -> None:
    watched = {key.split(".")[0] for key in touches._watched}
    shown = {model._meta.db_table for model in (Organisation, OrganisationRelation, Doubt, Visit, Action)}
    assert shown <= watched
