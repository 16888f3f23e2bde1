"""Hostile and broken files: each a clear sentence, nothing half-imported, nothing left behind."""

import io
import os
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import pytest
import xlsxwriter
from django.conf import settings
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import Job
from practices.importing.limits import LIMITS
from practices.models import Import, MonthlyFigures, Organisation
from practices.services import imports
from practices.tests.importing import HEADINGS, brought_in, checked, lines, pomi, zipped

pytestmark = pytest.mark.django_db

GOOD = pomi(lines())
HEAD = ",".join(HEADINGS).encode()


def workbook(rows: list[list[Any]], **sheets: list[list[Any]]) -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        for name, cells in {"Data": rows, **sheets}.items():
            sheet = book.add_worksheet(name)
            for number, row in enumerate(cells):
                sheet.write_row(number, 0, row)
    return packed.getvalue()


def bomb() -> bytes:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("bomb.csv", GOOD + b"0,0,0\r\n" * 10_000_000)
    return packed.getvalue()


def spread_workbook() -> bytes:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write(0, 0, "report_period_end")
        sheet.write(1_048_575, 16_383, 1)
    return packed.getvalue()


def nested() -> bytes:
    return zipped(inner__zip=zipped(pomi__csv=GOOD))


def encrypted() -> bytes:
    data = bytearray(zipped(pomi__csv=GOOD))
    for signature, offset in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(signature) + offset] |= 1
    return bytes(data)


HOSTILE = {
    "empty": (b"", "is empty"),
    "only blank lines": (b"\r\n\r\n,,,\r\n", "empty"),
    "headings only": (HEAD + b"\r\n", "has headings but no rows"),
    "no headings": (b"\r\n".join(GOOD.split(b"\r\n")[1:]), "no row of headings"),
    "doubled heading": (GOOD.replace(b"region_name", b"region_code", 1), "stands in columns 2 and 3"),
    "unknown layout": (b"colour,size\r\nred,4\r\n", "does not know the layout"),
    "column nearly right": (GOOD.replace(b"practice_code", b"practise_code", 1), "meant to be “practice_code”"),
    "programme": (b"MZ\x90\x00" + b"\x00" * 500, "is a Windows programme"),
    "linux programme": (b"\x7fELF\x02\x01\x01" + b"\x00" * 500, "is a programme"),
    "pdf": (b"%PDF-1.7\n", "is a PDF"),
    "old workbook": (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 500, "old Excel workbook"),
    "utf-16": (GOOD.decode().encode("utf-16"), "UTF-16"),
    "neither encoding": (GOOD.replace(b"PRACTICE A", b"PR\x81\x8dCTICE A"), "neither UTF-8 nor Windows-1252"),
    "nul bytes": (GOOD.replace(b"TPP", b"T\x00P", 1), "holds a NUL byte in row 2"),
    "long line": (GOOD + b"x" * 200_000, "longer than"),
    "one endless line": (b"a" * (LIMITS.block + 100), "longer than"),
    "open quotation mark": (GOOD.replace(b"PRACTICE A10001", b'"PRACTICE A10001', 1), "never closes it"),
    "ten thousand columns": (b",".join(b"c%d" % n for n in range(10_000)) + b"\r\n1\r\n", "10,000 columns"),
    "cut off csv": (GOOD[:-40], "stops in the middle of row 14"),
    "cut off zip": (zipped(pomi__csv=GOOD)[:-60], "damaged archive"),
    "damaged zip": (
        zipped(pomi__csv=GOOD).replace(GOOD[:0] + b"PK\x03\x04", b"PK\x03\x05", 1),
        "not know|damaged|unpacked",
    ),
    "nested zip": (nested(), "archive within the archive"),
    "encrypted zip": (encrypted(), "protected by a password"),
    "empty zip": (zipped(), "no file in it"),
    "too many members": (zipped(**{f"m{n}__csv": GOOD for n in range(LIMITS.members + 1)}), "at most 200"),
    "zip bomb": (bomb(), "unpacks to more"),
    "xlsx bomb": (spread_workbook(), "spreads over more cells"),
    "cut off xlsx": (workbook([HEADINGS, *lines()])[:-300], "damaged"),
    "empty xlsx": (workbook([]), "is empty"),
    "other regions": (pomi([[*row[:1], "Y54", *row[2:]] for row in lines()]), "no rows of the regions in scope"),
    "all rows wrong": (pomi([[*row[:7], "XYZ", *row[8:]] for row in lines()]), "each is refused"),
}


