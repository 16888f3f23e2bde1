"""The lists in the order in which a person needs them."""

from datetime import time, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from practices.tests.factories import OrganisationFactory
from visits.models import CaseloadEntry, Visit
from visits.priority import PracticeFacts, prioritise
from visits.tests.factories import CaseloadEntryFactory, VisitFactory
from visits.views.visits import A_PAGE

pytestmark = pytest.mark.django_db


def day(number):
    return timezone.localdate() + timedelta(days=number)


def shown(client, query=""):
    """The visits of the page in their order, by how many days off they are."""
    page = client.get(reverse("visits:list") + query)
    return [(visit.on - timezone.localdate()).days for visit in page.context["page"]]


@pytest.fixture
def visits(entry):
    for number in (40, 3, 12):
        VisitFactory(practice=entry.practice, planned=True, on=day(number))
    for number in (-30, -2, -9):
        VisitFactory(practice=entry.practice, on=day(number))
    VisitFactory(practice=entry.practice, cancelled=True, on=day(5))


def test_planned_visits_come_soonest_first_and_then_those_made_newest_first(client, facilitator, visits):
    assert shown(client) == [3, 12, 40, 5, -2, -9, -30]


def test_the_page_says_so(client, facilitator, visits):
    html = client.get(reverse("visits:list")).content.decode()

    assert html.index("Planned, the soonest first") < html.index("Made or cancelled, the newest first")


def test_a_plan_whose_day_has_passed_stands_at_the_top(client, entry, facilitator, visits):
    VisitFactory(practice=entry.practice, planned=True, on=day(-4))

    assert shown(client)[0] == -4


def test_a_sort_in_the_address_goes_over_all_of_them(client, facilitator, visits):
    assert shown(client, "?sort=on") == [-30, -9, -2, 3, 5, 12, 40]
    assert shown(client, "?sort=-on") == [40, 12, 5, 3, -2, -9, -30]
    html = client.get(reverse("visits:list") + "?sort=on").content.decode()
    assert "the soonest first" not in html


def test_filters_keep_the_sort(client, facilitator, visits):
    html = client.get(reverse("visits:list") + "?sort=-practice").content.decode()

    assert '<input type="hidden" name="sort" value="-practice">' in html


def test_on_one_day_the_time_decides_and_one_without_a_time_comes_last(client, entry, facilitator):
    late, early, open_ = (
        VisitFactory(practice=entry.practice, planned=True, starts_at=at) for at in (time(15), time(9), None)
    )

    found = client.get(reverse("visits:list")).context["page"]

    assert [visit.pk for visit in found] == [early.pk, late.pk, open_.pk]


def test_no_visit_is_on_two_pages(client, entry, facilitator):
    namesakes = [OrganisationFactory(name="The Surgery", ccg=entry.practice.ccg) for _ in range(A_PAGE + 5)]
    for practice in namesakes:
        VisitFactory(practice=practice, facilitator=facilitator)

    for sort in ("", "?sort=practice", "?sort=-facilitator"):
        url = reverse("visits:list") + (sort or "?sort=")
        pages = [client.get(f"{url}&page={page}").context["page"] for page in (1, 2)]
        assert len({visit.pk for page in pages for visit in page}) == Visit.objects.count() == A_PAGE + 5


def test_equal_practices_of_a_caseload_go_by_code():
    practices = [OrganisationFactory(name="The Surgery", code=code) for code in ("Y00003", "Y00001", "Y00002")]

    ranked = prioritise((PracticeFacts(practice) for practice in practices), today=timezone.localdate())

    assert [one.facts.practice.code for one in ranked] == ["Y00001", "Y00002", "Y00003"]


def test_a_caseload_s_namesakes_go_by_code():
    for code in ("Y00003", "Y00001", "Y00002"):
        CaseloadEntryFactory(practice=OrganisationFactory(name="The Surgery", code=code))

    assert [entry.practice.code for entry in CaseloadEntry.objects.all()] == ["Y00001", "Y00002", "Y00003"]
