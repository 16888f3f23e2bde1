"""Charts in Chromium, under the portal's own content security policy."""

import pytest
from playwright.sync_api import Page, expect

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True), pytest.mark.urls("tests.chart_pages")]
KINDS = ("line", "strip", "bars", "tiles", "steps", "sparkline")


def given_the_page_of_charts(page: Page, live_server, width: int = 1280) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.goto(f"{live_server.url}/charts-on-show/")


@pytest.mark.parametrize("width", [1280, 390])
def test_every_kind_passes_axe_and_fits_the_page(page, live_server, axe, width):
    given_the_page_of_charts(page, live_server, width)

    for summary in page.locator("summary").all():
        summary.click()

    axe(page)
    assert page.evaluate("document.documentElement.scrollWidth") <= width


def test_type_in_the_drawings_can_be_read_on_a_telephone(page, live_server):
    given_the_page_of_charts(page, live_server, 390)

    smallest = page.evaluate(
        """() => Math.min(...[...document.querySelectorAll(".chart__svg text")].map((text) => {
             const svg = text.ownerSVGElement;
             const shrunk = svg.getBoundingClientRect().width / svg.viewBox.baseVal.width;
             return parseFloat(getComputedStyle(text).fontSize) * shrunk;
           }))"""
    )

    assert smallest >= 10.5


def test_words_of_a_drawing_do_not_run_into_one_another(page, live_server):
    given_the_page_of_charts(page, live_server)

    clashes = page.evaluate(
        """() => [...document.querySelectorAll(".chart__svg")].flatMap((svg) => {
             const texts = [...svg.querySelectorAll("text")];
             const words = texts.map((text) => [text.textContent, text.getBoundingClientRect()]);
             return words.flatMap(([one, a], place) => words.slice(place + 1)
               .filter(([, b]) => a.left < b.right && b.left < a.right && a.top + 4 < b.bottom && b.top + 4 < a.bottom)
               .map(([other]) => `${one} / ${other}`));
           })"""
    )

    assert clashes == []


def test_a_dot_is_named_on_hover_and_on_focus_and_escape_puts_the_name_away(page, live_server):
    given_the_page_of_charts(page, live_server)
    strip = page.locator(".chart--strip")
    dot = strip.get_by_role("link", name="Surgery 1: 12.0%, Not met, 1 of 10")
    tip = strip.locator(".chart__tip")

    dot.focus()
    expect(tip).to_have_text("Surgery 1: 12.0%, Not met, 1 of 10")
    page.keyboard.press("Escape")
    expect(tip).to_be_hidden()

    strip.get_by_role("link", name="Surgery 2:").hover()
    expect(tip).to_have_text("Surgery 2: 20.4%, Met, within margin, 2 of 10")


def test_the_focus_ring_is_seen(page, live_server):
    given_the_page_of_charts(page, live_server)
    for kind in ("strip", "bars", "tiles"):
        link = page.locator(f".chart--{kind} svg a").first
        expect(link.locator(".chart-ring").last).to_be_hidden()
        page.keyboard.press("Tab")
        link.focus()
        expect(link.locator(".chart-ring").last).to_be_visible()


@pytest.mark.parametrize("kind", KINDS)
def test_the_interactive_view_opens_when_asked_and_goes_back(page, live_server, kind):
    given_the_page_of_charts(page, live_server)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    figure = page.locator(f".chart--{kind}")
    button = figure.get_by_role("button", name="Explore (interactive)")
    assert not any("plotly" in url for url in asked)

    button.click()

    plot = figure.locator("[data-chart-interactive]")
    expect(plot.locator("svg.main-svg").first).to_be_visible(timeout=60_000)
    expect(figure.locator("[data-chart-drawing]")).to_be_hidden()
    back = figure.get_by_role("button", name="Back to the plain chart")
    expect(back).to_be_focused()
    back.click()
    expect(figure.locator("[data-chart-drawing] svg")).to_be_visible()
    expect(plot).to_be_hidden()


def test_a_lost_library_leaves_the_plain_chart(page, live_server, watch):
    given_the_page_of_charts(page, live_server)
    page.route("**/plotly.min.js", lambda route: route.abort())
    figure = page.locator(".chart--line")

    figure.get_by_role("button", name="Explore (interactive)").click()

    expect(figure.get_by_role("status")).to_contain_text("could not be loaded")
    expect(figure.locator("[data-chart-drawing] svg")).to_be_visible()
    watch.faults = [fault for fault in watch.faults if "ERR_FAILED" not in fault]


def test_without_javascript_the_drawing_and_the_table_are_there(new_context, live_server):
    page = new_context(java_script_enabled=False).new_page()
    page.goto(f"{live_server.url}/charts-on-show/")

    expect(page.locator(".chart__svg, .chart__spark")).to_have_count(len(KINDS))
    expect(page.get_by_role("button", name="Explore (interactive)")).to_have_count(0)
    page.locator(".chart--strip summary").click()
    expect(page.locator(".chart--strip table").get_by_role("link", name="Surgery 0")).to_be_visible()


def test_forced_colours_keep_shapes_and_words(new_context, live_server):
    page = new_context(forced_colors="active").new_page()
    page.goto(f"{live_server.url}/charts-on-show/")

    colour = "(part) => getComputedStyle(part).fill"
    words = page.locator(".chart--line svg text").first.evaluate(colour)
    hollow = page.locator(".chart--strip .chart-hollow").first.evaluate(colour)

    assert words != hollow
