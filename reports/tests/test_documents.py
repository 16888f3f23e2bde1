"""The PDF and the workbook: the same figures, safe to open, readable by everybody, and the same bytes each time."""

import io
import re
import zlib
from dataclasses import replace

import openpyxl
import pytest

from reports.pdf import to_pdf
from reports.snapshot import build
from reports.tests.factories import make_world
from reports.xlsx import to_xlsx

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("reference_data")]


@pytest.fixture
def snapshot():
    return build(**make_world().asked)


@pytest.fixture
def illustrative(snapshot):
    return replace(snapshot, about=replace(snapshot.about, illustrative=True))


def inflated(pdf: bytes) -> bytes:
    """The objects of a PDF, the compressed ones unpacked: enough to look for what its structure says."""
    parts = [pdf]
    for match in re.finditer(rb"stream\r?\n(.*?)\r?\nendstream", pdf, re.DOTALL):
        try:
            parts.append(zlib.decompress(match[1]))
        except zlib.error:
            continue
    return b"\n".join(parts)


def test_the_pdf_is_tagged_titled_and_in_british_english(snapshot):
    inside = inflated(to_pdf(snapshot))

    assert b"/MarkInfo" in inside
    assert re.search(rb"/Marked true", inside)
    assert b"/StructTreeRoot" in inside
    assert re.search(rb"/Lang ?\((?:en-GB)\)", inside)
    assert b"pdfuaid:part>1<" in inside
    assert b"Lewisham: GP online services, December 2018" in inside
    assert re.search(rb"/DisplayDocTitle true", inside)
    for tag in (b"/H1", b"/H2", b"/Table", b"/TH", b"/Figure", b"/L"):
        assert tag in inside, tag


def test_every_picture_of_the_pdf_has_words(snapshot):
    inside = inflated(to_pdf(snapshot))

    figures = [part for part in re.split(rb"\bobj\b|\bendobj\b", inside) if re.search(rb"/S ?/Figure", part)]
    assert len(figures) >= 3
    assert all(b"/Alt" in figure for figure in figures)


def test_names_of_practices_are_never_markup(snapshot):
    assert to_pdf(snapshot).startswith(b"%PDF-1.")


def test_the_same_snapshot_gives_the_same_bytes(snapshot):
    assert to_pdf(snapshot) == to_pdf(snapshot)
    assert to_xlsx(snapshot) == to_xlsx(snapshot)


def workbook(snapshot):
    return openpyxl.load_workbook(io.BytesIO(to_xlsx(snapshot)))


def rows_of(sheet):
    """Below the title: one dict a row."""
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    top = next(place for place, row in enumerate(rows) if row[1] is not None)
    return [dict(zip(rows[top], row, strict=True)) for row in rows[top + 1 :]]


def test_the_workbook_holds_real_numbers(snapshot):
    practices = {row["Practice"]: row for row in rows_of(workbook(snapshot)["Practices"])}

    vale = practices["Vale & Sons"]
    assert vale["Registration: numerator"] == 1599
    assert vale["Registration: share"] == pytest.approx(1599 / 8000)
    assert vale["Registration: to target"] == 1


def test_negative_figures_stay_numbers(snapshot):
    line = snapshot.practices[0]
    fallen = replace(line, standings=tuple(replace(standing, change=-0.004) for standing in line.standings))

    row = rows_of(workbook(replace(snapshot, practices=(fallen,)))["Practices"])[0]

    assert row["Registration: change in the month"] == pytest.approx(-0.4)


def test_the_sheets_say_which_figures_are_rounded(snapshot):
    for name in ("Targets", "Practices"):
        said = [cell.value for row in workbook(snapshot)[name].iter_rows(max_row=3) for cell in row if cell.value]
        assert any("rounded to the nearest 5" in words for words in said), name


def test_the_workbook_hides_small_numbers_and_says_so(snapshot):
    book = workbook(snapshot)
    small = next(row for row in rows_of(book["Practices"]) if row["Practice"].startswith("#set"))

    assert small["Appointments: numerator"] == "*"
    assert small["Appointments: share"] == "*"
    assert small["Appointments: to target"] == "*"
    assert small["Appointments: state"] == "Not met"
    said = [cell.value for row in book["Summary"].iter_rows() for cell in row if cell.value]
    assert snapshot.small_numbers in said


def test_nothing_in_the_workbook_is_a_formula_or_a_link(snapshot):
    for sheet in workbook(snapshot):
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f", f"{sheet.title} {cell.coordinate}"
                assert cell.hyperlink is None
    assert any(row["Practice"] == "=1+1 Surgery" for row in rows_of(workbook(snapshot)["Practices"]))


def test_sheets_have_frozen_headings_and_filters(snapshot):
    sheet = workbook(snapshot)["Practices"]

    assert sheet.freeze_panes
    assert sheet.auto_filter.ref


def test_the_workbook_agrees_with_the_snapshot(snapshot):
    printed = {row["Target"]: row for row in rows_of(workbook(snapshot)["Targets"])}

    for sums in snapshot.sums:
        assert printed[sums.title]["Meet it"] == sums.met
        assert printed[sums.title]["Numerator"] == ("*" if "numerator" in sums.hidden else sums.numerator)


def test_every_sheet_and_page_says_that_figures_are_illustrative(illustrative, snapshot):
    book = workbook(illustrative)
    for sheet in book:
        assert sheet["A1"].value == "Illustrative data, made up"
        assert "Illustrative" in sheet.oddHeader.center.text
    assert workbook(snapshot)["Summary"]["A1"].value != "Illustrative data, made up"
    assert to_pdf(illustrative) != to_pdf(snapshot)


def test_the_report_names_definitions_with_their_versions(snapshot):
    rows = rows_of(workbook(snapshot)["Definitions and sources"])

    assert any(row["Version or SHA-256"] == "version 1" for row in rows)
    assert any(row["Rule or file"] == "pomi december.csv" for row in rows)
