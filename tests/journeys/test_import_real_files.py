"""Publishers' real files at the import desk, each with something that a person has to see, answer or say."""

import re
import shutil

import pytest
from playwright.sync_api import Page, expect

from practices.models import Import, MonthlyFigures
from tests.journeys import steps
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
WIDTHS = ((390, 800), (1280, 900))
OPEN_ALL = "document.querySelectorAll('details').forEach(each => each.open = true)"


def main(page: Page):
    return page.get_by_role("main")


def at_both_widths(page: Page, axe) -> None:
    """Whatever can be opened is open: nothing is wider than the window, and axe finds nothing."""
    for width, height in WIDTHS:
        page.set_viewport_size({"width": width, "height": height})
        page.evaluate(OPEN_ALL)
        assert steps.overflow(page) <= 0, f"{page.url} at {width}"
        axe(page)


def test_a_wide_file_of_april_2015_asks_for_its_service_and_comes_in_unscored(
    portal, context, axe, shared_dir, tmp_path
):
    # The file bears the name under which it was found, which says nothing of appointments.
    path = tmp_path / "test-pomi.csv"
    shutil.copyfile(shared_dir / "data/real/BOOK_CANCEL_APPOINTMENTS_POMI_2015-04_london_rows.csv", path)
    page = portal.page_of(context, "administrator", "/imports/")
    steps.upload(page, portal.address, path)
    expect(page.locator(".nhsuk-tag").first).to_have_text("Waiting for an answer")
    at_both_widths(page, axe)

    page.get_by_role("button", name="Go on").click()
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("alert").get_by_role("link", name="Choose the service that the file is about.").click()
    expect(page.get_by_label("Which service is test-pomi.csv about?")).to_be_focused()
    axe(page)
    page.get_by_label("Which service is test-pomi.csv about?").select_option(label="Appointments")
    page.get_by_role("button", name="Go on").click(timeout=steps.PATIENCE)

    expect(main(page)).to_contain_text("No rule is in force in Apr 2015: these figures are kept and shown, not scored.")
    at_both_widths(page, axe)
    steps.confirm(page, "Bring in 22 practices for April 2015")
    expect(main(page)).to_contain_text("The figures of 22 practices are kept and shown, not scored.")
    axe(page)
    assert Import.objects.count() == 1
    assert MonthlyFigures.objects.live().count() == 22
    page.goto(f"{portal.address}/practices/F85045/")
    expect(heading(page)).to_contain_text("QUEENS AVENUE PRACTICE")


def test_what_many_practices_share_is_one_line_and_one_reason(portal, context, axe, shared_dir):
    real = shared_dir / "data/real"
    page = portal.page_of(context, "administrator", "/imports/")
    steps.upload(page, portal.address, real / "POMI_LONDON_31MAR2020_long12_RECONSTRUCTED.csv")
    steps.confirm(page, "Bring in 1,215 practices for March 2020")
    steps.upload(page, portal.address, real / "POMI_LONDON_30APR2020_long12_RECONSTRUCTED.csv")

    group = "Function no longer enabled: 218 of 1,213 practices in Apr 2020"
    expect(page.get_by_text(group, exact=True)).to_be_visible()
    at_both_widths(page, axe)
    with page.expect_download() as download:
        page.get_by_role("link", name=re.compile("of this kind.*Function no longer enabled")).click()
    assert len(download.value.path().read_text().splitlines()) == 223

    page.get_by_role("button", name="Bring in 1,213 practices for April 2020").click()
    steps.error_summary_leads_to(page, "Say why.", "Why it is right all the same")
    page.get_by_role("textbox").fill("Appointments online were switched off in the pandemic, and CCGs merged.")
    steps.confirm(page, "Bring in 1,213 practices for April 2020")
    axe(page)

    # Saved again in another order the month changes nothing, and nothing is offered to confirm.
    april = (real / "POMI_LONDON_30APR2020_long12_RECONSTRUCTED.csv").read_text().splitlines(keepends=True)
    again = download.value.path().with_name("again.csv")
    again.write_text(april[0] + "".join(reversed(april[1:])))
    steps.upload(page, portal.address, again)
    expect(main(page)).to_contain_text("Nothing would change")
    expect(page.get_by_role("button", name=re.compile("^Bring in"))).to_have_count(0)
    at_both_widths(page, axe)
    page.get_by_role("button", name="Close this import").click()
    expect(page.locator(".nhsuk-tag").first).to_have_text("Cancelled")


def test_the_register_shows_what_would_change(portal, context, axe, shared_dir):
    page = portal.page_of(context, "administrator", "/imports/")
    steps.upload(page, portal.address, shared_dir / "data/ods/epraccur_london_2019-10.csv")
    changes = page.get_by_role("region", name="Changes of the register")
    expect(main(page)).to_contain_text("The first 100 lines of 3,008 changes")
    expect(changes.get_by_role("columnheader", name="Old")).to_be_attached()
    at_both_widths(page, axe)
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all changes (CSV)").click()
    assert len(download.value.path().read_text().splitlines()) > 3008


def test_a_file_whose_rows_are_all_refused_has_its_page(portal, context, axe, shared_dir, tmp_path):
    lines = (shared_dir / "data/pomi/london_2018-04.csv").read_text().splitlines(keepends=True)[:27]
    path = tmp_path / "half_saved.csv"
    path.write_text(lines[0] + "".join(line.rstrip("\r\n") + "x\n" for line in lines[1:]))
    page = portal.page_of(context, "administrator", "/imports/")
    steps.upload(page, portal.address, path)
    expect(main(page).get_by_role("alert")).to_contain_text("each is refused")
    expect(page.get_by_role("region", name="Refused rows").first).to_be_visible()
    at_both_widths(page, axe)
