"""The processes that script/server starts: each with a log of its own, none left behind."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

from preparation import BASE_DIR, CannotGoOn

SECONDS_TO_END = 15
LOG_BYTES = 10 * 1024 * 1024
PR_SET_PDEATHSIG = 1


def end_with_parent() -> None:
    """Asks Linux to end the child should we be killed in a way that leaves us no word."""
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)


class Children:
    def __init__(self, *, logs: Path, environment: dict[str, str]) -> None:
        self.logs = logs
        self.environment = environment
        self.running: dict[str, subprocess.Popen[bytes]] = {}
        logs.mkdir(parents=True, exist_ok=True)

    def log(self, name: str) -> Path:
        return self.logs / f"{name}.log"

    def start(self, name: str, command: list[str]) -> None:
        """Starts in a session of its own: Ctrl-C then reaches us alone, and we end the children in order."""
        log = self.log(name)
        if log.exists() and log.stat().st_size > LOG_BYTES:
            log.replace(log.with_suffix(".1.log"))
        with log.open("ab") as output:
            self.running[name] = subprocess.Popen(
                command,
                cwd=BASE_DIR,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=end_with_parent if sys.platform == "linux" else None,
            )

    def check(self) -> None:
        for name, child in self.running.items():
            if child.poll() is not None:
                raise CannotGoOn(
                    f"The {name} process ended by itself (code {child.returncode}), so the portal stops."
                    f"{self.last_words(name)}"
                )

    def last_words(self, name: str) -> str:
        lines = self.log(name).read_text(encoding="utf-8", errors="replace").splitlines()[-15:]
        return "\n".join(["", f"The end of {self.log(name)}:", *lines])

    def end(self) -> None:
        """Asks all at once, waits together, and ends what is left of each process group."""
        for child in self.running.values():
            child.terminate()
        until = time.monotonic() + SECONDS_TO_END
        for child in self.running.values():
            with contextlib.suppress(subprocess.TimeoutExpired):
                child.wait(timeout=max(0.0, until - time.monotonic()))
            with contextlib.suppress(ProcessLookupError):
                os.killpg(child.pid, signal.SIGKILL)
            child.wait()
        self.running.clear()