@pytest.fixture(autouse=True)
def nothing_left_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    yield
    assert os.listdir(folder) == []  # noqa: PTH208
    stored = [path for path in Path(settings.MEDIA_ROOT).rglob("*") if path.is_file()]
    assert {path.name for path in stored} <= {
        Path(upload).name for upload in Import.objects.values_list("upload", flat=True)
    }


@pytest.mark.parametrize("what", HOSTILE)
def test_it_is_refused_in_a_sentence(what: str, settings: Any) -> None:
    settings.IMPORT_REGIONS = ["Y56"]
    data, sentence = HOSTILE[what]
    brought_by = checked(data, "figures.csv")
    assert brought_by.state == Import.State.REFUSED
    assert any(part in brought_by.error for part in sentence.split("|")), brought_by.error
    assert "Traceback" not in brought_by.error
    assert not MonthlyFigures.objects.live().exists()
    assert not Organisation.objects.practices().exists()


@pytest.mark.parametrize("limit", ["IMPORT_MAX_ROWS", "IMPORT_MAX_UNPACKED_BYTES"])
def test_limits_hold(limit: str, settings: Any) -> None:
    setattr(settings, limit, 5)
    assert checked(zipped(pomi__csv=GOOD)).state == Import.State.REFUSED


@pytest.mark.parametrize(
    "data",
    [
        b"\xef\xbb\xbf" + GOOD,
        GOOD.replace(b"\r\n", b"\n"),
        GOOD.replace(b"PRACTICE A10001", "CAF\u00c9 PRACTICE".encode("cp1252")),
        GOOD.replace(b"PRACTICE A10001", b'"SMITH, JONES & ""PARTNERS"""'),
        GOOD + b"\r\n,,,,,,,,,,,\r\n\r\n",
        GOOD.rstrip(b"\r\n"),
        zipped(pomi__csv=GOOD),
        zipped(**{"a/b/../../../etc/pomi__csv": GOOD, "a/.DS_Store": b"\x00"}),
        workbook([HEADINGS, *lines()]),
        workbook([HEADINGS, *lines()], Notes=[["Ask the publisher"]]),
        workbook([HEADINGS, *([*row[:-1], int(row[-1])] for row in lines())]),
    ],
    ids=[
        "utf-8 with BOM",
        "newlines of Unix",
        "cp1252",
        "quoted commas",
        "blank trailing rows",
        "no last newline",
        "zip",
        "paths in a zip",
        "xlsx",
        "xlsx with notes",
        "xlsx with numbers",
    ],
)
def test_it_is_read(data: bytes) -> None:
    brought_by = brought_in(data)
    assert brought_by.state == Import.State.LANDED, brought_by.error
    row = MonthlyFigures.objects.live().get()
    assert (row.list_size, row.online_patients, row.row) == (5000, 1200, 2)
    assert "/" not in brought_by.files.get().name


def test_formula_cells_give_their_values() -> None:
    packed = io.BytesIO()
    with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        for number, row in enumerate([HEADINGS, *lines()]):
            sheet.write_row(number, 0, row[:-1])
            value = row[-1]
            if number:
                sheet.write_formula(number, 11, "=1+1", None, int(value))
            else:
                sheet.write(number, 11, value)
    assert brought_in(packed.getvalue()).state == Import.State.LANDED
    assert MonthlyFigures.objects.live().get().list_size == 5000


