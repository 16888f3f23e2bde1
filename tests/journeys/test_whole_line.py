"""From the publisher's file to the committee's paper, on the real nine months of London."""

import io
import json
import re
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.core.management import call_command
from playwright.sync_api import Page, expect

from core import jobs
from core.models import Job
from core.wording import count
from reports.services import MAKE
from tests.journeys import steps
from tests.journeys.files import NINE_MONTHS
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
DECEMBER = "?month=2018-12"
PRACTICE = "/practices/G85055/"
# Made up: numbers from 999 belong to nobody.
NHS_NUMBER = "999 028 2900"


def test_from_the_publishers_file_to_the_committees_paper(portal, context, axe, shared_dir, settings, tmp_path):
    page = context.new_page()
    address = portal.address

    steps.sign_in(page, address, portal.people.administrator)
    when_the_nine_months_are_imported(page, address, shared_dir / NINE_MONTHS, axe)
    then_london_shows_the_published_figures(page, address, axe)
    given_practices_for_the_facilitator(page, address)
    sign_out(page)

    steps.sign_in(page, address, portal.people.lead)
    then_the_dashboard_holds_what_the_command_prints(page, address, axe)
    then_a_number_leads_to_its_file_and_row(page, axe)
    then_ecommunication_is(page, address, "No data")
    sign_out(page)

    steps.sign_in(page, address, portal.people.facilitator)
    when_a_visit_is_logged(page, axe)
    then_ecommunication_is(page, address, "Met")
    sign_out(page)

    steps.sign_in(page, address, portal.people.lead)
    settings.JOBS_INLINE = False
    when_the_boroughs_report_is_asked_for(page, address, axe)
    then_it_can_be_read_and_downloaded(page, axe, tmp_path)
    sign_out(page)

    steps.sign_in(page, address, portal.people.administrator)
    then_the_audit_tells_it_all(page, address, axe)


def sign_out(page: Page) -> None:
    page.get_by_role("button", name="Sign out").click()
    expect(heading(page)).to_have_text("Sign in")


def when_the_nine_months_are_imported(page: Page, address: str, path: Path, axe: steps.Check) -> None:
    page.get_by_role("link", name="Import a file").click()
    expect(heading(page)).to_have_text("Imports")
    axe(page)
    steps.upload(page, address, path)

    main = page.get_by_role("main")
    expect(main).to_contain_text("This is POMI, long format, London, 9 months from Apr 2018 to Dec 2018, 146,770 rows.")
    expect(main.locator(".portal-stat", has_text="New")).to_contain_text("11,290")
    axe(page)

    steps.confirm(page, "Bring in 1,275 practices for 9 months from Apr 2018 to Dec 2018")
    expect(main).to_contain_text("Done. 1,275 practices scored")


def then_london_shows_the_published_figures(page: Page, address: str, axe: steps.Check) -> None:
    """The figures of the programme's description, computed from the same files by other means."""
    page.goto(f"{address}/london/")
    expect(page.get_by_label("Month", exact=True)).to_have_value("2018-12")
    tile = registration_tile(page)
    for words in ("30.1%", "2,968,678 of 9,851,061", "833 of 1,241", "175,591 patients", "1,241 of 1,242 practices"):
        expect(tile).to_contain_text(words)
    expect(tile_of(page, "Detailed coded record")).to_contain_text("1,211 of 1,241")
    axe(page)

    page.get_by_label("Month", exact=True).select_option("2018-04")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(page).to_have_url(re.compile("month=2018-04"))
    for words in ("27.9%", "2,703,869 of 9,701,738", "749 of 1,269", "218,850 patients", "1,269 of 1,270 practices"):
        expect(registration_tile(page)).to_contain_text(words)
    expect(tile_of(page, "Detailed coded record")).to_contain_text("1,236 of 1,269")


def tile_of(page: Page, title: str) -> Any:
    return page.get_by_role("article").filter(has=page.get_by_role("link", name=re.compile(f"^{title}")))


def registration_tile(page: Page) -> Any:
    return tile_of(page, "Registration")


def given_practices_for_the_facilitator(page: Page, address: str) -> None:
    page.goto(f"{address}/caseload/give/")
    page.get_by_label("Facilitator").select_option(label="Femi Facilitator")
    page.get_by_label("Practices, by ODS code").fill("G85055, G85020")
    page.get_by_label("From").fill("2018-04-01")
    page.get_by_role("button", name="Give").click()
    expect(page.get_by_text("2 practices given to Femi Facilitator.")).to_be_visible()


def then_the_dashboard_holds_what_the_command_prints(page: Page, address: str, axe: steps.Check) -> None:
    expect(page.get_by_role("main")).to_contain_text("36 of 37 practices meet the 20% registration target")
    axe(page)
    page.get_by_role("button", name="Open the dashboard").click()
    expect(heading(page)).to_have_text("NHS Lewisham CCG")
    axe(page)

    printed = io.StringIO()
    call_command("scores", "--area", "08L", "--month", "2018-12", "--json", stdout=printed)
    targets = json.loads(printed.getvalue())["targets"]
    own = targets["registration"]
    judged = own["met"] + own["not_met"]
    tile = registration_tile(page)
    expect(tile).to_contain_text(f"{count(own['numerator'])} of {count(own['denominator'])}")
    expect(tile).to_contain_text(f"{own['met']} of {judged} practices meet it")
    expect(tile).to_contain_text(f"{count(own['shortfall'])} patients")
    expect(tile).to_contain_text(f"{own['reported']} of {own['practices']} practices")
    assert (own["practices"], own["met"]) == (37, 36)
    expect(tile_of(page, "Utilisation")).to_contain_text("No data")


