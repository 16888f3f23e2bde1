"""Long work as rows: docs/jobs.md tells how a lost message, a killed worker or an empty queue loses nothing."""

from core.jobs.attempt import JobError, JobRun, LeaseLostError
from core.jobs.registry import handler
from core.jobs.run import run
from core.jobs.services import cancel, enqueue, retry, sweep

__all__ = ["JobError", "JobRun", "LeaseLostError", "cancel", "enqueue", "handler", "retry", "run", "sweep"]