class TestUpload:
    @pytest.fixture
    def client(self) -> Client:
        client = Client()
        client.force_login(UserFactory(administrator=True))
        return client

    def send(self, client: Client, data: bytes = GOOD, name: str = "pomi.csv", **more: str) -> str:
        answer = client.post(
            reverse("practices:imports"), {"file": SimpleUploadedFile(name, data), **more}, follow=True
        )
        assert answer.status_code == 200
        return answer.content.decode()

    def test_too_large_is_said(self, client: Client, settings: Any) -> None:
        settings.IMPORT_MAX_UPLOAD_BYTES = 100
        assert "The file is larger than 100 bytes" in self.send(client)
        assert not Import.objects.exists()

    def test_a_full_disk_is_said(self, client: Client, monkeypatch: pytest.MonkeyPatch) -> None:
        def full(*arguments: Any, **options: Any) -> None:
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(default_storage, "save", full)
        assert "no room on its disk" in self.send(client)
        assert not Import.objects.exists()

    def test_a_lost_connection_is_said(self, client: Client) -> None:
        body = (
            b'--b\r\nContent-Disposition: form-data; name="file"; filename="pomi.csv"\r\n'
            b"Content-Type: text/csv\r\n\r\n" + GOOD
        )
        answer = client.generic(
            "POST",
            reverse("practices:imports"),
            body,
            content_type="multipart/form-data; boundary=b",
            **{"CONTENT_LENGTH": str(len(body) + 500_000), "wsgi.input": io.BytesIO(body)},
        )
        assert "connection was lost" in answer.content.decode()
        assert not Import.objects.exists()

    def test_a_name_with_an_nhs_number_waits_for_a_reason(self, client: Client) -> None:
        assert "looks like an NHS number" in self.send(client, name="943 476 5919.csv")
        assert not Import.objects.exists()

    def test_a_path_in_the_name_leads_nowhere(self, client: Client) -> None:
        self.send(client, name="..\\..\\etc\\passwd.csv")
        brought_by = Import.objects.get()
        assert brought_by.upload == f"imports/{brought_by.pk}"
        assert brought_by.file_name == "passwd.csv"


class TestWorkerKilled:
    def test_a_check_cut_off_begins_again(self, monkeypatch: pytest.MonkeyPatch) -> None:
        brought_by = imports.upload(file=io.BytesIO(GOOD), name="pomi.csv", by=None)
        job = Job.objects.get()

        class KilledError(BaseException):
            pass

        def killed(*arguments: Any, **options: Any) -> None:
            raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr("practices.services.imports.preview_effects", killed)
            with pytest.raises(KilledError):
                run(job)
        assert not MonthlyFigures.objects.exists()
        expire(job)
        run(job)
        brought_by.refresh_from_db()
        assert (brought_by.state, brought_by.new) == (Import.State.PREVIEW, 1)

    def test_a_landing_cut_off_leaves_nothing_and_lands_the_next_time(self, monkeypatch: pytest.MonkeyPatch) -> None:
        brought_by = checked(GOOD)
        imports.confirm(brought_by=brought_by, by=None)
        job = Job.objects.get(kind=imports.LAND)

        class KilledError(BaseException):
            pass

        def killed(*arguments: Any, **options: Any) -> None:
            raise KilledError

        with monkeypatch.context() as patch:
            patch.setattr("practices.services.versions.announce", killed)
            with pytest.raises(KilledError):
                run(job)
        assert not MonthlyFigures.objects.live().exists()
        expire(job)
        run(job)
        brought_by.refresh_from_db()
        assert brought_by.state == Import.State.LANDED
        assert MonthlyFigures.objects.live().count() == 1


def run(job: Job) -> None:
    from core import jobs

    jobs.run(job.pk)


def expire(job: Job) -> None:
    from datetime import timedelta

    from django.utils import timezone

    Job.objects.filter(pk=job.pk).update(lease_until=timezone.now() - timedelta(minutes=1))
