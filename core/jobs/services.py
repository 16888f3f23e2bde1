import logging
from datetime import timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from kombu.exceptions import OperationalError as BrokerError

from core import audit
from core.jobs.messages import run_job
from core.jobs.run import run
from core.models import Job
from core.people import User

logger = logging.getLogger(__name__)

# A queued job whose message was not taken by then is sent again.
RESEND_AFTER = timedelta(seconds=30)


@transaction.atomic
def enqueue(*, kind: str, subject: object, by: User | None) -> Job:
    """Adds a job, or returns the unfinished one of this kind and subject, and sends its message after the commit."""
    waiting: Job | None = Job.objects.unfinished().filter(kind=kind, subject=str(subject)).first()
    if waiting:
        return waiting
    job = Job.objects.create(kind=kind, subject=str(subject), owner=by)
    transaction.on_commit(lambda: send(job.pk))
    return job


def send(job_id: UUID) -> None:
    """Tells the workers of a job. A broker that does not answer costs only time: the sweep sends again."""
    if settings.JOBS_INLINE:
        run(job_id)
        return
    Job.objects.filter(pk=job_id).update(sent_at=timezone.now())
    try:
        run_job.apply_async(args=[str(job_id)], retry=False)
    except (BrokerError, OSError):
        logger.warning("the broker did not take job %s; the sweep will send it", job_id)


def sweep() -> int:
    """Sends every job that nobody took and every one whose worker went silent; says how many."""
    now = timezone.now()
    late = [
        job.pk
        for job in Job.objects.takeable(at=now).only("pk", "state", "sent_at")
        if job.state == Job.State.RUNNING or job.sent_at is None or job.sent_at < now - RESEND_AFTER
    ]
    for job_id in late:
        send(job_id)
    return len(late)


@transaction.atomic
def retry(*, job: Job, by: User | None) -> Job:
    """A fresh job for the same work as one that failed or was cancelled."""
    return enqueue(kind=job.kind, subject=job.subject, by=by)


@transaction.atomic
def cancel(*, job: Job, by: User | None) -> bool:
    """Ends a job that is not finished; a worker that has it finds its lease gone and rolls back."""
    changed = (
        Job.objects.unfinished()
        .filter(pk=job.pk)
        .update(state=Job.State.CANCELLED, finished_at=timezone.now(), lease_token=None, lease_until=None)
    )
    if changed:
        audit.record(by=by, verb="cancelled", instance=job)
    return bool(changed)
