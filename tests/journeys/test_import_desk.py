"""The import desk on real lines: refused, mended, undone, disputed, kept apart from what is made up."""

import re

import pytest
from playwright.sync_api import Page, expect

from core.models import PortalState
from practices.models import MonthlyFigures
from tests.journeys import files, steps
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
HEADINGS = "practice,postcode,telephone\nHILLY FIELDS MEDICAL CENTRE,SE4 1QE,none\n"


def main(page: Page):
    return page.get_by_role("main")


def test_an_unknown_file_is_refused_in_words(portal, context, axe, tmp_path):
    page = portal.page_of(context, "administrator", "/imports/")
    page.get_by_role("button", name="Upload and check").click()
    expect(page).to_have_title(re.compile("^Error: "))
    axe(page)
    page.get_by_role("alert").get_by_role("link", name="Choose a file to import.").click()
    expect(page.get_by_label("File", exact=True)).to_be_focused()

    unknown = tmp_path / "telephones.csv"
    unknown.write_text(HEADINGS)
    steps.upload(page, portal.address, unknown)

    expect(main(page).get_by_role("alert")).to_contain_text("telephone")
    expect(main(page)).to_contain_text("Refused")
    expect(page.get_by_role("button", name=re.compile("^Bring in"))).to_have_count(0)
    axe(page)


def test_refused_rows_are_listed_mended_and_brought_in(portal, context, axe, shared_dir, tmp_path):
    rows = files.rows_of_lewisham(shared_dir, "DEC2018", practices=6)
    first, second = sorted({row["practice_code"] for row in rows})[:2]
    damage = {f"{first}__patient_list_size": lambda value: "n/a", f"{second}__Total_Pat_Enbld": lambda value: "-5"}
    broken = files.written(tmp_path / "december.csv", files.damaged(rows, **damage))
    page = portal.page_of(context, "administrator", "/imports/")

    steps.upload(page, portal.address, broken)
    refused = page.get_by_role("region", name="Refused rows").first
    for code, field in ((first, "patient_list_size"), (second, "Total_Pat_Enbld")):
        number = 2 + next(i for i, row in enumerate(rows) if (row["practice_code"], row["field"]) == (code, field))
        line = refused.get_by_role("row").filter(has=page.get_by_role("cell", name=f"{number}", exact=True))
        expect(line).to_contain_text("value")
    axe(page)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows to mend (CSV)").click()
    download.value.save_as(tmp_path / "to_mend.csv")
    steps.confirm(page, "Bring in 4 practices for December 2018")

    # Each practice with a refused row was held back whole; mended, it comes in whole.
    to_mend = files.read(tmp_path / "to_mend.csv")
    assert {row["practice_code"] for row in to_mend} == {first, second}
    mended = files.written(tmp_path / "mended.csv", when_the_rows_are_mended(to_mend, rows))
    steps.upload(page, portal.address, mended)
    expect(page.get_by_role("region", name="Refused rows")).to_have_count(0)
    steps.confirm(page, "Bring in 2 practices for December 2018")

    assert MonthlyFigures.objects.live().count() == 6


def when_the_rows_are_mended(to_mend: list[files.Row], published: list[files.Row]) -> list[files.Row]:
    right = {(row["practice_code"], row["field"]): row["value"] for row in published}
    columns = list(published[0])
    return [
        {name: row[name] for name in columns} | {"value": right[row["practice_code"], row["field"]]} for row in to_mend
    ]


