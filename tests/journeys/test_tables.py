"""Tables as a person meets them: close rows, all of them in sight, and the reader stays where they are."""

import re

import pytest
from playwright.sync_api import Page, expect

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
    lines = page.locator(".portal-tile__facts dd").evaluate_all(
        "all => all.map((one) => one.getBoundingClientRect().height / parseFloat(getComputedStyle(one).lineHeight))"
    )
    assert max(lines) < 1.5


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
