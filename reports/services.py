"""Asking for reports, making them, and clearing them away."""

from collections.abc import Iterable
from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction
from django.utils import timezone

from accounts.models import User
from core import audit, jobs
from core.models import Job, PortalState
from reports import files
from reports.access import readable_areas
from reports.models import Report
from reports.pdf import to_pdf
from reports.permissions import Deed, require
from reports.snapshot import NothingToReport, Snapshot, as_json, build
from reports.xlsx import to_xlsx
from targets.models import Programme
from targets.reading.frame import read_frame

MAKE = "report.make"
REMOVED = "The report was removed while it was being made."
STEPS = ("Reading the figures", "Drawing", "Writing the PDF", "Writing the workbook", "Putting the documents in place")


class NoSuchAreaError(LookupError):
    """The area is not in the portal, or not in this person's scope: to them the same."""


@transaction.atomic
def request_report(*, area_kind: str, area_code: str, month: date, programme: Programme, by: User) -> Report:
    """A report on its way, or the one that is in the making already.

    PermissionDenied for those who only read, NoSuchAreaError for an area outside their scope.
    """
    require(by, Deed.MAKE)
    areas = readable_areas(by, read_frame().in_month(month.replace(day=1)).tree).get(area_kind, [])
    area = next((area for area in areas if area.code == area_code), None)
    if area is None:
        raise NoSuchAreaError
    what = {"area_kind": area_kind, "area_code": area_code, "month": month.replace(day=1), "programme": programme}
    try:
        with transaction.atomic():
            report = Report.objects.create(
                **what, area_name=area.short_name, asked_by=by, illustrative=PortalState.current().illustrative
            )
    except IntegrityError:
        # One in the making is enough; the database holds to that, whoever asks at the same moment.
        there: Report = Report.objects.in_the_making().get(**what)
        return there
    return _send(report, by, "asked for")


def request_many(*, wanted: Iterable[tuple[str, str, date]], programme: Programme, by: User) -> list[Report]:
    """One for each (area kind, area code, month)."""
    require(by, Deed.MAKE)
    return [
        request_report(area_kind=kind, area_code=code, month=month, programme=programme, by=by)
        for kind, code, month in wanted
    ]


@transaction.atomic
def run_again(*, report: Report, by: User) -> Report:
    """A failed report is tried again; of a finished one a new report is made, and the old one stays as it was."""
    require(by, Deed.MAKE)
    if report.state != Report.State.FAILED:
        return request_report(
            area_kind=report.area_kind,
            area_code=report.area_code,
            month=report.month,
            programme=report.programme,
            by=by,
        )
    in_the_making = Report.objects.in_the_making().filter(
        area_kind=report.area_kind, area_code=report.area_code, month=report.month, programme=report.programme
    )
    other: Report | None = in_the_making.first()
    if other:
        return other
    report.state, report.error = Report.State.QUEUED, ""
    report.save(update_fields=["state", "error"])
    return _send(report, by, "asked again for")


def _send(report: Report, by: User, verb: str) -> Report:
    report.job = jobs.enqueue(kind=MAKE, subject=report.pk, by=by)
    report.save(update_fields=["job"])
    audit.record(by=by, verb=verb, instance=report)
    return report


def make(run: jobs.JobRun) -> None:
    """The work of the job: idempotent, as each attempt writes into a folder of its own."""
    report_id = UUID(run.subject)
    report = Report.objects.light().select_related("programme").filter(pk=report_id).first()
    if report is None or report.state == Report.State.READY:
        raise jobs.JobError(REMOVED)
    Report.objects.in_the_making().filter(pk=report_id).update(state=Report.State.RUNNING)
    files.remove_other_attempts(report_id, run.token)
    try:
        run.progress(0, len(STEPS), STEPS[0])
        snapshot = _read(report)
        pdf, xlsx = _write(run, report_id, snapshot)
        run.progress(4, len(STEPS), STEPS[4])
        with run.commit({"report": str(report_id)}):
            _keep(report, snapshot, pdf=pdf, xlsx=xlsx, by=run.owner)
    finally:
        if not run.is_committed:
            files.remove_attempt(report_id, run.token)


def _read(report: Report) -> Snapshot:
    """The snapshot, read again where figures changed under it, so that all of it is of one moment."""
    for _ in range(5):
        try:
            snapshot = build(
                area_kind=report.area_kind,
                area_code=report.area_code,
                month=report.month,
                programme=report.programme.slug,
                made_at=timezone.now(),
            )
        except NothingToReport as nothing:
            raise jobs.JobError(str(nothing)) from nothing
        if PortalState.current().data_version == snapshot.about.data_version:
            return snapshot
    raise jobs.JobError("The figures kept changing while the report was made. Try again when the imports are through.")


def _write(run: jobs.JobRun, report_id: UUID, snapshot: Snapshot) -> tuple[str, str]:
    run.progress(1, len(STEPS), STEPS[1])
    run.progress(2, len(STEPS), STEPS[2])
    pdf = files.write(report_id, run.token, files.name_of(snapshot.about, "pdf"), to_pdf(snapshot))
    run.progress(3, len(STEPS), STEPS[3])
    xlsx = files.write(report_id, run.token, files.name_of(snapshot.about, "xlsx"), to_xlsx(snapshot))
    return pdf, xlsx


def _keep(report: Report, snapshot: Snapshot, *, pdf: str, xlsx: str, by: User | None) -> None:
    """Within the job's commit."""
    kept = (
        Report.objects.in_the_making()
        .filter(pk=report.pk)
        .update(
            state=Report.State.READY,
            made_at=snapshot.about.made_at,
            snapshot=as_json(snapshot),
            data_version=snapshot.about.data_version,
            illustrative=snapshot.about.illustrative,
            pdf=pdf,
            xlsx=xlsx,
            error="",
        )
    )
    if not kept:
        raise jobs.JobError(REMOVED)
    audit.record(by=by, verb="made", instance=report, after={"data_version": snapshot.about.data_version})


def mark_failed(job: Job, sentence: str) -> None:
    """Runs in the transaction that fails the job."""
    report_id = UUID(job.subject)
    if Report.objects.in_the_making().filter(pk=report_id).update(state=Report.State.FAILED, error=sentence):
        transaction.on_commit(lambda: files.remove_all([report_id]))


@transaction.atomic
def record_download(*, report: Report, document: str, by: User) -> None:
    require(by, Deed.DOWNLOAD)
    audit.record(by=by, verb="downloaded", instance=report, after={"document": document})


@transaction.atomic
def remove_illustrative(*, by: User | None = None) -> int:
    """All reports of made-up figures, with their documents; says how many."""
    reports = Report.objects.light().filter(illustrative=True)
    found = list(reports.select_related("job"))
    for report in found:
        if report.job is not None:
            jobs.cancel(job=report.job, by=by)
    ids = [report.pk for report in found]
    reports.delete()
    transaction.on_commit(lambda: files.remove_all(ids))
    return len(ids)
