"""script/server as a person meets it: what stands in its way, how it starts, and that nothing is left when it ends."""

import http.client
import os
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from django.conf import settings

BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
SECONDS_TO_END = 30


@pytest.fixture(scope="module")
def state(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Prepared by the first start; those after it are quick, as they are for people."""
    return tmp_path_factory.mktemp("portal") / "state"


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def command(*options: str) -> list[str]:
    return [str(settings.BASE_DIR / "script" / "server"), *options]


def refused(*options: str) -> str:
    ended = subprocess.run(command(*options), env=BARE, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode != 0
    assert "Traceback" not in ended.stderr
    return ended.stderr


def children_of(pid: int) -> dict[str, int]:
    """The processes that script/server has started, by what they are."""
    rows = subprocess.run(
        ["ps", "-eo", "pid,ppid,args"], capture_output=True, text=True, check=True
    ).stdout.splitlines()
    found = {}
    for row in rows[1:]:
        child, parent, words = row.split(None, 2)
        if int(parent) == pid:
            found["worker" if "celery" in words else "web"] = int(child)
    return found


def processes_over(state: Path) -> list[str]:
    """Every process that was told to use the state folder, however it came to be."""
    wanted = f"STATE_DIR={state}".encode()
    found = []
    for process in Path("/proc").glob("[0-9]*"):
        try:
            if wanted in (process / "environ").read_bytes().split(b"\0"):
                words = (process / "cmdline").read_bytes().replace(b"\0", b" ").decode()
                found.append(f"{process.name}, child of {(process / 'stat').read_text().split()[3]}: {words}")
        except OSError:
            continue
    return found


@contextmanager
def server(state: Path, port: int) -> Iterator[subprocess.Popen[str]]:
    options = ("--port", str(port), "--state-dir", str(state), "--no-demo")
    running = subprocess.Popen(
        command(*options), env=BARE, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, start_new_session=True
    )
    try:
        yield running
    finally:
        if running.poll() is None:
            running.terminate()
            running.wait(SECONDS_TO_END)
        assert running.stdout is not None
        running.stdout.close()


def wait_for_address(running: subprocess.Popen[str]) -> list[str]:
    """What was said up to the address, which comes last."""
    assert running.stdout is not None
    said = []
    for line in running.stdout:
        said.append(line.strip())
        if line.startswith("The portal is at "):
            return said
    raise AssertionError("\n".join(said))


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGHUP])
def test_server_answers_and_leaves_nothing_behind(state: Path, number: signal.Signals) -> None:
    port = free_port()
    with server(state, port) as running:
        said = wait_for_address(running)
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        assert connection.getresponse().status == 200
        connection.close()

        running.send_signal(number)

        assert running.wait(SECONDS_TO_END) == 0
    assert said[-1] == f"The portal is at http://localhost:{port}/"
    assert any("create_administrator" in line for line in said)
    assert processes_over(state) == []


@pytest.mark.parametrize("name", ["web", "worker"])
def test_server_ends_when_a_child_dies(state: Path, name: str) -> None:
    with server(state, free_port()) as running:
        wait_for_address(running)

        os.kill(children_of(running.pid)[name], signal.SIGKILL)

        assert running.wait(SECONDS_TO_END) == 1
        assert running.stdout is not None
        assert f"The {name} process ended by itself" in running.stdout.read()
    assert processes_over(state) == []


def test_second_server_is_refused_and_children_end_when_the_first_is_killed(state: Path) -> None:
    with server(state, free_port()) as running:
        wait_for_address(running)

        sentence = refused("--port", str(free_port()), "--state-dir", str(state))
        running.kill()
        running.wait()

        until = time.monotonic() + SECONDS_TO_END
        while processes_over(state) and time.monotonic() < until:
            time.sleep(0.2)
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
