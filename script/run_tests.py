"""script/test: the suite on SQLite, then on PostgreSQL where one answers; with Redis and Chromium where they are found.

With DATABASE_URL it runs once, on that database. Under REQUIRE_ALL=1 what is missing is a failure.
"""

import hashlib
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path
from urllib.parse import urlsplit

from preparation import (
    BASE_DIR,
    PYTHON,
    CannotGoOn,
    Stopped,
    check_folder,
    listen_for_stop,
    prepare,
    run_quietly,
    say,
    state_dir,
    wait_for,
)

# What of the shell's environment the tests may see; their settings are their own.
LET_THROUGH = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TERM",
    "CI",
    "REQUIRE_ALL",
    "SHARED_DIR",
    "CHROMIUM",
    "COLUMNS",
)
REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in {"", "0"}
# Named after the checkout, so that two of them can be tested at once on one server.
DATABASE = f"portal_{hashlib.sha256(str(BASE_DIR).encode()).hexdigest()[:8]}"
REDIS = "redis://127.0.0.1:6379/15"
# How much of the code the whole suite goes through, held against the floor in .coveragerc; once is enough.
MEASURED = ("--cov", "--cov-report=term:skip-covered")
CONNECTS = "import sys, psycopg2; psycopg2.connect(sys.argv[1], connect_timeout=5).close()"


def postgres() -> str | None:
    """A server that lets us in, over TCP or the local socket; only its maintenance database is opened."""
    for server in (os.environ.get("TEST_DATABASE_URL"), "postgresql://postgres@127.0.0.1:5432", "postgresql://"):
        if server and run_quietly(PYTHON, "-c", CONNECTS, f"{server}/postgres"):
            return f"{server}/{DATABASE}"
    return None


def redis() -> str | None:
    address = os.environ.get("REDIS_URL") or REDIS
    parts = urlsplit(address)
    try:
        with socket.create_connection((parts.hostname or "127.0.0.1", parts.port or 6379), timeout=2) as server:
            server.sendall(b"PING\r\n")
            return address if server.recv(64).startswith((b"+PONG", b"-NOAUTH")) else None
    except OSError:
        return None


def chromium() -> str | None:
    named = os.environ.get("CHROMIUM")
    if named:
        return named if Path(named).exists() else None
    return shutil.which("chromium") or shutil.which("chromium-browser")


def real_files() -> str | None:
    folder = Path(os.environ.get("SHARED_DIR") or BASE_DIR.parent / "shared")
    return str(folder) if folder.is_dir() else None


def pytest_environment(**ours: str | None) -> dict[str, str]:
    kept = {name: os.environ[name] for name in LET_THROUGH if name in os.environ}
    return kept | {name: value for name, value in ours.items() if value}


def run_suite(name: str, words: list[str], environment: dict[str, str]) -> bool:
    say(f"\nTests on {name}")
    started = time.monotonic()
    code = wait_for(subprocess.Popen([str(PYTHON), "-m", "pytest", *words], cwd=BASE_DIR, env=environment))
    say(f"{name}: {'passed' if code == 0 else f'failed (code {code})'} in {time.monotonic() - started:.0f} s")
    return code == 0


def left_out(found: dict[str, str | None]) -> list[str]:
    missing = [name for name, where in found.items() if not where]
    if missing and REQUIRE_ALL:
        raise CannotGoOn(f"Not found, though REQUIRE_ALL is set: {', '.join(missing)}.")
    if missing:
        say(f"Left out, because not found on this machine: the tests that need {', '.join(missing)}.")
    return missing


def main() -> int:
    listen_for_stop()
    state = state_dir()
    check_folder(state, "Name another with STATE_DIR.")
    prepare(state=state, tests=True)
    given = os.environ.get("DATABASE_URL")
    found = {"Chromium": chromium(), "Redis": redis(), "the real files": real_files()} | (
        {} if given else {"PostgreSQL": postgres()}
    )
    missing = left_out(found)
    marks = [f"not {marker}" for marker, name in {"browser": "Chromium", "redis": "Redis"}.items() if name in missing]
    common = {"CHROMIUM": found["Chromium"], "TEST_REDIS_URL": found["Redis"]}
    databases = {"the given database": given} if given else {"SQLite": None, "PostgreSQL": found.get("PostgreSQL")}
    passed = []
    for name, address in databases.items():
        if name in missing:
            continue
        on_postgres = bool(address and address.startswith("postgres"))
        chosen = [*marks, *([] if on_postgres else ["not postgres"])]
        measured = MEASURED if REQUIRE_ALL and not address and not sys.argv[1:] else ()
        words = [*(["-m", " and ".join(chosen)] if chosen else []), *measured, *sys.argv[1:]]
        passed.append(run_suite(name, words, pytest_environment(**common, DATABASE_URL=address)))
    return 0 if all(passed) else 1


if __name__ == "__main__":
    try:
        sys.exit(main())
    except CannotGoOn as problem:
        sys.exit(str(problem))
    except Stopped:
        sys.exit(130)
