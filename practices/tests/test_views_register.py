from datetime import date
from itertools import pairwise

import pytest
from django.core.exceptions import ValidationError
from django.core.management import CommandError, call_command
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, PortalState
from practices import reference
from practices.geography import practices_following
from practices.models import Borough, Doubt, Import, MonthlyFigures, Organisation
from practices.presenters.timeline import register_timeline
from practices.services import illustrative, register
from practices.signals import illustrative_cleared, practice_closed, practice_succeeded
from practices.tests.factories import (
    CCGFactory,
    DoubtFactory,
    ImportFactory,
    MonthlyFiguresFactory,
    OrganisationFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


@pytest.fixture
def practice():
    return OrganisationFactory(code="A11111")


@pytest.fixture
def told():
    calls = []

    def hear(sender, practice, on, by, successor=None, **kwargs):
        calls.append((practice.code, getattr(successor, "code", None), on))

    for signal in (practice_closed, practice_succeeded):
        signal.connect(hear)
    yield calls
    for signal in (practice_closed, practice_succeeded):
        signal.disconnect(hear)


def change_url(practice, deed):
    return reverse("practices:register_change", args=[practice.code, deed])


class TestEntry:
    def test_it_works(self, client, administrator, practice):
        client.force_login(administrator)

        response = client.get(reverse("practices:register", args=[practice.code]))

        assert practice.ccg.name.encode() in response.content
        assert b"Merge into another practice" in response.content
        assert b"Open again" not in response.content

    @pytest.mark.parametrize("role", ["facilitator", "lead", "viewer"])
    def test_others_do_not_find_it(self, client, practice, role):
        client.force_login(UserFactory(**{role: True}, ccgs=[practice.ccg]))

        for url in (
            reverse("practices:register", args=[practice.code]),
            change_url(practice, "close"),
            reverse("practices:open_practice"),
            reverse("practices:clear_illustrative"),
        ):
            assert client.get(url).status_code == 404
            assert client.post(url).status_code == 404


class TestDeeds:
    def test_closing_tells_and_ends_the_membership(self, client, administrator, practice, told):
        client.force_login(administrator)

        client.post(change_url(practice, "close"), {"on": "2019-03-31", "reason": "Retired"})

        practice.refresh_from_db()
        assert (practice.status, practice.closed) == ("closed", date(2019, 3, 31))
        assert practice.relations.members().get().ends == date(2019, 3, 31)
        assert told == [("A11111", None, date(2019, 3, 31))]
        assert AuditEvent.objects.get(verb="closed practice").after["reason"] == "Retired"

    def test_merging_makes_the_history_the_successors(self, client, administrator, practice, told):
        successor = OrganisationFactory(code="A22222")
        MonthlyFiguresFactory(practice=practice)
        client.force_login(administrator)

        client.post(change_url(practice, "merge"), {"successor": "a22222", "on": "2019-04-01", "reason": "Partners"})

        practice.refresh_from_db()
        assert practice.closed == date(2019, 3, 31)
        assert practices_following("A11111") == {"A22222"}
        assert told == [("A11111", "A22222", date(2019, 4, 1))]
        assert MonthlyFigures.objects.get().practice == practice
        lines = [entry.words for entry in register_timeline(practice=successor, user=administrator)]
        assert any("Took over" in line for line in lines)

    @pytest.mark.parametrize("code", ["A11111", "A99999"])
    def test_merging_into_itself_or_nobody_is_refused(self, client, administrator, practice, code):
        client.force_login(administrator)

        response = client.post(change_url(practice, "merge"), {"successor": code, "on": "2019-04-01", "reason": "x"})

        assert "successor" in response.context["form"].errors
        practice.refresh_from_db()
        assert practice.closed is None

    def test_a_practice_may_go_on_as_two_and_both_are_shown(self, client, administrator, practice, told):
        """Patients of one list go to several practices; publishers' lists of mergers have such rows."""
        successors = [OrganisationFactory(code=code) for code in ("A22222", "A33333")]
        client.force_login(administrator)
        for successor in successors:
            answer = {"successor": successor.code, "on": "2019-04-01", "reason": "List dispersed"}
            assert client.post(change_url(practice, "merge"), answer).status_code == 302

        practice.refresh_from_db()
        assert practice.closed == date(2019, 3, 31)
        assert practices_following("A11111") == {"A22222", "A33333"}
        assert told == [("A11111", code, date(2019, 4, 1)) for code in ("A22222", "A33333")]
        page = client.get("/practices/A11111/").content.decode()
        assert page.count("/practices/A22222/") == page.count("/practices/A33333/") > 0
        assert [entry.words for entry in register_timeline(practice=practice, user=administrator)][-2:] == [
            f"Merged into {successor}" for successor in successors
        ]

    def test_a_circle_of_any_length_is_refused(self, client, administrator, practice):
        chain = [practice, *(OrganisationFactory(code=code) for code in ("A22222", "A33333"))]
        for number, (one, other) in enumerate(pairwise(chain)):
            on = date(2019, 4 + number, 1)
            register.merge_practice(practice=one, successor=other, on=on, reason="x", by=administrator)
        client.force_login(administrator)

        answer = {"successor": practice.code, "on": "2019-06-01", "reason": "x"}
        response = client.post(change_url(chain[2], "merge"), answer)

        assert "successor" in response.context["form"].errors
        chain[2].refresh_from_db()
        assert chain[2].closed is None

    def test_a_closed_practice_gets_its_successor_later(self, administrator, practice):
        """Mergers are often missing from the files that close a practice."""
        successor = OrganisationFactory(code="A22222")
        register.close_practice(practice=practice, on=date(2019, 3, 31), reason="x", by=administrator)
        with pytest.raises(ValidationError, match="closed on 31 March 2019"):
            register.merge_practice(
                practice=practice, successor=successor, on=date(2019, 3, 1), reason="x", by=administrator
            )
        register.merge_practice(
            practice=practice, successor=successor, on=date(2019, 4, 1), reason="x", by=administrator
        )
        assert practices_following("A11111") == {"A22222"}
        assert AuditEvent.objects.get(verb="merged practice").after["successor"] == "A22222"

    def test_no_circle_of_successions(self, administrator, practice):
        other = OrganisationFactory(code="A22222")
        register.merge_practice(practice=practice, successor=other, on=date(2019, 4, 1), reason="x", by=administrator)
        register.reopen_practice(practice=practice, reason="mistake", by=administrator)

        assert practices_following("A11111") == set()
        practice.refresh_from_db()
        assert practice.closed is None
        assert practice.relations.members().get().ends is None

    def test_closing_before_opening_is_refused(self, client, administrator, practice):
        client.force_login(administrator)

        response = client.post(change_url(practice, "close"), {"on": "2001-01-01", "reason": "x"})

        assert "on" in response.context["form"].errors

    def test_renaming(self, client, administrator, practice):
        client.force_login(administrator)

        client.post(change_url(practice, "rename"), {"name": "New Name", "on": "2019-01-01"})

        practice.refresh_from_db()
        assert practice.name == "New Name"

    def test_moving_keeps_the_earlier_ccg_for_earlier_months(self, client, administrator, practice):
        earlier, later = practice.ccg, CCGFactory()
        client.force_login(administrator)

        client.post(change_url(practice, "move"), {"ccg": later.pk, "on": "2019-04-01"})

        practice.refresh_from_db()
        assert practice.ccg == later
        assert practice.ccg_on(date(2019, 3, 31)) == earlier

    def test_a_borough_by_hand_and_back(self, client, administrator):
        reference.load()
        practice = OrganisationFactory(code="A11111", ccg=Organisation.objects.get(code="08L"))
        greenwich = Borough.objects.get(name="Greenwich")
        client.force_login(administrator)

        client.post(change_url(practice, "borough"), {"borough": greenwich.pk})
        practice.refresh_from_db()
        assert (practice.borough, practice.borough_source) == (greenwich, "hand")

        client.post(change_url(practice, "borough"), {"borough": ""})
        practice.refresh_from_db()
        assert (practice.borough.name, practice.borough_source) == ("Lewisham", "ccg")

    def test_a_deed_that_does_not_fit_is_not_found(self, client, administrator, practice):
        client.force_login(administrator)

        assert client.get(change_url(practice, "reopen")).status_code == 404
        assert client.get(change_url(practice, "delete")).status_code == 404


class TestOpen:
    def sent(self, **changes):
        return {
            "code": "f84999",
            "name": "New Surgery",
            "ccg": CCGFactory().pk,
            "on": "2019-04-01",
            "postcode": "e1 1aa",
        } | changes

    def test_it_works(self, client, administrator):
        client.force_login(administrator)

        client.post(reverse("practices:open_practice"), self.sent())

        found = Organisation.objects.get(code="F84999")
        assert (found.status, found.opened, found.postcode) == ("active", date(2019, 4, 1), "E1 1AA")
        assert found.ccg is not None

    def test_a_provisional_practice_is_confirmed(self, client, administrator):
        provisional = OrganisationFactory(code="F84999", status="provisional")
        client.force_login(administrator)

        client.post(reverse("practices:open_practice"), self.sent())

        provisional.refresh_from_db()
        assert provisional.status == "active"

    @pytest.mark.parametrize("code", ["A11111", "nonsense"])
    def test_a_code_in_use_or_impossible_is_refused(self, client, administrator, practice, code):
        client.force_login(administrator)

        response = client.post(reverse("practices:open_practice"), self.sent(code=code))

        assert "code" in response.context["form"].errors


class TestClearIllustrative:
    @pytest.fixture
    def made_up(self):
        PortalState.objects.update_or_create(id=1, defaults={"illustrative": True, "illustrative_seed": 7})
        practice = OrganisationFactory(illustrative=True)
        MonthlyFiguresFactory(practice=practice, brought_by=ImportFactory(illustrative=True))
        DoubtFactory(practice=practice)

    def test_the_button_clears_all_of_it(self, client, administrator, made_up, django_assert_max_num_queries):
        heard = []

        def hear(sender, **kwargs):
            heard.append(1)

        illustrative_cleared.connect(hear)
        client.force_login(administrator)
        url = reverse("practices:clear_illustrative")
        assert b"Clear the illustrative data?" in client.get(url).content

        response = client.post(url)
        illustrative_cleared.disconnect(hear)

        assert response.status_code == 302
        assert heard == [1]
        assert not Organisation.objects.practices().exists()
        for model in (MonthlyFigures, Doubt, Import):
            assert not model.objects.exists()
        state = PortalState.current()
        assert (state.illustrative, state.illustrative_seed) == (False, None)
        assert AuditEvent.objects.get(verb="cleared illustrative data").actor == administrator

    def test_the_command_asks_first(self, made_up, capsys):
        with pytest.raises(CommandError, match="--yes"):
            call_command("clear_illustrative")
        call_command("clear_illustrative", "--yes")

        assert not PortalState.current().illustrative

    def test_real_figures_are_never_cleared(self, administrator):
        MonthlyFiguresFactory()

        assert illustrative.clear(by=administrator) == 0
        assert MonthlyFigures.objects.exists()
