from datetime import date

import pytest
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from practices.models import Doubt
from practices.tests.factories import DECEMBER, CCGFactory, DoubtFactory, MonthlyFiguresFactory, OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def administrator():
    return UserFactory(administrator=True)


@pytest.fixture
def ccg():
    return CCGFactory()


@pytest.fixture
def practice(ccg):
    return OrganisationFactory(ccg=ccg, name="High Street Surgery")


def signed_in(client, user):
    client.force_login(user)
    return client


class TestDesk:
    url = "/data-quality/"

    def test_it_works(self, client, administrator, practice):
        DoubtFactory(practice=practice)

        response = signed_in(client, administrator).get(self.url)

        assert response.status_code == 200
        assert b"High Street Surgery" in response.content
        assert b"With those that are ticked" in response.content

    def test_it_is_empty(self, client, administrator):
        assert b"No open doubts." in signed_in(client, administrator).get(self.url).content

    def test_a_lead_sees_the_doubts_of_the_own_ccg_and_no_form(self, client, ccg, practice):
        DoubtFactory(practice=practice)
        DoubtFactory(practice=OrganisationFactory(name="Far Away Surgery"))

        content = signed_in(client, UserFactory(lead=True, ccgs=[ccg])).get(self.url).content

        assert b"High Street Surgery" in content
        assert b"Far Away Surgery" not in content
        assert b"With those that are ticked" not in content

    @pytest.mark.parametrize(
        ("query", "shown"),
        [
            ("", {"odd", "asked", "disputed"}),
            ("?kind=disputed", {"disputed"}),
            ("?state=resolved", {"settled"}),
            ("?state=asked", {"asked"}),
            ("?supplier=TPP", {"asked"}),
            ("?month=2018-11", {"asked"}),
            ("?assigned=me", {"disputed"}),
            ("?assigned=nobody", {"odd", "asked"}),
            ("?kind=nonsense", {"odd", "asked", "disputed"}),
        ],
    )
    def test_filters_live_in_the_address(self, client, administrator, practice, query, shown):
        DoubtFactory(practice=practice, words="odd")
        DoubtFactory(practice=practice, words="asked", state="asked", supplier="TPP", month=date(2018, 11, 1))
        DoubtFactory(practice=practice, words="disputed", kind="disputed", assigned_to=administrator)
        DoubtFactory(practice=practice, words="settled", state="resolved", resolved_at="2019-01-01T00:00Z", code="x")

        rows = signed_in(client, administrator).get(self.url + query).context["rows"]

        assert {row.words for row in rows} == shown

    def test_it_sorts_by_link(self, client, administrator, ccg):
        for name in ("B", "A"):
            DoubtFactory(practice=OrganisationFactory(name=name, ccg=ccg))

        client = signed_in(client, administrator)

        assert [row.practice for row in client.get(self.url + "?sort=practice").context["rows"]] == ["A", "B"]
        assert [row.practice for row in client.get(self.url + "?sort=-practice").context["rows"]] == ["B", "A"]

    def test_as_many_queries_for_ten_more(self, client, administrator, practice, django_assert_num_queries):
        DoubtFactory(practice=practice)
        client = signed_in(client, administrator)
        client.get(self.url)
        with django_assert_num_queries(11) as first:
            client.get(self.url)
        for _ in range(10):
            DoubtFactory()
        with django_assert_num_queries(len(first)):
            client.get(self.url)


class TestChange:
    url = "/data-quality/change/"

    def test_several_are_settled_with_one_reason(self, client, administrator, practice):
        doubts = [DoubtFactory(practice=practice, code=code) for code in ("a", "b")]
        sent = {"doubts": [each.pk for each in doubts], "deed": "settle", "reason": "The list was cleaned"}

        response = signed_in(client, administrator).post(self.url + "?kind=odd", sent)

        assert response["Location"] == "/data-quality/?kind=odd"
        assert {each.state for each in Doubt.objects.all()} == {"resolved"}
        assert {each.resolved_by for each in Doubt.objects.all()} == {administrator}
        assert AuditEvent.objects.filter(verb="settled a doubt").count() == 2

    def test_settling_needs_a_reason(self, client, administrator):
        doubt = DoubtFactory()

        response = signed_in(client, administrator).post(self.url, {"doubts": [doubt.pk], "deed": "settle"})

        assert response.status_code == 422
        assert b"Say why it is settled." in response.content
        doubt.refresh_from_db()
        assert doubt.state == "open"

    def test_nothing_ticked_is_told(self, client, administrator):
        response = signed_in(client, administrator).post(self.url, {"deed": "ask"})

        assert response.status_code == 422
        assert b"No doubt was ticked" in response.content

    def test_they_are_given_to_somebody(self, client, administrator):
        doubt, colleague = DoubtFactory(), UserFactory(administrator=True)

        signed_in(client, administrator).post(
            self.url, {"doubts": [doubt.pk], "deed": "assign", "person": colleague.pk}
        )

        doubt.refresh_from_db()
        assert doubt.assigned_to == colleague

    @pytest.mark.parametrize("role", ["facilitator", "lead", "viewer"])
    def test_reader_gets_403(self, client, ccg, practice, role):
        doubt = DoubtFactory(practice=practice)
        reader = UserFactory(**{role: True}, ccgs=[ccg])

        sent = {"doubts": [doubt.pk], "deed": "settle", "reason": "x"}

        assert signed_in(client, reader).post(self.url, sent).status_code == 403


