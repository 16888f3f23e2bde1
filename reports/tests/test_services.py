import os
from datetime import date

import pytest
from django.core.exceptions import PermissionDenied

from accounts.tests.factories import UserFactory
from core import jobs
from core.models import AuditEvent, Job, PortalState
from practices.signals import illustrative_cleared
from reports import files, services
from reports.models import Report
from reports.tests.factories import make_world, other_ccg

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def world():
    return make_world()


@pytest.fixture
def made(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = services.request_report(**world.what, by=world.administrator)
    report.refresh_from_db()
    return report


def kept(report):
    return sorted(path.name for path in files.folder_of(report.pk).rglob("*") if path.is_file())


def test_it_works(made):
    assert made.state == Report.State.READY
    assert made.snapshot["sentence"].startswith("Lewisham: 1 of 3 practices")
    assert kept(made) == ["gp-online-services-lewisham-2018-12.pdf", "gp-online-services-lewisham-2018-12.xlsx"]
    assert files.path_of(made.pdf).read_bytes().startswith(b"%PDF")
    assert made.job.state == Job.State.DONE
    verbs = AuditEvent.objects.filter(object_type="report").order_by("id").values_list("verb", flat=True)
    assert list(verbs) == ["asked for", "made"]


def test_there_is_one_in_the_making_at_a_time(world):
    first = services.request_report(**world.what, by=world.administrator)
    second = services.request_report(**world.what, by=UserFactory(administrator=True))

    assert first == second
    assert Job.objects.count() == 1


def test_making_it_again_keeps_the_first(made, world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        newer = services.run_again(report=made, by=world.administrator)

    assert newer.pk != made.pk
    assert Report.objects.ready().count() == 2
    assert kept(made)


def test_a_failed_report_says_why_and_can_be_tried_again(world, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=True):
        report = services.request_report(**world.what | {"month": date(2017, 1, 1)}, by=world.administrator)
    report.refresh_from_db()
    assert report.state == Report.State.FAILED
    assert report.error == "There are no figures of Lewisham for January 2017. Import that month first."
    assert not files.folder_of(report.pk).exists()

    again = services.run_again(report=report, by=world.administrator)

    assert again == report
    assert again.state == Report.State.QUEUED
    assert again.error == ""


def test_a_failure_in_the_midst_leaves_no_files(world, monkeypatch, django_capture_on_commit_callbacks):
    def broken(snapshot):
        raise OSError("disk full")

    monkeypatch.setattr(services, "to_xlsx", broken)
    with pytest.raises(OSError, match="disk full"), django_capture_on_commit_callbacks(execute=True):
        report = services.request_report(**world.what, by=world.administrator)

    report = Report.objects.get()
    assert report.state == Report.State.FAILED
    assert not files.folder_of(report.pk).exists()


def test_what_a_killed_worker_left_goes_with_the_next_attempt(world, django_capture_on_commit_callbacks):
    report = services.request_report(**world.what, by=world.administrator)
    left = files.folder_of(report.pk) / "an-attempt-before"
    left.mkdir(parents=True)
    (left / ".half.pdf.part").write_bytes(b"%PDF")

    jobs.run(report.job.pk)

    report.refresh_from_db()
    assert report.state == Report.State.READY
    assert len(kept(report)) == 2
    assert os.listdir(files.folder_of(report.pk)) == [report.pdf.split("/")[2]]  # noqa: PTH208


def test_a_worker_that_lost_its_lease_changes_nothing(world, monkeypatch):
    report = services.request_report(**world.what, by=world.administrator)
    drawn = services.to_xlsx

    def taken_over_meanwhile(snapshot):
        Job.objects.filter(pk=report.job_id).update(lease_token="00000000-0000-4000-8000-000000000000")
        return drawn(snapshot)

    monkeypatch.setattr(services, "to_xlsx", taken_over_meanwhile)
    jobs.run(report.job.pk)

    report.refresh_from_db()
    assert report.state == Report.State.RUNNING
    assert not kept(report) if files.folder_of(report.pk).exists() else True


def test_figures_that_change_meanwhile_are_read_again(world, monkeypatch):
    report = services.request_report(**world.what, by=world.administrator)
    build, calls = services.build, []

    def changing(**asked):
        snapshot = build(**asked)
        calls.append(1)
        if len(calls) == 1:
            PortalState.figures_changed()
        return snapshot

    monkeypatch.setattr(services, "build", changing)
    jobs.run(report.job.pk)

    report.refresh_from_db()
    assert len(calls) == 2
    assert report.data_version == PortalState.current().data_version


def test_viewers_make_nothing(world):
    with pytest.raises(PermissionDenied):
        services.request_report(**world.what, by=UserFactory(viewer=True))


def test_another_ccgs_lead_makes_nothing(world):
    with pytest.raises(services.NoSuchAreaError):
        services.request_report(**world.what, by=UserFactory(lead=True, ccgs=[other_ccg()]))


def test_the_ccgs_lead_makes_it(world):
    lead = UserFactory(lead=True, ccgs=[world.ccg])

    assert services.request_report(**world.what, by=lead).asked_by == lead


def test_illustrative_reports_go_with_the_illustrative_data(world, django_capture_on_commit_callbacks):
    PortalState.current()
    PortalState.objects.update(illustrative=True)
    with django_capture_on_commit_callbacks(execute=True):
        report = services.request_report(**world.what, by=world.administrator)
    assert kept(report)

    with django_capture_on_commit_callbacks(execute=True):
        illustrative_cleared.send(sender=None)

    assert not Report.objects.exists()
    assert not files.folder_of(report.pk).exists()
