"""Imports from upload to undo: states, locks, jobs and audit. What happens to the rows is the desk's."""

import time
import uuid
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any, BinaryIO

from django.core.files.base import File
from django.core.files.storage import default_storage
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit, jobs
from core.identifier_forms import IdentifierOverride
from core.models import PortalState
from practices.importing import intake
from practices.importing.container import safe_name
from practices.importing.desks import Staged, desk_of
from practices.importing.formats import format_of
from practices.models import Import
from practices.permissions import Deed, require
from practices.scope import regions_in_scope
from practices.services import versions
from practices.signals import preview_effects

State = Import.State
CHECK, LAND, UNDO = "import.check", "import.land", "import.undo"
STALE = (
    "Other figures came in since this preview was made. Here is what the file would change now: look again and confirm."
)
NEEDS_CLEARING = (
    "The portal holds illustrative data, and real figures never mix with them. Clear the illustrative data first."
)


class CannotImport(Exception):
    """What a person asked of an import cannot be done, in a sentence."""


def upload(
    *,
    file: "BinaryIO | File[bytes]",
    name: str,
    by: User | None,
    regions: list[str] | None = None,
    answers: dict[str, str] | None = None,
    overrides: Sequence[IdentifierOverride] = (),
) -> Import:
    """Keeps the file in private storage under a name of its own and starts the check. OSError where it cannot be kept.

    `answers` says which format a table has that its own words do not tell. `overrides` says why a name that looks like
    a patient's number is none.
    """
    require(by, Deed.IMPORT)
    content = file if isinstance(file, File) else File(file)
    identifier = uuid.uuid4()
    stored = default_storage.save(f"imports/{identifier}", content)
    try:
        with transaction.atomic():
            brought_by = Import.objects.create(
                id=identifier,
                owner=by,
                file_name=safe_name(name),
                upload=stored,
                size=default_storage.size(stored),
                regions=regions or regions_in_scope(),
                answers=answers or {},
                illustrative=PortalState.current().illustrative,
            )
            harmless = [asdict(each) for each in overrides]
            audit.record(
                by=by, verb="uploaded", instance=brought_by, after={"bytes": brought_by.size, "overrides": harmless}
            )
            start(brought_by, CHECK, by=by)
    except BaseException:
        default_storage.delete(stored)
        raise
    return brought_by


def start(brought_by: Import, kind: str, *, by: User | None) -> None:
    brought_by.job = jobs.enqueue(kind=kind, subject=brought_by.pk, by=by)
    brought_by.save(update_fields=["job"])


def check(run: jobs.JobRun) -> None:
    """The work of import.check: reads and checks outside any transaction, then stages all of it at once."""
    began = time.monotonic()
    brought_by = Import.objects.get(pk=run.subject)
    result = (
        intake.Reading(brought_by, refused=NEEDS_CLEARING)
        if _is_illustrative()
        else intake.read(brought_by, run.progress)
    )
    run.progress(brought_by.size, brought_by.size, "Comparing with what is there…")
    with run.commit() as outcome:
        brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
        if brought_by.state != State.CHECKING:
            raise jobs.JobError("This import is not being checked any more.")
        if result.refused:
            _refuse(brought_by, result)
        elif result.questions:
            _ask(brought_by, result)
        else:
            _preview(brought_by, result)
        brought_by.seconds_checking = round(time.monotonic() - began, 2)
        brought_by.save()
        outcome["state"] = brought_by.state


def _is_illustrative() -> bool:
    return PortalState.current().illustrative


def _refuse(brought_by: Import, result: intake.Reading) -> None:
    brought_by.state, brought_by.error = State.REFUSED, result.refused
    brought_by.sha256 = result.sha256
    brought_by.format_words = result.words[:300]
    result.issues.store(brought_by, {})
    audit.record(by=brought_by.owner, verb="refused", instance=brought_by, after={"error": result.refused})


def _ask(brought_by: Import, result: intake.Reading) -> None:
    """Nothing is staged before every table has its format: a person says which, on the import's page."""
    brought_by.state, brought_by.sha256 = State.ASKING, result.sha256
    brought_by.preview = {"questions": [asdict(each) for each in result.questions]}
    audit.record(by=brought_by.owner, verb="asked", instance=brought_by, after={"tables": len(result.questions)})


@transaction.atomic
def answer(*, brought_by: Import, by: User | None, answers: dict[str, str]) -> Import:
    """Takes the answers to an import's questions and checks the stored file again; nothing is uploaded twice."""
    require(by, Deed.IMPORT)
    brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
    if brought_by.state != State.ASKING:
        raise CannotImport(f"This import asks nothing: {brought_by.get_state_display().lower()}.")
    for question in brought_by.preview["questions"]:
        if answers.get(question["table"]) not in question["formats"]:
            raise CannotImport(f"Say what {question['table']} is about.")
    brought_by.answers |= answers
    brought_by.state, brought_by.preview = State.CHECKING, {}
    brought_by.save()
    audit.record(by=by, verb="answered", instance=brought_by, after={"answers": answers})
    start(brought_by, CHECK, by=by)
    return brought_by


