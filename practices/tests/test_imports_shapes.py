"""The same table in the shapes in which people and programs save it: read all the same, or refused in plain words."""

import csv
import io
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter
from django.test import Client
from django.urls import reverse

from accounts.tests.factories import UserFactory
from practices.models import Import, ImportIssue, MonthlyFigures, Organisation
from practices.returns.headings import HEADINGS as RETURN
from practices.tests.factories import OrganisationFactory
from practices.tests.importing import HEADINGS, brought_in, checked, lines, pomi, zipped

pytestmark = pytest.mark.django_db

LONDON = "data/pomi/london_2018-04.csv"
REAL_UNKNOWN = (
    "Cloud_Based_Telephony_Calls_Answered_2026-06_Unmapped_first_rows.csv",
    "MADE_UP_cbt_participation_like_sheet.csv",
    "MADE_UP_gpad_practice_crosstab_rows.csv",
    "MADE_UP_gpps_practice_rows.csv",
    "MADE_UP_ocs_practice_month_rows.csv",
    "MADE_UP_systmone_appointment_export_rows.csv",
    "ePCN_2022-04-27.xlsx",
    "nhs_app_mi_derived_2020-12_to_2026-04_excerpt.csv",
    "qof_MAPPING_NHS_GEOGRAPHIES_2021.csv",
    "qof_ORGANISATION_REFERENCE_2021.csv",
)


def live() -> MonthlyFigures:
    row: MonthlyFigures = MonthlyFigures.objects.live().get()
    return row


def mended(brought_by: Import) -> list[list[str]]:
    client = Client()
    client.force_login(UserFactory(administrator=True))
    answer = client.get(reverse("practices:import_mend", args=[brought_by.pk]))
    return list(csv.reader(io.StringIO(b"".join(answer.streaming_content).decode("utf-8-sig"))))


class TestHeadings:
    TITLES = (["Patient online management information"], [], ["Published by an example"])

    def test_titles_above_the_headings_are_left_out_and_named(self) -> None:
        data = "\r\n".join(",".join(row) for row in self.TITLES).encode() + b"\r\n" + pomi(lines())
        brought_by = brought_in(data)
        assert brought_by.state == Import.State.LANDED, brought_by.error
        assert (live().list_size, live().row) == (5000, 5)
        note = brought_by.preview["notes"][0]
        assert "in row 4" in note
        assert "“Patient online management information”" in note

    def test_titles_in_a_workbook(self) -> None:
        packed = io.BytesIO()
        with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            for number, row in enumerate([*self.TITLES, HEADINGS, *lines()]):
                sheet.write_row(number, 0, row)
        assert brought_in(packed.getvalue(), "pomi.xlsx").state == Import.State.LANDED
        assert live().row == 5

    def test_an_unknown_layout_below_titles_is_told_by_its_headings(self, shared_dir: Path) -> None:
        name = "MADE_UP_cbt_participation_like_sheet.csv"
        error = checked((shared_dir / "data/real" / name).read_bytes(), name).error
        assert "The headings seem to be in row 6: Practice code, Practice name, Participates" in error
        assert "Above them stands “Cloud Based Telephony participation”" in error
        assert "saw the headings: Cloud" not in error

    def test_headings_below_the_first_thirty_rows_are_not_looked_for(self) -> None:
        assert "does not know the layout" in checked(b"a note\r\n" * 30 + pomi(lines())).error

    @pytest.mark.parametrize(
        ("heading", "written"),
        [("routine_slots_online", "Routine slots\nreleased online"), ("practice_code", "Practice\u00a0code ")],
    )
    def test_white_space_of_any_kind_is_one_blank(self, heading: str, written: str) -> None:
        OrganisationFactory(code="A10001")
        columns = {each.column: each.heading for each in RETURN} | {heading: written}
        row = {"practice_code": "A10001", "month": "2018-04", "routine_slots": "100", "routine_slots_online": "80"}
        cells = [row.get(column, "") for column in columns]
        assert brought_in(pomi([cells], columns.values()), "return.csv").state == Import.State.LANDED
        assert live().routine_slots_online == 80


