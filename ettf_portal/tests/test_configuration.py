import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured

from ettf_portal import environment

KEY = "a made-up key of more than fifty characters, for this test"
READ = re.compile(r"environment\.(?:text|flag|words|whole_number)\(\s*\"([A-Z_]+)\"")
READ_BY_SCRIPTS = re.compile(r"os\.environ(?:\.get\(|\[)\s*\"([A-Z_]+)\"(?!\] =)")
DOCUMENTED = re.compile(r"^\| `([A-Z_]+)` \|", re.MULTILINE)
APPS = ["ettf_portal", "core", "accounts", "practices", "targets", "visits", "reports", "illustrative"]


def sources(*folders: str) -> list[Path]:
    return [
        path
        for folder in folders
        for path in (settings.BASE_DIR / folder).rglob("*.py")
        if "tests" not in path.parts and "migrations" not in path.parts
    ]


def names(pattern: re.Pattern[str], paths: list[Path]) -> set[str]:
    return {name for path in paths for name in pattern.findall(path.read_text(encoding="utf-8"))}


def start(**variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    return subprocess.run(
        [sys.executable, "-W", "ignore", "manage.py", "check"],
        cwd=settings.BASE_DIR,
        env=kept | variables,
        capture_output=True,
        text=True,
        check=False,
    )


def test_every_variable_is_documented() -> None:
    page = (settings.BASE_DIR / "docs" / "configuration.md").read_text(encoding="utf-8")
    documented = DOCUMENTED.findall(page)

    read = names(READ, sources(*APPS)) | {"SECRET_KEY"}
    conftests = [settings.BASE_DIR / "conftest.py", settings.BASE_DIR / "tests" / "conftest.py"]
    by_scripts = names(READ_BY_SCRIPTS, [*sources("script"), *conftests])

    assert len(documented) == len(set(documented))
    assert read <= set(documented)
    assert by_scripts <= set(documented)
    assert set(documented) <= read | by_scripts | {"PYTHON"}


def test_apps_read_settings_and_not_the_environment() -> None:
    doors = {"environment.py", "test_settings.py"}
    reading = re.compile(r"os\.environ\.get|os\.environ\[|os\.getenv")

    assert [p for p in sources(*APPS) if p.name not in doors and reading.search(p.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("variables", "sentence"),
    [
        ({}, "Set SECRET_KEY"),
        ({"SECRET_KEY": "short"}, "SECRET_KEY must have at least 50 characters"),
        ({"SECRET_KEY": KEY}, "Set ALLOWED_HOSTS"),
        ({"SECRET_KEY": KEY, "ALLOWED_HOSTS": "portal.example", "DEBUG": "1"}, "DEBUG must be off in production"),
    ],
)
def test_production_refuses(tmp_path: Path, variables: dict[str, str], sentence: str) -> None:
    started = start(PRODUCTION="1", STATE_DIR=str(tmp_path), **variables)

    assert started.returncode != 0
    assert sentence in started.stderr
    assert not (tmp_path / "secret-key").exists()


def test_production_starts_when_told_what_it_needs(tmp_path: Path) -> None:
    started = start(PRODUCTION="1", STATE_DIR=str(tmp_path), SECRET_KEY=KEY, ALLOWED_HOSTS="portal.example")

    assert started.returncode == 0, started.stderr


def test_secret_key_is_made_once_and_for_the_owner_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "source", {})

    first = environment.secret_key(production=False, state_dir=tmp_path / "new")
    second = environment.secret_key(production=False, state_dir=tmp_path / "new")

    kept = tmp_path / "new" / "secret-key"
    assert first == second == kept.read_text(encoding="ascii")
    assert len(first) >= environment.SHORTEST_SECRET_KEY
    assert kept.stat().st_mode & 0o077 == 0
    assert list(kept.parent.iterdir()) == [kept]


@pytest.mark.parametrize(("word", "meaning"), [("1", True), ("Yes", True), ("off", False), ("", False)])
def test_flag_reads_words(monkeypatch: pytest.MonkeyPatch, word: str, meaning: bool) -> None:
    monkeypatch.setattr(environment, "source", {"DEBUG": word})

    assert environment.flag("DEBUG") is meaning


def test_what_cannot_be_right_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(environment, "source", {"DEBUG": "perhaps", "EMAIL_PORT": "-1"})

    with pytest.raises(ImproperlyConfigured, match="DEBUG must be one of"):
        environment.flag("DEBUG")
    with pytest.raises(ImproperlyConfigured, match="EMAIL_PORT must be a whole number"):
        environment.whole_number("EMAIL_PORT", 25)
    with pytest.raises(ImproperlyConfigured, match="DATABASE_URL must begin with"):
        environment.database("mysql://host/name", state_dir=Path("/nowhere"))


def test_database_is_sqlite_in_the_state_folder_by_default() -> None:
    entry = environment.database("", state_dir=Path("/state"))

    assert entry["ENGINE"] == "django.db.backends.sqlite3"
    assert entry["NAME"] == "/state/portal.sqlite3"


def test_database_url_names_postgresql() -> None:
    entry = environment.database("postgresql://me:a%40b@db:6543/portal?sslmode=require", state_dir=Path("/state"))

    assert entry["ENGINE"] == "django.db.backends.postgresql"
    assert (entry["USER"], entry["PASSWORD"], entry["HOST"], entry["PORT"]) == ("me", "a@b", "db", "6543")
    assert (entry["NAME"], entry["OPTIONS"]) == ("portal", {"sslmode": "require"})