class TestDoubt:
    def test_it_works(self, client, administrator, practice):
        doubt = DoubtFactory(practice=practice, own_value=7900)

        response = signed_in(client, administrator).get(reverse("practices:doubt", args=[doubt.pk]))

        assert b"7,900" in response.content

    def test_stranger_gets_404(self, client, practice):
        doubt = DoubtFactory(practice=practice)
        stranger = UserFactory(lead=True, ccgs=[CCGFactory()])

        assert signed_in(client, stranger).get(reverse("practices:doubt", args=[doubt.pk])).status_code == 404


class TestDispute:
    def url(self, practice):
        return reverse("practices:dispute", args=[practice.code])

    def sent(self, **changes):
        given = {"month": "2018-12", "measure": "online_patients", "own_value": "2600", "words": "We count 2,600."}
        return given | changes

    @pytest.mark.parametrize("role", ["facilitator", "lead", "administrator"])
    def test_the_own_figure_stands_beside_the_published_one(self, client, ccg, practice, role):
        MonthlyFiguresFactory(practice=practice, online_patients=2400)
        user = UserFactory(**{role: True}, ccgs=[ccg])

        response = signed_in(client, user).post(self.url(practice), self.sent())

        doubt = Doubt.objects.for_user(user).open().get()
        assert response["Location"] == reverse("practices:doubt", args=[doubt.pk])
        assert (doubt.kind, doubt.published_value, doubt.own_value) == ("disputed", 2400, 2600)
        assert doubt.supplier == "EMIS"
        event = AuditEvent.objects.get(verb="disputed a figure")
        assert event.actor == user

    def test_the_address_fills_the_form(self, client, administrator, practice):
        MonthlyFiguresFactory(practice=practice)

        response = signed_in(client, administrator).get(self.url(practice) + "?month=2018-12&measure=dcr_enabled")

        assert b'<option value="dcr_enabled" selected>' in response.content

    def test_an_nhs_number_is_caught(self, client, administrator, practice):
        MonthlyFiguresFactory(practice=practice)

        response = signed_in(client, administrator).post(self.url(practice), self.sent(words="See 943 476 5919"))

        assert response.status_code == 200
        assert not Doubt.objects.exists()

    def test_an_override_is_kept_without_the_words(self, client, administrator, practice):
        MonthlyFiguresFactory(practice=practice)
        override = {"identifier_override": "on", "identifier_reason": "Order number"}

        signed_in(client, administrator).post(self.url(practice), self.sent(words="See 943 476 5919") | override)

        event = AuditEvent.objects.get(verb="overrode the identifier check")
        assert "943" not in str(event.after) + event.object_label

    def test_stranger_gets_404(self, client, practice):
        stranger = UserFactory(facilitator=True, ccgs=[CCGFactory()])

        assert signed_in(client, stranger).get(self.url(practice)).status_code == 404

    def test_reader_gets_403(self, client, practice):
        assert signed_in(client, UserFactory(viewer=True)).get(self.url(practice)).status_code == 403


class TestSupplierQuestions:
    url = "/data-quality/supplier-questions/"

    def test_it_works(self, client, administrator, practice):
        DoubtFactory(practice=practice, supplier="EMIS")
        DoubtFactory(practice=practice, supplier="TPP", code="x")
        DoubtFactory(practice=practice, kind="disputed", words="not for them")

        response = signed_in(client, administrator).get(self.url)

        assert [group.supplier for group in response.context["groups"]] == ["EMIS", "TPP"]
        assert b"not for them" not in response.content

    def test_the_list_downloads_for_one_supplier(self, client, administrator, practice):
        DoubtFactory(practice=practice, supplier="EMIS", words="=SUM(1)")
        DoubtFactory(practice=practice, supplier="TPP", code="x")

        response = signed_in(client, administrator).get(self.url + "export/?supplier=EMIS")
        lines = b"".join(response.streaming_content).decode()

        assert lines.count("\n") == 2
        assert "'=SUM(1)" in lines

    def test_marking_as_asked_takes_those_of_the_supplier(self, client, administrator, practice):
        emis = DoubtFactory(practice=practice, supplier="EMIS")
        tpp = DoubtFactory(practice=practice, supplier="TPP", code="x")

        signed_in(client, administrator).post(self.url + "?supplier=EMIS")

        emis.refresh_from_db()
        tpp.refresh_from_db()
        assert (emis.state, tpp.state) == ("asked", "open")

    def test_reader_gets_403(self, client):
        assert signed_in(client, UserFactory(viewer=True)).post(self.url).status_code == 403


def test_a_disputed_doubt_may_be_raised_twice_by_two_people(practice):
    DoubtFactory(practice=practice, kind="disputed", month=DECEMBER)
    DoubtFactory(practice=practice, kind="disputed", month=DECEMBER)
