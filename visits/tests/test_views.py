from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from accounts.tests.factories import UserFactory
from visits.models import Action, CaseloadEntry, Visit
from visits.tests.factories import ActionFactory, CaseloadEntryFactory, VisitFactory

pytestmark = pytest.mark.django_db


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
        query = "?since=yesterday&state=lost&kind=x&sort=;drop&page=-3&ccg=QQQ&due=never&facilitator=abc&practice=%27"

        assert client.get(reverse(f"visits:{name}") + query).status_code == 200


@pytest.mark.parametrize("code", ["A%27--", "Q99999", "%F0%9F%8F%A5"])
def test_a_code_that_is_none_is_not_found(client, facilitator, code):
    for page in ("pack", "visits/new", "visits/plan", "actions/new"):
        assert client.get(f"/practices/{code}/{page}/").status_code == 404


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
