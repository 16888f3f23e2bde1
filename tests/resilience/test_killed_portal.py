"""script/server whose worker and web are killed with -9 while 33 reports are made: nobody who reads is thrown out, and
each report is made once.
"""

import http.client
import os
import signal
import time
from collections import Counter
from dataclasses import dataclass, field
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

REPORTS = 33
# How long a page may stay away while the web server is started again, after a pause of a second or two.
SECONDS_AWAY = 30
PAGES = ("/reports/", "/london/", "/health/ready")
DEATHS = (
    "worker",
    "web worker",
    "web",
    "worker",
    "web worker",
    "worker",
    "web worker",
    "web",
    "worker",
    "web worker",
)


@dataclass
class Reader:
    """Somebody who is signed in and goes on reading."""

    port: int
    session: str
    slowest: float = 0.0
    read: Counter[str] = field(default_factory=Counter)

    def reads(self, *, patience: float = 0.0) -> None:
        """Every page, at once; with patience again and again until it comes."""
        for page in PAGES:
            began = time.monotonic()
            while (status := self._status(page, patience)) != 200:
                assert status is None, f"{page}: {status}"
                assert time.monotonic() - began < patience, f"{page} stayed away for {patience} seconds"
                time.sleep(0.1)
            self.slowest = max(self.slowest, time.monotonic() - began)
            self.read[page] += 1

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


def made() -> int:
    assert not Report.objects.filter(state=Report.State.FAILED).exists(), Report.objects.values_list("error", flat=True)
    return Report.objects.filter(state=Report.State.READY).count()


def read_until_made(number: int, reader: Reader) -> None:
    until(lambda: reader.reads() or made() >= number, f"{number} reports, while pages are read", within=120)


def kill(running: Server, name: str, reader: Reader) -> None:
    """The worker in the midst of a report; one of the two web workers; or the web server's own process."""
    if name == "worker":
        worker = until(lambda: children_of(running.pid).get("worker"), "a worker")
        held = Job.objects.filter(state=Job.State.RUNNING)
        until(lambda: held.filter(lease_until__gt=timezone.now()).exists(), "a report in the making")
        os.kill(worker, signal.SIGKILL)
        reader.reads()
        return
    web = until(lambda: children_of(running.pid).get("web"), "the web server")
    workers = until(lambda: two(descendants(web)), "two web workers")
    if name == "web worker":
        os.kill(workers[0], signal.SIGKILL)
        reader.reads()
        return
    os.kill(web, signal.SIGKILL)
    reader.reads(patience=SECONDS_AWAY)
    assert living([web, *workers]) == []


def two(processes: list[int]) -> list[int]:
    return processes if len(processes) == 2 else []


@pytest.mark.parametrize("broker", ["filesystem"], indirect=True)
def test_worker_and_web_are_killed_ten_times_and_each_report_is_made_once(
    environment: dict[str, str], administrator: Any, tmp_path: Path, client: Client, settings: Any
) -> None:
    client.force_login(administrator)
    port = free_port()
    reader = Reader(port, client.session.session_key)
    with server(tmp_path, port, environment | {"JOB_MAX_ATTEMPTS": "10"}) as running:
        running.up_to_address()
        wanted = [("borough", slug, DECEMBER) for slug in Borough.objects.values_list("slug", flat=True)]
        services.request_many(wanted=wanted, programme=Programme.objects.get(is_default=True), by=administrator)
        assert Report.objects.count() == REPORTS

        for number, name in enumerate(DEATHS):
            read_until_made(3 * number, reader)
            kill(running, name, reader)
        read_until_made(REPORTS, reader)

    assert processes_over(tmp_path) == []
    assert sum("ended by itself" in line for line in running.said) == DEATHS.count("worker") + DEATHS.count("web")
    made_of = Counter(AuditEvent.objects.filter(verb="made", object_type="report").values_list("object_id", flat=True))
    assert made_of == {str(pk): 1 for pk in Report.objects.values_list("pk", flat=True)}
    assert set(Job.objects.values_list("state", flat=True)) == {Job.State.DONE}
    assert sum(Job.objects.values_list("attempts", flat=True)) > REPORTS
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
