"""The message that Celery carries: only a job's id. It keeps the name under which it lies in queues."""

from uuid import UUID

from celery import shared_task

from core.jobs.run import run


def take(job_id: str) -> None:
    run(UUID(job_id))


run_job = shared_task(name="core.tasks.run_job")(take)
