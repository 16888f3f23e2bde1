from celery import shared_task
from celery.signals import worker_ready
from django.core.management import call_command

from core import jobs
from core.jobs import pulse


@worker_ready.connect
def show_life(**_: object) -> None:
    pulse.keep_showing()


@shared_task(name="core.tasks.sweep", ignore_result=True, expires=30)
def sweep() -> None:
    pulse.show()
    jobs.sweep()


@shared_task(name="core.tasks.clear_sessions")
def clear_sessions() -> None:
    call_command("clearsessions")
