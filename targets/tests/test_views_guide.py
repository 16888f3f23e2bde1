from html import escape
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory, OrganisationFactory
from targets import guide
from targets.models import Target
from targets.scoring import score_months
from targets.tests.factories import make_london_ccg

pytestmark = pytest.mark.django_db
PAGES = [page.slug for page in guide.pages()]


@pytest.fixture
def viewer(client: Client, reference_data: None) -> Client:
    client.force_login(UserFactory(viewer=True))
    return client


def text_of(response: Any) -> str:
    assert response.status_code == 200
    return response.content.decode()


def test_every_target_has_a_page_of_the_guide() -> None:
    assert {page.target for page in guide.pages()} == {*Target.values, ""}
    assert guide.url_for("dcr") == "/guide/dcr/"
    assert guide.url_for("ecommunication") == "/guide/e-communication/"


def test_the_guide_lists_its_pages(viewer: Client) -> None:
    words = text_of(viewer.get(reverse("targets:guide")))

    assert all(reverse("targets:guide_page", args=[slug]) in words for slug in PAGES)
    assert "GP digital services" not in words


@pytest.mark.parametrize("slug", PAGES)
def test_it_works(viewer: Client, slug: str) -> None:
    words = text_of(viewer.get(reverse("targets:guide_page", args=[slug])))
    page = guide.find_page(slug)

    assert page is not None
    assert "ETTF London, online guide" in words
    assert all(escape(quoted) in words for quoted in page.quote)
    assert not page.target or "1 April 2016" in words


def test_case_studies_have_their_figures_or_say_that_there_are_none(viewer: Client) -> None:
    words = text_of(viewer.get("/guide/registration/"))

    for figure in ("4,574 accounts", "24.2%", "10.7% to 20.4%", "63.6%", "64.1%", "text was not available"):
        assert figure in words


def test_quotations_are_the_programme_s_own_words(shared_dir: Any) -> None:
    own = " ".join((shared_dir / "guide.txt").read_text(encoding="utf-8").split())

    for page in guide.pages():
        assert all(quoted in own for quoted in page.quote)


def test_programmes_show_rules_dates_and_those_that_are_not_scored(viewer: Client) -> None:
    words = text_of(viewer.get(reverse("targets:targets")))

    assert "ETTF London" in words
    assert "from 1 April 2016, open-ended" in words
    assert "1 April 2018 to 31 March 2019" in words
    assert "GP contract 2025" in words
    assert words.count("Not scored") == 2


@pytest.mark.parametrize("target", Target.values)
def test_a_target_s_page_works_without_figures(viewer: Client, target: str) -> None:
    assert "Versions of the rule" in text_of(viewer.get(reverse("targets:target", args=[target])))


def test_a_target_s_page_shows_london_by_ccg(viewer: Client) -> None:
    ccg = make_london_ccg(name="NHS Riverside CCG")
    MonthlyFiguresFactory(practice=OrganisationFactory(ccg=ccg))
    score_months([DECEMBER])
    words = text_of(viewer.get(reverse("targets:target", args=["registration"]), {"month": "2018-12"}))

    assert "Riverside CCG" in words
    assert "30.0%" in words


@pytest.mark.parametrize("address", ["/guide/nothing/", "/targets/nothing/"])
def test_an_unknown_page_is_not_there(viewer: Client, address: str) -> None:
    assert viewer.get(address).status_code == 404


@pytest.mark.parametrize("address", ["/guide/", "/guide/dcr/", "/targets/", "/targets/dcr/"])
def test_a_stranger_is_asked_to_sign_in(client: Client, address: str) -> None:
    response = client.get(address)

    assert response.status_code == 302
    assert response["Location"].startswith(reverse(settings.LOGIN_URL))
