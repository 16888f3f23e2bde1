"""Reads the settings that come from outside, and refuses the ones that cannot be right."""

import os
import secrets
from collections.abc import Mapping
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE_WORDS = {"1", "true", "yes", "on"}
FALSE_WORDS = {"0", "false", "no", "off"}
SHORTEST_SECRET_KEY = 50

# Where the settings are read from. The tests put a small table of their own here, so that nothing of a developer's
# shell reaches them.
source: Mapping[str, str] = os.environ


def text(name: str, default: str = "") -> str:
    """The variable's text; one that is set to nothing counts as not set."""
    return source.get(name, "").strip() or default


def flag(name: str, default: bool = False) -> bool:
    word = text(name, str(default)).lower()
    if word in TRUE_WORDS:
        return True
    if word in FALSE_WORDS:
        return False
    raise ImproperlyConfigured(f"{name} must be one of yes, no, true, false, 1 or 0.")


def words(name: str, default: str = "") -> list[str]:
    return [word.strip() for word in text(name, default).split(",") if word.strip()]


def whole_number(name: str, default: int) -> int:
    digits = text(name, str(default))
    if not digits.isdecimal():
        raise ImproperlyConfigured(f"{name} must be a whole number.")
    return int(digits)


def secret_key(*, production: bool, state_dir: Path) -> str:
    """The key that signs sessions: given in production, made once and kept in the state folder elsewhere."""
    key = text("SECRET_KEY")
    if key:
        if production and len(key) < SHORTEST_SECRET_KEY:
            raise ImproperlyConfigured(f"SECRET_KEY must have at least {SHORTEST_SECRET_KEY} characters in production.")
        return key
    if production:
        raise ImproperlyConfigured("Set SECRET_KEY: a production portal does not start without one.")
    return kept_secret_key(state_dir)


def kept_secret_key(state_dir: Path) -> str:
    """Linked into place whole, so that of two processes that start together both read the same key."""
    path = state_dir / "secret-key"
    if not path.exists():
        state_dir.mkdir(parents=True, exist_ok=True)
        made = state_dir / f"secret-key.{secrets.token_hex(4)}"
        made.touch(mode=0o600)
        made.write_text(secrets.token_urlsafe(64), encoding="ascii")
        try:
            path.hardlink_to(made)
        except FileExistsError:
            pass  # the other process was first
        finally:
            made.unlink()
    return path.read_text(encoding="ascii").strip()


def database(url: str, *, state_dir: Path) -> dict[str, Any]:
    """A Django DATABASES entry for DATABASE_URL; the SQLite file of the state folder without one."""
    if not url:
        url = f"sqlite:///{state_dir / 'portal.sqlite3'}"
    parts = urlsplit(url)
    if parts.scheme == "sqlite":
        return {
            "ENGINE": "django.db.backends.sqlite3",
            "NAME": unquote(parts.path.removeprefix("/")),
            "OPTIONS": {
                "transaction_mode": "IMMEDIATE",
                "timeout": 20,
                "init_command": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
            },
        }
    if parts.scheme in {"postgres", "postgresql"}:
        return {
            "ENGINE": "django.db.backends.postgresql",
            "NAME": unquote(parts.path.lstrip("/")),
            "USER": unquote(parts.username or ""),
            "PASSWORD": unquote(parts.password or ""),
            "HOST": parts.hostname or "",
            "PORT": str(parts.port or ""),
            "OPTIONS": dict(parse_qsl(parts.query)),
            "CONN_MAX_AGE": 60,
            "CONN_HEALTH_CHECKS": True,
        }
    raise ImproperlyConfigured("DATABASE_URL must begin with sqlite:// or postgresql://.")
