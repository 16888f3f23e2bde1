"""Tables as a person meets them: close rows, all of them in sight, and the reader stays where they are."""

import re
from datetime import date

import pytest
from playwright.sync_api import Page, expect

from accounts.models import ScopeGrant
from tests.journeys import steps

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
TABLES = {
    "administrator": ("/london/", "/practices/", "/ccgs/08L/", "/people/", "/caseload/", "/imports/"),
    "facilitator": ("/visits/", "/actions/"),
}
# One line, a small line beneath it, and the space around them. A name too long for its column takes one more.
HIGHEST = 49
ROWS = """() => [...document.querySelectorAll("main .portal-scroll table")].filter((table) => table.checkVisibility())
  .map((table) => [...table.tBodies[0].rows].map((row) => row.getBoundingClientRect().height).sort((a, b) => a - b))
  .filter((heights) => heights.length)"""


def top_of(page: Page, selector: str) -> float:
    top: float = page.locator(selector).first.evaluate("element => element.getBoundingClientRect().top")
    return top


@pytest.mark.parametrize("role", TABLES)
def test_rows_are_close(london, context, role):
    page = london.page_of(context, role)

    for path in TABLES[role]:
        page.goto(london.address + path)
        for heights in page.evaluate(ROWS):
            assert heights[len(heights) // 2] <= HIGHEST, f"{path}: {heights}"


def test_dates_in_tables_stand_on_one_line(london, context):
    page = london.page_of(context, "facilitator", "/visits/")
    day = page.get_by_role("region", name="Made or cancelled").locator("time").first

    expect(day).to_have_text("3 Dec 2018")
    assert day.evaluate("element => element.getClientRects().length") == 1


def test_london_is_short_enough_to_be_read(london, context):
    page = london.page_of(context, "viewer", "/london/")

    assert page.evaluate("document.documentElement.scrollHeight") < 5_000
    # Nothing is lost: what is folded opens.
    rest = page.locator("#practices details", has_text=re.compile("The next"))
    rest.locator("summary").click()
    expect(rest.get_by_role("row").nth(1)).to_be_visible()


def test_tiles_line_up_and_break_no_figure(london, context):
    page = london.page_of(context, "viewer", "/london/")

    for part in (".portal-tile__value", ".portal-tile__state", ".portal-tile__facts", ".portal-tile"):
        tops = page.locator(f".portal-tiles {part}").evaluate_all(
            "all => [...new Set(all.map(element => Math.round(element.getBoundingClientRect().top)))]"
        )
        assert len(tops) == 1, part
    bottoms = page.locator(".portal-tiles .portal-tile").evaluate_all(
        "all => [...new Set(all.map(element => Math.round(element.getBoundingClientRect().bottom)))]"
    )
    assert len(bottoms) == 1
    lines = page.locator(".portal-tile__facts dd").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
    )
    assert max(lines) < 1.5


FIRST_LINES = """table => [...table.tHead.rows, ...table.tBodies[0].rows].slice(0, 5).map((row) =>
  [...row.cells].flatMap((cell) => {
    const range = document.createRange();
    const text = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT, (node) =>
      node.data.trim() && node.parentElement.checkVisibility() && !node.parentElement.closest("[aria-hidden]")
        ? NodeFilter.FILTER_ACCEPT : NodeFilter.FILTER_SKIP).nextNode();
    if (!text) return [];
    range.selectNodeContents(text);
    const box = range.getClientRects()[0];
    return [(box.top + box.bottom) / 2];
  }))"""


def test_the_words_of_a_row_stand_on_one_line(london, context):
    """Those of the body: names, states, figures and tags are of several sizes."""
    page = london.page_of(context, "facilitator")

    for path in ("/london/", "/visits/", "/practices/", "/actions/"):
        page.goto(london.address + path)
        for table in page.locator("main .portal-scroll table").all():
            if not table.is_visible():
                continue
            for middles in table.evaluate(FIRST_LINES)[1:]:
                assert max(middles) - min(middles) <= 3, f"{path}: {middles}"


def test_headings_that_sort_stand_on_the_line_of_the_others(london, context):
    page = london.page_of(context, "facilitator", "/visits/")

    table = page.get_by_role("region", name="Made or cancelled").locator("table")
    middles = table.evaluate(FIRST_LINES)[0]

    assert max(middles) - min(middles) <= 1, middles


