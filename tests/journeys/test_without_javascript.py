"""The main jobs where scripts do not run: an old browser, a strict network, a script that failed."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import files, steps
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def plain(new_context, watch) -> Page:
    """A page in a browser that runs no scripts."""
    context = new_context(java_script_enabled=False)
    context.set_default_timeout(30_000)
    context.on("page", watch.follow)
    return context.new_page()


def test_an_administrator_imports_without_scripts(portal, plain, shared_dir, tmp_path):
    path = files.written(tmp_path / "december.csv", files.rows_of_lewisham(shared_dir, "DEC2018", practices=3))
    steps.sign_in(plain, portal.address, portal.people.administrator)

    plain.get_by_role("button", name="Import a file").click()
    plain.get_by_role("button", name="Upload and check").click()
    expect(plain).to_have_title(re.compile("^Error: "))
    steps.upload(plain, portal.address, path)
    steps.confirm(plain, "Bring in 3 practices for December 2018")


def test_a_lead_reads_the_dashboard_and_has_a_report_made_without_scripts(london, plain):
    steps.sign_in(plain, london.address, london.people.lead)

    plain.get_by_role("button", name="Open the dashboard").click()
    plain.get_by_label("Month", exact=True).select_option("2018-11")
    plain.get_by_role("button", name="Show", exact=True).click()
    expect(plain).to_have_url(re.compile("month=2018-11"))
    expect(heading(plain)).to_have_text("NHS Lewisham CCG")
    plain.get_by_text("Narrow the list").first.click()
    narrowing = plain.get_by_role("search", name="Narrow the list of practices")
    narrowing.get_by_role("combobox").first.select_option(index=1)
    narrowing.get_by_role("button", name="Apply filters").click()
    expect(plain.get_by_text(re.compile(r"\d+ of 3\d shown"))).to_be_visible()

    plain.goto(f"{london.address}/reports/")
    plain.get_by_label("Make the report of Lewisham, Dec 2018").check()
    plain.get_by_role("button", name="Make reports").click()
    expect(heading(plain)).to_have_text("Lewisham, December 2018")
    expect(plain.get_by_role("link", name=re.compile("Download PDF"))).to_be_visible()


def test_a_facilitator_logs_a_visit_without_scripts(london, plain):
    steps.sign_in(plain, london.address, london.people.facilitator)

    plain.goto(f"{london.address}/practices/G85020/visits/new/")
    plain.get_by_label("Date", exact=True).fill("2018-12-12")
    plain.get_by_label("Practice manager", exact=True).check()
    plain.get_by_label("What is to be done").fill("Put a line on the phone message")
    plain.get_by_role("button", name="Add another action").click()
    expect(plain.get_by_label("What is to be done")).to_have_count(2)
    expect(plain.get_by_label("What is to be done").first).to_have_value("Put a line on the phone message")
    plain.get_by_label("Posters").check()
    plain.get_by_role("textbox", name="Note").fill("Mrs Example of 12 Example Street complained.")
    plain.get_by_role("button", name="Save", exact=True).click()
    expect(plain).to_have_title(re.compile("^Error: "))
    plain.get_by_role("textbox", name="Note").fill("The poster hangs by the door.")
    plain.get_by_role("button", name="Check and sign off", exact=True).click()
    plain.get_by_role("button", name="Sign off").click()
    expect(plain.get_by_role("main")).to_contain_text("Signed off")
