"""script/server whose worker and web are killed with -9 while 33 reports are made: nobody who reads is thrown out, and
each report is made once.
"""

import http.client
import os
import signal
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings as django_settings
from django.test import Client
from django.utils import timezone

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, Job
from practices.models import Borough, Organisation
from practices.tests.factories import DECEMBER, MonthlyFiguresFactory, OrganisationFactory
from reports import services
from reports.models import Report
from targets import programmes, scoring
from targets.models import Programme
from tests.portal_process import Server, children_of, descendants, free_port, living, processes_over, server, until

# How long a page may stay away while the web server is started again, after a pause of a second or two.
SECONDS_AWAY = 30
PAGES = ("/reports/", "/london/", "/health/ready")
# Before each death of the worker so many reports are asked for; the others die while these are in the making.
REPORTS = (9, 8, 8, 8)
DEATHS = ("web worker", "web"), ("web worker",), ("web worker", "web"), ("web worker",)


@dataclass
class Reader:
    """Somebody who is signed in and goes on reading."""

    port: int
    session: str

    def reads(self, *, patience: float = 0.0) -> None:
        """Every page, at once; with patience again and again until it comes."""
        for page in PAGES:
            began = time.monotonic()
            while (status := self._status(page, patience)) != 200:
                assert status is None, f"{page}: {status}"
                assert time.monotonic() - began < patience, f"{page} stayed away for {patience} seconds"
                time.sleep(0.1)

    def _status(self, page: str, patience: float) -> int | None:
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=SECONDS_AWAY)
        try:
            headers = {"Host": "localhost", "Cookie": f"{django_settings.SESSION_COOKIE_NAME}={self.session}"}
            connection.request("GET", page, headers=headers)
            response = connection.getresponse()
            response.read()
        except (OSError, http.client.HTTPException):
            if not patience:
                raise
            return None
        else:
            return response.status
        finally:
            connection.close()


@pytest.fixture
def administrator(environment: dict[str, str]) -> Any:
    """Of a London of one practice a borough."""
    programmes.load()
    ccg = Organisation.objects.get(code="08L")
    for borough in Borough.objects.all():
        practice = OrganisationFactory(ccg=ccg, borough=borough, borough_source=Organisation.BoroughSource.HAND)
        MonthlyFiguresFactory(practice=practice)
    scoring.score_months({DECEMBER})
    return UserFactory(administrator=True)


def ask_for(number: int, administrator: Any) -> None:
    """Reports of so many further boroughs."""
    asked = Report.objects.values("area_code")
    further = Borough.objects.exclude(slug__in=asked).values_list("slug", flat=True)[:number]
    services.request_many(
        wanted=[("borough", slug, DECEMBER) for slug in further],
        programme=Programme.objects.get(is_default=True),
        by=administrator,
    )


def made() -> int:
    assert not Report.objects.filter(state=Report.State.FAILED).exists(), Report.objects.values_list("error", flat=True)
    return Report.objects.filter(state=Report.State.READY).count()


def kill_worker(running: Server, reader: Reader, ask: Callable[[], None]) -> None:
    """In the midst of a report."""
    worker = until(lambda: children_of(running.pid).get("worker"), "a worker")
    asked = timezone.now()
    ask()
    until(Job.objects.filter(state=Job.State.RUNNING, started_at__gt=asked).exists, "a report in the making")
    os.kill(worker, signal.SIGKILL)
    reader.reads()


def kill_web(running: Server, reader: Reader, name: str) -> None:
    """One of the two web workers, which nobody may notice, or the web server's own process."""
    web = until(lambda: children_of(running.pid).get("web"), "the web server")
    workers = until(lambda: two(descendants(web)), "two web workers")
    if name == "web worker":
        os.kill(workers[0], signal.SIGKILL)
        reader.reads()
    else:
        os.kill(web, signal.SIGKILL)
        # Its workers may answer a last time before they are ended: what is read then is no sign of the next server.
        until(lambda: not living([web, *workers]), "the end of what the web server left behind")
        reader.reads(patience=SECONDS_AWAY)


def two(processes: list[int]) -> list[int]:
    return processes if len(processes) == 2 else []


@pytest.mark.slow
@pytest.mark.parametrize("broker", ["filesystem"], indirect=True)
def test_worker_and_web_are_killed_ten_times_and_each_report_is_made_once(
    environment: dict[str, str], administrator: Any, tmp_path: Path, client: Client, settings: Any
) -> None:
    client.force_login(administrator)
    port = free_port()
    reader = Reader(port, client.session.session_key)
    with server(tmp_path, port, environment | {"JOB_MAX_ATTEMPTS": "10"}) as running:
        running.up_to_address()
        for number, deaths in zip(REPORTS, DEATHS, strict=True):
            kill_worker(running, reader, partial(ask_for, number, administrator))
            for name in deaths:
                kill_web(running, reader, name)
        until(lambda: reader.reads() or made() == sum(REPORTS), "every report, while pages are read", within=120)

    assert processes_over(tmp_path) == []
    assert sum("ended by itself" in line for line in running.said) == len(REPORTS) + 2
    made_of = Counter(AuditEvent.objects.filter(verb="made", object_type="report").values_list("object_id", flat=True))
    assert made_of == {str(pk): 1 for pk in Report.objects.values_list("pk", flat=True)}
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert len(made_of) == 33
    assert sum(Job.objects.values_list("attempts", flat=True)) > 33
    holds_whole_files_only(Path(settings.MEDIA_ROOT))


def holds_whole_files_only(media: Path) -> None:
    documents = sorted(path for path in media.rglob("*") if path.is_file() and "reports" in path.parts)
    kept = Report.objects.values_list("pdf", "xlsx")
    assert documents == sorted(media / name for names in kept for name in names)
    for document in documents:
        content = document.read_bytes()
        if document.suffix == ".pdf":
            assert content.startswith(b"%PDF")
            assert content.rstrip().endswith(b"%%EOF")
        else:
            assert content.startswith(b"PK")
            assert b"PK\x05\x06" in content[-100:]
