"""Every deed about practices by everybody, written out a second time, and every service refusing by itself."""

from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.tests.factories import UserFactory
from practices.models import Doubt, MonthlyFigures, Organisation
from practices.permissions import BY_ROLE, MAY, Deed, Footing, footing
from practices.services import illustrative, quality, register, returns
from practices.tests.factories import DECEMBER, DoubtFactory, MonthlyFiguresFactory, OrganisationFactory

EXPECTED = {
    Deed.TYPE_RETURN: "AF",
    Deed.DISPUTE: "AFL",
    Deed.WORK_ON_DOUBTS: "A",
    Deed.KEEP_REGISTER: "A",
    Deed.IMPORT: "A",
    Deed.CLEAR_ILLUSTRATIVE: "A",
}
LETTERS = {
    Footing.ADMINISTRATOR: "A",
    Footing.FACILITATOR: "F",
    Footing.CCG_LEAD: "L",
    Footing.VIEWER: "V",
    Footing.STRANGER: "S",
}


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("who", Footing)
def test_who_may_do_what(who, deed):
    assert (who in MAY[deed]) == (LETTERS[who] in EXPECTED[deed])


def test_the_tables_know_every_deed_and_every_role():
    assert set(MAY) == set(Deed) == set(EXPECTED)
    assert set(BY_ROLE) == set(UserFactory._meta.model.Role.values)


@pytest.mark.django_db
class TestServices:
    @pytest.mark.parametrize("trait", ["facilitator", "lead", "viewer"])
    def test_they_refuse_whoever_calls_them(self, trait):
        practice = OrganisationFactory()
        MonthlyFiguresFactory(practice=practice)
        by = UserFactory(**{trait: True}, ccgs=[] if trait == "viewer" else [practice.ccg])
        doubts, on = [DoubtFactory(practice=practice)], date(2019, 4, 1)
        opening = {"code": "Y99999", "name": "N", "ccg": practice.ccg, "on": on, "postcode": ""}
        calls = [
            lambda: quality.assign(doubts=doubts, to=None, by=by),
            lambda: quality.settle(doubts=doubts, reason="x", by=by),
            lambda: quality.mark_asked(doubts=doubts, by=by),
            lambda: register.open_practice(**opening, by=by),
            lambda: register.close_practice(practice=practice, on=on, reason="x", by=by),
            lambda: register.merge_practice(
                practice=practice, successor=OrganisationFactory(), on=on, reason="x", by=by
            ),
            lambda: register.reopen_practice(practice=practice, reason="x", by=by),
            lambda: register.rename_practice(practice=practice, name="N", on=on, by=by),
            lambda: register.move_practice(practice=practice, ccg=practice.ccg, on=on, by=by),
            lambda: register.set_borough(practice=practice, borough=None, by=by),
            lambda: illustrative.clear(by=by),
        ]
        for call in calls:
            with pytest.raises(PermissionDenied):
                call()
        assert Doubt.objects.get().state == "open"
        assert Organisation.objects.get(pk=practice.pk).name == practice.name

    @pytest.mark.parametrize("trait", ["facilitator", "lead"])
    def test_a_stranger_s_practice_is_out_of_reach(self, trait):
        practice = OrganisationFactory()
        stranger = UserFactory(**{trait: True}, ccgs=[OrganisationFactory().ccg])

        with pytest.raises(PermissionDenied):
            quality.dispute(practice=practice, month=DECEMBER, measure="list_size", words="x", own_value=1, by=stranger)
        with pytest.raises(PermissionDenied):
            returns.save_return(practice=practice, month=DECEMBER, values={"routine_slots": 9}, by=stranger)
        assert footing(stranger, practice) is Footing.STRANGER
        assert not MonthlyFigures.objects.exists()