def test_the_header_is_one_line_for_whoever_looks_after_two_ccgs(london, context):
    facilitator = london.people.facilitator
    ScopeGrant.objects.create(
        user=facilitator, ccg_code="08Q", ccg_name="NHS Southwark CCG", starts=date(2018, 1, 1), granted_by=facilitator
    )
    page = london.page_of(context, "facilitator")
    expect(page.locator(".portal-person")).to_contain_text("NHS Southwark CCG")

    name, out = page.locator(".portal-header__name"), page.get_by_role("button", name="Sign out")

    middle = "element => { const box = element.getBoundingClientRect(); return (box.top + box.bottom) / 2; }"
    assert abs(name.evaluate(middle) - out.evaluate(middle)) <= 2
    container = page.locator(".portal-header__bar").evaluate("element => element.getBoundingClientRect().right")
    assert out.evaluate("element => element.getBoundingClientRect().right") <= container


@pytest.mark.parametrize("scripts", [True, False])
def test_sorting_and_filtering_keep_the_place(london, browser, scripts):
    context = browser.new_context(java_script_enabled=scripts, viewport={"width": 1280, "height": 900})
    page = london.page_of(context, "viewer", "/ccgs/08L/")
    header = page.get_by_role("region", name="Table of practices").get_by_role("columnheader")

    header.get_by_role("link", name="Value").click()

    expect(page).to_have_url(re.compile(r"sort=-value.*#table$"))
    if scripts:
        assert 0 <= top_of(page, "#table") < 900
        expect(header.get_by_role("link", name="Value")).to_be_focused()
        expect(page.locator("#announcer")).to_contain_text("Sorted by Value, descending")
    page.get_by_text("Narrow the list").click()
    page.get_by_label("Name or ODS code").fill("medical")
    page.get_by_role("button", name="Apply filters").click()
    expect(page).to_have_url(re.compile(r"sort=-value.*#table$"))
    context.close()


def test_the_search_box_shows_all_of_its_hint(london, context):
    page = london.page_of(context, "viewer")

    room = (
        page.get_by_role("searchbox")
        .or_(page.get_by_role("combobox", name="Find a practice"))
        .first.evaluate(
            """input => {
          const style = getComputedStyle(input);
          const pen = document.createElement("canvas").getContext("2d");
          pen.font = `${style.fontSize} ${style.fontFamily}`;
          const inside = input.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
          return inside - pen.measureText(input.placeholder).width;
        }"""
        )
    )

    assert room >= 0


def test_a_practice_is_a_few_lines_on_a_telephone(london, context):
    page = london.page_of(context, "lead", "/ccgs/08L/")
    page.set_viewport_size({"width": 390, "height": 844})

    (heights,) = page.evaluate(ROWS)
    assert len(heights) <= 20
    assert heights[len(heights) // 2] <= 160
    assert page.evaluate("document.documentElement.scrollHeight") < 9_000
    assert steps.overflow(page) <= 0


def test_the_table_of_ccgs_sorts_by_keyboard_and_leaves_as_a_file(london, context, axe):
    page = london.page_of(context, "viewer", "/london/")
    table = page.get_by_role("region", name="Table of CCGs")
    value = table.get_by_role("columnheader").get_by_role("link", name="Value")
    value.focus()

    page.keyboard.press("Enter")

    expect(page).to_have_url(re.compile(r"areas_by=-value#areas$"))
    expect(value).to_be_focused()
    expect(page.locator("#announcer")).to_contain_text("Sorted by Value, descending")
    assert 0 <= top_of(page, "#areas") < 900
    axe(page)
    shares = table.locator('td[data-label="Value"]').all_inner_texts()
    found = [float(share.split("%")[0]) for share in shares]
    assert found == sorted(found, reverse=True)

    export = page.get_by_role("link", name="Export 32 as CSV")
    export.focus()
    with page.expect_download() as download:
        page.keyboard.press("Enter")
    lines = download.value.path().read_text("utf-8-sig").splitlines()
    assert lines[0].startswith("ODS code,CCG,State,Numerator")
    assert sum(line.startswith(("07", "08", "09")) for line in lines) == 32
