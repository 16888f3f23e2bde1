"""Two people confirm imports of the same month at the same moment, on two connections."""

from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection
from django.db.models import Count

from core import jobs
from core.models import Job
from practices.models import Import, MonthlyFigures
from practices.services import imports
from practices.tests.importing import checked, lines, pomi

pytestmark = pytest.mark.django_db(transaction=True)
CODES = [f"A{number:05}" for number in range(10001, 10041)]


def month_of(online: int) -> bytes:
    return pomi(line for code in CODES for line in lines(code=code, values={"Total_Pat_Enbld": online}))


def land(brought_by: Import, start: Barrier, troubles: list[BaseException]) -> None:
    try:
        start.wait()
        jobs.run(Job.objects.get(kind="import.land", subject=str(brought_by.pk)).pk)
    except BaseException as trouble:  # noqa: BLE001  the test's own thread reports it
        troubles.append(trouble)
    finally:
        connection.close()


def test_one_version_is_live_and_neither_is_harmed(reference_data: None, settings: Any) -> None:
    first, second = checked(month_of(1200), "first.csv"), checked(month_of(1300), "second.csv")
    settings.JOBS_INLINE = False
    for each in (first, second):
        imports.confirm(brought_by=each, by=None, reason="")
    start, troubles = Barrier(2), list[BaseException]()
    threads = [Thread(target=land, args=(each, start, troubles)) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    first.refresh_from_db()
    second.refresh_from_db()

    assert troubles == []
    # Whoever came second saw that the month had changed and was shown the preview again.
    assert sorted([first.state, second.state]) == [Import.State.LANDED, Import.State.PREVIEW]
    live = MonthlyFigures.objects.live()
    assert live.count() == len(CODES)
    assert not live.values("practice").annotate(versions=Count("pk")).filter(versions__gt=1).exists()
    assert len(set(live.values_list("online_patients", flat=True))) == 1
    waiting = first if first.state == Import.State.PREVIEW else second
    assert (waiting.new, waiting.changed) == (0, len(CODES))
