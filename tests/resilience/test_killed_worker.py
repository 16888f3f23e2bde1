"""A worker that is killed with -9 in the midst of its work, a queue that is lost: the work is done once, and whole."""

from collections.abc import Callable
from pathlib import Path

import pytest

from accounts.tests.factories import UserFactory
from core import jobs
from core.jobs import pulse
from core.models import AuditEvent, Job
from practices.models import Import, MonthlyFigures
from practices.services import imports
from practices.tests.importing import checked, lines, pomi
from reports import services
from reports.models import Report
from reports.tests.factories import make_world
from targets.models import Score
from tests.resilience.conftest import Workers

REDIS = pytest.mark.redis


def documents(media: Path) -> list[Path]:
    return sorted(path for path in media.rglob("*") if path.is_file() and "reports" in path.parts)


@pytest.mark.parametrize(
    ("broker", "place"), [("filesystem", "progress"), pytest.param("redis", "commit", marks=REDIS)], indirect=["broker"]
)
def test_a_report_is_made_once_though_its_worker_is_killed(
    workers: Workers, lose_the_queue: Callable[[], None], settings, place
):
    world = make_world()
    report = services.request_report(**world.what, by=world.administrator)

    workers.kill_in_the_midst(place)
    lose_the_queue()
    report.refresh_from_db()
    assert report.state == Report.State.RUNNING
    assert report.pdf == ""
    half = documents(settings.MEDIA_ROOT)
    assert half

    workers.finish(report.job)

    report.refresh_from_db()
    assert report.state == Report.State.READY, workers.log
    kept = documents(settings.MEDIA_ROOT)
    assert kept == sorted(Path(settings.MEDIA_ROOT) / stored for stored in (report.pdf, report.xlsx))
    assert not set(half) & set(kept)
    assert kept[0].read_bytes().startswith(b"%PDF")
    assert kept[0].read_bytes().rstrip().endswith(b"%%EOF")
    assert kept[1].read_bytes().startswith(b"PK")
    job = Job.objects.get()
    assert (job.state, job.attempts) == (Job.State.DONE, 2)
    assert pulse.silence() is None
    assert AuditEvent.objects.filter(verb="made", object_type="report").count() == 1


@pytest.mark.parametrize("broker", [pytest.param("redis", marks=REDIS)], indirect=True)
def test_an_import_lands_once_though_its_worker_is_killed(workers: Workers, lose_the_queue: Callable[[], None]):
    administrator = UserFactory(administrator=True)
    rows = [row for number in range(20) for row in lines(f"A{10_000 + number}")]
    brought_by = checked(pomi(rows))
    assert brought_by.state == Import.State.PREVIEW, brought_by.error
    imports.confirm(brought_by=brought_by, by=administrator, reason="A small file")
    brought_by.refresh_from_db()

    workers.kill_in_the_midst("commit")
    lose_the_queue()
    assert not MonthlyFigures.objects.live().exists()
    assert not Score.objects.exists()

    workers.finish(brought_by.job)

    brought_by.refresh_from_db()
    assert brought_by.state == Import.State.LANDED, workers.log
    assert MonthlyFigures.objects.live().count() == 20
    assert MonthlyFigures.objects.count() == 20
    assert Score.objects.values("practice").distinct().count() == 20
    assert brought_by.job.attempts == 2
    assert AuditEvent.objects.filter(verb="brought in", object_id=str(brought_by.pk)).count() == 1


@pytest.mark.parametrize("broker", ["filesystem"], indirect=True)
def test_a_message_that_comes_twice_is_one_report(workers: Workers):
    world = make_world()
    report = services.request_report(**world.what, by=world.administrator)
    for _ in range(3):
        jobs.services.send(report.job.pk)

    workers.finish(report.job)

    report.refresh_from_db()
    assert report.state == Report.State.READY, workers.log
    assert Job.objects.get().attempts == 1
    assert AuditEvent.objects.filter(verb="made", object_type="report").count() == 1