def _preview(brought_by: Import, result: intake.Reading) -> None:
    """Writes what waits; a refusal that only the comparison can find ends the import instead."""
    state = PortalState.current()
    brought_by.sha256, brought_by.format_key, brought_by.format_words = result.sha256, result.key, result.words[:300]
    brought_by.rows, brought_by.skipped = result.rows, result.skipped
    refused = _refusal_before_staging(brought_by, state)
    if refused:
        result.refused = refused
        _refuse(brought_by, result)
        return
    desk_of(format_of(result.key).kind).clear(brought_by)
    files = result.stored_files(brought_by)
    staged = result.desk.stage(files)
    result.issues.store(brought_by, files)
    _take_over(brought_by, staged)
    brought_by.refused, brought_by.warned = result.issues.total("refusal"), result.issues.total("warning")
    brought_by.preview["notes"] = [*result.notes, *brought_by.preview.get("notes", [])]
    brought_by.preview |= {"refusals": result.issues.summary("refusal"), "warnings": result.issues.summary("warning")}
    brought_by.previewed_version, brought_by.previewed_at = state.data_version, timezone.now()
    brought_by.state = State.PREVIEW
    brought_by.save()
    if not (staged.new or staged.changed or staged.unchanged):
        _nothing_left(brought_by)
        return
    for effects in preview_effects(brought_by=brought_by):
        brought_by.preview |= effects
    audit.record(by=brought_by.owner, verb="previewed", instance=brought_by, after=_counts(brought_by))


def _nothing_left(brought_by: Import) -> None:
    brought_by.state = State.REFUSED
    brought_by.error = (
        "No row of the file can come in: each is refused. The list below says why."
        if brought_by.refused
        else f"The file has no rows of the regions in scope ({', '.join(brought_by.regions)})."
    )
    audit.record(by=brought_by.owner, verb="refused", instance=brought_by, after={"error": brought_by.error})


def _refusal_before_staging(brought_by: Import, state: PortalState) -> str:
    if state.illustrative:
        return NEEDS_CLEARING
    earlier = already_landed(brought_by)
    if earlier:
        by = earlier.confirmed_by or "the portal"
        when = f"{timezone.localtime(earlier.landed_at):%-d %B %Y at %H:%M}"
        return f"This file was already imported on {when} by {by}: nothing to do."
    return ""


def already_landed(brought_by: Import) -> Import | None:
    """The import that brought in the very same bytes for the same regions, if it still stands whole."""
    same = Import.objects.landed().filter(sha256=brought_by.sha256, format_key=brought_by.format_key)
    return next((each for each in same if each.regions == brought_by.regions and each.pk != brought_by.pk), None)


def _take_over(brought_by: Import, staged: Staged) -> None:
    brought_by.new, brought_by.changed, brought_by.unchanged = staged.new, staged.changed, staged.unchanged
    brought_by.months = [f"{month:%Y-%m}" for month in staged.months]
    brought_by.reason_needed = staged.reason_needed[:1000]
    brought_by.preview = staged.preview


def _counts(brought_by: Import) -> dict[str, int]:
    return audit.snapshot(brought_by, ("rows", "new", "changed", "unchanged", "refused", "warned", "skipped"))


@transaction.atomic
def confirm(*, brought_by: Import, by: User | None, reason: str = "") -> Import:
    """Says yes to a preview; the work is a job."""
    require(by, Deed.IMPORT)
    brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
    if brought_by.state != State.PREVIEW:
        raise CannotImport(f"This import cannot be confirmed: {brought_by.get_state_display().lower()}.")
    if brought_by.reason_needed and not reason.strip():
        raise CannotImport(brought_by.reason_needed)
    brought_by.state, brought_by.reason, brought_by.error = State.LANDING, reason.strip()[:500], ""
    brought_by.confirmed_by, brought_by.confirmed_at = by, timezone.now()
    brought_by.save()
    audit.record(
        by=by, verb="confirmed", instance=brought_by, after={"reason": brought_by.reason} | _counts(brought_by)
    )
    start(brought_by, LAND, by=by)
    return brought_by


def land(run: jobs.JobRun) -> None:
    """The work of import.land: one transaction, under a lock that lets no second landing begin before its end."""
    began = time.monotonic()
    run.progress(0, 0, "Bringing in and scoring…")
    with run.commit() as outcome:
        state = _locked_state()
        brought_by = Import.objects.select_for_update().get(pk=run.subject)
        if brought_by.state != State.LANDING:
            raise jobs.JobError("This import is not confirmed any more.")
        if state.illustrative:
            raise jobs.JobError(NEEDS_CLEARING)
        if state.data_version != brought_by.previewed_version and _back_to_preview(brought_by, state):
            outcome["state"] = brought_by.state
            return
        at = timezone.now()
        landed = desk_of(format_of(brought_by.format_key).kind).land(brought_by, by=run.owner, at=at)
        versions.announce(landed.changed)
        brought_by.state, brought_by.landed_at = State.LANDED, at
        brought_by.preview["landed"] = landed.words
        brought_by.seconds_landing = round(time.monotonic() - began, 2)
        brought_by.save()
        audit.record(by=brought_by.confirmed_by, verb="brought in", instance=brought_by, after=_counts(brought_by))
        outcome["state"] = brought_by.state


