from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime, timedelta
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from core.jobs import pulse
from core.models import Job
from core.querysets import JobQuerySet


class JobError(Exception):
    """Work that cannot be done, in a sentence for the person who asked for it. It is not tried again."""


class LeaseLostError(Exception):
    """Another worker took the job over; whatever this one did is rolled back."""


class JobRun:
    """One attempt at a job, held by a lease."""

    def __init__(self, job: Job, token: UUID) -> None:
        self.job = job
        self.token = token
        self.subject = job.subject
        self.owner = job.owner
        self._committed = False

    def mine(self) -> JobQuerySet:
        """The job's row as long as this attempt holds it, else nothing."""
        return Job.objects.filter(pk=self.job.pk, state=Job.State.RUNNING, lease_token=self.token)

    def beat(self) -> None:
        """Renews the lease; LeaseLostError where it is another's or the job was cancelled."""
        if not self.mine().update(lease_until=lease_end()):
            raise LeaseLostError

    def progress(self, done: int, total: int = 0, words: str = "") -> None:
        """Tells the person who waits; outside a transaction, or nobody would see it before its end."""
        told = self.mine().update(
            lease_until=lease_end(), progress_done=done, progress_total=total, progress_words=words[:200]
        )
        if not told:
            raise LeaseLostError

    @contextmanager
    def commit(self, result: Mapping[str, object] | None = None) -> Iterator[dict[str, object]]:
        """The transaction in which the work becomes true and the job becomes done, both or neither."""
        outcome = dict(result or {})
        with pulse.long_write(), transaction.atomic():
            yield outcome
            if not self.end(Job.State.DONE, result=outcome, error=""):
                raise LeaseLostError
        self._committed = True

    def end(self, state: Job.State, **fields: object) -> bool:
        """Whether the job was still this attempt's to end."""
        return bool(
            self.mine().update(state=state, finished_at=timezone.now(), lease_token=None, lease_until=None, **fields)
        )

    @property
    def is_committed(self) -> bool:
        return self._committed


def lease_end() -> datetime:
    return timezone.now() + timedelta(seconds=settings.JOB_LEASE_SECONDS)
