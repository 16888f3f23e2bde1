from typing import Any

import pytest

from accounts.tests.factories import UserFactory
from practices.tests.factories import OrganisationFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def viewer(client: Any) -> Any:
    client.force_login(UserFactory(viewer=True))
    return client


def client_answer(client: Any, words: str) -> list[dict[str, str]]:
    answer: list[dict[str, str]] = client.get("/practices/suggestions/", {"q": words}).json()["practices"]
    return answer


def names(client: Any, words: str) -> list[str]:
    return [each["name"] for each in client_answer(client, words)]


@pytest.mark.parametrize("words", ["hilly", "G85999", "g85", "SE4 2xx", "se42xx"])
def test_it_works(viewer: Any, words: str) -> None:
    OrganisationFactory(name="Hilly Meadow Practice", code="G85999", postcode="SE4 2XX")
    OrganisationFactory(name="Another", code="F83001", postcode="N1 1AA")
    assert names(viewer, words) == ["Hilly Meadow Practice"]


@pytest.mark.parametrize("words", ["", "hi", "  h  "])
def test_fewer_than_three_keys_find_nothing(viewer: Any, words: str) -> None:
    OrganisationFactory(name="Hilly Meadow Practice")
    assert names(viewer, words) == []


def test_no_more_than_eight_and_open_ones_first(viewer: Any) -> None:
    OrganisationFactory.create_batch(12, name="Same Name Surgery")
    assert len(names(viewer, "same")) == 8


def test_who_is_not_signed_in_is_sent_there(client: Any) -> None:
    assert client.get("/practices/suggestions/", {"q": "same"}).status_code == 302


def test_beginnings_of_words_come_first(viewer: Any) -> None:
    OrganisationFactory(name="Abbey Medical Centre")
    OrganisationFactory(name="New Calder Practice")
    assert names(viewer, "cal") == ["New Calder Practice", "Abbey Medical Centre"]


def test_namesakes_are_told_apart(viewer: Any) -> None:
    OrganisationFactory(name="The Golborne Medical Centre", code="E87001", postcode="W10 5AA")
    OrganisationFactory(name="The Golborne Medical Centre", code="E87002", postcode="W10 5BB")
    answer = client_answer(viewer, "golborne")
    assert [each["where"][:15] for each in answer] == ["E87001, W10 5AA", "E87002, W10 5BB"]
