"""The visit's form: saving by hand and by itself, conflicts, sessions that end, identifiers, sign-off."""

import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import PASSWORD, UserFactory
from core.models import AuditEvent
from visits.models import Action, Visit
from visits.tests.factories import ActionFactory, VisitFactory
from visits.tests.posts import visit_post

pytestmark = pytest.mark.django_db


class TestLogging:
    def test_it_works(self, client, entry, facilitator):
        key = uuid4()
        url = reverse("visits:log", args=[entry.practice.code])

        answer = client.post(url, visit_post(key, evidence=["website"], discussion_registration="At the desk"))

        visit = Visit.objects.get(pk=key)
        assert answer["Location"] == reverse("visits:edit", args=[key])
        assert (visit.state, visit.facilitator, visit.discussions.get().target) == (
            "logged",
            facilitator,
            "registration",
        )
        assert Action.objects.get().words == "Text all patients without an account"
        assert "Saved on the server" in client.get(answer["Location"]).content.decode()

    def test_pressing_save_twice_is_one_visit(self, client, entry, facilitator):
        data = visit_post(uuid4())
        url = reverse("visits:log", args=[entry.practice.code])

        answers = [client.post(url, data).status_code for _ in range(2)]

        assert answers == [302, 302]
        assert (Visit.objects.count(), Action.objects.count()) == (1, 1)

    def test_the_other_button_leads_to_the_summary(self, client, entry, facilitator):
        key = uuid4()

        answer = client.post(reverse("visits:log", args=[entry.practice.code]), visit_post(key, then="sign_off"))

        assert answer["Location"] == reverse("visits:sign_off", args=[key])

    def test_another_action_comes_without_complaint_and_without_saving(self, client, entry, facilitator):
        data = visit_post(uuid4(), on="", add_action="1")

        html = client.post(reverse("visits:log", args=[entry.practice.code]), data).content.decode()

        assert "There is a problem" not in html
        assert 'name="actions-1-words"' in html
        assert "Text all patients without an account" in html
        assert not Visit.objects.exists()

    def test_mistakes_are_named_with_what_was_typed(self, client, entry, facilitator):
        tomorrow = timezone.localdate() + timedelta(days=1)
        data = visit_post(uuid4(), on=tomorrow.isoformat(), note="My words", **{"actions-0-due_on": ""})

        html = client.post(reverse("visits:log", args=[entry.practice.code]), data).content.decode()

        assert "Error: " in html
        assert "planned, not logged" in html
        assert 'href="#id_actions-0-due_on"' in html
        assert "My words" in html

    def test_the_last_visit_s_answers_are_there_to_confirm(self, client, entry, facilitator):
        last = VisitFactory(practice=entry.practice, commitment="We will text everybody", roles_met=["gp_partner"])
        last.barriers.create(code="merger")

        html = client.get(reverse("visits:log", args=[entry.practice.code])).content.decode()

        assert "We will text everybody" in html
        assert "Merger or system migration, as last time" in html
        assert 'value="follow_up" selected' in html

    def test_a_first_visit_is_a_first_visit(self, client, entry, facilitator):
        html = client.get(reverse("visits:log", args=[entry.practice.code])).content.decode()

        assert 'value="first" selected' in html

    def test_what_became_of_an_earlier_action(self, client, entry, facilitator):
        earlier = ActionFactory(practice=entry.practice)
        told = {"earlier-0-id": earlier.pk, "earlier-0-state": "done", "earlier-0-words": "Seen it"}

        client.post(reverse("visits:log", args=[entry.practice.code]), visit_post(uuid4(), **told))

        earlier.refresh_from_db()
        assert (earlier.state, earlier.evidence) == ("done", "Seen it")


class TestAutosave:
    def post(self, client, url, data):
        return client.post(url, data, headers={"X-Autosave": "1"})

    def test_it_works(self, client, entry, facilitator):
        key = uuid4()
        answer = self.post(client, reverse("visits:log", args=[entry.practice.code]), visit_post(key))

        assert answer.json()["version"] == 1
        assert answer.json()["url"] == reverse("visits:edit", args=[key])

    def test_what_became_of_earlier_actions_waits_for_a_press(self, client, entry, facilitator):
        earlier = ActionFactory(practice=entry.practice)
        told = {"earlier-0-id": earlier.pk, "earlier-0-state": "done", "earlier-0-words": "See"}

        self.post(client, reverse("visits:log", args=[entry.practice.code]), visit_post(uuid4(), **told))

        earlier.refresh_from_db()
        assert earlier.state == "open"

    def test_mistakes_are_said_and_nothing_is_saved(self, client, entry, facilitator):
        answer = self.post(client, reverse("visits:log", args=[entry.practice.code]), visit_post(uuid4(), on=""))

        assert answer.status_code == 422
        assert not Visit.objects.exists()

    def test_a_conflict_is_said(self, client, entry, facilitator):
        visit = VisitFactory(practice=entry.practice, version=3)

        answer = self.post(client, reverse("visits:edit", args=[visit.pk]), visit_post(visit.pk, version=2))

        assert answer.status_code == 409

    def test_signed_out_it_says_so(self, client, entry):
        answer = self.post(client, reverse("visits:log", args=[entry.practice.code]), visit_post(uuid4()))

        assert answer.status_code == 401
        assert "still on this page" in answer.json()["problem"]