class TestCells:
    def test_whole_numbers_with_a_point_are_taken_from_csv_as_from_xlsx(self, shared_dir: Path) -> None:
        table = pd.read_csv(shared_dir / LONDON, dtype=str, keep_default_na=False)
        values = pd.to_numeric(table["value"]).astype(float)
        table["value"] = values.map(lambda value: "" if value != value else f"{value:.1f}")
        brought_by = checked(table.to_csv(index=False).encode(), "saved_by_pandas.csv")
        assert (brought_by.refused, brought_by.new) == (0, 1270)

    @pytest.mark.parametrize("value", ["17968.5", "17968.05", "1.", ".0", "1e4"])
    def test_other_points_are_refused(self, value: str) -> None:
        assert checked(pomi(lines(values={"patient_list_size": value}) + lines("A10002"))).refused > 0

    def test_leading_noughts(self) -> None:
        rows = lines(values={"patient_list_size": "00123"}) + lines("A10002")
        for row in rows[13:]:
            row[HEADINGS.index("ccg_code")] = "7"
        brought_by = brought_in(pomi(rows))
        assert live().list_size == 123
        assert {each.code for each in ImportIssue.objects.filter(brought_by=brought_by, severity="refusal")} == {
            "ccg_code"
        }

    def test_one_bad_row_holds_its_practice_and_no_other(self, shared_dir: Path) -> None:
        rows = list(csv.reader(io.StringIO((shared_dir / LONDON).read_text())))
        place = next(number for number, row in enumerate(rows) if row[10] == "patient_list_size")
        code = rows[place][7]
        rows[place][11] = "abc"
        brought_by = brought_in(pomi(rows[1:], rows[0]))
        assert (brought_by.state, brought_by.new) == (Import.State.LANDED, 1269)
        assert not MonthlyFigures.objects.live().filter(practice__code=code).exists()
        assert [row[7] for row in mended(brought_by)] == ["practice_code", *[code] * 13]

    def test_blank_rows_below_a_return_are_no_rows(self) -> None:
        OrganisationFactory(code="A10001")
        packed = io.BytesIO()
        with xlsxwriter.Workbook(packed, {"in_memory": True}) as book:
            sheet = book.add_worksheet()
            grey = book.add_format({"bg_color": "#eeeeee"})
            sheet.write_row(0, 0, [each.heading for each in RETURN])
            sheet.write_row(1, 0, ["A10001", "2018-04", 100, 80])
            for number in range(2, 5_002):
                for column in range(len(RETURN)):
                    sheet.write_blank(number, column, None, grey)
            sheet.write_string(59_999, 0, " ")
        brought_by = brought_in(packed.getvalue(), "return.xlsx")
        assert (brought_by.state, brought_by.rows, brought_by.refused) == (Import.State.LANDED, 1, 0)


class TestSeparators:
    @pytest.mark.parametrize(("separator", "words"), [(";", "semicolons"), ("\t", "tabs")])
    def test_other_separators_are_read_and_said(self, separator: str, words: str) -> None:
        text = io.StringIO(newline="")
        rows = lines()
        rows[0][8] = f"SMITH{separator} JONES, AND PARTNERS"
        csv.writer(text, delimiter=separator).writerows([HEADINGS, *rows])
        brought_by = brought_in(text.getvalue().encode())
        assert brought_by.state == Import.State.LANDED, brought_by.error
        assert live().list_size == 5000
        assert f"The columns of pomi.csv are separated by {words}." in brought_by.preview["notes"]

    def test_an_unknown_table_with_semicolons_is_told_by_its_headings(self) -> None:
        error = checked(b"colour;size;place\r\nred;4;here\r\n").error
        assert "It saw the headings: colour, size, place." in error

    def test_semicolons_inside_cells_are_no_separators(self) -> None:
        OrganisationFactory(code="A10001")
        row = {
            "practice_code": "A10001",
            "month": "2018-04",
            "ecommunication_promoted_where": "Website; Posters; Phone",
        }
        cells = [row.get(each.column, "") for each in RETURN]
        assert brought_in(pomi([cells], [each.heading for each in RETURN]), "r.csv").state == Import.State.LANDED
        assert live().ecommunication_promoted_where == "Website; Posters; Phone"


