"""Walks every address as nobody, as each role and as strangers, and holds the answers against a table."""

from collections.abc import Iterator
from typing import Any

import pytest
from django.db import transaction
from django.test import Client
from django.urls import URLPattern, URLResolver, get_resolver, reverse

from tests.access_matrix import GROUPS, MATRIX, PEOPLE, Row
from tests.cast import Cast, make_cast


def every_name(patterns: list[Any], prefix: str = "") -> Iterator[str]:
    for entry in patterns:
        if isinstance(entry, URLResolver):
            yield from every_name(entry.url_patterns, f"{prefix}{entry.namespace}:" if entry.namespace else prefix)
        elif isinstance(entry, URLPattern):
            yield f"{prefix}{entry.name}"


def outcome(response: Any) -> str:
    if response.status_code == 302 and response["Location"].startswith("/account/login/"):
        return "login"
    if response.status_code in {403, 404, 405}:
        return str(response.status_code)
    return "ok" if response.status_code < 400 else f"unexpected {response.status_code}"


@pytest.fixture
def cast(reference_data: None, settings: Any) -> Cast:
    return make_cast()


def test_every_address_is_classified() -> None:
    assert set(every_name(get_resolver().url_patterns)) == set(MATRIX)


def test_every_row_speaks_of_everybody() -> None:
    for name, row in MATRIX.items():
        for answers in (row.get, row.post):
            assert answers is None or set(answers) == set(PEOPLE), name


def answers(cast: Cast, rows: dict[str, Row], method: str) -> dict[str, dict[str, str]]:
    """What each address answers each person, every request in a savepoint of its own."""
    seen: dict[str, dict[str, str]] = {}
    for name, row in rows.items():
        address = reverse(name, kwargs=row.arguments(cast))
        seen[name] = {}
        for person in PEOPLE:
            before = transaction.savepoint()
            response = getattr(cast.client_of(person), method)(address, row.query if method == "get" else {})
            seen[name][person] = outcome(response)
            if response.streaming:
                list(response.streaming_content)
            transaction.savepoint_rollback(before)
    return seen


@pytest.mark.parametrize("group", GROUPS)
def test_who_may_read(group: str, cast: Cast) -> None:
    rows = {name: row for name, row in GROUPS[group].items() if row.get}
    assert answers(cast, rows, "get") == {name: row.get for name, row in rows.items()}


@pytest.mark.parametrize("group", GROUPS)
def test_who_may_write(group: str, cast: Cast) -> None:
    rows = {name: row for name, row in GROUPS[group].items() if row.post}
    assert answers(cast, rows, "post") == {name: row.post for name, row in rows.items()}


@pytest.mark.parametrize("method", ["get", "post"])
def test_a_method_that_is_not_for_an_address_is_refused(method: str, cast: Cast) -> None:
    rows = {name: row for name, row in MATRIX.items() if (row.get if method == "get" else row.post) is None}
    seen = answers(cast, rows, method)
    assert {
        name: reached for name, people in seen.items() if (reached := set(people.values()) - {"405", "404", "login"})
    } == {}


def test_no_write_without_a_token(cast: Cast) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.people["administrator"])
    written = {name: row for name, row in MATRIX.items() if row.post}
    seen = {name: client.post(reverse(name, kwargs=row.arguments(cast))).status_code for name, row in written.items()}
    assert seen == dict.fromkeys(written, 403)
