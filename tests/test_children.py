"""How script/server tends its children: they are started again with growing pauses, and given up in the end."""

import importlib
import os
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from django.conf import settings

from tests.portal_process import descendants, living, until

RUNS = ["sleep", "100"]
FAILS = ["sh", "-c", "echo no memory for this; exit 3"]


@pytest.fixture
def module(monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    monkeypatch.syspath_prepend(settings.BASE_DIR / "script")
    found = importlib.import_module("children")
    monkeypatch.setattr(found, "PAUSES", (0,))
    return found


@pytest.fixture
def children(module: ModuleType, tmp_path: Path) -> Iterator[Any]:
    made = module.Children(logs=tmp_path, environment=dict(os.environ))
    yield made
    made.end()


def start(children: Any, command: list[str], **options: Any) -> Any:
    children.start("worker", command, without_it="Pages are served meanwhile.", **options)
    return children.all[-1]


def tend_until(children: Any, true: Any, what: str) -> None:
    until(lambda: children.tend() or true(), what)


def kill(child: Any) -> None:
    os.kill(child.process.pid, signal.SIGKILL)
    os.waitid(os.P_PID, child.process.pid, os.WEXITED | os.WNOWAIT)


def test_pauses_grow_to_half_a_minute(module: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.undo()
    child = module.Child("worker", RUNS, "", module.always, essential=False)

    pauses = []
    for child.deaths in range(1, 9):
        pauses.append(child.pause())

    assert pauses == [1, 2, 4, 8, 15, 30, 30, 30]


def test_one_that_dies_is_told_of_and_started_again(children: Any, capsys: pytest.CaptureFixture[str]) -> None:
    child = start(children, RUNS)
    first = child.process.pid
    kill(child)

    tend_until(children, lambda: child.process, "another")

    assert child.process.pid != first
    told = capsys.readouterr().out
    assert told.startswith(
        "The worker process ended by itself (SIGKILL, as when the machine runs out of memory). "
        "It is started again in 0 seconds. Pages are served meanwhile. Its log: "
    )


def test_nobody_waits_out_a_pause(
    module: ModuleType, children: Any, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(module, "PAUSES", (60,))
    child = start(children, RUNS)
    kill(child)

    children.tend()
    children.tend()
    began = time.monotonic()
    children.end()

    assert child.process is None
    assert time.monotonic() - began < 30


def test_what_it_leaves_behind_is_ended_first(children: Any) -> None:
    child = start(children, ["sh", "-c", "sleep 100 & wait"])
    family = until(lambda: descendants(child.process.pid), "a grandchild")
    kill(child)

    children.tend()

    until(lambda: not living(family), "the grandchild's end")


def test_it_waits_until_what_it_needs_is_free(children: Any) -> None:
    free: list[str] = []
    child = start(children, RUNS, may_start=lambda: bool(free))
    kill(child)
    for _ in range(3):
        children.tend()
    assert child.process is None

    free.append("the port")

    tend_until(children, lambda: child.process, "another")


def test_one_that_dies_again_and_again_is_given_up_and_the_others_stay(
    module: ModuleType, children: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    other = start(children, RUNS)
    child = start(children, FAILS)

    tend_until(children, lambda: child.given_up, "the end")
    children.tend()

    assert (child.deaths, child.process) == (module.DEATHS_TO_GIVE_UP, None)
    assert other.process.poll() is None
    told = capsys.readouterr().out
    assert told.count("is started again") == module.DEATHS_TO_GIVE_UP - 1
    assert "The worker process died 8 times in a row (the last time: code 3, 0 seconds after its start)" in told
    assert "end the portal with Ctrl-C, and start it again" in told
    assert told.rstrip().endswith("no memory for this")


def test_without_an_essential_one_the_portal_ends(module: ModuleType, children: Any) -> None:
    child = start(children, FAILS, essential=True)

    with pytest.raises(module.CannotGoOn, match="died 8 times in a row") as ended:
        tend_until(children, lambda: child.given_up, "the end")

    assert "so the portal ends. Mend what the log tells" in str(ended.value)
    assert "no memory for this" in str(ended.value)


def test_one_that_lived_for_some_minutes_begins_anew(
    module: ModuleType, children: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    child = start(children, RUNS)
    for _ in range(3):
        kill(child)
        tend_until(children, lambda: child.process, "another")
    assert child.deaths == 3

    monkeypatch.setattr(module, "SECONDS_OF_HEALTH", 0)
    kill(child)
    tend_until(children, lambda: child.process, "another")

    assert child.deaths == 1


def test_one_that_cannot_even_be_started_again_counts_as_dead(module: ModuleType, children: Any) -> None:
    child = start(children, RUNS)
    child.command = ["/no/such/program"]
    kill(child)

    tend_until(children, lambda: child.given_up, "the end")