def then_a_number_leads_to_its_file_and_row(page: Page, axe: steps.Check) -> None:
    page.get_by_role("table").get_by_role("link", name="HILLY FIELDS MEDICAL CENTRE").first.click()
    expect(heading(page)).to_have_text("HILLY FIELDS MEDICAL CENTRE")
    row = page.get_by_role("article", name="Registration")
    expect(row).to_contain_text("8,215 of 12,086")
    row.get_by_text("Trend, source and definition").click()
    expect(row).to_contain_text(re.compile(r"file POMI_LONDON_31DEC2018\.csv, rows 10,768 and 10,778"))
    axe(page)


def then_ecommunication_is(page: Page, address: str, state: str) -> None:
    page.goto(f"{address}{PRACTICE}{DECEMBER}")
    row = page.get_by_role("article", name="E-communication")
    expect(row.locator(".portal-state__words").first).to_have_text(re.compile(f"^{state}"))


def when_a_visit_is_logged(page: Page, axe: steps.Check) -> None:
    page.get_by_role("link", name="My caseload").first.click()
    axe(page)
    page.get_by_role("link", name="Log a visit to HILLY FIELDS MEDICAL CENTRE").click()
    expect(heading(page)).to_contain_text("Log a visit")
    axe(page)

    page.get_by_label("Date", exact=True).fill("2018-12-12")
    page.get_by_label("Practice manager", exact=True).check()
    page.get_by_label("Website").check()
    page.get_by_label("What is to be done").fill("Text every patient of 16 and over who has no account")
    page.get_by_role("textbox", name="Note").fill(f"Their patient {NHS_NUMBER} could not sign in.")
    page.get_by_role("button", name="Save", exact=True).click()

    axe(page)
    steps.error_summary_leads_to(page, re.compile("looks like an NHS number"), "Note")
    page.get_by_role("textbox", name="Note").fill("A patient could not sign in; reception now prints the letter again.")
    page.get_by_role("button", name="Check and sign off", exact=True).click()

    expect(heading(page)).to_have_text("Check and sign off")
    expect(page.get_by_role("main")).to_contain_text("12 December 2018")
    axe(page)
    page.get_by_role("button", name="Sign off").click()
    expect(page.get_by_role("main")).to_contain_text("Signed off")
    expect(page.get_by_role("main")).not_to_contain_text(NHS_NUMBER)
    axe(page)


def when_the_boroughs_report_is_asked_for(page: Page, address: str, axe: steps.Check) -> None:
    page.goto(f"{address}/reports/")
    axe(page)
    page.get_by_label("Make the report of Lewisham, Dec 2018").check()
    page.get_by_role("button", name="Make reports").click()
    expect(page.get_by_role("progressbar").first).to_be_visible()
    axe(page)

    (job,) = Job.objects.filter(kind=MAKE)
    jobs.run(job.pk)

    # The page asks again by itself.
    expect(page.get_by_role("progressbar")).to_have_count(0, timeout=steps.PATIENCE)


def then_it_can_be_read_and_downloaded(page: Page, axe: steps.Check, folder: Path) -> None:
    expect(heading(page)).to_have_text("Lewisham, December 2018")
    expect(page.get_by_role("main")).to_contain_text("36 of 37 practices")
    axe(page)

    pdf = downloaded(page, "PDF", folder)
    assert pdf.read_bytes().startswith(b"%PDF-")
    workbook = openpyxl.load_workbook(downloaded(page, "Excel", folder), read_only=True)
    cells = {cell for sheet in workbook for row in sheet.iter_rows(values_only=True) for cell in row}
    workbook.close()
    assert {"HILLY FIELDS MEDICAL CENTRE", 8215, 12086} <= cells


def downloaded(page: Page, name: str, folder: Path) -> Path:
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile(f"Download {name}")).click()
    path = folder / download.value.suggested_filename
    download.value.save_as(path)
    return path


def then_the_audit_tells_it_all(page: Page, address: str, axe: steps.Check) -> None:
    page.get_by_role("link", name="People and audit").click()
    page.get_by_role("link", name="Audit", exact=True).click()
    expect(heading(page)).to_have_text("Audit")
    axe(page)
    table = page.get_by_role("table")
    for who, verb in (
        ("administrator@portal.example", "uploaded"),
        ("administrator@portal.example", "brought in"),
        ("administrator@portal.example", "gave"),
        ("facilitator@portal.example", "signed off"),
        ("lead@portal.example", "downloaded"),
        ("lead@portal.example", "signed in"),
    ):
        page.goto(f"{address}/audit/")
        page.get_by_label("Who").fill(who)
        page.get_by_label("What was done").fill(verb)
        page.get_by_role("button", name="Show", exact=True).click()
        expect(table.get_by_role("row").nth(1)).to_contain_text(verb)
