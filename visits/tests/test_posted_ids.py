"""Every id that a form sends and that is not of this visit, practice or scope: said in a sentence, never dropped."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from practices.tests.factories import DoubtFactory
from visits.models import Action, CaseloadEntry, Visit
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory
from visits.tests.posts import visit_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def log_url(entry):
    return reverse("visits:log", args=[entry.practice.code])


def page_of(answer):
    """The page of a refusal: an error summary above all that was sent."""
    html = answer.content.decode()
    assert answer.status_code == 200, answer.status_code
    assert "There is a problem" in html
    return html


def sent_again(answer, data):
    """What a second press on the button sends: the ids that the page carries now."""
    forms = answer.context["form"], *answer.context["rows"].forms
    ids = {field.html_name: str(field.value()) for form in forms for field in form if field.name in ("id", "visit_id")}
    told = {name: value for name, value in data.items() if not name.startswith("earlier-")}
    return told | ids


def other_actions(entry):
    """Actions that are none of a new visit's own, each by what it is."""
    visit = VisitFactory(practice=entry.practice)
    return {
        "another visit's": ActionFactory(practice=entry.practice, visit=visit),
        "one without a visit": ActionFactory(practice=entry.practice),
        "another practice's": ActionFactory(),
    }


class TestARowOfAnotherVisit:
    @pytest.mark.parametrize("whose", ["another visit's", "one without a visit", "another practice's"])
    @pytest.mark.parametrize("words", ["Map the slots", ""])
    def test_it_is_named_and_nothing_else_is_lost(self, client, entry, facilitator, log_url, whose, words):
        other = other_actions(entry)[whose]
        before = Action.objects.filter(pk=other.pk).values().get()
        number = Visit.objects.count()
        data = visit_post(uuid4(), note="All my words", **{"actions-0-id": other.pk, "actions-0-words": words})

        answer = client.post(log_url, data)

        html = page_of(answer)
        assert (f"Not taken: “{words}”" if words else "Not taken: an action without words") in html
        assert 'href="#id_actions-0-words"' in html
        assert "All my words" in html
        assert Visit.objects.count() == number
        assert Action.objects.filter(pk=other.pk).values().get() == before

    def test_a_second_press_writes_it_down_as_an_action_of_its_own(self, client, entry, facilitator, log_url):
        other = ActionFactory(practice=entry.practice, visit=VisitFactory(practice=entry.practice))
        key = uuid4()
        data = visit_post(key, **{"actions-0-id": other.pk, "actions-0-words": "Map the slots"})

        again = client.post(log_url, sent_again(client.post(log_url, data), data))

        assert again.status_code == 302
        assert Visit.objects.get(pk=key).actions.get().words == "Map the slots"

    def test_the_saved_visit_says_it_too(self, client, entry, facilitator):
        visit, other = VisitFactory(practice=entry.practice), ActionFactory(practice=entry.practice)
        data = visit_post(visit.pk, version=1, note="Changed", **{"actions-0-id": other.pk})

        html = page_of(client.post(reverse("visits:edit", args=[visit.pk]), data))

        visit.refresh_from_db()
        assert "Not taken" in html
        assert visit.note != "Changed"

    def test_a_save_by_itself_says_it(self, client, entry, facilitator, log_url):
        other = ActionFactory(practice=entry.practice)

        answer = client.post(log_url, visit_post(uuid4(), **{"actions-0-id": other.pk}), headers={"X-Autosave": "1"})

        assert answer.status_code == 422
        assert "Not taken" in answer.json()["problem"]


