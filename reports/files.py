"""Where a report's documents lie: MEDIA_ROOT/reports/<report>/<attempt>/<name>.

Each attempt has a folder of its own, so that a worker that lost its lease can never write over the documents of the one
that took over. A document appears under its name only when it is whole.
"""

import os
import shutil
from collections.abc import Iterable
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.utils.text import slugify

from reports.snapshot.shape import About

FOLDER = "reports"


def folder_of(report_id: UUID) -> Path:
    return Path(settings.MEDIA_ROOT) / FOLDER / str(report_id)


def name_of(about: About, kind: str) -> str:
    """ "gp-online-services-lewisham-2018-12.pdf": nothing in it but letters, digits and hyphens."""
    return f"{slugify(f'gp online services {about.name} {about.month}')}.{kind}"


def write(report_id: UUID, attempt: UUID, name: str, content: bytes) -> str:
    """Writes a document whole or not at all; returns its path below MEDIA_ROOT."""
    folder = folder_of(report_id) / str(attempt)
    folder.mkdir(parents=True, exist_ok=True)
    unfinished = folder / f".{name}.part"
    with unfinished.open("wb") as file:
        file.write(content)
        file.flush()
        os.fsync(file.fileno())
    unfinished.rename(folder / name)
    return f"{FOLDER}/{report_id}/{attempt}/{name}"


def path_of(stored: str) -> Path:
    return Path(settings.MEDIA_ROOT) / stored


def remove_other_attempts(report_id: UUID, keep: UUID) -> None:
    """What a killed or overtaken worker left."""
    folder = folder_of(report_id)
    if folder.is_dir():
        for attempt in folder.iterdir():
            if attempt.name != str(keep):
                shutil.rmtree(attempt, ignore_errors=True)


def remove_attempt(report_id: UUID, attempt: UUID) -> None:
    shutil.rmtree(folder_of(report_id) / str(attempt), ignore_errors=True)
    folder = folder_of(report_id)
    if folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()


def remove_all(report_ids: Iterable[UUID]) -> None:
    for report_id in report_ids:
        shutil.rmtree(folder_of(report_id), ignore_errors=True)
