import ctypes
import os
import signal
import sys
from pathlib import Path

from celery import Celery
from celery.signals import beat_embedded_init

PR_SET_PDEATHSIG = 1  # of <linux/prctl.h>

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "ettf_portal.settings")
app = Celery("ettf_portal")
app.config_from_object("django.conf:settings", namespace="CELERY")
app.autodiscover_tasks()


@app.on_after_configure.connect
def make_queue_folders(sender: Celery, **_: object) -> None:
    """The file-system broker wants its folders to be there."""
    options = sender.conf.broker_transport_options
    for name in ("data_folder_in", "data_folder_out", "control_folder"):
        if name in options:
            Path(options[name]).mkdir(parents=True, exist_ok=True)


@beat_embedded_init.connect
def end_with_the_worker(**_: object) -> None:
    """The timetable runs in a child of the worker: one that is killed must not leave a second timetable behind."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
