from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from core.models import Job

# Below this share done, a forecast of the time left would be a guess.
FORECAST_FROM_PERCENT = 10


def progress(job: Job, page_url: str = "") -> dict[str, Any]:
    """What components/progress.html shows of a job; a reader without scripts loads `page_url` again."""
    return {
        "words": job.progress_words or job.get_state_display(),
        "percent": job.percent,
        "finished": job.is_finished,
        "poll_url": reverse("core:job", args=[job.pk]) + (f"?page={page_url}" if page_url else ""),
        "page_url": page_url,
        "time_left": time_left(job, now=timezone.now()),
    }


def time_left(job: Job, *, now: datetime) -> str:
    if job.is_finished or not job.started_at or not job.percent or job.percent < FORECAST_FROM_PERCENT:
        return ""
    seconds = (now - job.started_at).total_seconds() * (100 - job.percent) / job.percent
    if seconds < 60:
        return "under a minute left"
    minutes = round(seconds / 60)
    return f"about {minutes} minute{'' if minutes == 1 else 's'} left"
