"""Every end that an import may come to has its page, its lines and its audit entry."""

import io
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, Job
from practices.models import Import, MonthlyFigures
from practices.services import imports
from practices.tests.importing import brought_in, checked, lines, pomi, run_waiting, undone

pytestmark = pytest.mark.django_db

State = Import.State
WIDE = ("PeriodEnd", "CommissioningRegionCode", "CCGCode", "CCGName", "GPPracticeCode", "GPPracticeName", "Supplier")
WIDE_ROW = ("30/04/2016", "Y56", "08L", "NHS LEWISHAM CCG", "A10001", "PRACTICE", "TPP")
FIGURES = ("NoPatients", "SystemEnabled", "PatientsEnabled", "PatientsUsed")


def with_cell(place: int, words: str) -> bytes:
    return pomi([[*row[:place], words, *row[place + 1 :]] for row in lines()])


def all_refused() -> Import:
    return checked(with_cell(11, "many"))


def no_code_is_one() -> Import:
    return checked(with_cell(7, "XYZ"))


def all_unchanged() -> Import:
    brought_in(pomi(lines()))
    return checked(pomi(list(reversed(lines()))), "again.csv")


def other_regions() -> Import:
    return checked(with_cell(1, "Y54"))


def same_file() -> Import:
    brought_in(pomi(lines()))
    return checked(pomi(lines()), "same.csv")


def unknown_layout() -> Import:
    return checked(b"colour,size\r\nred,4\r\n")


def asking() -> Import:
    return checked(pomi([[*WIDE_ROW, "7000", "", "800", "30"]], [*WIDE, *FIGURES]))


def cancelled_while_asking() -> Import:
    return imports.cancel(brought_by=asking(), by=None)


def waiting() -> Import:
    return checked(pomi(lines()))


def waiting_with_a_refused_practice() -> Import:
    return checked(with_cell(11, "many") + pomi(lines("A10002")).split(b"\r\n", 1)[1])


def landed() -> Import:
    return brought_in(pomi(lines()))


def landed_unchanged() -> Import:
    brought_in(pomi(lines()))
    return brought_in(pomi(list(reversed(lines()))), "again.csv")


def undone_again() -> Import:
    return undone(landed())


def cancelled() -> Import:
    return imports.cancel(brought_by=waiting(), by=None)


def checking() -> Import:
    return imports.upload(file=io.BytesIO(pomi(lines())), name="pomi.csv", by=None)


def cancelled_while_checking() -> Import:
    return imports.cancel(brought_by=checking(), by=None)


def failed() -> Import:
    brought_by = checking()
    imports.failed(brought_by.job, "The disk was full.")
    brought_by.refresh_from_db()
    return brought_by


def landing() -> Import:
    return imports.confirm(brought_by=waiting(), by=None)


def register() -> Import:
    row = ["G85001", "A SURGERY", "Y56", "QKK", *[""] * 5, "SE1 1AA", "20000101", "", "A", "B", "08L", "20000101"]
    return checked(pomi([[*row, *[""] * 9, "4", ""]], [*row, *[""] * 9, "4", ""]), "epraccur.csv")


ENDS: dict[Callable[[], Import], str] = {
    all_refused: "refused",
    no_code_is_one: "refused",
    all_unchanged: "preview",
    other_regions: "refused",
    same_file: "refused",
    unknown_layout: "refused",
    asking: "asking",
    cancelled_while_asking: "cancelled",
    waiting: "preview",
    waiting_with_a_refused_practice: "preview",
    landed: "landed",
    landed_unchanged: "landed",
    undone_again: "undone",
    cancelled: "cancelled",
    checking: "checking",
    cancelled_while_checking: "cancelled",
    failed: "failed",
    landing: "landing",
}


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    return client


def test_every_state_is_among_the_ends() -> None:
    assert {*ENDS.values()} | {State.UNDOING} == set(State)


@pytest.mark.parametrize("end", ENDS, ids=lambda end: end.__name__)
def test_it_has_its_page_its_lines_and_its_audit_entry(
    end: Callable[[], Import], client: Client, reference_data: None, settings: Any
) -> None:
    settings.JOBS_INLINE = False
    brought_by = end()
    brought_by.refresh_from_db()
    assert brought_by.state == ENDS[end], brought_by.error

    page = client.get(reverse("practices:import", args=[brought_by.pk]))
    assert page.status_code == 200
    text = page.content.decode()
    assert brought_by.get_state_display() in text
    assert brought_by.error in text or "’" in brought_by.error
    assert (brought_by.state != State.REFUSED) or brought_by.error
    assert brought_by.file_name in client.get(reverse("practices:imports")).content.decode()
    assert client.get("/").status_code == 200
    for name in ("import_issues", "import_mend", "import_changes"):
        answer = client.get(reverse(f"practices:{name}", args=[brought_by.pk]))
        assert answer.status_code == 200
        b"".join(answer.streaming_content)
    assert AuditEvent.objects.filter(object_id=str(brought_by.pk)).exists()


def test_being_undone_has_its_page(client: Client, reference_data: None) -> None:
    brought_by = imports.request_undo(brought_by=landed(), by=None, reason="wrong file")
    assert client.get(reverse("practices:import", args=[brought_by.pk])).status_code == 200
    run_waiting(Job)


def test_a_check_that_breaks_is_failed_and_can_be_tried_again(
    client: Client, reference_data: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    brought_by = failed()
    assert "The disk was full." in client.get(reverse("practices:import", args=[brought_by.pk])).content.decode()
    imports.retry(brought_by=brought_by, by=None)
    run_waiting(Job)
    brought_by.refresh_from_db()
    assert brought_by.state == State.PREVIEW


def test_all_refused_gives_all_rows_back(client: Client) -> None:
    brought_by = all_refused()
    text = client.get(reverse("practices:import", args=[brought_by.pk])).content.decode()
    assert "each is refused" in text
    answer = client.get(reverse("practices:import_mend", args=[brought_by.pk]))
    assert len(b"".join(answer.streaming_content).splitlines()) == 14
    assert not MonthlyFigures.objects.exists()
