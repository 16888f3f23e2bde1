"""The message that Celery carries: only a job's id. The task keeps the name under which messages lie in queues."""

from uuid import UUID

from celery import shared_task

from core.jobs.run import run


@shared_task(name="core.tasks.run_job")
def run_job(job_id: str) -> None:
    run(UUID(job_id))
