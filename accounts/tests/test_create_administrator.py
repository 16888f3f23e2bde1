"""The first administrator: asked for what is needed, the password twice."""

from collections.abc import Callable, Iterator
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from accounts.management.commands import create_administrator
from accounts.models import User

pytestmark = pytest.mark.django_db
EMAIL = "first@portal.example"
GOOD = "seven calm herons"

Typed = Callable[..., list[str]]


@pytest.fixture
def typed(monkeypatch: pytest.MonkeyPatch) -> Iterator[Typed]:
    """Answers what is asked for with these lines, in order; gives what was asked."""
    asked: list[str] = []

    def answers(*lines: str) -> list[str]:
        left = iter(lines)

        def answer(question: str = "") -> str:
            asked.append(question)
            return next(left)

        monkeypatch.setattr(create_administrator, "getpass", answer)
        monkeypatch.setattr("builtins.input", answer)
        return asked

    return answers


def create(*words: str) -> str:
    told = StringIO()
    call_command("create_administrator", *words, stdout=told)
    return told.getvalue()


def test_the_password_is_asked_twice(typed: Typed) -> None:
    asked = typed(GOOD, GOOD)

    told = create(EMAIL)

    assert asked == ["Password: ", "Password again: "]
    assert told == f"{EMAIL} can sign in as an administrator.\n"
    person = User.objects.get()
    assert (person.email, person.role, person.check_password(GOOD)) == (EMAIL, "administrator", True)


def test_two_that_differ_are_refused(typed: Typed) -> None:
    typed(GOOD, GOOD + "s")

    with pytest.raises(CommandError, match="The two passwords differ"):
        create(EMAIL)
    assert not User.objects.exists()


@pytest.mark.parametrize("bad", ["short", "password1234", EMAIL])
def test_a_weak_one_is_refused_before_it_is_asked_again(typed: Typed, bad: str) -> None:
    asked = typed(bad)

    with pytest.raises(CommandError, match="password"):
        create(EMAIL)
    assert asked == ["Password: "]
    assert not User.objects.exists()


def test_the_address_is_asked_for_where_it_is_not_given(typed: Typed) -> None:
    asked = typed(EMAIL, GOOD, GOOD)

    create()

    assert asked[0] == "E-mail address: "
    assert User.objects.get().email == EMAIL


def test_no_address_is_refused_before_a_password_is_asked(typed: Typed) -> None:
    asked = typed("nobody")

    with pytest.raises(CommandError, match="valid email"):
        create()
    assert asked == ["E-mail address: "]


def test_a_program_gives_the_password_once(typed: Typed) -> None:
    asked = typed(GOOD)

    create(EMAIL, "--password-stdin")

    assert asked == [""]
    assert User.objects.get().check_password(GOOD)


def test_nothing_typed_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def nothing(*_: Any) -> str:
        raise EOFError

    monkeypatch.setattr("builtins.input", nothing)

    with pytest.raises(CommandError, match="nobody was added"):
        create(EMAIL, "--password-stdin")