class TestAnEarlierActionThatIsNone:
    @pytest.mark.parametrize("told", ["4f82c9b5-259b-4aa7-a673-b78a9d57a01e", "no-id", ""])
    def test_what_was_said_of_it_is_named(self, client, entry, facilitator, log_url, told):
        data = visit_post(uuid4(), **{"earlier-0-id": told, "earlier-0-state": "done", "earlier-0-words": "Seen it"})

        answer = client.post(log_url, data)

        assert "“Seen it” was not taken" in page_of(answer)
        assert not Visit.objects.exists()
        assert client.post(log_url, sent_again(answer, data)).status_code == 302

    def test_another_practice_s(self, client, entry, facilitator, log_url):
        other = ActionFactory()
        told = {"earlier-0-id": other.pk, "earlier-0-state": "done", "earlier-0-words": "Seen it"}

        assert "“Seen it” was not taken" in page_of(client.post(log_url, visit_post(uuid4(), **told)))
        other.refresh_from_db()
        assert other.state == "open"

    def test_one_that_was_finished_otherwise_meanwhile(self, client, entry, facilitator, log_url):
        dropped = ActionFactory(practice=entry.practice, dropped=True)
        told = {"earlier-0-id": dropped.pk, "earlier-0-state": "done", "earlier-0-words": "Seen it"}

        html = page_of(client.post(log_url, visit_post(uuid4(), **told)))

        assert "is dropped by now" in html

    @pytest.mark.parametrize("state", ["", "done"])
    def test_one_that_was_finished_so_or_of_which_nothing_is_said_goes_through(
        self, client, entry, facilitator, log_url, state
    ):
        done = ActionFactory(practice=entry.practice, done=True)
        told = {"earlier-0-id": done.pk, "earlier-0-state": state, "earlier-0-words": "Seen it" if state else ""}

        assert client.post(log_url, visit_post(uuid4(), **told)).status_code == 302


class TestTheVisitsOwnId:
    def test_another_practice_s_visit(self, client, entry, facilitator, log_url):
        other = VisitFactory(note="Theirs")
        data = visit_post(other.pk, note="Mine")

        answer = client.post(log_url, data)

        html = page_of(answer)
        other.refresh_from_db()
        assert "another practice’s visit" in html.replace("&#x27;", "’")
        assert "Mine" in html
        assert other.note == "Theirs"
        assert client.post(log_url, sent_again(answer, data)).status_code == 302

    def test_another_visit_than_the_address_names(self, client, entry, facilitator):
        visit, other = VisitFactory.create_batch(2, practice=entry.practice)
        url, data = reverse("visits:edit", args=[visit.pk]), visit_post(other.pk, version=1, note="Mine")

        answer = client.post(url, data)

        assert "another visit" in page_of(answer)
        visit.refresh_from_db()
        assert visit.note != "Mine"
        assert client.post(url, sent_again(answer, data)).status_code == 302

    def test_a_plan_under_another_practice_s_visit(self, client, entry, facilitator):
        other = VisitFactory(planned=True)
        on = timezone.localdate() + timedelta(days=3)
        data = {"visit_id": other.pk, "version": 0, "on": on.isoformat(), "kind": "first", "purpose": "Slots"}
        url = reverse("visits:plan", args=[entry.practice.code])

        answer = client.post(url, data)

        assert "Slots" in page_of(answer)
        new = answer.context["form"]["visit_id"].value()
        assert client.post(url, data | {"visit_id": new}).status_code == 302
        assert Visit.objects.get(pk=new).practice == entry.practice

    def test_a_plan_under_another_visit_than_the_address_names(self, client, entry, facilitator):
        visit, other = VisitFactory.create_batch(2, practice=entry.practice, planned=True)
        data = {"visit_id": other.pk, "version": 1, "on": visit.on.isoformat(), "kind": "phone", "purpose": "Slots"}

        page_of(client.post(reverse("visits:change_plan", args=[visit.pk]), data))

        assert not Visit.objects.filter(purpose="Slots").exists()


