"""script/server as a person meets it: what stands in its way, how it starts, and that nothing is left when it ends."""

import contextlib
import os
import select
import signal
import socket
import sqlite3
import subprocess
from pathlib import Path

import pytest
from django.conf import settings

from tests.portal_process import (
    BARE,
    SECONDS_TO_END,
    children_of,
    command,
    descendants,
    free_port,
    health,
    living,
    processes_over,
    server,
    until,
)

GOOD = "seven calm herons"


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared by the first start; those after it are quick, as they are for people."""
    return tmp_path_factory.mktemp("portal") / "state"


def refused(*options: str) -> str:
    ended = subprocess.run(command(*options), env=BARE, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_server_answers_and_leaves_nothing_behind(state: Path, number: signal.Signals) -> None:
    port = free_port()
    with server(state, port) as running:
        said = running.up_to_address()
        assert health(port) == {"status": "ready", "worker": "at work"}

        running.send_signal(number)

        assert running.wait(SECONDS_TO_END) == 0
    assert said[-1] == f"The portal is at http://localhost:{port}/"
    assert any("create_administrator" in line for line in said)
    assert processes_over(state) == []


@pytest.mark.parametrize("name", ["web", "worker"])
def test_a_child_that_is_killed_is_started_again_and_leaves_nobody_behind(state: Path, name: str) -> None:
    port = free_port()
    with server(state, port) as running:
        running.up_to_address()
        before = children_of(running.pid)
        family = [before[name], *until(lambda: descendants(before[name]), f"children of {name}")]

        os.kill(before[name], signal.SIGKILL)

        said = running.line("ended by itself")
        assert said.startswith(f"The {name} process ended by itself (SIGKILL")
        assert "is started again in 1 second." in said
        until(lambda: children_of(running.pid).get(name, before[name]) != before[name], f"another {name}")
        until(lambda: health(port) == {"status": "ready", "worker": "at work"}, "the portal")
        after = children_of(running.pid)
        assert {key for key in before if before[key] != after.get(key)} == {name}, running.said
        assert living(family) == []

        running.send_signal(signal.SIGINT)

        assert running.wait(SECONDS_TO_END) == 0
    assert processes_over(state) == []


def test_ctrl_c_in_a_pause_ends_the_portal(state: Path) -> None:
    with server(state, free_port()) as running:
        running.up_to_address()
        for pause in ("1 second", "2 seconds", "4 seconds"):
            os.kill(until(lambda: children_of(running.pid).get("worker"), "a worker"), signal.SIGKILL)
            running.line(f"is started again in {pause}.")
        assert "worker" not in children_of(running.pid)

        running.send_signal(signal.SIGINT)

        assert running.wait(SECONDS_TO_END) == 0
    assert processes_over(state) == []


def test_the_first_administrator_is_made_by_the_very_command_that_is_printed(tmp_path: Path) -> None:
    state = tmp_path / "a state folder"
    with server(state, free_port()) as running:
        printed = next(line for line in running.up_to_address() if "create_administrator" in line)

    dialogue = [("E-mail address: ", "me@portal.example"), ("Password: ", GOOD), ("Password again: ", GOOD)]
    assert "me@portal.example can sign in as an administrator." in typed_at_a_terminal(printed, tmp_path, dialogue)
    with contextlib.closing(sqlite3.connect(state / "portal.sqlite3")) as database:
        assert database.execute("SELECT email, role FROM accounts_user").fetchall() == [
            ("me@portal.example", "administrator")
        ]


def typed_at_a_terminal(line: str, folder: Path, dialogue: list[tuple[str, str]]) -> str:
    """What is shown when the line is typed in the folder and each question is answered once it is asked."""
    ours, theirs = os.openpty()
    shown = b""
    with subprocess.Popen(
        line, shell=True, cwd=folder, env=BARE, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True
    ) as running:
        os.close(theirs)
        try:
            for question, answer in dialogue:
                while not shown.decode().endswith(question):
                    shown += read_within(ours, 60)
                os.write(ours, f"{answer}\n".encode())
            while more := read_within(ours, 60):
                shown += more
        finally:
            os.close(ours)
            running.terminate()
    return shown.decode()


def read_within(terminal: int, seconds: float) -> bytes:
    """The next that is shown; nothing at its end, which Linux tells as an error."""
    assert select.select([terminal], [], [], seconds)[0], "nothing was shown"
    try:
        return os.read(terminal, 4096)
    except OSError:
        return b""


def test_second_server_is_refused_and_children_end_when_the_first_is_killed(state: Path) -> None:
    with server(state, free_port()) as running:
        running.up_to_address()

        sentence = refused("--port", str(free_port()), "--state-dir", str(state))
        running.kill()
        running.wait()

        until(lambda: not processes_over(state), "the children's end", within=SECONDS_TO_END)
    assert "A portal is running over the state folder" in sentence
    assert processes_over(state) == []


def test_port_in_use_is_told(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        sentence = refused("--port", str(port), "--state-dir", str(tmp_path))

    assert sentence == f"Port {port} is in use. End what listens there, or choose another, such as --port {port + 1}.\n"


def test_folder_that_cannot_be_written_is_told() -> None:
    sentence = refused("--state-dir", "/proc/portal")

    assert sentence.startswith("The folder /proc/portal cannot be written")
    assert sentence.count("\n") == 1


def test_address_of_another_machine_is_told(tmp_path: Path) -> None:
    sentence = refused("--bind", "192.0.2.1", "--port", str(free_port()), "--state-dir", str(tmp_path))

    assert sentence == "192.0.2.1 is not an address of this machine. Choose another with --bind.\n"


@pytest.mark.parametrize("script", ["server", "setup", "test"])
def test_python_too_old_is_told(tmp_path: Path, script: str) -> None:
    old = tmp_path / "python3"
    old.write_text('#!/bin/sh\n[ "$1" = --version ] && echo "Python 3.9.2" && exit\nexit 1\n')
    old.chmod(0o755)
    (tmp_path / "dirname").symlink_to("/usr/bin/dirname")

    ended = subprocess.run(
        ["/bin/sh", str(settings.BASE_DIR / "script" / script)],
        env={"PATH": str(tmp_path)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("The portal needs Python 3.11 or newer (found: Python 3.9.2).")


def test_missing_venv_module_is_told(tmp_path: Path) -> None:
    """In a copy without .venv, under a Python that lacks ensurepip, as Debian's does without python3-venv."""
    for name in ("script", "requirements.txt"):
        (tmp_path / "copy" / name).parent.mkdir(parents=True, exist_ok=True)
        subprocess.run(["cp", "-r", str(settings.BASE_DIR / name), str(tmp_path / "copy" / name)], check=True)
    lacking = tmp_path / "lacking"
    lacking.mkdir()
    (lacking / "ensurepip.py").write_text("raise ImportError('no ensurepip')\n")
    program = tmp_path / "python"
    program.write_text(f'#!/bin/sh\nPYTHONPATH={lacking} exec "{os.path.realpath("/usr/bin/env")}" python3 "$@"\n')
    program.chmod(0o755)

    ended = subprocess.run(
        [str(tmp_path / "copy" / "script" / "setup"), "--state-dir", str(tmp_path / "state")],
        env=BARE | {"PYTHON": str(program)},
        capture_output=True,
        text=True,
        check=False,
    )

    assert ended.returncode == 1
    assert ended.stderr.startswith("Python's venv module is missing.")
