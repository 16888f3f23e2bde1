from datetime import date, timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.exceptions import ValidationError
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import services
from accounts.models import Invitation, User
from accounts.tests.factories import PASSWORD, UserFactory, grant_scope
from core.models import AuditEvent

pytestmark = pytest.mark.django_db
LEWISHAM = {"08L": "NHS Lewisham CCG"}


@pytest.fixture
def administrator() -> User:
    return UserFactory(administrator=True)


@pytest.fixture
def token(administrator: User, django_capture_on_commit_callbacks: Any) -> str:
    with django_capture_on_commit_callbacks(execute=True):
        services.invite(email="new@portal.example", name="New Person", role="ccg_lead", ccgs=LEWISHAM, by=administrator)
    link = next(line for line in mail.outbox[0].body.splitlines() if "/invitation/" in line)
    return link.rstrip("/").rsplit("/", 1)[1]


class TestInvitation:
    def test_an_invited_person_chooses_a_password_and_is_in(self, client: Any, token: str) -> None:
        response = client.get(f"/invitation/{token}/", follow=True)
        assert "New Person" in response.content.decode()
        response = client.post("/invitation/", {"password": "three quiet herons"})
        assert (response.status_code, response["Location"]) == (302, "/")
        user = User.objects.get(email="new@portal.example")
        assert (user.role, user.ccg_codes()) == ("ccg_lead", {"08L"})

    def test_the_token_stands_in_no_address_that_stays(self, client: Any, token: str) -> None:
        response = client.get(f"/invitation/{token}/")
        assert response["Location"] == "/invitation/"
        assert not Invitation.objects.filter(token_digest=token).exists()

    def test_it_works_once(self, client: Any, token: str) -> None:
        client.get(f"/invitation/{token}/")
        client.post("/invitation/", {"password": "three quiet herons"})
        client.logout()
        assert client.get(f"/invitation/{token}/", follow=True).status_code == 404
        assert User.objects.filter(email="new@portal.example").count() == 1

    def test_two_at_once_make_one_person(self, token: str) -> None:
        invitation = Invitation.objects.get()
        services.accept(invitation=invitation, password="three quiet herons")
        with pytest.raises(services.InvitationSpentError):
            services.accept(invitation=invitation, password="three quiet herons")

    def test_it_expires(self, client: Any, token: str) -> None:
        Invitation.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
        assert client.get(f"/invitation/{token}/", follow=True).status_code == 404

    def test_a_withdrawn_one_lets_nobody_in(self, client: Any, token: str, administrator: User) -> None:
        services.withdraw(invitation=Invitation.objects.get(), by=administrator)
        assert client.get(f"/invitation/{token}/", follow=True).status_code == 404

    def test_a_common_password_is_refused(self, client: Any, token: str) -> None:
        client.get(f"/invitation/{token}/")
        response = client.post("/invitation/", {"password": "password1234"})
        assert response.status_code == 200
        assert not User.objects.filter(email="new@portal.example").exists()

    def test_somebody_who_is_here_is_not_invited(self, administrator: User) -> None:
        with pytest.raises(ValidationError, match="here already"):
            services.invite(email=administrator.email.upper(), name="", role="viewer", ccgs={}, by=administrator)


class TestScope:
    def test_grants_end_the_day_before_and_new_ones_begin(self, administrator: User) -> None:
        lead = UserFactory(lead=True)
        grant_scope(lead, "08L")
        services.set_scope(user=lead, ccgs={"08Q": "NHS Southwark CCG"}, by=administrator, on=date(2018, 6, 1))
        assert lead.ccg_codes(on=date(2018, 5, 31)) == {"08L"}
        assert lead.ccg_codes(on=date(2018, 6, 1)) == {"08Q"}

    def test_it_is_read_afresh(self) -> None:
        lead = UserFactory(lead=True)
        assert lead.ccg_codes() == frozenset()
        grant_scope(lead, "08L")
        assert lead.ccg_codes() == {"08L"}

    def test_a_viewer_needs_none(self, administrator: User) -> None:
        viewer = UserFactory(viewer=True)
        services.set_scope(user=viewer, ccgs=LEWISHAM, by=administrator)
        assert not viewer.scope_grants.exists()
        assert viewer.scope_label() == "London"

    def test_the_change_is_audited(self, administrator: User) -> None:
        services.set_scope(user=UserFactory(lead=True), ccgs=LEWISHAM, by=administrator)
        assert AuditEvent.objects.get(verb="changed scope").after["ccgs"] == ["08L"]


