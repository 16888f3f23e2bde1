"""Each role's main job with Tab, Enter, Space and the arrows alone; where the focus is can always be seen."""

import re
from pathlib import Path

import pytest
from playwright.sync_api import FileChooser, Locator, Page, expect

from accounts.tests.factories import PASSWORD
from tests.journeys import files
from tests.journeys.steps import PATIENCE, heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
MOST_STOPS = 150
# What is wrong with the focus as it stands, in words; nothing where it is seen.
FOCUS = """() => {
  const element = document.activeElement;
  if (!element || element === document.body) return "";
  const name = `${element.tagName} ${element.id || element.textContent.trim().slice(0, 40)}`;
  if (!element.matches(":focus-visible")) return "";
  const parts = [[element], [element, "::before"], [element, "::after"]];
  for (const label of element.labels ?? []) parts.push([label, "::before"], [label, "::after"]);
  const marked = parts.some(([part, pseudo]) => {
    const style = getComputedStyle(part, pseudo ?? null);
    const outlined = style.outlineStyle !== "none" && parseFloat(style.outlineWidth) > 0;
    return style.boxShadow !== "none" || (outlined && !/, 0\\)$/.test(style.outlineColor));
  });
  const ringed = [...element.querySelectorAll(".chart-ring")].some((ring) => ring.checkVisibility());
  if (!marked && !ringed) return `${name} has the focus and does not show it`;
  const boxes = [...element.getClientRects()].filter((box) => box.width > 1 && box.height > 1);
  const seen = boxes.some((box) =>
    [0.1, 0.5, 0.9].some((part) => {
      const x = box.left + box.width * part;
      const y = box.top + box.height * part;
      const top = document.elementFromPoint(x, y);
      return top && (element.contains(top) || top.contains(element) || [...(element.labels ?? [])].includes(top));
    }),
  );
  return seen ? "" : `${name} has the focus and is out of sight`;
}"""


def press(page: Page, key: str) -> None:
    page.keyboard.press(key)
    assert page.evaluate(FOCUS) == ""


def tab_to(page: Page, target: Locator) -> None:
    expect(target).to_be_attached()
    for _ in range(MOST_STOPS):
        if target.evaluate("element => element === document.activeElement"):
            return
        press(page, "Tab")
    pytest.fail(f"{target} is not reached by {MOST_STOPS} presses of Tab on {page.url}")


def follow(page: Page, target: Locator, title: str | re.Pattern[str]) -> None:
    tab_to(page, target)
    page.keyboard.press("Enter")
    expect(heading(page)).to_have_text(title, timeout=PATIENCE)


def sign_in(page: Page, address: str, email: str) -> None:
    page.goto(address + "/")
    tab_to(page, page.get_by_role("textbox", name="E-mail address"))
    page.keyboard.type(email)
    tab_to(page, page.get_by_role("textbox", name="Password"))
    page.keyboard.type(PASSWORD)
    page.keyboard.press("Enter")
    expect(heading(page)).to_contain_text("Good")


def skip_to_content(page: Page) -> None:
    """The first stop of every page leads past the header."""
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="Skip to main content")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_be_focused()


def open_chooser(page: Page, choosers: list[FileChooser]) -> FileChooser:
    """Enter on the file field. The browser without a window loses a chooser now and then; a person presses again."""
    for _ in range(3):
        page.keyboard.press("Enter")
        for _ in range(50):
            if choosers:
                return choosers[-1]
            page.wait_for_timeout(100)
    pytest.fail("Enter does not open the file field's chooser")


def test_an_administrator_imports_by_keyboard(portal, context, shared_dir, tmp_path):
    path = files.written(tmp_path / "december.csv", files.rows_of_lewisham(shared_dir, "DEC2018", practices=3))
    page = context.new_page()
    choosers: list[FileChooser] = []
    page.on("filechooser", lambda chooser: choosers.append(chooser))
    sign_in(page, portal.address, portal.people.administrator.email)

    follow(page, page.get_by_role("button", name="Import a file"), "Imports")
    skip_to_content(page)
    tab_to(page, page.get_by_label("File", exact=True))
    open_chooser(page, choosers).set_files(path)
    follow(page, page.get_by_role("button", name="Upload and check"), path.name)
    tab_to(page, page.get_by_role("button", name="Bring in 3 practices for December 2018"))
    page.keyboard.press("Enter")
    expect(page.get_by_text("Done. 3 practices scored")).to_be_visible(timeout=PATIENCE)


