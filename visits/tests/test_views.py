import json
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import PASSWORD, UserFactory
from core.models import AuditEvent
from visits.models import Action, CaseloadEntry, Visit
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory
from visits.tests.posts import visit_post

pytestmark = pytest.mark.django_db


@pytest.fixture
def entry():
    return CaseloadEntryFactory()


@pytest.fixture
def facilitator(client, entry):
    client.force_login(entry.facilitator)
    return entry.facilitator


def sign_in(client, trait, ccgs=()):
    user = UserFactory(**{trait: True}, ccgs=list(ccgs))
    client.force_login(user)
    return user


def pages(entry):
    """Every page about one practice, by name, with whether it writes."""
    visit = VisitFactory(practice=entry.practice)
    plan = VisitFactory(practice=entry.practice, planned=True)
    signed = VisitFactory(practice=entry.practice, signed_off=True)
    action = ActionFactory(practice=entry.practice)
    code = entry.practice.code
    return {
        "visit": (reverse("visits:visit", args=[visit.pk]), False),
        "pack": (reverse("visits:pack", args=[code]), False),
        "action": (reverse("visits:action", args=[action.pk]), False),
        "log": (reverse("visits:log", args=[code]), True),
        "plan": (reverse("visits:plan", args=[code]), True),
        "new_action": (reverse("visits:new_action", args=[code]), True),
        "edit": (reverse("visits:edit", args=[visit.pk]), True),
        "sign_off": (reverse("visits:sign_off", args=[visit.pk]), True),
        "cancel": (reverse("visits:cancel", args=[visit.pk]), True),
        "change_plan": (reverse("visits:change_plan", args=[plan.pk]), True),
        "add_to": (reverse("visits:add_to", args=[signed.pk]), True),
    }


NAMES = (
    "visit",
    "pack",
    "action",
    "log",
    "plan",
    "new_action",
    "edit",
    "sign_off",
    "cancel",
    "change_plan",
    "add_to",
)
LISTS = ("list", "choose", "caseload", "actions")


@pytest.mark.parametrize("name", NAMES)
class TestAPracticesPages:
    def test_it_works(self, client, entry, facilitator, name):
        assert client.get(pages(entry)[name][0]).status_code == 200

    def test_an_administrator_may(self, client, entry, name):
        sign_in(client, "administrator")

        assert client.get(pages(entry)[name][0]).status_code == 200

    @pytest.mark.parametrize("trait", ["facilitator", "lead"])
    def test_stranger_gets_404(self, client, entry, name, trait):
        sign_in(client, trait, [CaseloadEntryFactory().practice.ccg])
        url, _ = pages(entry)[name]

        assert (client.get(url).status_code, client.post(url).status_code) in {(404, 404), (404, 405)}

    @pytest.mark.parametrize("trait", ["lead", "viewer", "facilitator"])
    def test_reader_gets_403(self, client, entry, name, trait):
        sign_in(client, trait, [entry.practice.ccg] if trait != "viewer" else [])
        url, writes = pages(entry)[name]

        assert client.get(url).status_code == (403 if writes else 200)
        assert client.post(url).status_code == (405 if name in ("visit", "pack") else 403)

    def test_anonymous_signs_in_first(self, client, entry, name):
        url, _ = pages(entry)[name]

        for answer in (client.get(url), client.post(url)):
            assert answer.status_code == 302
            assert answer["Location"].startswith(reverse("account_login"))


@pytest.mark.parametrize("name", LISTS)
class TestLists:
    @pytest.mark.parametrize("trait", ["administrator", "facilitator", "lead", "viewer"])
    def test_it_works(self, client, name, trait):
        sign_in(client, trait)

        assert client.get(reverse(f"visits:{name}")).status_code == 200

    def test_bad_filters_are_left_out(self, client, name):
        sign_in(client, "administrator")
        query = "?since=yesterday&state=lost&kind=x&sort=;drop&page=-3&ccg=QQQ&due=never&facilitator=abc&practice=%00"

        assert client.get(reverse(f"visits:{name}") + query).status_code == 200


@pytest.mark.parametrize("name", ["give", "hand_over"])
def test_only_administrators_find_the_caseload_s_forms(client, name):
    for trait, status in (("administrator", 200), ("facilitator", 404), ("lead", 404), ("viewer", 404)):
        sign_in(client, trait)
        assert client.get(reverse(f"visits:{name}")).status_code == status


class TestScopeOfLists:
    def test_strangers_see_nothing_of_it(self, client, entry):
        VisitFactory(practice=entry.practice)
        ActionFactory(practice=entry.practice)
        sign_in(client, "lead", [CaseloadEntryFactory().practice.ccg])

        for name in ("list", "actions", "caseload"):
            assert entry.practice.name not in client.get(reverse(f"visits:{name}")).content.decode()

    def test_the_lead_of_the_ccg_does(self, client, entry):
        VisitFactory(practice=entry.practice)
        ActionFactory(practice=entry.practice)
        sign_in(client, "lead", [entry.practice.ccg])

        for name in ("list", "actions", "caseload"):
            assert entry.practice.name in client.get(reverse(f"visits:{name}")).content.decode()


