from datetime import datetime
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format

from core.jobs import pulse
from core.models import Job

# Below this share done, a forecast of the time left would be a guess.
FORECAST_FROM_PERCENT = 10
WAIT_FOR_IT = "Nothing is lost: they go on by themselves as soon as it is back."
START_IT = f"{WAIT_FOR_IT} Start it again where the portal runs; the end of its log says why it stopped."


class Progress(NamedTuple):
    """What components/progress.html shows of a job."""

    words: str
    percent: int | None
    finished: bool
    poll_url: str
    page_url: str
    time_left: str


def progress(job: Job, page_url: str = "") -> Progress:
    """A reader without scripts loads `page_url` again."""
    return Progress(
        words=job.progress_words or job.get_state_display(),
        percent=job.percent,
        finished=job.is_finished,
        poll_url=reverse("core:job", args=[job.pk]) + (f"?page={page_url}" if page_url else ""),
        page_url=page_url,
        time_left=time_left(job, now=timezone.now()),
    )


def silence_words(silence: pulse.Silence | None, *, for_administrator: bool) -> str:
    """That nobody works, since when, and what to do; nothing while somebody does."""
    if silence is None:
        return ""
    fact = "No worker has started yet"
    if silence.since:
        fact = (
            f"The worker has given no sign of life since {date_format(timezone.localtime(silence.since), 'j M Y, H:i')}"
        )
    return f"{fact}, so imports and reports wait. {START_IT if for_administrator else WAIT_FOR_IT}"


def worker_state(silence: pulse.Silence | None) -> str:
    """For programs that watch over the portal."""
    if silence is None:
        return "at work"
    return f"silent since {silence.since.isoformat(timespec='seconds')}" if silence.since else "not started yet"


def time_left(job: Job, *, now: datetime) -> str:
    if job.is_finished or not job.started_at or not job.percent or job.percent < FORECAST_FROM_PERCENT:
        return ""
    seconds = (now - job.started_at).total_seconds() * (100 - job.percent) / job.percent
    if seconds < 60:
        return "under a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} minute{'' if minutes == 1 else 's'} left"