def _locked_state() -> PortalState:
    PortalState.current()
    return PortalState.objects.select_for_update().get(id=1)


def _back_to_preview(brought_by: Import, state: PortalState) -> bool:
    """Compares again where figures changed since the preview. Other counts are shown before anything is done."""
    shown = (brought_by.new, brought_by.changed, brought_by.unchanged)
    staged = desk_of(format_of(brought_by.format_key).kind).refresh(brought_by)
    brought_by.previewed_version, brought_by.previewed_at = state.data_version, timezone.now()
    if (staged.new, staged.changed, staged.unchanged) == shown:
        return False
    brought_by.new, brought_by.changed, brought_by.unchanged = staged.new, staged.changed, staged.unchanged
    brought_by.preview |= staged.preview
    brought_by.state, brought_by.error = State.PREVIEW, STALE
    brought_by.confirmed_at = brought_by.confirmed_by = None
    brought_by.save()
    audit.record(by=None, verb="previewed", instance=brought_by, after=_counts(brought_by))
    return True


@transaction.atomic
def request_undo(*, brought_by: Import, by: User | None, reason: str) -> Import:
    require(by, Deed.IMPORT)
    brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
    if brought_by.state != State.LANDED:
        raise CannotImport(
            f"Only an import that was brought in can be undone; this one: {brought_by.get_state_display().lower()}."
        )
    if not reason.strip():
        raise CannotImport("Say why this import is undone.")
    brought_by.state, brought_by.undo_reason, brought_by.undone_by = State.UNDOING, reason.strip()[:500], by
    brought_by.error = ""
    brought_by.save()
    audit.record(by=by, verb="asked to undo", instance=brought_by, after={"reason": brought_by.undo_reason})
    start(brought_by, UNDO, by=by)
    return brought_by


def undo(run: jobs.JobRun) -> None:
    """The work of import.undo: what was live before the import is live again, later imports respected."""
    run.progress(0, 0, "Undoing and scoring again…")
    with run.commit() as outcome:
        _locked_state()
        brought_by = Import.objects.select_for_update().get(pk=run.subject)
        if brought_by.state != State.UNDOING:
            raise jobs.JobError("This import is not being undone any more.")
        at = timezone.now()
        landed = desk_of(format_of(brought_by.format_key).kind).undo(brought_by, by=run.owner, at=at)
        versions.announce(landed.changed)
        brought_by.state, brought_by.undone_at = State.UNDONE, at
        brought_by.save()
        audit.record(by=run.owner, verb="undid", instance=brought_by, after={"reason": brought_by.undo_reason})
        outcome["state"] = brought_by.state


@transaction.atomic
def cancel(*, brought_by: Import, by: User | None) -> Import:
    """Drops a preview or a check; nothing of it remains but the line in the list."""
    require(by, Deed.IMPORT)
    brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
    if brought_by.state not in (State.PREVIEW, State.ASKING, State.CHECKING, State.FAILED):
        raise CannotImport(f"This import cannot be cancelled: {brought_by.get_state_display().lower()}.")
    if brought_by.job and not brought_by.job.is_finished:
        jobs.cancel(job=brought_by.job, by=by)
    if brought_by.format_key:
        desk_of(format_of(brought_by.format_key).kind).clear(brought_by)
    brought_by.state = State.CANCELLED
    brought_by.save()
    audit.record(by=by, verb="cancelled", instance=brought_by)
    transaction.on_commit(lambda: forget_upload(brought_by))
    return brought_by


@transaction.atomic
def retry(*, brought_by: Import, by: User | None) -> Import:
    """Checks a failed import again from its stored file."""
    require(by, Deed.IMPORT)
    brought_by = Import.objects.select_for_update().get(pk=brought_by.pk)
    if brought_by.state != State.FAILED:
        raise CannotImport("Only an import that failed can be tried again.")
    brought_by.state, brought_by.error = State.CHECKING, ""
    brought_by.save()
    audit.record(by=by, verb="tried again", instance=brought_by)
    start(brought_by, CHECK, by=by)
    return brought_by


def failed(job: Any, sentence: str) -> None:
    """Called in the transaction that marks a job of an import failed: the import goes back to where it can go on."""
    brought_by = Import.objects.select_for_update().filter(pk=job.subject).first()
    if brought_by is None:
        return
    back = {State.CHECKING: State.FAILED, State.LANDING: State.PREVIEW, State.UNDOING: State.LANDED}
    brought_by.state = back.get(State(brought_by.state), brought_by.state)
    brought_by.error = sentence
    if job.kind == LAND:
        brought_by.confirmed_at = brought_by.confirmed_by = None
    if job.kind == UNDO:
        brought_by.undone_by = None
    brought_by.save()


def forget_upload(brought_by: Import) -> None:
    default_storage.delete(brought_by.upload)