def add_rows(entry, number):
    for _ in range(number):
        own = CaseloadEntryFactory(facilitator=entry.facilitator, practice__ccg=entry.practice.ccg)
        visit = VisitFactory(practice=own.practice)
        ActionFactory(practice=own.practice, visit=visit, blocked=True)
        VisitFactory(practice=own.practice, planned=True)


@pytest.mark.parametrize("address", ["visits:list", "visits:actions", "visits:caseload", "visits:choose"])
def test_ten_more_rows_cost_no_more_queries(client, entry, facilitator, django_assert_num_queries, address):
    add_rows(entry, 3)
    client.get(reverse(address))
    with CaptureQueriesContext(connection) as few:
        client.get(reverse(address))
    add_rows(entry, 10)

    with django_assert_num_queries(len(few)):
        client.get(reverse(address))
    assert len(few) <= 12


def test_filters_narrow_the_visits(client, entry, facilitator):
    made = VisitFactory(practice=entry.practice)
    plan = VisitFactory(practice=entry.practice, planned=True, kind="phone")

    def found(query):
        html = client.get(reverse("visits:list") + query).content.decode()
        return [str(visit.pk) in html for visit in (made, plan)]

    assert found("") == [True, True]
    assert found("?state=made") == [True, False]
    assert found("?state=planned") == [False, True]
    assert found("?kind=phone") == [False, True]
    assert found(f"?practice={entry.practice.code}") == [True, True]
    assert found("?practice=nothing+like+it") == [False, False]
    assert found(f"?since={timezone.localdate()}") == [False, True]
    assert found("?whose=mine") == [True, True]


def test_filters_narrow_the_actions(client, entry, facilitator):
    late = ActionFactory(practice=entry.practice, overdue=True)
    blocked = ActionFactory(practice=entry.practice, blocked=True)
    done = ActionFactory(practice=entry.practice, done=True)

    def found(query):
        html = client.get(reverse("visits:actions") + query).content.decode()
        return [str(action.pk) in html for action in (late, blocked, done)]

    assert found("") == [True, True, False]
    assert found("?due=overdue") == [True, False, False]
    assert found("?due=blocked") == [False, True, False]
    assert found("?due=finished") == [False, False, True]
    assert found("?due=all&whose=mine") == [True, True, True]


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


def test_planning(client, entry, facilitator):
    on = timezone.localdate() + timedelta(days=3)
    data = {"visit_id": uuid4(), "version": 0, "on": on.isoformat(), "starts_at": "10:30", "kind": "first"}

    client.post(reverse("visits:plan", args=[entry.practice.code]), data | {"purpose": "Slots"})

    visit = Visit.objects.get()
    assert (visit.state, visit.on, visit.purpose) == ("planned", on, "Slots")


def test_changing_an_action(client, entry, facilitator):
    action = ActionFactory(practice=entry.practice)
    url = reverse("visits:action", args=[action.pk])
    data = {"version": 1, "state": "done", "due_on": action.due_on.isoformat(), "evidence": ""}

    refused = client.post(url, data).content.decode()
    client.post(url, data | {"evidence": "Seen"})

    action.refresh_from_db()
    assert "Say what shows that it is done" in refused
    assert action.state == "done"


def test_a_new_action_without_a_visit(client, entry, facilitator):
    data = {"action_id": uuid4(), "words": "Call back", "owner_role": "facilitator", "due_on": "2031-01-01"}

    client.post(reverse("visits:new_action", args=[entry.practice.code]), data)

    assert Action.objects.get().owner == facilitator


class TestCaseloadForms:
    def test_giving(self, client, entry):
        sign_in(client, "administrator")
        taker = UserFactory(facilitator=True, ccgs=[entry.practice.ccg])
        data = {"facilitator": taker.pk, "codes": f"{entry.practice.code.lower()}\n", "starts": timezone.localdate()}

        client.post(reverse("visits:give"), data)

        assert CaseloadEntry.objects.of(taker).get().practice == entry.practice

    def test_unknown_codes_are_named(self, client, entry):
        sign_in(client, "administrator")
        data = {"facilitator": entry.facilitator.pk, "codes": "Q99999", "starts": timezone.localdate()}

        assert "Q99999" in client.post(reverse("visits:give"), data).content.decode()

    def test_handing_over(self, client, entry):
        sign_in(client, "administrator")
        taker = UserFactory(facilitator=True, ccgs=[entry.practice.ccg])
        url = reverse("visits:hand_over")

        assert entry.practice.name in client.get(f"{url}?giver={entry.facilitator.pk}").content.decode()
        data = {"giver": entry.facilitator.pk, "taker": taker.pk, "on": timezone.localdate()}
        client.post(url, data | {"practices": [entry.practice.pk]})

        assert CaseloadEntry.objects.of(taker).get().practice == entry.practice

    def test_ending(self, client, entry):
        sign_in(client, "administrator")

        client.post(reverse("visits:end", args=[entry.pk]), {"ends": timezone.localdate()})

        entry.refresh_from_db()
        assert entry.ends == timezone.localdate()


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
