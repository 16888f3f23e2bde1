"""A wide file whose name does not say which service it is about asks, and goes on with the answer."""

import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, Job
from practices.models import Import, MonthlyFigures
from practices.services import imports
from practices.tests.importing import brought_in, checked, lines, pomi, run_waiting, zipped

pytestmark = pytest.mark.django_db

REAL = "data/real/BOOK_CANCEL_APPOINTMENTS_POMI_2015-04_london_rows.csv"
APPOINTMENTS = "pomi_wide_appointments"


@pytest.fixture
def data(shared_dir: Path, reference_data: None) -> bytes:
    return (shared_dir / REAL).read_bytes()


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    return client


def page(client: Client, brought_by: Import) -> str:
    answer = client.get(reverse("practices:import", args=[brought_by.pk]))
    assert answer.status_code == 200
    return answer.content.decode()


class TestMonthOutsideAllRules:
    def test_figures_land_unscored_and_the_preview_says_so(self, data: bytes, client: Client) -> None:
        brought_by = checked(data, Path(REAL).name)
        assert (brought_by.state, brought_by.new, brought_by.skipped) == (Import.State.PREVIEW, 22, 1)
        sentence = "No rule is in force in Apr 2015: these figures are kept and shown, not scored."
        assert sentence in page(client, brought_by)

        landed = brought_in(data, Path(REAL).name)
        assert landed.state == Import.State.LANDED
        row = MonthlyFigures.objects.live().get(practice__code="F85045")
        assert (row.list_size, row.appointments_enabled, row.supplier) == (4863, 11, "INPS")
        assert "are kept and shown, not scored" in page(client, landed)

    def test_names_keep_what_they_hold(self, data: bytes) -> None:
        brought_in(data, Path(REAL).name)
        names = " ".join(MonthlyFigures.objects.live().values_list("practice_name", flat=True))
        assert all(part in names for part in ("(02)", "&", "ST.JAMES'S"))

    def test_every_page_stands_with_no_other_month(self, data: bytes, client: Client) -> None:
        brought_in(data, Path(REAL).name)
        for path in ("/", "/london/", "/practices/", "/practices/F85045/", "/ccgs/07X/", "/imports/", "/data-quality/"):
            assert client.get(path).status_code == 200, path

    def test_months_with_and_without_rules_in_one_file(self, data: bytes, client: Client) -> None:
        both = data + data.split(b"\n", 1)[1].replace(b"30/04/2015", b"30/04/2018")
        brought_by = checked(both, Path(REAL).name)
        assert (brought_by.state, brought_by.new) == (Import.State.PREVIEW, 44)
        assert brought_by.preview["unscored"] == ["2015-04"]

    @pytest.mark.parametrize("month", ["30APR2015", "31DEC2015"])
    def test_the_long_format_too(self, month: str, reference_data: None) -> None:
        brought_by = brought_in(pomi(lines(month=month)))
        assert brought_by.state == Import.State.LANDED, brought_by.error
        assert brought_by.preview["unscored"]


class TestQuestion:
    def test_the_page_asks_and_the_answer_goes_on(
        self, data: bytes, client: Client, django_capture_on_commit_callbacks: Any
    ) -> None:
        brought_by = checked(data, "test-pomi.csv")
        assert brought_by.state == Import.State.ASKING
        text = page(client, brought_by)
        assert "Which service is test-pomi.csv about?" in text
        assert all(choice in text for choice in ("Appointments", "Repeat prescriptions", "Detailed coded records"))
        assert "Waiting for an answer" in client.get(reverse("practices:imports")).content.decode()
        assert "which service" in client.get("/").content.decode()

        address = reverse("practices:import_answer", args=[brought_by.pk])
        assert "Choose the service that the file is about." in client.post(address).content.decode()
        with django_capture_on_commit_callbacks(execute=True):
            client.post(address, {"table_0": APPOINTMENTS})
        brought_by.refresh_from_db()
        assert (brought_by.state, brought_by.format_key, brought_by.new) == ("preview", APPOINTMENTS, 22)
        assert Import.objects.count() == 1
        assert {"asked", "answered"} <= set(AuditEvent.objects.values_list("verb", flat=True))

    def test_several_tables_are_asked_about_at_once(self, data: bytes) -> None:
        brought_by = checked(zipped(one__csv=data, two__csv=data), "three.zip")
        assert [each["table"] for each in brought_by.preview["questions"]] == ["one.csv", "two.csv"]
        answers = {"one.csv": APPOINTMENTS, "two.csv": "pomi_wide_dcr"}
        imports.answer(brought_by=brought_by, by=None, answers=answers)
        run_waiting(Job)
        brought_by.refresh_from_db()
        assert (brought_by.state, brought_by.new) == (Import.State.PREVIEW, 22)
        row = MonthlyFigures.objects.filter(practice__code="F85045").get()
        assert row.appointments_enabled == row.dcr_enabled == 11

    def test_an_answer_that_is_none_is_not_taken(self, data: bytes) -> None:
        brought_by = checked(data, "test-pomi.csv")
        with pytest.raises(imports.CannotImport, match=r"test-pomi\.csv"):
            imports.answer(brought_by=brought_by, by=None, answers={"test-pomi.csv": "pomi_long_12"})

    def test_it_can_be_cancelled(self, data: bytes) -> None:
        brought_by = checked(data, "test-pomi.csv")
        assert imports.cancel(brought_by=brought_by, by=None).state == Import.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_the_command_asks_by_its_exit_code_and_takes_the_answer(
    data: bytes, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "test-pomi.csv"
    path.write_bytes(data)
    with pytest.raises(SystemExit) as end:
        call_command("import_extract", str(path), "--yes")
    assert end.value.code == 5
    assert "Say --service: appointments" in capsys.readouterr().out
    told = io.StringIO()
    call_command("import_extract", str(path), "--yes", "--json", "--service", "appointments", stdout=told)
    assert json.loads(told.getvalue())["format"] == APPOINTMENTS
    assert MonthlyFigures.objects.live().count() == 22