class TestArchives:
    def test_documents_beside_tables_are_named_and_left_out(self) -> None:
        packed = zipped(
            **{"metadata.docx": zipped(**{"word/document.xml": b"<w/>"}), "Specification.pdf": b"%PDF-1.7\n"},
            **{".DS_Store": b"\x00\x05\x16\x07", "read me.txt": b"Ask the publisher.", "pomi.csv": pomi(lines())},
        )
        brought_by = brought_in(packed, "pomi.zip")
        assert brought_by.state == Import.State.LANDED, brought_by.error
        note = next(note for note in brought_by.preview["notes"] if note.startswith("Left out"))
        assert all(name in note for name in ("metadata.docx", "Specification.pdf", "read me.txt"))
        assert ".DS_Store" not in note
        assert live().list_size == 5000

    def test_the_real_zip_is_judged_by_its_table(self, shared_dir: Path) -> None:
        data = (shared_dir / "data/real/epcn_2022-04-27_as_downloaded.zip").read_bytes()
        error = checked(data, "epcn.zip").error
        assert "does not know the layout of ePCN.xlsx" in error
        assert "Left out, because it is a document and no table: ePCN.xlsx Specification.pdf." in error

    def test_an_archive_of_documents_says_so(self) -> None:
        assert "documents only" in checked(zipped(**{"a.pdf": b"%PDF-1.7\n"}), "a.zip").error

    def test_an_unknown_table_beside_a_known_one_is_still_refused(self) -> None:
        packed = zipped(**{"a.csv": pomi(lines()), "b.csv": b"colour,size\r\nred,4\r\n"})
        assert "layout of b.csv" in checked(packed, "two.zip").error


class TestListSizes:
    BY_AGE = "data/real/MADE_UP_gp-reg-pat-prac-quin-age_rows.csv"

    @pytest.fixture(autouse=True)
    def practice(self, reference_data: None) -> None:
        OrganisationFactory(code="E84042")

    def test_by_age_the_rows_of_all_patients_are_taken(self, shared_dir: Path) -> None:
        brought_by = brought_in((shared_dir / self.BY_AGE).read_bytes(), "gp-reg-pat-prac-quin-age.csv")
        assert (brought_by.state, brought_by.new, brought_by.refused) == (Import.State.LANDED, 1, 0)
        assert live().list_size == 6807

    @pytest.mark.parametrize(
        ("name", "data"),
        [
            (
                "gp-reg-pat-prac-sing-age-male.csv",
                b"EXTRACT_DATE,ORG_CODE,SEX,AGE,NUMBER_OF_PATIENTS\r\n01SEP2017,E84042,MALE,ALL,3400\r\n",
            ),
            (
                "gp-reg-pat-prac-sing-age-male.csv",
                b"EXTRACT_DATE,ORG_CODE,AGE,NUMBER_OF_PATIENTS\r\n01SEP2017,E84042,ALL,3400\r\n",
            ),
            ("lists.csv", b"EXTRACT_DATE,ORG_CODE,GENDER,NUMBER_OF_PATIENTS\r\n01SEP2017,E84042,M,3400\r\n"),
            ("lists.csv", b"EXTRACT_DATE,ORG_CODE,AGE_BAND,NUMBER_OF_PATIENTS\r\n01SEP2017,E84042,0_4,402\r\n"),
            ("lists.csv", b"EXTRACT_DATE,ORG_CODE,AGE_GROUP_5,NUMBER_OF_PATIENTS\r\n01SEP2017,E84042,0_4,402\r\n"),
        ],
        ids=["men only", "men only by name", "sexes apart", "unknown bands", "no row of all ages"],
    )
    def test_a_part_of_a_list_never_passes_for_the_whole(self, name: str, data: bytes) -> None:
        brought_by = checked(data, name)
        assert brought_by.state == Import.State.REFUSED
        assert "gp-reg-pat-prac-all.csv" in brought_by.error

    def test_the_plain_file_keeps_coming_in(self, shared_dir: Path) -> None:
        OrganisationFactory(code="A84002")
        path = shared_dir / "data/list_sizes/gp-reg-pat-prac-all_2021-01.csv"
        brought_by = checked(path.read_bytes(), path.name, regions=["all"])
        assert brought_by.new == 1 or Organisation.objects.get(code="A84002")


@pytest.mark.parametrize("name", REAL_UNKNOWN)
def test_other_publications_are_refused_politely(name: str, shared_dir: Path) -> None:
    brought_by = checked((shared_dir / "data/real" / name).read_bytes(), name)
    assert brought_by.state == Import.State.REFUSED
    assert "does not know the layout" in brought_by.error
    assert "\n" not in brought_by.error
    assert "Is column" not in brought_by.error
    assert "expects:" in brought_by.error