class TestANewActionsId:
    @pytest.mark.parametrize("whose", ["another visit's", "one without a visit", "another practice's"])
    def test_it_is_said_and_a_second_press_writes_it(self, client, entry, facilitator, whose):
        other = other_actions(entry)[whose]
        url = reverse("visits:new_action", args=[entry.practice.code])
        data = {"action_id": other.pk, "words": "Call back", "owner_role": "gp", "due_on": "2031-01-01"}

        answer = client.post(url, data)

        assert "Not taken: “Call back”" in page_of(answer)
        again = client.post(url, data | {"action_id": answer.context["form"]["action_id"].value()})
        assert again.status_code == 302
        assert Action.objects.filter(words="Call back").count() == 1

    def test_sent_twice_it_is_one(self, client, entry, facilitator):
        url = reverse("visits:new_action", args=[entry.practice.code])
        data = {"action_id": uuid4(), "words": "Call back", "owner_role": "gp", "due_on": "2031-01-01"}

        assert [client.post(url, data).status_code for _ in range(2)] == [302, 302]
        assert Action.objects.count() == 1


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("barriers", ["reception", "weather"]),
        ("evidence", ["website", "billboard"]),
        ("roles_met", ["practice_manager", "mayor"]),
        ("kind", "party"),
        ("actions-0-owner_role", "mayor"),
        ("actions-0-target", "weather"),
    ],
)
def test_a_barrier_evidence_role_or_owner_that_is_none_is_refused(client, entry, facilitator, log_url, field, value):
    html = page_of(client.post(log_url, visit_post(uuid4(), **{field: value})))

    assert "Select a valid choice" in html
    assert not Visit.objects.exists()


class TestCaseloads:
    @pytest.fixture(autouse=True)
    def administrator(self, client):
        client.force_login(UserFactory(administrator=True))

    def post(self, client, entry, **changes):
        taker = UserFactory(facilitator=True, ccgs=[entry.practice.ccg])
        data = {"giver": entry.facilitator.pk, "taker": taker.pk, "on": timezone.localdate()} | changes
        return client.post(reverse("visits:hand_over"), data)

    def test_a_practice_of_another_caseload_is_not_handed_over(self, client, entry):
        other = CaseloadEntryFactory()

        html = page_of(self.post(client, entry, practices=[entry.practice.pk, other.practice.pk]))

        assert "Select a valid choice" in html
        assert CaseloadEntry.objects.count() == 2

    def test_the_practices_chosen_count_also_when_the_giver_does_other_work_now(self, client, entry):
        staying = CaseloadEntryFactory(facilitator=entry.facilitator)
        entry.facilitator.role = "viewer"
        entry.facilitator.save()

        assert self.post(client, entry, practices=[entry.practice.pk]).status_code == 302

        staying.refresh_from_db()
        assert staying.ends is None

    @pytest.mark.parametrize("field", ["giver", "taker"])
    def test_a_person_who_is_none_is_refused(self, client, entry, field):
        page_of(self.post(client, entry, **{field: 999_999}))


def test_a_practice_out_of_scope_is_said_when_a_visit_is_to_be_logged(client, entry, facilitator):
    stranger = CaseloadEntryFactory().practice

    html = client.get(reverse("visits:choose"), {"practice": stranger.code}).content.decode()

    assert f"{stranger.code} is no practice that you look after or may see" in html


class TestDoubts:
    def change(self, client, *doubts):
        data = {"doubts": list(doubts), "deed": "settle", "reason": "A school"}
        return client.post(reverse("practices:quality_change"), data, follow=True)

    @pytest.fixture(autouse=True)
    def administrator(self, client):
        client.force_login(UserFactory(administrator=True))

    def test_one_that_is_none_is_refused(self, client):
        doubt = DoubtFactory()

        answer = self.change(client, doubt.pk, uuid4())

        assert answer.status_code == 422
        assert "There is a problem" in answer.content.decode()
        doubt.refresh_from_db()
        assert doubt.state == "open"

    def test_one_that_was_settled_meanwhile_is_said(self, client):
        settled = DoubtFactory(state="resolved", resolved_at="2019-01-01T00:00Z", resolution="before")

        html = self.change(client, DoubtFactory().pk, settled.pk).content.decode()

        assert "1 doubt settled" in html
        assert "1 was settled before and stays as it was" in html
        assert AuditEvent.objects.filter(verb="settled a doubt").count() == 1
