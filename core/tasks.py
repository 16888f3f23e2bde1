from uuid import UUID

from celery import shared_task
from django.core.management import call_command

from core import jobs


@shared_task(name="core.tasks.run_job")
def run_job(job_id: str) -> None:
    jobs.run(UUID(job_id))


@shared_task(name="core.tasks.sweep", ignore_result=True, expires=30)
def sweep() -> None:
    jobs.sweep()


@shared_task(name="core.tasks.clear_sessions")
def clear_sessions() -> None:
    call_command("clearsessions")
