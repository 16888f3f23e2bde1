from collections.abc import Iterator
from datetime import timedelta
from typing import Any
from unittest.mock import patch
from uuid import UUID

import pytest
from django.db import OperationalError, transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from accounts.tests.factories import UserFactory
from core import jobs
from core.jobs import registry
from core.models import AuditEvent, Job
from core.presenters import progress, time_left

pytestmark = pytest.mark.django_db
SOMEBODY = UUID("00000000-0000-4000-8000-000000000000")


@pytest.fixture
def work() -> Iterator[list[str]]:
    """Registers a few kinds of work that note what they do."""
    done: list[str] = []
    works, failures = dict(registry._works), dict(registry._failures)

    @jobs.handler("test.good")
    def good(run: jobs.JobRun) -> None:
        run.progress(1, 2, "Half way")
        with run.commit({"answer": 42}):
            done.append(run.subject)

    @jobs.handler("test.refused", on_failure=lambda job, sentence: done.append(sentence))
    def refused(run: jobs.JobRun) -> None:
        raise jobs.JobError("The file is not there any more.")

    @jobs.handler("test.broken")
    def broken(run: jobs.JobRun) -> None:
        raise KeyError("secret")

    @jobs.handler("test.database")
    def database(run: jobs.JobRun) -> None:
        raise OperationalError("gone away")

    @jobs.handler("test.robbed")
    def robbed(run: jobs.JobRun) -> None:
        Job.objects.filter(pk=run.job.pk).update(lease_token=SOMEBODY)
        with run.commit():
            UserFactory(email="written@portal.example")

    yield done
    registry._works.clear()
    registry._works.update(works)
    registry._failures.clear()
    registry._failures.update(failures)


def queued(kind: str, **fields: Any) -> Job:
    return Job.objects.create(kind=kind, subject="subject", owner=UserFactory(), **fields)


def test_work_is_done_once_and_leaves_its_result(work: list[str]) -> None:
    job = queued("test.good")
    jobs.run(job.pk)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.result, job.attempts, work) == ("done", {"answer": 42}, 1, ["subject"])
    assert job.finished_at
    assert job.lease_token is None


def test_two_requests_for_the_same_work_are_one_job(work: list[str], django_capture_on_commit_callbacks: Any) -> None:
    person = UserFactory()
    first = jobs.enqueue(kind="test.good", subject="a", by=person)
    assert jobs.enqueue(kind="test.good", subject="a", by=person) == first
    assert jobs.enqueue(kind="test.good", subject="b", by=person) != first


def test_work_that_cannot_be_done_says_why(work: list[str]) -> None:
    job = queued("test.refused")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.error) == ("failed", "The file is not there any more.")
    assert work == ["The file is not there any more."]
    assert AuditEvent.objects.get().verb == "failed"


def test_a_fault_of_the_portal_tells_a_number_and_nothing_else(work: list[str], settings: Any) -> None:
    settings.JOBS_INLINE = False
    job = queued("test.broken")
    with patch("core.jobs.run._heartbeat"):
        jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert str(job.pk)[:8] in job.error
    assert "secret" not in job.error


def test_a_database_that_goes_away_costs_only_time(work: list[str]) -> None:
    job = queued("test.database", sent_at=timezone.now())
    jobs.run(job.pk)
    job.refresh_from_db()
    assert (job.state, job.lease_token, job.sent_at) == ("queued", None, None)


def test_a_worker_whose_lease_is_gone_writes_nothing(work: list[str]) -> None:
    job = queued("test.robbed")
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "running"
    assert not type(job.owner).objects.filter(email="written@portal.example").exists()


def test_a_running_job_is_left_to_its_worker_until_the_lease_ends(work: list[str]) -> None:
    now = timezone.now()
    job = queued("test.good", state="running", lease_token=SOMEBODY, lease_until=now + timedelta(minutes=1))
    jobs.run(job.pk)
    assert work == []
    Job.objects.update(lease_until=now - timedelta(seconds=1))
    jobs.run(job.pk)
    assert work == ["subject"]


def test_work_that_is_cut_off_again_and_again_is_given_up(work: list[str], settings: Any) -> None:
    job = queued("test.good", attempts=settings.JOB_MAX_ATTEMPTS)
    jobs.run(job.pk)
    job.refresh_from_db()
    assert job.state == "failed"
    assert "3 times" in job.error
    assert work == []


def test_the_sweep_finds_what_nobody_took(work: list[str]) -> None:
    now = timezone.now()
    queued("test.good")
    queued("test.good", sent_at=now)
    queued("test.good", sent_at=now - timedelta(minutes=5))
    queued("test.good", state="running", lease_token=SOMEBODY, lease_until=now - timedelta(1))
    assert jobs.sweep() == 3
    assert Job.objects.filter(state="done").count() == 3


def test_a_broker_that_is_down_loses_nothing(settings: Any) -> None:
    settings.JOBS_INLINE = False
    job = queued("test.good")
    with patch("core.jobs.messages.run_job.apply_async", side_effect=BrokerError("no route")):
        assert jobs.sweep() == 1
    job.refresh_from_db()
    assert job.state == "queued"
    assert job.sent_at


def test_a_cancelled_job_is_not_run(work: list[str]) -> None:
    job = queued("test.good")
    assert jobs.cancel(job=job, by=job.owner)
    assert not jobs.cancel(job=job, by=job.owner)
    jobs.run(job.pk)
    assert work == []


def test_a_failed_job_is_tried_again_as_a_new_one(work: list[str]) -> None:
    job = queued("test.refused")
    jobs.run(job.pk)
    with transaction.atomic():
        again = jobs.retry(job=job, by=job.owner)
    assert again.pk != job.pk
    assert again.state == "queued"


def test_progress_tells_words_share_and_time_left() -> None:
    now = timezone.now()
    job = queued(
        "test.good",
        progress_done=50,
        progress_total=100,
        progress_words="Reading",
        started_at=now - timedelta(minutes=3),
    )
    told = progress(job, "/imports/")
    assert (told.words, told.percent, told.finished) == ("Reading", 50, False)
    assert told.time_left == "about 3 minutes left"
    assert time_left(queued("test.good"), now=now) == ""


class TestProgressView:
    def test_it_works(self, client: Any) -> None:
        job = queued("test.good", progress_words="Reading")
        client.force_login(job.owner)
        assert "Reading" in client.get(f"/jobs/{job.pk}/").content.decode()

    def test_the_page_is_loaded_again_when_the_work_is_done(self, client: Any, work: list[str]) -> None:
        job = queued("test.good")
        jobs.run(job.pk)
        client.force_login(job.owner)
        response = client.get(f"/jobs/{job.pk}/", headers={"HX-Request": "true"})
        assert response["HX-Refresh"] == "true"

    def test_stranger_gets_404(self, client: Any) -> None:
        job = queued("test.good")
        client.force_login(UserFactory())
        assert client.get(f"/jobs/{job.pk}/").status_code == 404
