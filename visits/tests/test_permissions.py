"""Every deed by everybody in every state of a visit, written out a second time."""

from datetime import timedelta

import pytest
from django.utils import timezone

from accounts.tests.factories import UserFactory
from visits.models import Visit
from visits.permissions import MAY, OPEN_TO_ADMINISTRATOR, OPEN_TO_HOLDER, Deed, Footing, allowed, footing
from visits.tests.factories import CaseloadEntryFactory

# What may be done: deed -> state of the visit (None: there is none yet) -> by whom.
EXPECTED = {
    Deed.PLAN: {None: "AH", "planned": "AH", "logged": "", "signed_off": "", "cancelled": ""},
    Deed.LOG: {None: "AH", "planned": "AH", "logged": "AH", "signed_off": "A", "cancelled": ""},
    Deed.SIGN_OFF: {None: "AH", "planned": "", "logged": "AH", "signed_off": "", "cancelled": ""},
    Deed.CANCEL: {None: "AH", "planned": "AH", "logged": "AH", "signed_off": "A", "cancelled": ""},
    Deed.ADD_ADDENDUM: {None: "AH", "planned": "", "logged": "", "signed_off": "AH", "cancelled": ""},
    Deed.WRITE_ACTION: {None: "AH", "planned": "", "logged": "", "signed_off": "", "cancelled": ""},
    Deed.GIVE_CASELOAD: {None: "A", "planned": "", "logged": "", "signed_off": "", "cancelled": ""},
}
LETTERS = {Footing.ADMINISTRATOR: "A", Footing.HOLDER: "H"}


@pytest.mark.parametrize("state", [None, *Visit.State.values])
@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("who", Footing)
def test_who_may_do_what(who, deed, state):
    assert allowed(who, deed, state) == (LETTERS.get(who, "-") in EXPECTED[deed][state])


def test_the_tables_know_every_deed_and_every_state():
    assert set(MAY) == set(Deed) == set(EXPECTED)
    assert set(OPEN_TO_HOLDER) == set(OPEN_TO_ADMINISTRATOR) == set(Visit.State.values)


@pytest.mark.django_db
class TestFooting:
    def test_a_caseload_counts_from_its_first_to_its_last_day(self):
        today = timezone.localdate()
        entry = CaseloadEntryFactory(starts=today, ends=today + timedelta(days=2))

        days = {days: footing(entry.facilitator, entry.practice, today + timedelta(days=days)) for days in range(-1, 4)}

        assert [days[number] is Footing.HOLDER for number in range(-1, 4)] == [False, True, True, True, False]

    def test_a_colleague_of_the_same_ccg_does_not_hold_it(self):
        practice = CaseloadEntryFactory().practice

        assert footing(UserFactory(facilitator=True, ccgs=[practice.ccg]), practice) is Footing.FACILITATOR

    @pytest.mark.parametrize(
        ("trait", "expected"),
        [("administrator", Footing.ADMINISTRATOR), ("lead", Footing.CCG_LEAD), ("viewer", Footing.VIEWER)],
    )
    def test_the_other_roles(self, trait, expected):
        assert footing(UserFactory(**{trait: True}), CaseloadEntryFactory().practice) is expected
