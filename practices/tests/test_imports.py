"""What every import does, line by line; docs/importing.md maps the lines to these tests."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from core.models import AuditEvent, PortalState
from practices import measures
from practices.importing.formats import all_formats
from practices.models import Doubt, Import, ImportIssue, MonthlyFigures, Organisation, OrganisationRelation
from practices.services import imports
from practices.signals import figures_changed
from practices.tests.importing import HEADINGS, brought_in, checked, lines, live_values, pomi, undone, zipped

pytestmark = pytest.mark.django_db

PUBLISHED = {"2018-04": 1270, "2018-12": 1242}


def codes(brought_by: Import, severity: str = "refusal") -> dict[str, int]:
    return {
        kind["code"]: kind["count"] for kind in brought_by.preview[{"refusal": "refusals"}.get(severity, "warnings")]
    }


def changed(row: int, column: str, value: str, **options: Any) -> bytes:
    rows = lines(**options)
    rows[row][HEADINGS.index(column)] = value
    return pomi(rows + lines("A10002"))


class TestFormats:
    @pytest.mark.parametrize(
        ("headings", "drop", "month", "key"),
        [
            (HEADINGS, (), "30APR2018", "pomi_long_12"),
            (HEADINGS, (3, 4), "31AUG2021", "pomi_long_10"),
            (
                [
                    {"ccg_code": "sub_ICB_location_code", "ccg_name": "sub_ICB_location_name"}.get(h, h)
                    for h in HEADINGS
                ],
                (3, 4),
                "31-Dec-23",
                "pomi_long_sub_icb",
            ),
        ],
    )
    def test_the_long_layouts(self, headings: list[str], drop: tuple[int, ...], month: str, key: str) -> None:
        keep = [number for number in range(12) if number not in drop]
        rows = [[row[number] for number in keep] for row in lines(month=month)]
        brought_by = brought_in(pomi(rows, [headings[number] for number in keep]))
        assert (brought_by.state, brought_by.format_key) == (Import.State.LANDED, key)
        assert MonthlyFigures.objects.live().get().list_size == 5000

    def test_fields_and_headings_are_compared_without_case(self) -> None:
        data = pomi([[*row[:10], row[10].upper(), row[11]] for row in lines()], [each.upper() for each in HEADINGS])
        assert brought_in(data).state == Import.State.LANDED

    def test_the_wide_services_complete_each_other(self) -> None:
        services = {"BOOK_CANCEL_APPOINTMENTS_POMI": "appointments", "ORDER_REPEAT_PRESCRIPTIONS_POMI": "prescriptions"}
        for name in services:
            assert brought_in(wide(), f"{name}.csv").state == Import.State.LANDED
        packed = zipped(DETAILED_CODED_RECORDS_POMI__csv=wide())
        assert brought_in(packed, "third.zip").state == Import.State.LANDED
        row = MonthlyFigures.objects.live().get()
        assert (row.list_size, row.appointments_status, row.prescriptions_enabled, row.dcr_used) == (7000, 2, 800, 30)

    def test_what_a_later_file_was_laid_upon_is_undone_after_it(self) -> None:
        first = brought_in(wide(), "BOOK_CANCEL_APPOINTMENTS_POMI.csv")
        second = brought_in(wide(), "ORDER_REPEAT_PRESCRIPTIONS_POMI.csv")
        assert "Undo that import first" in undone(first).error
        assert undone(second).state == undone(first).state == Import.State.UNDONE

    def test_null_is_missing_and_words_are_statuses(self) -> None:
        brought_in(wide(SystemEnabled="System Functionality Status Unknown", PatientsUsed="NULL"), "DETAILED_CODED.csv")
        row = MonthlyFigures.objects.live().get()
        assert (row.dcr_status, row.dcr_used) == (9, None)

    def test_a_wide_file_that_does_not_say_its_service_asks(self) -> None:
        brought_by = checked(wide(), "figures.csv")
        assert (brought_by.state, brought_by.error) == (Import.State.ASKING, "")
        assert not MonthlyFigures.objects.exists()

    def test_every_format_has_a_key_and_words(self) -> None:
        assert all(each.key and each.words for each in all_formats())


WIDE = {
    "PeriodStart": "01/04/2015",
    "PeriodEnd": "30/04/2015",
    "Period": "2015-04",
    "CommissioningRegionCode": "Y56",
    "CommissioningRegionName": "LONDON",
    "RegionGeographyCode": "Q71",
    "RegionGeographyName": "LONDON",
    "CCGCode": "08L",
    "CCGName": "NHS LEWISHAM CCG",
    "GPPracticeCode": "A10001",
    "GPPracticeName": "PRACTICE",
    "Supplier": "INPS",
    "NoPatients": "7000",
    "SystemEnabled": "System Functionality Enabled by Practice",
    "PatientsEnabled": "800",
    "PatientsUsed": "30",
}


def wide(**cells: str) -> bytes:
    row = WIDE | cells
    return pomi([list(row.values())], row)


class TestRefusals:
    @pytest.mark.parametrize(
        ("row", "column", "value", "code"),
        [
            (3, "practice_code", "A1001", "practice_code"),
            (3, "report_period_end", "29APR2018", "month"),
            (3, "report_period_end", "31DEC2099", "month"),
            (0, "value", "many", "not_whole"),
            (0, "value", "12.5", "not_whole"),
            (0, "value", "-3", "negative"),
            (0, "value", "999999999", "too_large"),
            (1, "value", "3", "status"),
            (3, "field", "Pat_Apts_Enbld", "field"),
            (3, "ccg_code", "lewisham", "ccg_code"),
            (3, "region_code", "LONDON", "region_code"),
        ],
    )
    def test_the_impossible_is_refused(self, row: int, column: str, value: str, code: str) -> None:
        brought_by = checked(changed(row, column, value))
        assert codes(brought_by)[code] == 1
        issue = ImportIssue.objects.get(brought_by=brought_by, code=code)
        assert (issue.row, issue.column, issue.value) == (row + 2, column, value)
        assert issue.allowed
        assert brought_by.new == 1  # the other practice; this one stays out whole

    def test_all_errors_are_told_at_once(self) -> None:
        rows = lines() + lines("A10002")
        rows[0][11], rows[3][7], rows[20][11] = "x", "bad", "y"
        assert codes(checked(pomi(rows + lines("A10003")))) | {"held_back": 0, "incomplete": 0} == {
            "not_whole": 2,
            "practice_code": 1,
            "held_back": 0,
            "incomplete": 0,
        }

    def test_a_row_of_another_width_is_named(self) -> None:
        rows = lines() + lines("A10002")
        rows[4] = rows[4][:-1]
        brought_by = checked(pomi(rows))
        issue = ImportIssue.objects.get(brought_by=brought_by, code="width")
        assert issue.row == 6
        assert brought_by.new == 1

    def test_a_double_names_both_rows(self) -> None:
        rows = lines() + lines("A10002")
        rows.append([*rows[0][:-1], "4321"])
        brought_by = checked(pomi(rows))
        message = ImportIssue.objects.get(brought_by=brought_by, code="double").message
        assert "Rows 2 and 28" in message
        assert brought_by.new == 1

    def test_the_same_twice_counts_once(self) -> None:
        rows = lines()
        brought_by = brought_in(pomi([*rows, rows[0]]))
        assert codes(brought_by, "warning")["double_same"] == 1
        assert MonthlyFigures.objects.live().count() == 1

    def test_a_year_to_date_archive_may_repeat_months(self) -> None:
        brought_by = brought_in(zipped(one__csv=pomi(lines()), two__csv=pomi(lines() + lines("A10002"))))
        assert (brought_by.state, brought_by.new, brought_by.refused) == (Import.State.LANDED, 2, 0)

    def test_a_practice_without_one_of_its_figures_is_held(self) -> None:
        brought_by = checked(pomi(lines()[:-1] + lines("A10002")))
        assert (codes(brought_by)["incomplete"], brought_by.new) == (1, 1)

    def test_the_number_of_issues_kept_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        rows = [[*row[:-1], "x"] for number in range(500) for row in lines(f"A{number + 10000}")]
        brought_by = checked(pomi(rows))
        assert brought_by.refused == 6500
        assert ImportIssue.objects.filter(brought_by=brought_by).count() == 5000

    def test_refused_rows_can_be_mended_and_imported(self) -> None:
        client = Client()
        client.force_login(UserFactory(administrator=True))
        good = lines(values={"New_Pat_Enbld": -4})
        rows = [list(row) for row in good]
        rows[0][11] = "five thousand"
        brought_by = brought_in(pomi(rows + lines("A10002")))
        answer = client.get(reverse("practices:import_mend", args=[brought_by.pk]))
        text = b"".join(answer.streaming_content).decode()
        assert len(list(csv.reader(io.StringIO(text)))) == 14
        mended = brought_in(text.replace("five thousand", "5000").encode())
        assert (mended.state, mended.new, mended.refused) == (Import.State.LANDED, 1, 0)
        assert {key[0] for key in live_values()} == {"A10001", "A10002"}
        row = MonthlyFigures.objects.live().get(practice__code="A10001")
        assert (row.list_size, row.new_online_patients) == (5000, -4)

    @pytest.mark.parametrize("name", ["-The Surgery", "=The Surgery", "'-The Surgery", "Ring\x07 the Surgery"])
    def test_a_name_comes_back_from_the_file_to_mend_as_it_was(self, name: str) -> None:
        client = Client()
        client.force_login(UserFactory(administrator=True))
        rows = [list(row) for row in lines()]
        for row in rows:
            row[HEADINGS.index("practice_name")] = f"'{name}" if name.startswith("'") else name
        rows[0][11] = "five thousand"
        brought_by = brought_in(pomi(rows + lines("A10002")))
        answer = client.get(reverse("practices:import_mend", args=[brought_by.pk]))
        text = b"".join(answer.streaming_content)
        brought_in(text.replace(b"five thousand", b"5000"))
        assert MonthlyFigures.objects.live().get(practice__code="A10001").practice_name == name

    def test_downloads_hold_no_formulas(self) -> None:
        client = Client()
        client.force_login(UserFactory(administrator=True))
        brought_by = checked(changed(0, "value", "=HYPERLINK(1)"))
        for name in ("import_issues", "import_mend"):
            text = b"".join(client.get(reverse(f"practices:{name}", args=[brought_by.pk])).streaming_content).decode()
            assert "'=HYPERLINK(1)" in text
            assert ",=HYPERLINK" not in text
        assert AuditEvent.objects.filter(verb="exported").count() == 2


class TestWarnings:
    def warned(self, *months: dict[str, Any], **second: Any) -> dict[str, int]:
        """Warnings of the last of several months of one practice."""
        ends = ["31JAN2018", "28FEB2018", "31MAR2018", "30APR2018", "31MAY2018", "30JUN2018", "31JUL2018", "31AUG2018"]
        for end, values in zip(ends, months[:-1], strict=False):
            brought_in(pomi(lines(month=end, values=values) + lines("A10009", end)))
        end = ends[len(months) - 1]
        rows = lines(month=end, values=months[-1])
        for row in rows:
            for column, value in second.items():
                row[HEADINGS.index(column)] = value
        return codes(checked(pomi(rows + lines("A10009", end))), "warning")

    def test_online_patients_above_the_list(self) -> None:
        assert self.warned({"Total_Pat_Enbld": 6000})["online_above_list"] == 1

    def test_a_practice_that_did_not_report(self) -> None:
        silent = {"Sys_Appts_Enbld": "", "Sys_Presc_Enbld": "", "Sys_DetCodeRec_Enbld": "", "Total_Pat_Enbld": 0}
        assert self.warned(silent)["not_reported"] == 1

    def test_uses_above_their_total(self) -> None:
        assert self.warned({"Total_Use": 100})["uses_above_total"] == 1

    def test_uses_above_their_total_are_expected_of_emis_then(self, reference_data: None) -> None:
        found = self.warned({"Total_Use": 100}, system_supplier="EMIS (I)")
        assert found["uses_above_total_expected"] == 1
        assert "uses_above_total" not in found

    def test_a_list_that_moved(self) -> None:
        assert self.warned({}, {"patient_list_size": 5501})["list_moved"] == 1
        assert "list_moved" not in self.warned({}, {"patient_list_size": 5499})

    def test_online_patients_that_fell(self) -> None:
        assert self.warned({}, {"Total_Pat_Enbld": 830})["online_fell"] == 1

    def test_a_function_that_was_lost(self) -> None:
        assert self.warned({}, {"Sys_DetCodeRec_Enbld": 1})["status_lost"] == 1

    def test_a_supplier_that_changed(self) -> None:
        assert self.warned({}, {}, system_supplier="EMIS")["supplier_changed"] == 1

    def test_a_ccg_that_changed(self) -> None:
        assert self.warned({}, {}, ccg_code="08M", ccg_name="NHS Newham CCG")["ccg_changed"] == 1

    def test_practices_lost_and_new(self) -> None:
        brought_in(pomi(lines()))
        found = codes(checked(pomi(lines("A10002", "31MAY2018"))), "warning")
        assert (found["practice_lost"], found["practice_new"]) == (1, 1)

    def test_a_practice_that_the_register_does_not_know(self) -> None:
        brought_in(pomi(lines()))
        found = checked(pomi(lines("A10002")))
        assert codes(found, "warning")["unknown_practice"] == 1
        assert not Organisation.objects.practices().filter(code="A10002").exists()

    def test_a_count_far_from_the_history(self) -> None:
        months = [{"Pat_Appts_Use": 100 + number} for number in range(6)]
        assert self.warned(*months, {"Pat_Appts_Use": 900})["far_from_history"] == 1

    def test_warnings_become_doubts_and_go_with_an_undo(self) -> None:
        brought_by = brought_in(pomi(lines(values={"Total_Pat_Enbld": 6000})))
        doubt = Doubt.objects.get()
        assert (doubt.kind, doubt.published_value, doubt.measure) == ("impossible", 6000, "online_patients")
        undone(brought_by)
        assert not Doubt.objects.exists()

    def test_a_corrected_file_settles_the_doubt(self) -> None:
        brought_in(pomi(lines(values={"Total_Pat_Enbld": 6000})))
        brought_in(pomi(lines()))
        assert Doubt.objects.get().state == Doubt.State.RESOLVED


class TestPreview:
    def test_nothing_counts_before_it_is_confirmed(self) -> None:
        brought_by = checked(pomi(lines()))
        assert brought_by.state == Import.State.PREVIEW
        assert not live_values()
        assert not Organisation.objects.practices().exists()
        assert brought_by.preview["grid"][0]["new"] == 1

    def test_old_stands_beside_new(self) -> None:
        brought_in(pomi(lines()))
        mover = checked(pomi(lines(values={"Total_Pat_Enbld": 1300}))).preview["movers"][0]
        assert (mover["code"], mover["old"], mover["new"]) == ("A10001", 1200, 1300)

    def test_fewer_rows_need_a_reason(self) -> None:
        brought_in(pomi([row for number in range(20) for row in lines(f"A{number + 10000}")]))
        brought_by = checked(pomi([row for number in range(18) for row in lines(f"A{number + 10000}", "31MAY2018")]))
        assert "10.0% fewer" in brought_by.reason_needed
        with pytest.raises(imports.CannotImport):
            imports.confirm(brought_by=brought_by, by=None)
        assert (
            imports.confirm(brought_by=brought_by, by=None, reason="A supplier is late").reason == "A supplier is late"
        )

    def test_a_figure_that_the_whole_file_lacks_needs_a_reason(self) -> None:
        brought_in(pomi(lines()))
        assert "says nothing of" in checked(pomi(lines()[1:])).reason_needed

    def test_a_cancelled_import_leaves_nothing(self, django_capture_on_commit_callbacks: Any) -> None:
        brought_by = checked(pomi(lines()))
        with django_capture_on_commit_callbacks(execute=True):
            imports.cancel(brought_by=brought_by, by=None)
        assert not MonthlyFigures.objects.exists()
        assert not Organisation.objects.filter(code="A10001").exists()

    def test_a_stale_preview_is_shown_again(self) -> None:
        first, second = checked(pomi(lines())), checked(pomi(lines(values={"Total_Use": 500})))
        assert (first.new, second.new) == (1, 1)
        imports.confirm(brought_by=first, by=None)
        imports.confirm(brought_by=second, by=None)
        run_all()
        second.refresh_from_db()
        assert (second.state, second.new, second.changed) == (Import.State.PREVIEW, 0, 1)
        assert "came in since" in second.error

    def test_the_second_of_two_is_told_of_the_first(self) -> None:
        client = Client()
        client.force_login(UserFactory(administrator=True))
        checked(pomi(lines()), "first.csv")
        second = checked(pomi(lines(values={"Total_Use": 500})), "second.csv")
        page = client.get(reverse("practices:import", args=[second.pk])).content.decode()
        assert "first.csv, by the portal: waiting for confirmation" in page

    def test_illustrative_and_real_never_mix(self) -> None:
        state = PortalState.current()
        state.illustrative = True
        state.save()
        assert "Clear the illustrative data first" in checked(pomi(lines())).error


def run_all() -> None:
    from core.models import Job
    from practices.tests.importing import run_waiting

    run_waiting(Job)


class TestLanding:
    def test_every_value_knows_where_it_comes_from(self) -> None:
        by = UserFactory(administrator=True)
        brought_by = checked(zipped(april__csv=pomi(lines())))
        imports.confirm(brought_by=brought_by, by=by)
        run_all()
        row = MonthlyFigures.objects.live().get()
        assert (row.file.name, row.row, row.brought_by.confirmed_by) == ("april.csv", 2, by)
        assert len(row.file.sha256) == 64
        # list size, then the three statuses and so on, each on the row after.
        assert row.field_rows.split(",")[:3] == ["0", "1", "2"]
        assert row.landed_at
        assert {"uploaded", "previewed", "confirmed", "brought in"} <= set(
            AuditEvent.objects.values_list("verb", flat=True)
        )

    def test_the_same_file_twice_changes_nothing(self) -> None:
        data = pomi(lines())
        brought_in(data)
        before = MonthlyFigures.objects.count()
        again = brought_in(data)
        assert again.error.endswith("nothing to do.")
        assert MonthlyFigures.objects.count() == before

    def test_the_same_values_in_another_file_change_nothing(self) -> None:
        brought_in(pomi(lines()))
        again = brought_in(pomi(list(reversed(lines()))))
        assert (again.state, again.unchanged) == (Import.State.LANDED, 1)
        assert MonthlyFigures.objects.live().get().brought_by != again

    def test_a_corrected_file_supersedes_and_the_old_stays_readable(self) -> None:
        first = brought_in(pomi(lines()))
        second = brought_in(pomi(lines(values={"patient_list_size": 5100})))
        live = MonthlyFigures.objects.live().get()
        old = MonthlyFigures.objects.get(brought_by=first)
        assert (live.list_size, live.brought_by, old.list_size) == (5100, second, 5000)
        assert (old.standing, old.superseded_by) == ("superseded", live)

    def test_the_apps_above_hear_of_it_in_the_same_transaction(self) -> None:
        heard = []

        def hear(sender: Any, months: Any, practices: Any, **more: Any) -> None:
            heard.append((sorted(map(str, months)), practices))

        figures_changed.connect(hear)
        try:
            brought_in(pomi(lines()))
        finally:
            figures_changed.disconnect(hear)
        assert heard == [(["2018-04-01"], None)]

    def test_what_a_receiver_refuses_does_not_land(self) -> None:
        def refuse(**more: Any) -> None:
            raise ValueError("no")

        figures_changed.connect(refuse)
        try:
            brought_by = checked(pomi(lines()))
            imports.confirm(brought_by=brought_by, by=None)
            with pytest.raises(ValueError, match="no"):
                run_all()
        finally:
            figures_changed.disconnect(refuse)
        brought_by.refresh_from_db()
        assert brought_by.state == Import.State.PREVIEW
        assert not live_values()

    def test_an_unknown_practice_comes_in_as_provisional_under_its_ccg(self, reference_data: None) -> None:
        brought_in(pomi(lines()))
        practice = Organisation.objects.practices().get(code="A10001")
        assert (practice.status, practice.supplier, practice.ccg.code) == ("provisional", "TPP", "08L")
        assert practice.borough.name == "Lewisham"
        assert OrganisationRelation.objects.members().get(child=practice).starts.isoformat() == "2018-04-01"


class TestUndo:
    def test_what_was_live_before_is_live_again(self) -> None:
        brought_in(pomi(lines()))
        before = live_values()
        undone(brought_in(pomi(lines(values={"patient_list_size": 5100}) + lines("A10002"))))
        assert live_values() == before
        assert not Organisation.objects.practices().filter(code="A10002").exists()
        assert MonthlyFigures.objects.filter(standing="withdrawn").count() == 2

    def test_later_imports_are_respected(self) -> None:
        first = brought_in(pomi(lines()))
        brought_in(pomi(lines(values={"patient_list_size": 5100})))
        before = live_values()
        undone(first)
        assert live_values() == before

    def test_an_undone_file_can_come_in_again(self) -> None:
        data = pomi(lines())
        undone(brought_in(data))
        assert brought_in(data).state == Import.State.LANDED
        assert Organisation.objects.practices().filter(code="A10001").exists()

    def test_it_needs_a_reason(self) -> None:
        brought_by = brought_in(pomi(lines()))
        with pytest.raises(imports.CannotImport):
            imports.request_undo(brought_by=brought_by, by=None, reason=" ")


class TestRealFiles:
    def test_all_nine_months_of_london_at_once(self, reference_data: None, shared_dir: Path) -> None:
        data = (shared_dir / "data/pomi/london_apr2018_to_dec2018.zip").read_bytes()
        brought_by = brought_in(data, "london.zip")
        assert (brought_by.state, brought_by.rows, brought_by.new) == (Import.State.LANDED, 146_770, 11_290)
        assert brought_by.refused == 0
        sizes = {
            month: MonthlyFigures.objects.live().in_month(f"{month}-01").count() for month in ("2018-04", "2018-12")
        }
        assert sizes == PUBLISHED
        april = checked((shared_dir / "data/pomi/london_2018-04.csv").read_bytes())
        assert (april.new, april.changed, april.unchanged) == (0, 0, 1270)

    def test_the_files_rows_are_the_tables_rows(self, reference_data: None, shared_dir: Path) -> None:
        """An independent reading: every row of the file is found in its column, under its row number."""
        path = shared_dir / "data/pomi/london_2018-04.csv"
        brought_in(path.read_bytes())
        column_of = {each.field.lower(): each.column for each in measures.of_source(measures.POMI.key)}
        stored = {row.practice.code: row for row in MonthlyFigures.objects.live().select_related("practice", "ccg")}
        with path.open(newline="") as stream:
            for number, row in enumerate(csv.DictReader(stream), 2):
                figures = stored[row["practice_code"]]
                field = row["field"].lower()
                value = getattr(figures, column_of[field])
                assert ("" if value is None else str(value)) == row["value"]
                assert figures.rows_of([column_of[field]]) == [number]
                assert (figures.ccg.code, figures.supplier) == (row["ccg_code"], row["system_supplier"])

    def test_england_is_filtered_to_the_home_region(self, reference_data: None, shared_dir: Path) -> None:
        brought_by = checked((shared_dir / "data/pomi/england_apr2018_to_sep2018.zip").read_bytes())
        assert (brought_by.rows, brought_by.skipped, brought_by.new) == (542_490, 444_249, 7557)


class TestCommand:
    def run(self, path: Path, *options: str, capsys: Any) -> tuple[int, str]:
        try:
            call_command("import_extract", str(path), *options)
        except SystemExit as end:
            return int(end.code or 0), capsys.readouterr().out
        return 0, capsys.readouterr().out

    @pytest.fixture
    def path(self, tmp_path: Path) -> Path:
        path = tmp_path / "pomi.csv"
        path.write_bytes(pomi(lines()))
        return path

    @pytest.mark.django_db(transaction=True)
    def test_what_happened_is_said_by_the_exit_code(self, path: Path, tmp_path: Path, capsys: Any) -> None:
        assert self.run(path, "--json", capsys=capsys)[0] == 3
        code, text = self.run(path, "--yes", "--json", capsys=capsys)
        answer = json.loads(text)
        assert (code, answer["result"], answer["new"]) == (0, "brought in", 1)
        code, text = self.run(path, "--yes", "--json", capsys=capsys)
        assert (code, json.loads(text)["result"]) == (0, "nothing to change")
        bad = tmp_path / "bad.csv"
        bad.write_text("colour,size\nred,4\n")
        assert self.run(bad, "--yes", capsys=capsys)[0] == 2
        call_command("undo_import", answer["import"], "--reason", "wrong file")
        assert not MonthlyFigures.objects.live().exists()

    @pytest.mark.django_db(transaction=True)
    def test_fewer_rows_ask_for_a_reason(self, path: Path, tmp_path: Path, capsys: Any) -> None:
        path.write_bytes(pomi(lines() + lines("A10002")))
        self.run(path, "--yes", capsys=capsys)
        path.write_bytes(pomi(lines(month="31MAY2018")))
        assert self.run(path, "--yes", capsys=capsys)[0] == 4
        assert self.run(path, "--yes", "--reason", "merged", capsys=capsys)[0] == 0