def test_an_import_comes_in_once_and_is_undone(portal, context, axe, shared_dir, tmp_path):
    rows = files.rows_of_lewisham(shared_dir, "DEC2018")
    path = files.written(tmp_path / "lewisham.csv", rows)
    page = portal.page_of(context, "administrator", "/imports/")
    steps.upload(page, portal.address, path)
    steps.confirm(page, "Bring in 37 practices for December 2018")
    first = page.url

    # The same file again changes nothing.
    steps.upload(page, portal.address, path)
    expect(main(page)).to_contain_text(re.compile("This file was already imported on .* by Ada .*: nothing to do."))
    axe(page)
    assert MonthlyFigures.objects.live().count() == 37

    page.goto(first)
    undo = page.get_by_role("region", name="Undo this import")
    undo.get_by_role("button", name="Undo this import").click()
    steps.error_summary_leads_to(page, "Say why.", "Reason")
    axe(page)
    page.get_by_role("textbox", name="Reason").fill("The publisher sent a corrected file.")
    page.get_by_role("button", name="Undo this import").click(timeout=steps.PATIENCE)
    expect(page.locator(".nhsuk-tag").first).to_have_text("Undone", timeout=steps.PATIENCE)
    axe(page)
    assert MonthlyFigures.objects.live().count() == 0
    page.goto(portal.address + "/ccgs/08L/")
    expect(page.locator(".portal-empty").first).to_be_visible()


def test_a_disputed_figure_stays_beside_the_published_one_until_it_is_settled(london, context, axe):
    page = london.page_of(context, "lead", "/practices/G85055/?month=2018-12")
    row = page.get_by_role("article", name="Registration")
    row.get_by_text("Trend, source and definition").click()
    row.get_by_role("link", name="This number is wrong").click()
    expect(heading(page)).to_contain_text("This number is wrong")
    axe(page)
    page.get_by_role("button", name="Put it beside the figure").click()
    steps.error_summary_leads_to(page, re.compile("."), "What is wrong with it")
    page.get_by_label("Which figure").select_option(label="Patients registered for at least one online service")
    page.get_by_label("The practice’s own figure").fill("8400")
    page.get_by_role("textbox", name="What is wrong with it").fill("Counted on 31 December in the system itself.")
    page.get_by_role("button", name="Put it beside the figure").click()

    page.goto(f"{london.address}/practices/G85055/?month=2018-12")
    expect(main(page)).to_contain_text("8,215 as published, 8,400 as the practice says")
    expect(page.get_by_role("article", name="Registration")).to_contain_text("8,215 of 12,086")
    axe(page)

    page = london.page_of(context, "administrator", "/data-quality/?kind=disputed")
    page.get_by_role("row").filter(has_text="HILLY FIELDS").get_by_role("link").last.click()
    expect(main(page)).to_contain_text("8,215")
    expect(main(page)).to_contain_text("8,400")
    page.get_by_label("Settle").check()
    page.get_by_role("textbox", name="Reason").fill("The practice counted accounts that were closed.")
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("1 doubt settled.")).to_be_visible()

    page.goto(f"{london.address}/practices/G85055/?month=2018-12")
    expect(page.locator(".portal-message--warning")).to_have_count(0)


def test_real_and_illustrative_figures_never_mix(portal, context, axe, shared_dir, tmp_path):
    PortalState.objects.update_or_create(pk=PortalState.current().pk, defaults={"illustrative": True})
    path = files.written(tmp_path / "december.csv", files.rows_of_lewisham(shared_dir, "DEC2018", practices=3))
    page = portal.page_of(context, "administrator", "/imports/")
    expect(page.get_by_role("complementary", name="About these data")).to_contain_text("Illustrative data, made up")
    axe(page)

    steps.upload(page, portal.address, path)
    expect(main(page).get_by_role("alert")).to_contain_text("real figures never mix with them")
    expect(page.get_by_role("button", name=re.compile("^Bring in"))).to_have_count(0)

    page.get_by_role("link", name="Clear the illustrative data").click()
    expect(heading(page)).to_have_text("Clear the illustrative data?")
    axe(page)
    main(page).get_by_role("button", name="Clear the illustrative data").click()
    expect(page.get_by_role("complementary", name="About these data")).to_have_count(0)
    steps.upload(page, portal.address, path)
    steps.confirm(page, "Bring in 3 practices for December 2018")
