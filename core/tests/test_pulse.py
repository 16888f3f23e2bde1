"""That nobody works is told on the pages on which somebody waits, and only then."""

from datetime import timedelta
from typing import Any

import pytest
from django.db import DatabaseError, connection
from django.utils import timezone
from pytest_django.asserts import assertContains, assertNotContains

from accounts.tests.factories import UserFactory
from core import tasks
from core.jobs import pulse
from core.models import Job, WorkerSign

pytestmark = pytest.mark.django_db
SILENT = "The worker has given no sign of life since "
MARK = '<span class="portal-mark" aria-hidden="true">!</span><strong>Warning:</strong>'


@pytest.fixture(autouse=True)
def workers_elsewhere(settings: Any) -> None:
    settings.JOBS_INLINE = False


@pytest.fixture
def somebody_works() -> None:
    pulse.show()


@pytest.fixture
def nobody_works() -> None:
    pulse.show()
    WorkerSign.objects.update(
        at=timezone.now() - timedelta(minutes=3), holds_until=timezone.now() - timedelta(minutes=2)
    )


def test_a_worker_is_missed_after_a_minute(time_machine: Any) -> None:
    time_machine.move_to("2026-11-25T09:02:00Z", tick=False)
    pulse.show()

    time_machine.shift(timedelta(seconds=59))
    assert pulse.silence() is None
    time_machine.shift(timedelta(seconds=2))
    assert pulse.silence() == pulse.Silence(timezone.now() - timedelta(seconds=61))


def test_where_no_worker_ever_was_there_is_silence() -> None:
    assert pulse.silence() == pulse.Silence(None)


def test_jobs_in_the_asking_process_need_no_worker(settings: Any) -> None:
    settings.JOBS_INLINE = True

    assert pulse.silence() is None


def test_the_sweep_is_a_sign_of_life(nobody_works: None) -> None:
    tasks.sweep()

    assert pulse.silence() is None


@pytest.mark.django_db(transaction=True)
def test_a_worker_goes_on_giving_signs(monkeypatch: pytest.MonkeyPatch) -> None:
    """Also after a moment in which the database took none."""
    given: list[str] = []

    def show() -> None:
        given.append("sign")
        if len(given) == 1:
            raise DatabaseError("locked")

    def sleep(seconds: float) -> None:
        assert seconds == pulse.SECONDS_BETWEEN
        if len(given) == 3:
            raise SystemExit

    monkeypatch.setattr(pulse, "show", show)
    monkeypatch.setattr(pulse.time, "sleep", sleep)

    with pytest.raises(SystemExit):
        pulse.go_on_showing()

    assert given == ["sign"] * 3


def test_a_long_write_on_sqlite_is_no_silence(time_machine: Any) -> None:
    time_machine.move_to("2026-11-25T09:02:00Z", tick=False)
    with pulse.long_write():
        time_machine.shift(timedelta(minutes=5))
        silence = pulse.silence()

    assert (silence is None) == (connection.vendor == "sqlite")


class TestReady:
    def test_a_worker_at_work(self, client: Any, somebody_works: None) -> None:
        response = client.get("/health/ready")

        assert (response.status_code, response.json()) == (200, {"status": "ready", "worker": "at work"})

    def test_a_silent_worker_is_told_and_pages_stay(self, client: Any, nobody_works: None) -> None:
        response = client.get("/health/ready")

        since = WorkerSign.objects.get().at.isoformat(timespec="seconds")
        assert (response.status_code, response.json()["worker"]) == (200, f"silent since {since}")

    def test_no_worker_yet(self, client: Any) -> None:
        assert client.get("/health/ready").json()["worker"] == "not started yet"


class TestPages:
    def test_the_progress_of_a_job(self, client: Any, nobody_works: None) -> None:
        job = Job.objects.create(kind="test.good", owner=UserFactory())
        client.force_login(job.owner)

        response = client.get(f"/jobs/{job.pk}/")

        assertContains(response, f"{MARK} {SILENT}", html=False)
        assertContains(response, "Nothing is lost")
        assertNotContains(response, "its log")

    def test_a_finished_job_needs_nobody(self, client: Any, nobody_works: None) -> None:
        job = Job.objects.create(kind="test.good", owner=UserFactory(), state="done", finished_at=timezone.now())
        client.force_login(job.owner)

        assertNotContains(client.get(f"/jobs/{job.pk}/"), SILENT)

    @pytest.mark.parametrize("address", ["/", "/imports/"])
    def test_an_administrator(self, client: Any, nobody_works: None, address: str) -> None:
        client.force_login(UserFactory(administrator=True))

        response = client.get(address)

        assertContains(response, f"{MARK} {SILENT}")
        assertContains(response, "the end of its log says why it stopped")

    def test_an_administrator_while_somebody_works(self, client: Any, somebody_works: None) -> None:
        client.force_login(UserFactory(administrator=True))

        assertNotContains(client.get("/"), SILENT)

    def test_others_are_not_troubled_on_their_start_page(self, client: Any, nobody_works: None) -> None:
        client.force_login(UserFactory())

        assertNotContains(client.get("/"), SILENT)
