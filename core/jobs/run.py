import logging
import threading
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from uuid import UUID

from django.conf import settings
from django.db import OperationalError, connection, transaction
from django.db.models import F
from django.utils import timezone

from core import audit
from core.audit.services import current_job
from core.jobs.attempt import JobError, JobRun, LeaseLostError, lease_end
from core.jobs.registry import failure_of, work_of
from core.models import Job

logger = logging.getLogger(__name__)

UNEXPECTED = (
    "Something went wrong in the portal itself. Nothing was changed. "
    "Try again, and if it fails again give this number: {number}."
)
WORN_OUT = (
    "The work was begun {attempts} times and cut off each time. Nothing was changed. "
    "Try again when the portal is less busy."
)


def _claim(job_id: UUID) -> JobRun | None:
    now, token = timezone.now(), uuid.uuid4()
    taken = (
        Job.objects.filter(pk=job_id)
        .takeable(at=now)
        .update(
            state=Job.State.RUNNING,
            lease_token=token,
            lease_until=lease_end(),
            started_at=now,
            attempts=F("attempts") + 1,
            error="",
        )
    )
    return JobRun(Job.objects.select_related("owner").get(pk=job_id), token) if taken else None


@contextmanager
def _heartbeat(run: JobRun) -> Iterator[None]:
    """Renews the lease from a thread of its own, so that one long statement does not cost the job."""
    stop = threading.Event()

    def beat() -> None:
        try:
            while not stop.wait(settings.JOB_LEASE_SECONDS / 3):
                try:
                    run.beat()
                except LeaseLostError:
                    return
                except OperationalError:
                    # SQLite has one writer: while the work itself writes, no sweep can take the job either.
                    logger.debug("the lease of job %s could not be renewed this time", run.job.pk)
        finally:
            connection.close()

    thread = threading.Thread(target=beat, name=f"heartbeat-{run.job.pk}", daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join()


def run(job_id: UUID) -> None:
    """Takes the job if nobody else has it, and does it."""
    job_run = _claim(job_id)
    if job_run is None:
        return
    if job_run.job.attempts > settings.JOB_MAX_ATTEMPTS:
        _fail(job_run, WORN_OUT.format(attempts=settings.JOB_MAX_ATTEMPTS))
        return
    context = current_job.set(job_run.job.pk)
    try:
        _work(job_run)
    except LeaseLostError:
        logger.warning("job %s was taken over or cancelled", job_id)
    except JobError as error:
        _fail(job_run, str(error))
    except OperationalError:
        logger.exception("job %s met a database that did not answer; the sweep tries again", job_id)
        Job.objects.filter(pk=job_id, lease_token=job_run.token).update(
            state=Job.State.QUEUED, lease_token=None, lease_until=None, sent_at=None
        )
    except Exception:
        # The boundary of the worker: the person is told, the log has the trace, and the next job runs.
        logger.exception("job %s failed", job_id)
        _fail(job_run, UNEXPECTED.format(number=str(job_id)[:8]))
        if settings.JOBS_INLINE:
            raise
    finally:
        current_job.reset(context)


def _work(job_run: JobRun) -> None:
    work = work_of(job_run.job.kind)
    if settings.JOBS_INLINE:
        work(job_run)
    else:
        with _heartbeat(job_run):
            work(job_run)
    if not job_run.is_committed:
        raise RuntimeError(f"the work of {job_run.job.kind} ended without commit()")


def _fail(job_run: JobRun, sentence: str) -> None:
    with transaction.atomic():
        if not job_run.end(Job.State.FAILED, error=sentence):
            return
        job_run.job.refresh_from_db()
        tell = failure_of(job_run.job.kind)
        if tell:
            tell(job_run.job, sentence)
        audit.record(by=job_run.owner, verb="failed", instance=job_run.job, after={"error": sentence})
