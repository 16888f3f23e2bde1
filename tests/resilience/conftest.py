"""A worker in a process of its own, on the database of the test and a broker of its own."""

import os
import signal
import subprocess
import sys
import time
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
import redis as redis_client
from celery import Celery
from django.conf import settings as django_settings
from django.db import connection

from core import jobs
from core.jobs.messages import run_job
from core.models import Job
from ettf_portal import reference

LEASE = 3
PATIENCE = 40


def database_url() -> str:
    """The test's database as another process reaches it."""
    values = connection.settings_dict
    if connection.vendor == "sqlite":
        return f"sqlite:///{values['NAME']}"
    person = quote(values["USER"]) + (f":{quote(values['PASSWORD'])}" if values["PASSWORD"] else "")
    return f"postgresql://{person}@{values['HOST'] or 'localhost'}:{values['PORT'] or 5432}/{values['NAME']}"


def the_jobs() -> list[dict[str, Any]]:
    return list(Job.objects.values("kind", "state", "attempts", "sent_at", "progress_words", "error"))


def until(true: Callable[[], Any], what: str) -> None:
    end = time.monotonic() + PATIENCE
    while not true():
        assert time.monotonic() < end, f"Waited {PATIENCE} seconds in vain: {what}; {the_jobs()}"
        time.sleep(0.1)


@dataclass
class Workers:
    """Starts workers, and kills them as the kernel would."""

    environment: dict[str, str]
    folder: Path
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)

    @property
    def log(self) -> str:
        return (self.folder / "worker.log").read_text()

    def start(self, pause_at: str = "") -> subprocess.Popen[bytes]:
        waiting = self.folder / "waiting"
        waiting.unlink(missing_ok=True)
        with (self.folder / "worker.log").open("ab") as log:
            worker = subprocess.Popen(
                [sys.executable, "-m", "tests.resilience.worker"],
                cwd=django_settings.BASE_DIR,
                env=self.environment | {"PAUSE_AT": pause_at, "WAITING": str(waiting)},
                stdout=log,
                stderr=subprocess.STDOUT,
            )
        self.running.append(worker)
        return worker

    def kill_in_the_midst(self, pause_at: str) -> None:
        """Lets a worker come to that place of its work, and ends it with -9."""
        worker = self.start(pause_at)
        until(lambda: (self.folder / "waiting").exists() or worker.poll() is not None, f"a worker at {pause_at}")
        assert worker.poll() is None, self.log
        worker.send_signal(signal.SIGKILL)
        worker.wait()

    def finish(self, job: Any) -> None:
        """Starts a sound worker and sweeps, as beat does, until the job is finished."""
        worker = self.start()

        def is_finished() -> bool:
            assert worker.poll() is None, self.log
            jobs.sweep()
            job.refresh_from_db()
            return bool(job.is_finished)

        until(is_finished, f"the end of {job}")

    def end(self) -> None:
        for worker in self.running:
            if worker.poll() is None:
                worker.kill()
                worker.wait()


def broker_settings(url: str, prefix: str, folder: Path) -> dict[str, Any]:
    if url:
        return {"broker_url": url, "broker_transport_options": {"global_keyprefix": prefix}}
    queue = str(folder / "broker" / "queue")
    options = {"data_folder_in": queue, "data_folder_out": queue, "control_folder": str(folder / "broker" / "control")}
    for place in options.values():
        Path(place).mkdir(parents=True, exist_ok=True)
    return {"broker_url": "filesystem://", "broker_transport_options": options}


@pytest.fixture
def broker(request: pytest.FixtureRequest, prefix: str) -> Iterator[str]:
    """The address of the queue: nothing for the folder; tests say which by indirect parameters."""
    if request.param == "filesystem":
        yield ""
        return
    url: str = request.getfixturevalue("redis_url")
    yield url
    empty(url, prefix)


@pytest.fixture
def prefix() -> str:
    """What the names of this test's keys in Redis begin with."""
    return f"test-{uuid.uuid4()}:"


def empty(url: str, prefix: str) -> None:
    """All that the test has in Redis: queue, bindings, unacknowledged messages, cache."""
    client = redis_client.Redis.from_url(url)
    for key in client.scan_iter(f"*{prefix}*"):
        client.delete(key)
    client.close()


@pytest.fixture
def lose_the_queue(broker: str, prefix: str, tmp_path: Path) -> Callable[[], None]:
    """What an empty Redis or a cleared folder leaves: nothing."""

    def lose() -> None:
        if broker:
            empty(broker, prefix)
        for message in (tmp_path / "broker" / "queue").glob("*"):
            message.unlink()

    return lose


@pytest.fixture
def environment(
    transactional_db: None, broker: str, prefix: str, tmp_path: Path, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> Iterator[dict[str, str]]:
    """What makes other processes work on the test's database and queue; messages are sent to that queue, too."""
    reference.load()
    settings.JOBS_INLINE = False
    settings.JOB_LEASE_SECONDS = LEASE
    sender = Celery("sender", set_as_current=False)
    sender.conf.update(broker_settings(broker, prefix, tmp_path))
    monkeypatch.setattr(
        run_job, "apply_async", lambda args, **_: sender.send_task(run_job.name, args=args, ignore_result=True)
    )
    yield {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ} | {
        "DATABASE_URL": database_url(),
        "STATE_DIR": str(tmp_path),
        "MEDIA_ROOT": str(settings.MEDIA_ROOT),
        "REDIS_URL": broker,
        "KEY_PREFIX": prefix if broker else "",
        "SECRET_KEY": settings.SECRET_KEY,
        "JOB_LEASE_SECONDS": str(LEASE),
        "PYTHONPATH": str(django_settings.BASE_DIR),
        "DJANGO_SETTINGS_MODULE": "ettf_portal.settings",
    }
    sender.close()


@pytest.fixture
def workers(environment: dict[str, str], tmp_path: Path) -> Iterator[Workers]:
    started = Workers(environment, tmp_path)
    yield started
    started.end()
