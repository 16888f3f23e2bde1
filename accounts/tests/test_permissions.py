"""Every deed about people by everybody, written out a second time, and every service refusing by itself."""

import pytest
from django.core.exceptions import PermissionDenied

from accounts import services
from accounts.models import Invitation, User
from accounts.permissions import MAY, Deed, Footing, footing
from accounts.tests.factories import UserFactory

EXPECTED = {
    Deed.ADD_PERSON: "A",
    Deed.INVITE: "A",
    Deed.WITHDRAW_INVITATION: "A",
    Deed.CHANGE_PERSON: "A",
    Deed.SET_SCOPE: "A",
    Deed.ENABLE: "A",
    Deed.DISABLE: "A",
    Deed.END_SESSIONS: "AS",
}
LETTERS = {Footing.ADMINISTRATOR: "A", Footing.SELF: "S", Footing.OTHER: "O"}


@pytest.mark.parametrize("deed", Deed)
@pytest.mark.parametrize("who", Footing)
def test_who_may_do_what(who, deed):
    assert (who in MAY[deed]) == (LETTERS[who] in EXPECTED[deed])


def test_the_table_knows_every_deed():
    assert set(MAY) == set(Deed) == set(EXPECTED)


@pytest.mark.django_db
class TestServices:
    @pytest.mark.parametrize("trait", ["facilitator", "lead", "viewer"])
    def test_they_refuse_whoever_calls_them(self, trait):
        by, other = UserFactory(**{trait: True}), UserFactory(viewer=True)
        invitation = services.invite(
            email="new@portal.example", name="N", role="viewer", ccgs={}, by=UserFactory(administrator=True)
        )
        person = {"email": "x@portal.example", "name": "X", "role": "administrator"}
        calls = [
            lambda: services.create_person(**person, password="three quiet herons", by=by),
            lambda: services.invite(**person, ccgs={}, by=by),
            lambda: services.withdraw(invitation=invitation, by=by),
            lambda: services.change_person(user=by, name="X", role="administrator", by=by),
            lambda: services.set_scope(user=by, ccgs={"08L": "NHS Lewisham CCG"}, by=by),
            lambda: services.enable(user=other, by=by),
            lambda: services.disable(user=other, by=by),
            lambda: services.sign_out_everywhere(user=other, by=by),
        ]
        for call in calls:
            with pytest.raises(PermissionDenied):
                call()
        assert not User.objects.filter(email="x@portal.example").exists()
        assert not by.scope_grants.exists()

    def test_everybody_ends_their_own_sessions(self):
        viewer = UserFactory(viewer=True)

        services.sign_out_everywhere(user=viewer, by=viewer)

        assert footing(viewer, viewer) is Footing.SELF
        assert User.objects.get().session_epoch == 1

    def test_an_invitation_stands_though_its_inviter_is_no_administrator_any_more(self):
        inviter = UserFactory(administrator=True)
        services.invite(email="new@portal.example", name="N", role="viewer", ccgs={}, by=inviter)
        User.objects.filter(pk=inviter.pk).update(role="viewer")

        services.accept(invitation=Invitation.objects.get(), password="three quiet herons")

        assert User.objects.filter(email="new@portal.example").exists()