class TestStanding:
    def test_disabling_ends_the_session_at_once(self, client: Any, administrator: User) -> None:
        viewer = UserFactory(viewer=True)
        client.force_login(viewer)
        assert client.get("/account/").status_code == 200
        services.disable(user=viewer, by=administrator)
        assert client.get("/account/").status_code == 302

    def test_signing_out_everywhere_ends_the_other_sessions(self, client: Any) -> None:
        viewer, other = UserFactory(viewer=True), Client()
        client.force_login(viewer)
        other.force_login(viewer)
        client.post("/account/sign-out-everywhere/")
        assert other.get("/account/").status_code == 302

    def test_the_last_administrator_stays(self, administrator: User) -> None:
        with pytest.raises(ValidationError, match="only administrator"):
            services.disable(user=administrator, by=administrator)
        with pytest.raises(ValidationError, match="only administrator"):
            services.change_person(user=administrator, name="A", role="viewer", by=administrator)

    def test_nobody_signs_up_alone(self, client: Any) -> None:
        assert client.get("/account/signup/", follow=True).redirect_chain[-1][0].startswith("/account/login/")


class TestSignIn:
    def test_it_works_and_is_audited(self, client: Any) -> None:
        viewer = UserFactory(viewer=True)
        response = client.post("/account/login/", {"login": viewer.email.upper(), "password": PASSWORD})
        assert response.status_code == 302
        assert AuditEvent.objects.filter(verb="signed in", actor=viewer).exists()

    def test_a_wrong_password_and_an_unknown_address_read_alike(self, client: Any) -> None:
        viewer = UserFactory(viewer=True)
        wrong = client.post("/account/login/", {"login": viewer.email, "password": "not this one"}).content.decode()
        unknown = client.post("/account/login/", {"login": "nobody@portal.example", "password": "x"}).content.decode()
        words = "not correct"
        assert words in wrong
        assert words in unknown

    def test_a_second_factor_is_asked_for_where_it_is_required(self, client: Any, settings: Any) -> None:
        settings.MFA_REQUIRED = True
        client.force_login(UserFactory(viewer=True))
        assert client.get("/audit/")["Location"] == "/account/second-factor/totp/activate/"


class TestPeoplePages:
    ADDRESSES = ("/people/", "/people/invite/")

    @pytest.mark.parametrize("address", ADDRESSES)
    def test_it_works(self, client: Any, administrator: User, address: str) -> None:
        client.force_login(administrator)
        assert client.get(address).status_code == 200

    @pytest.mark.parametrize("address", ADDRESSES)
    @pytest.mark.parametrize("role", ["facilitator", "lead", "viewer"])
    def test_stranger_gets_404(self, client: Any, role: str, address: str) -> None:
        client.force_login(UserFactory(**{role: True}))
        assert client.get(address).status_code == 404

    def test_an_administrator_changes_role_and_scope(
        self, client: Any, administrator: User, reference_data: None
    ) -> None:
        person = UserFactory(viewer=True)
        client.force_login(administrator)
        sent = {"name": "Renamed", "role": "facilitator", "ccgs": ["08L"]}
        assert client.post(f"/people/{person.pk}/", sent).status_code == 302
        person.refresh_from_db()
        assert (person.name, person.role, person.ccg_codes()) == ("Renamed", "facilitator", {"08L"})

    def test_a_lead_without_a_ccg_is_refused(self, client: Any, administrator: User, reference_data: None) -> None:
        person = UserFactory(viewer=True)
        client.force_login(administrator)
        page = client.post(f"/people/{person.pk}/", {"name": "N", "role": "ccg_lead"}).content.decode()
        assert "Choose at least one CCG" in page
        person.refresh_from_db()
        assert person.role == "viewer"

    def test_ten_more_people_cost_no_query_more(self, client: Any, administrator: User) -> None:
        client.force_login(administrator)
        client.get("/people/")
        queries = []
        for _ in range(2):
            for person in UserFactory.create_batch(10, lead=True):
                grant_scope(person, "08L")
            with CaptureQueriesContext(connection) as captured:
                client.get("/people/")
            queries.append(len(captured))
        assert queries[0] == queries[1] <= 12
