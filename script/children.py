"""The processes that script/server starts: each with a log of its own, started again when it dies, none left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from preparation import BASE_DIR, CannotGoOn, say

SECONDS_TO_END = 15
LOG_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1
# Seconds before the next start, by how many times in a row the child has died; the last holds for all that follow.
PAUSES = (1, 2, 4, 8, 15, 30)
# A child that has lived this long begins anew; one that died so often without it is given up.
SECONDS_OF_HEALTH = 180
DEATHS_TO_GIVE_UP = 8
# How long a start waits at most for what the last one held, such as its port.
SECONDS_TO_LET_GO = 10


def end_with_parent() -> None:
    """Asks Linux to end the child should we be killed in a way that leaves us no word."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


def always() -> bool:
    return True


@dataclass
class Child:
    """process: None while it waits for its next start, and for good once it is given up."""

    name: str
    command: list[str]
    without_it: str
    may_start: Callable[[], bool]
    essential: bool
    process: subprocess.Popen[bytes] | None = None
    started_at: float = 0.0
    start_at: float = 0.0
    deaths: int = 0
    given_up: bool = False

    def pause(self) -> int:
        return PAUSES[min(self.deaths, len(PAUSES)) - 1]


class Children:
    def __init__(self, *, logs: Path, environment: dict[str, str]) -> None:
        self.logs = logs
        self.environment = environment
        self.all: list[Child] = []
        logs.mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(
        self,
        name: str,
        command: list[str],
        *,
        without_it: str,
        essential: bool = False,
        may_start: Callable[[], bool] = always,
    ) -> None:
        """Starts a child and tends it from now on.

        without_it: what goes on while it is away, as a sentence. essential: without it the portal ends. may_start: is
        asked before it is started again, whether what its forerunner held is free.
        """
        child = Child(name, command, without_it, may_start, essential)
        self._begin(child)
        self.all.append(child)

    def _begin(self, child: Child) -> None:
        """Starts in a session of its own: Ctrl-C then reaches us alone, and we end the children in order."""
        log = self.log(child.name)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".1.log"))
        child.started_at = time.monotonic()
        with log.open("ab") as output:
            child.process = subprocess.Popen(
                child.command,
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,
            )

    def check(self) -> None:
        """For the first minute, before the portal is there: what dies now would die again."""
        for child in self.all:
            if child.process is not None and child.process.poll() is not None:
                raise CannotGoOn(
                    f"The {child.name} process ended by itself ({how(child.process.returncode)}), so the portal stops."
                    f"{self.last_words(child.name)}"
                )

    def tend(self) -> None:
        """Starts again what died, after a pause that grows; to be called several times a second."""
        for child in self.all:
            if child.process is None:
                self._start_again(child)
            elif child.process.poll() is not None:
                kill_group(child.process.pid)
                code, child.process = child.process.returncode, None
                self._died(child, how(code))

    def _start_again(self, child: Child) -> None:
        now = time.monotonic()
        if child.given_up or now < child.start_at:
            return
        if not child.may_start() and now < child.start_at + SECONDS_TO_LET_GO:
            return
        try:
            self._begin(child)
        except OSError as problem:
            self._died(child, str(problem.strerror))

    def _died(self, child: Child, words: str) -> None:
        now = time.monotonic()
        lived = now - child.started_at
        child.deaths = 1 if lived >= SECONDS_OF_HEALTH else child.deaths + 1
        if child.deaths >= DEATHS_TO_GIVE_UP:
            self._give_up(child, f"{words}, {lived:.0f} seconds after its start")
            return
        child.start_at = now + child.pause()
        say(
            f"The {child.name} process ended by itself ({words}). It is started again in {seconds(child.pause())}. "
            f"{child.without_it} Its log: {self.log(child.name)}"
        )

    def _give_up(self, child: Child, words: str) -> None:
        child.given_up = True
        died = f"The {child.name} process died {child.deaths} times in a row (the last time: {words})"
        if child.essential:
            raise CannotGoOn(
                f"{died}, so the portal ends. Mend what the log tells, and start it again.{self.last_words(child.name)}"
            )
        say(
            f"{died} and is not started any more. {child.without_it} "
            f"Mend what the log tells, end the portal with Ctrl-C, and start it again.{self.last_words(child.name)}"
        )

    def last_words(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return "\n".join(["", f"The end of {self.log(name)}:", *lines])

    def end(self) -> None:
        """Asks all at once, waits together, and ends what is left of each process group."""
        running = [child.process for child in self.all if child.process is not None]
        for process in running:
            process.terminate()
        until = time.monotonic() + SECONDS_TO_END
        for process in running:
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=max(0.0, until - time.monotonic()))
            kill_group(process.pid)
            process.wait()
        self.all.clear()


def kill_group(leader: int) -> None:
    """A leader that was killed leaves its own children behind: workers that hold the port, a second timetable."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(leader, signal.SIGKILL)


def how(code: int) -> str:
    if code >= 0:
        return f"code {code}"
    name = signal.Signals(-code).name
    return f"{name}, as when the machine runs out of memory" if -code == signal.SIGKILL else name


def seconds(number: int) -> str:
    return f"{number} second{'' if number == 1 else 's'}"
