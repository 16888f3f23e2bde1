"""What a preview must not leave unsaid before somebody confirms it."""

import csv
import io
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent
from practices.importing.kinds import RANK
from practices.models import Doubt, Import, ImportIssue, MonthlyFigures, Organisation
from practices.returns.headings import HEADINGS as RETURN
from practices.services import imports
from practices.tests.factories import OrganisationFactory
from practices.tests.importing import HEADINGS, brought_in, checked, lines, pomi, undone
from targets.models import AreaScore

pytestmark = pytest.mark.django_db

APRIL = "data/pomi/london_2018-04.csv"
MARCH_2020 = "data/real/POMI_LONDON_31MAR2020_long12_RECONSTRUCTED.csv"
APRIL_2020 = "data/real/POMI_LONDON_30APR2020_long12_RECONSTRUCTED.csv"
# Passes the check of a patient's number; made up.
NUMBER = "943 476 5919"


@pytest.fixture
def client() -> Client:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    return client


def page(client: Client, brought_by: Import) -> str:
    return client.get(reverse("practices:import", args=[brought_by.pk])).content.decode()


def table(client: Client, name: str, brought_by: Import, **query: str) -> list[dict[str, str]]:
    answer = client.get(reverse(f"practices:{name}", args=[brought_by.pk]), query)
    return list(csv.DictReader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


def practices(number: int, month: str = "30APR2018", **values: Any) -> list[list[str]]:
    return [row for each in range(number) for row in lines(f"A{10000 + each}", month, values)]


class TestNothingWouldChange:
    def test_it_is_said_and_offers_nothing_to_confirm(self, client: Client) -> None:
        brought_in(pomi(practices(3)))
        brought_by = checked(pomi(list(reversed(practices(3)))))
        text = page(client, brought_by)
        assert "Nothing would change" in text
        assert "Bring in" not in text
        assert "Close this import" in text
        client.post(reverse("practices:import_cancel", args=[brought_by.pk]))
        brought_by.refresh_from_db()
        assert brought_by.state == Import.State.CANCELLED

    def test_the_button_counts_what_would_change(self, client: Client) -> None:
        brought_in(pomi(practices(3)))
        again = practices(2) + lines("A10002", values={"Total_Use": 500})
        assert "Bring in 1 practice for April 2018" in page(client, checked(pomi(again)))

    def test_months_that_do_not_change_are_not_named(self, client: Client) -> None:
        brought_in(pomi(practices(3)))
        both = practices(3) + practices(3, "31MAY2018", Total_Use=500)
        assert "Bring in 3 practices for May 2018" in page(client, checked(pomi(both)))


class TestHalfAMonth:
    @pytest.fixture
    def register(self, reference_data: None) -> None:
        ccg = Organisation.objects.get(code="08L")
        for number in range(30):
            OrganisationFactory(code=f"A{10000 + number}", ccg=ccg)

    def test_far_fewer_than_the_register_has_open_need_a_reason(self, register: None) -> None:
        brought_by = checked(pomi(practices(15)))
        assert "Apr 2018 would have 15 practices, where the register has 30 open." in brought_by.reason_needed
        with pytest.raises(imports.CannotImport):
            imports.confirm(brought_by=brought_by, by=None)

    def test_the_usual_share_needs_none(self, register: None) -> None:
        assert checked(pomi(practices(26))).reason_needed == ""

    def test_half_of_the_real_month(self, shared_dir: Path, reference_data: None) -> None:
        register = shared_dir / "data/ods/epraccur_london_2019-10.csv"
        assert brought_in(register.read_bytes(), register.name).state == Import.State.LANDED
        whole = (shared_dir / APRIL).read_bytes()
        assert checked(whole).reason_needed == ""
        rows = whole.splitlines(keepends=True)
        half = checked(b"".join(rows[: len(rows) // 2 - len(rows) // 2 % 13 + 1]), "half.csv")
        assert "where the register has" in half.reason_needed

    def test_list_sizes_too(self, register: None) -> None:
        rows = [["01MAY2018", f"A{10000 + number}", "5000"] for number in range(15)]
        data = pomi(rows, ["EXTRACT_DATE", "ORG_CODE", "NUMBER_OF_PATIENTS"])
        assert "where the register has 30 open" in checked(data, "lists.csv").reason_needed


class TestLastMonthAgain:
    def warning(self, brought_by: Import) -> str:
        found = ImportIssue.objects.filter(brought_by=brought_by, code="same_as_month_before").first()
        return found.message if found else ""

    def test_the_same_figures_a_month_later_are_said(self, client: Client) -> None:
        brought_in(pomi(practices(6)))
        brought_by = checked(pomi(practices(6, "31MAY2018")))
        assert self.warning(brought_by).endswith("Is this last month’s file again?")
        assert "6 of 6 practices" in page(client, brought_by)

    def test_of_a_real_month(self, shared_dir: Path, reference_data: None) -> None:
        data = (shared_dir / APRIL).read_bytes()
        brought_in(data)
        assert "1,270 of 1,270" in self.warning(checked(data.replace(b"30APR2018", b"31MAY2018")))

    def test_within_one_file(self) -> None:
        assert self.warning(checked(pomi(practices(6) + practices(6, "31MAY2018"))))

    def test_a_month_with_figures_of_its_own_raises_nothing(self) -> None:
        brought_in(pomi(practices(6)))
        assert self.warning(checked(pomi(practices(6, "31MAY2018", Total_Use=401)))) == ""


class TestWarnings:
    def test_each_names_its_practice_and_month(self, client: Client) -> None:
        brought_by = checked(pomi(lines(values={"Total_Pat_Enbld": 6000}) + lines("A10002")))
        text = page(client, brought_by)
        assert "PRACTICE A10001 A10001" in text
        row = table(client, "import_issues", brought_by)[0]
        assert (row["Practice name"], row["Month"]) == ("PRACTICE A10001", "2018-04")

    def test_what_changes_scores_comes_first(self, shared_dir: Path, reference_data: None) -> None:
        brought_by = checked((shared_dir / APRIL).read_bytes())
        codes = [kind["code"] for kind in brought_by.preview["warnings"]]
        assert codes == sorted(codes, key=RANK.__getitem__)
        assert codes[0] == "not_reported"
        assert codes[-1] == "uses_above_total_expected"

    def test_a_kind_of_many_practices_is_one_line_with_one_reason(
        self, shared_dir: Path, reference_data: None, client: Client
    ) -> None:
        """Appointments were switched off by some 220 practices in April 2020, as the published figures have it."""
        march = brought_in((shared_dir / MARCH_2020).read_bytes(), "march.csv")
        assert march.preview["grouped"][0]["code"] == "uses_above_total"
        data = (shared_dir / APRIL_2020).read_bytes()
        brought_by = checked(data, "april.csv")
        assert "Function no longer enabled: 218 of 1,213 practices in Apr 2020" in brought_by.reason_needed
        assert brought_by.reason_needed.count("Say why") == 1
        text = page(client, brought_by)
        assert "Function no longer enabled: 218 of 1,213 practices in Apr 2020" in text
        assert text.count("The first 20 of 222 warnings.") == 1
        assert len(table(client, "import_issues", brought_by, kind="status_lost")) == 222

        landed = brought_in(data, "april.csv", reason="Face to face appointments stopped in the pandemic.")
        of_april = Doubt.objects.filter(brought_by=landed)
        assert not of_april.open().filter(code="status_lost").exists()
        settled = of_april.filter(code="status_lost")
        assert settled.count() == 222
        assert set(settled.values_list("resolution", flat=True)) == {landed.reason}
        assert of_april.open().filter(code="list_moved").count() == 12
        assert_expected(shared_dir)
        undone(landed)
        assert not Doubt.objects.filter(brought_by=landed, code="status_lost").exists()

    def test_few_practices_are_no_group(self) -> None:
        brought_in(pomi(practices(19)))
        brought_by = checked(pomi(practices(19, "31MAY2018", Sys_DetCodeRec_Enbld=1)))
        assert (brought_by.preview["grouped"], brought_by.reason_needed) == ([], "")

    def test_a_short_history_is_said(self, client: Client) -> None:
        """Around 100, then 700, then 110: with four months before there is nothing to measure them by."""
        for end, uses in (("31JAN2018", 100), ("28FEB2018", 103), ("31MAR2018", 98), ("30APR2018", 101)):
            brought_in(pomi(lines(month=end, values={"Pat_Appts_Use": uses})))
        brought_by = checked(pomi(lines(month="31MAY2018", values={"Pat_Appts_Use": 700})))
        assert "1 of 1 practice-months have figures in fewer than 6 of the 12 months before" in page(client, brought_by)
        for end, uses in (("31MAY2018", 700), ("30JUN2018", 110)):
            brought_in(pomi(lines(month=end, values={"Pat_Appts_Use": uses})))
        enough = checked(pomi(lines(month="31JUL2018", values={"Pat_Appts_Use": 900})))
        assert "fewer than 6 months" not in page(client, enough)
        assert "far_from_history" in [kind["code"] for kind in enough.preview["warnings"]]


def assert_expected(shared_dir: Path) -> None:
    """The figures of both months, as worked out apart from the portal."""
    with (shared_dir / "data/real/expected.csv").open() as stream:
        expected = {row["period"]: row for row in csv.DictReader(stream)}
    for period, month in (("31MAR2020", "2020-03-01"), ("30APR2020", "2020-04-01")):
        rows = MonthlyFigures.objects.live().filter(month=month)
        london = AreaScore.objects.get(area_kind="region", month=month, rule__target="registration")
        dcr = AreaScore.objects.get(area_kind="region", month=month, rule__target="dcr")
        assert {
            name: str(number)
            for name, number in {
                "period": period,
                "practices": rows.count(),
                "reported": london.reported,
                "online_patients": london.numerator,
                "list_size": london.denominator,
                "percent": f"{100 * london.numerator / london.denominator:.2f}",
                "at_or_above_20": london.met,
                "patients_to_target": london.shortfall,
                "dcr_enabled": dcr.met,
                "appointments_function_off": rows.filter(appointments_status__in=(0, 1, 9)).count(),
            }.items()
        } == expected[period]


class TestRegister:
    def test_its_changes_are_listed_and_downloaded(
        self, shared_dir: Path, reference_data: None, client: Client
    ) -> None:
        path = shared_dir / "data/ods/epraccur_london_2019-10.csv"
        brought_by = checked(path.read_bytes(), path.name)
        assert brought_by.new == 3008
        text = page(client, brought_by)
        assert "The first 100 lines of 3,008 changes" in text
        assert "Changes of the register, old beside new" in text
        first = brought_by.register_changes.order_by("pk")[0]
        assert first.after["name"] in text
        rows = table(client, "import_changes", brought_by)
        assert {row["Code"] for row in rows} == set(brought_by.register_changes.values_list("code", flat=True))
        assert all(row["Name"] for row in rows)
        assert AuditEvent.objects.filter(verb="exported", object_id=str(brought_by.pk)).exists()

    def test_old_stands_beside_new(self, shared_dir: Path, reference_data: None, client: Client) -> None:
        for name in ("ods/epraccur_london_2019-10.csv", "real/epraccur_2022-02_london_cut.csv"):
            brought_by = brought_in((shared_dir / "data" / name).read_bytes(), Path(name).name)
        renamed = brought_by.register_changes.filter(action="update", before__has_key="name").first()
        assert renamed is not None
        row = next(
            row
            for row in table(client, "import_changes", brought_by)
            if (row["Code"], row["Field"]) == (renamed.code, "name")
        )
        assert (row["Old"], row["New"]) == (renamed.before["name"], renamed.after["name"])


class TestIdentifiers:
    """A patient's number in any words of a file holds its row, and is shown nowhere."""

    def held(self, data: bytes, name: str, client: Client) -> Import:
        brought_by = checked(data, name)
        issue = ImportIssue.objects.filter(brought_by=brought_by, code="identifier").first()
        assert issue is not None
        assert "looks like an NHS number" in issue.message
        kept = str(list(ImportIssue.objects.filter(brought_by=brought_by).values())) + str(brought_by.preview)
        assert NUMBER not in kept
        assert NUMBER not in page(client, brought_by)
        for download in ("import_mend", "import_issues"):
            answer = client.get(reverse(f"practices:{download}", args=[brought_by.pk]))
            assert NUMBER not in b"".join(answer.streaming_content).decode()
        return brought_by

    def test_in_the_long_format(self, client: Client) -> None:
        data = pomi(lines() + lines("A10002")).replace(b"PRACTICE A10001", NUMBER.encode())
        brought_by = self.held(data, "pomi.csv", client)
        assert brought_by.new == 1
        assert not Organisation.objects.filter(name__contains="943").exists()

    @pytest.mark.parametrize("column", ["GPPracticeName", "Supplier", "CCGName"])
    def test_in_the_wide_format(self, column: str, client: Client, shared_dir: Path, reference_data: None) -> None:
        path = shared_dir / "data/real/BOOK_CANCEL_APPOINTMENTS_POMI_2015-04_london_rows.csv"
        rows = list(csv.reader(io.StringIO(path.read_text())))
        rows[1][rows[0].index(column)] = NUMBER
        assert self.held(pomi(rows[1:], rows[0]), path.name, client).new == 21

    @pytest.mark.parametrize("words", [NUMBER, NUMBER.replace(" ", ""), f"call about {NUMBER} please"])
    def test_in_a_note_of_the_practice_return(self, words: str, client: Client) -> None:
        OrganisationFactory(code="A10001")
        row = {"practice_code": "A10001", "month": "2018-04", "routine_slots": "100", "note": words}
        cells = [row.get(each.column, "") for each in RETURN]
        brought_by = self.held(pomi([cells], [each.heading for each in RETURN]), "return.csv", client)
        assert brought_by.state == Import.State.REFUSED

    def test_the_number_is_scrubbed_beside_another_fault_of_the_row(self, client: Client) -> None:
        OrganisationFactory(code="A10001")
        row = {"practice_code": "A10001", "month": "2018-04", "routine_slots": "many", "note": NUMBER}
        cells = [row.get(each.column, "") for each in RETURN]
        self.held(pomi([cells], [each.heading for each in RETURN]), "return.csv", client)

    def test_softer_signs_in_a_note_are_a_warning_without_the_words(self, client: Client) -> None:
        OrganisationFactory(code="A10001")
        row = {"practice_code": "A10001", "month": "2018-04", "routine_slots": "100", "note": "Ask Mrs Smythe"}
        cells = [row.get(each.column, "") for each in RETURN]
        brought_by = checked(pomi([cells], [each.heading for each in RETURN]), "return.csv")
        issue = ImportIssue.objects.get(brought_by=brought_by, code="identifier_perhaps")
        assert (issue.practice_code, issue.value) == ("A10001", "")
        assert "Smythe" not in issue.message

    def test_in_the_register(self, client: Client, shared_dir: Path, reference_data: None) -> None:
        path = shared_dir / "data/ods/epraccur_london_2019-10.csv"
        rows = list(csv.reader(io.StringIO(path.read_text())))
        place = next(number for number, row in enumerate(rows) if row[25] == "4" and row[2] == "Y56" and number > 5)
        rows[place][1] = NUMBER
        self.held(pomi(rows[1:], rows[0]), path.name, client)

    def test_names_with_short_numbers_come_in(self) -> None:
        rows = lines()
        for row in rows:
            row[HEADINGS.index("practice_name")] = "SURGERY 24/7 AT 120 (02)"
        assert checked(pomi(rows)).new == 1
