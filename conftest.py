"""What every test may lean on. Browser journeys have more in tests/conftest.py."""

import os
import shutil
import sys
from collections.abc import Generator, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings

REQUIRE_ALL = os.environ.get("REQUIRE_ALL", "") not in {"", "0"}

# Playwright keeps an event loop in the thread in which the tests use the ORM.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "1"
hypothesis_settings.register_profile(
    "portal", deadline=None, derandomize=True, max_examples=100, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("portal")


def pytest_unconfigure() -> None:
    """Here and not by atexit: the processes of xdist end without it."""
    settings = sys.modules.get("ettf_portal.test_settings")
    if settings:
        shutil.rmtree(settings.FOLDER, ignore_errors=True)


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    return refuse_skip((yield))


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report(
    collector: pytest.Collector,
) -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    return refuse_skip((yield))


def refuse_skip(report: Any) -> Any:
    """Under REQUIRE_ALL a test that is left out has failed: nothing may go unnoticed in CI."""
    if REQUIRE_ALL and report.outcome == "skipped":
        report.outcome = "failed"
        report.longrepr = f"Skipped, which REQUIRE_ALL does not allow: {report.longrepr}"
    return report


@pytest.fixture(scope="session")
def django_db_setup(django_db_setup: None, django_db_blocker: Any) -> None:
    """Lets the flush between transactional tests through the triggers that keep the audit append-only."""
    from django.db import connection

    from core.audit import triggers

    # On the class: beside Playwright's event loop the tests get a connection object of their own.
    operations = type(connection.ops)
    execute = operations.execute_sql_flush

    def execute_without_triggers(self: Any, statements: list[str]) -> None:
        triggers.remove(self.connection)
        execute(self, statements)
        triggers.install(self.connection)

    operations.execute_sql_flush = execute_without_triggers


@pytest.fixture(autouse=True)
def fresh_cache() -> Iterator[None]:
    """Sign-in attempts are counted in the cache; one test's must not lock out the next."""
    from django.core.cache import cache

    from core.cached import forget

    yield
    cache.clear()
    forget()


@pytest.fixture(autouse=True)
def own_files(settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "files"


@pytest.fixture
def reference_data(db: None) -> None:
    """Boroughs, CCGs and programmes, as `manage.py setup` brings them in."""
    from ettf_portal import reference

    reference.load()


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The folder with the real files and the vectors, which are no part of this repository."""
    from django.conf import settings

    folder = Path(os.environ.get("SHARED_DIR") or settings.BASE_DIR.parent / "shared")
    if not folder.is_dir():
        sentence = f"The real files are not in {folder}. Name their folder in SHARED_DIR."
        if REQUIRE_ALL:
            pytest.fail(sentence)
        pytest.skip(sentence)
    return folder


@pytest.fixture(scope="session")
def redis_url() -> str:
    """A Redis server for tests marked redis; script/test names one or leaves those tests out."""
    return os.environ.get("TEST_REDIS_URL") or "redis://127.0.0.1:6379/15"
