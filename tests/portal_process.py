"""script/server in a process of its own, what it says, and what has become of its processes."""

import http.client
import json
import os
import socket
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from threading import Thread
from typing import Any, TypeVar

from django.conf import settings

T = TypeVar("T")

BARE = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
SECONDS_TO_END = 30
PATIENCE = 60


def until(true: Callable[[], T], what: str, *, within: float = PATIENCE) -> T:
    """Waits for a condition and gives what it gave; a machine that is busy only makes it later."""
    end = time.monotonic() + within
    while not (found := true()):
        assert time.monotonic() < end, f"Waited {within} seconds in vain for {what}"
        time.sleep(0.05)
    return found


class Server(subprocess.Popen[str]):
    """The running script, and the lines that it has said so far."""

    said: list[str]

    def follow(self) -> None:
        self.said = []
        self._reader = Thread(target=self._read, daemon=True)
        self._reader.start()

    def _read(self) -> None:
        assert self.stdout is not None
        for line in self.stdout:
            self.said.append(line.strip())

    def line(self, *words: str, number: int = 1) -> str:
        """The so-manieth line that holds all of these words, as soon as it is said."""

        def found() -> str | None:
            lines = [line for line in self.said if all(word in line for word in words)]
            if len(lines) >= number:
                return lines[number - 1]
            assert self.poll() is None or self._reader.is_alive(), "\n".join(self.said)
            return None

        return str(until(found, f"{words} number {number} in {self.said}"))

    def up_to_address(self) -> list[str]:
        """What was said up to the address, which comes last."""
        last = self.line("The portal is at ")
        return self.said[: self.said.index(last) + 1]

    def end(self) -> None:
        if self.poll() is None:
            self.terminate()
            self.wait(SECONDS_TO_END)
        self._reader.join(SECONDS_TO_END)
        assert self.stdout is not None
        self.stdout.close()


@contextmanager
def server(state: Path, port: int, environment: dict[str, str] | None = None) -> Iterator[Server]:
    running = Server(
        command("--port", str(port), "--state-dir", str(state), "--no-demo"),
        env=BARE | (environment or {}),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    running.follow()
    try:
        yield running
    finally:
        running.end()


def command(*options: str) -> list[str]:
    return [str(settings.BASE_DIR / "script" / "server"), *options]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def health(port: int) -> Any:
    """What the portal says of itself, or nothing while it does not answer."""
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        connection.request("GET", "/health/ready", headers={"Host": "localhost"})
        return json.load(connection.getresponse())
    except OSError:
        return None
    finally:
        connection.close()


def children_of(pid: int) -> dict[str, int]:
    """The processes that script/server has started and that live, by what they are."""
    return {
        "worker" if "celery" in words else "web": child for child, parent, words in living_processes() if parent == pid
    }


def descendants(pid: int) -> list[int]:
    parents = {child: parent for child, parent, _ in living_processes()}
    found = [pid]
    for ancestor in found:
        found += [child for child, parent in parents.items() if parent == ancestor]
    return found[1:]


def living_processes() -> list[tuple[int, int, str]]:
    """(process, parent, words) of all but those that have ended and were not yet taken note of."""
    rows = subprocess.run(["ps", "-eo", "pid,ppid,stat,args"], capture_output=True, text=True, check=True).stdout
    cells = (row.split(None, 3) for row in rows.splitlines()[1:])
    return [(int(pid), int(parent), words) for pid, parent, state, words in cells if not state.startswith("Z")]


def living(pids: list[int]) -> list[int]:
    there = {pid for pid, _, _ in living_processes()}
    return [pid for pid in pids if pid in there]


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
