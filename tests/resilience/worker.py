"""A real Celery worker that can be stopped at a chosen place of its work, so that it can be killed there.

Run with the environment of a portal. PAUSE_AT is "progress" (between two steps of the work), "commit" (all written, the
transaction still open) or "" (never); WAITING is a file that appears when the worker has come to that place.
"""

import os
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from django.core.cache import caches

from ettf_portal.celery import app

PAUSE_AT = os.environ.get("PAUSE_AT", "")
# The step of a report in which the PDF is written and the workbook is not
PAUSE_AT_STEP = int(os.environ.get("PAUSE_AT_STEP", "3"))


def wait_to_be_killed() -> None:
    Path(os.environ["WAITING"]).touch()
    time.sleep(120)


def make_it_pause() -> None:
    from core.jobs import JobRun

    progress, commit = JobRun.progress, JobRun.commit

    def pausing_progress(self: JobRun, done: int, total: int = 0, words: str = "") -> None:
        progress(self, done, total, words)
        if PAUSE_AT == "progress" and done >= PAUSE_AT_STEP:
            wait_to_be_killed()

    @contextmanager
    def pausing_commit(self: JobRun, result: dict[str, Any] | None = None) -> Iterator[dict[str, Any]]:
        with commit(self, result) as outcome:
            yield outcome
            if PAUSE_AT == "commit":
                wait_to_be_killed()

    JobRun.progress = pausing_progress  # type: ignore[method-assign]
    JobRun.commit = pausing_commit  # type: ignore[method-assign,assignment]


if __name__ == "__main__":
    app.loader.import_default_modules()
    if os.environ.get("KEY_PREFIX"):
        # A queue and a cache of its own on a Redis that other tests use too
        app.conf.broker_transport_options = {"global_keyprefix": os.environ["KEY_PREFIX"]}
        caches["default"].key_prefix = os.environ["KEY_PREFIX"]
    make_it_pause()
    app.worker_main(
        ["worker", "--pool", "solo", "--loglevel", "WARNING", "--without-gossip", "--without-mingle", *sys.argv[1:]]
    )