class TestConflict:
    def test_both_texts_are_shown_and_a_person_settles(self, client, entry, facilitator):
        visit = VisitFactory(practice=entry.practice, note="Theirs", version=5, commitment="Their promise")
        url = reverse("visits:edit", args=[visit.pk])
        data = visit_post(visit.pk, version=4, note="Mine", commitment="My promise")

        answer = client.post(url, data)

        html = answer.content.decode()
        assert answer.status_code == 409
        assert all(words in html for words in ("Theirs", "Mine", "Their promise", "My promise"))

        settled = data | {"version": 5, "settle-note": "both", "settle-commitment": "saved"}
        client.post(url, settled)
        visit.refresh_from_db()
        assert visit.note.split() == ["Theirs", "Mine"]
        assert visit.commitment == "Their promise"

    def test_after_sign_off_the_words_stay_on_the_page(self, client, entry, facilitator):
        visit = VisitFactory(practice=entry.practice, signed_off=True)

        html = client.post(reverse("visits:edit", args=[visit.pk]), visit_post(visit.pk, note="Late")).content.decode()

        assert "This visit is signed off" in html
        assert "Late" in html


class TestExpiredSession:
    def test_the_words_are_back_after_signing_in(self, client, entry, facilitator):
        url = reverse("visits:log", args=[entry.practice.code])
        writer = client.get(url).context["writer"]
        client.logout()
        data = visit_post(uuid4(), note="Long thought over", writer=writer)

        answer = client.post(url, data)

        client.session.save()
        self.sign_in_again(client, facilitator)
        html = client.get(f"{url}?kept=1").content.decode()
        assert "kept%3D1" in answer["Location"]
        assert "Long thought over" in html
        assert not Visit.objects.exists()
        client.post(url, data)
        assert "kept_visit" not in client.session

    def test_they_are_nobody_else_s(self, client, entry, facilitator):
        url = reverse("visits:log", args=[entry.practice.code])
        writer = client.get(url).context["writer"]
        client.logout()
        client.post(url, visit_post(uuid4(), note="Long thought over", writer=writer))

        self.sign_in_again(client, UserFactory(administrator=True))

        assert "Long thought over" not in client.get(f"{url}?kept=1").content.decode()

    def test_words_without_the_mark_of_a_form_are_not_kept(self, client, entry):
        url = reverse("visits:log", args=[entry.practice.code])

        client.post(url, visit_post(uuid4(), note="Spam", writer="forged"))

        assert "kept_visit" not in client.session

    def sign_in_again(self, client, user):
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})


class TestSignOffPage:
    def test_it_works(self, client, entry, facilitator):
        visit = VisitFactory(practice=entry.practice, commitment="We will text everybody")
        url = reverse("visits:sign_off", args=[visit.pk])

        html = client.get(url).content.decode()
        client.post(url, {"version": 1})

        visit.refresh_from_db()
        assert "We will text everybody" in html
        assert visit.state == "signed_off"

    def test_a_changed_record_is_read_again(self, client, entry, facilitator):
        visit = VisitFactory(practice=entry.practice, version=2)

        client.post(reverse("visits:sign_off", args=[visit.pk]), {"version": 1})

        visit.refresh_from_db()
        assert visit.state == "logged"


class TestIdentifiers:
    NUMBER = "999 028 2900"

    @pytest.mark.parametrize(
        "field", ["note", "discussion_dcr", "commitment", "purpose", "materials_left", "actions-0-words"]
    )
    def test_a_number_is_caught_and_nothing_is_saved(self, client, entry, facilitator, field):
        data = visit_post(uuid4(), **{field: f"About {self.NUMBER} again"})

        html = client.post(reverse("visits:log", args=[entry.practice.code]), data).content.decode()

        assert "This looks like an NHS number" in html
        assert "identifier_override" in html
        assert not Visit.objects.exists()

    def test_with_a_reason_it_is_saved_and_the_audit_keeps_the_reason(self, client, entry, facilitator):
        key = uuid4()
        data = visit_post(
            key, note=f"Order {self.NUMBER}", identifier_override="on", identifier_reason="Order number of leaflets"
        )

        client.post(reverse("visits:log", args=[entry.practice.code]), data)

        event = AuditEvent.objects.get(verb="overrode the identifier check")
        assert Visit.objects.get(pk=key).note == f"Order {self.NUMBER}"
        assert event.after == {"field": "note", "kinds": ["nhs_number"], "reason": "Order number of leaflets"}
        everything = repr(list(AuditEvent.objects.values_list("before", "after", "object_label")))
        assert self.NUMBER not in everything

    def test_an_action_s_words_do_not_reach_the_audit_either(self, client, entry, facilitator):
        data = {"action_id": uuid4(), "words": f"Call {self.NUMBER}", "owner_role": "gp", "due_on": "2031-01-01"}
        harmless = {"identifier_override": "on", "identifier_reason": "Telephone number of the supplier"}

        client.post(reverse("visits:new_action", args=[entry.practice.code]), data | harmless)

        assert Action.objects.get().words == f"Call {self.NUMBER}"
        everything = repr(list(AuditEvent.objects.values_list("before", "after", "object_label")))
        assert self.NUMBER not in everything

    def test_the_vectors_hold_for_the_note(self, client, entry, facilitator, shared_dir):
        url = reverse("visits:log", args=[entry.practice.code])
        cases = json.loads((shared_dir / "vectors" / "nhs_number.json").read_text())["texts"]
        for case in cases:
            html = client.post(url, visit_post(uuid4(), note=case["text"])).content.decode()
            assert ("looks like an NHS number" in html) == case["flag"], case["why"]
