"""Starts the portal's work in processes of its own and reads what they measured."""

import json
import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import psycopg2

from tests.bench.databases import CannotMeasure, Database

BASE_DIR = Path(__file__).resolve().parent.parent.parent
KEPT = ("PATH", "HOME", "LANG", "LC_ALL", "TMPDIR")


def shared_dir() -> Path:
    return Path(os.environ.get("SHARED_DIR") or BASE_DIR.parent / "shared")


def say(sentence: str) -> None:
    sys.stderr.write(f"{sentence}\n")


def environment(place: Database) -> dict[str, str]:
    own = {
        "DJANGO_SETTINGS_MODULE": "ettf_portal.settings",
        "STATE_DIR": str(place.state_dir),
        "DATABASE_URL": place.url,
        "ALLOWED_HOSTS": "testserver",
        "IMPORT_REGIONS": "all",
        "LOG_LEVEL": "WARNING",
    }
    return {name: os.environ[name] for name in KEPT if name in os.environ} | own


def manage(place: Database, *words: str) -> None:
    run(place, [sys.executable, "manage.py", *words])


def measure(place: Database, module: str, *words: str) -> dict[str, Any]:
    """What tests.bench.<module> prints, which is one JSON object."""
    printed = run(place, [sys.executable, "-m", f"tests.bench.{module}", *words])
    measured: dict[str, Any] = json.loads(printed.splitlines()[-1])
    return measured


def run(place: Database, command: list[str]) -> str:
    done = subprocess.run(command, cwd=BASE_DIR, env=environment(place), capture_output=True, text=True, check=False)
    if done.returncode:
        raise CannotMeasure(f"{' '.join(command[1:])} failed:\n{done.stdout[-1000:]}{done.stderr[-3000:]}")
    return done.stdout


def settle(place: Database) -> None:
    """Statistics for the planner, as autovacuum would have gathered after a while."""
    if not place.url:
        return
    with closing(psycopg2.connect(place.url)) as connection:
        connection.autocommit = True
        with connection.cursor() as cursor:
            cursor.execute("VACUUM ANALYZE")
