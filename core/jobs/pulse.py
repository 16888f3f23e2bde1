"""Signs of life: a worker says every few seconds that it is there, and pages tell when nobody has for a minute."""

import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta
from threading import Lock, Thread
from typing import NamedTuple

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils import timezone

from core.models import WorkerSign
from core.request_memory import once

logger = logging.getLogger(__name__)

SECONDS_BETWEEN = 15
SILENT_AFTER = timedelta(minutes=1)
# No single write takes longer; a worker that is killed in one is missed so much later, on SQLite only.
LONGEST_WRITE = timedelta(minutes=10)

_showing = Lock()


class Silence(NamedTuple):
    """Nobody works: since when, or None where no worker was ever there."""

    since: datetime | None


def show(*, lasting: timedelta = SILENT_AFTER) -> None:
    """Says that a worker is there, and for how long that holds."""
    now = timezone.now()
    sign = WorkerSign(id=1, at=now, holds_until=now + lasting)
    if not WorkerSign.objects.filter(id=1).update(at=sign.at, holds_until=sign.holds_until):
        WorkerSign.objects.bulk_create([sign], ignore_conflicts=True)


def silence() -> Silence | None:
    """None while somebody works. Where jobs run in the process that asks for them there is nobody to miss."""
    if settings.JOBS_INLINE:
        return None
    return once(("silence",), _silence)


def _silence() -> Silence | None:
    sign = WorkerSign.objects.filter(id=1).first()
    if sign is None:
        return Silence(None)
    return Silence(sign.at) if sign.holds_until < timezone.now() else None


@contextmanager
def long_write() -> Iterator[None]:
    """SQLite has one writer: no sign can be given while the work itself writes, so one is given that holds longer."""
    if settings.JOBS_INLINE or connection.vendor != "sqlite":
        yield
        return
    with _showing:
        show(lasting=LONGEST_WRITE)
        yield


def keep_showing() -> None:
    """From a thread of its own, so that it goes on while a job runs; it ends with the process."""
    Thread(target=go_on_showing, name="signs of life", daemon=True).start()


def go_on_showing() -> None:
    while True:
        try:
            with _showing:
                show()
        except DatabaseError:
            logger.warning("no sign of life could be given this time; the database did not take it")
        finally:
            connection.close()
        time.sleep(SECONDS_BETWEEN)