def test_a_facilitator_logs_a_visit_by_keyboard(london, context):
    page = context.new_page()
    sign_in(page, london.address, london.people.facilitator.email)

    follow(page, page.get_by_role("link", name="My caseload").first, "My caseload")
    log = page.get_by_role("link", name="Log a visit to HILLY FIELDS MEDICAL CENTRE")
    follow(page, log, re.compile("^Log a visit"))
    skip_to_content(page)
    tab_to(page, page.get_by_label("Date", exact=True))
    # The same in each order of day and month
    page.keyboard.type("12122018")
    for name in ("GP partner", "Website"):
        tab_to(page, page.get_by_role("checkbox", name=name))
        page.keyboard.press("Space")
        expect(page.get_by_role("checkbox", name=name)).to_be_checked()
    readiness = page.get_by_role("radio", name="4")
    tab_to(page, page.get_by_role("radio", name="1, not now"))
    for _ in range(3):
        page.keyboard.press("ArrowRight")
    expect(readiness).to_be_checked()
    tab_to(page, page.get_by_role("textbox", name="Note"))
    page.keyboard.type("The poster hangs by the door.")
    follow(page, page.get_by_role("button", name="Check and sign off", exact=True).last, "Check and sign off")
    tab_to(page, page.get_by_role("button", name="Sign off"))
    page.keyboard.press("Enter")
    expect(page.get_by_role("main")).to_contain_text("Signed off")


def test_tab_leads_through_the_sign_in_in_the_order_of_what_is_done(portal, page):
    page.goto(portal.address + "/")
    tab_to(page, page.get_by_role("textbox", name="E-mail address"))
    stops = []
    while "Forgot your password?" not in stops and len(stops) < 6:
        press(page, "Tab")
        stops.append(page.evaluate("(document.activeElement.labels?.[0] ?? document.activeElement).textContent.trim()"))

    assert stops == ["Password", "Show", "Sign in", "Forgot your password?"]


def test_a_lead_takes_away_a_list_of_practices_by_keyboard(london, context, tmp_path):
    page = context.new_page()
    sign_in(page, london.address, london.people.lead.email)

    navigation = page.get_by_role("navigation", name="Main")
    follow(page, navigation.get_by_role("link", name="Practices"), "Practices")
    skip_to_content(page)
    tab_to(page, page.get_by_label("CCG", exact=True))
    page.keyboard.type("Lewi")
    tab_to(page, page.get_by_label("Registration", exact=True))
    page.keyboard.type("Not")
    follow(page, page.get_by_role("button", name="Apply filters"), "Practices")
    expect(page.get_by_role("main")).to_contain_text("1 practice counted in Dec 2018")

    tab_to(page, page.get_by_role("link", name=re.compile("Export")))
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    path = tmp_path / "practices.csv"
    download.value.save_as(path)
    assert "KINGFISHER MEDICAL CENTRE" in Path(path).read_text(encoding="utf-8-sig")


def test_a_viewer_reads_london_by_keyboard(london, context):
    page = context.new_page()
    sign_in(page, london.address, london.people.viewer.email)

    follow(page, page.get_by_role("button", name="Open London"), "London")
    skip_to_content(page)
    table = page.locator(".chart--tiles").get_by_text("Show as a table")
    tab_to(page, page.get_by_role("link", name=re.compile("^Lewisham: 40.4%")).first)
    tab_to(page, table.locator("xpath=ancestor-or-self::summary"))
    page.keyboard.press("Enter")
    expect(page.locator(".chart--tiles").get_by_role("table")).to_be_visible()
    press(page, "Escape")
    ccgs = page.get_by_role("region", name="Table of CCGs").get_by_role("rowheader")
    follow(page, ccgs.get_by_role("link").first, re.compile("^NHS .* CCG$"))


def test_a_month_is_changed_and_a_chart_read_as_a_table_by_keyboard(london, context):
    page = context.new_page()
    sign_in(page, london.address, london.people.lead.email)
    page.goto(london.address + "/ccgs/08L/")

    tab_to(page, page.get_by_label("Month", exact=True))
    page.keyboard.type("Nov")
    tab_to(page, page.get_by_role("button", name="Show", exact=True))
    page.keyboard.press("Enter")
    expect(page).to_have_url(re.compile("month=2018-11"))
    expect(page).to_have_title(re.compile("Nov 2018"))
    skip_to_content(page)
    gap = page.locator("figure").filter(has_text="Where the gap is")
    tab_to(page, gap.locator("summary"))
    page.keyboard.press("Enter")

    table = gap.get_by_role("table")
    expect(table).to_be_visible()
    drawn = gap.locator("svg a").count()
    assert table.locator("tbody tr").count() >= drawn > 0
