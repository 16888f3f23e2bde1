"""Every main page as every role sees it: sound by axe, and never wider than its window."""

import re

import pytest
from playwright.sync_api import Page, expect

from tests.journeys import steps
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]

LEWISHAM = ("/ccgs/08L/", "/boroughs/lewisham/")
# By role; a name without a slash is one of the portal's things.
PAGES = {
    "administrator": (
        *("/", "/london/", "/stps/QKK/", "/practices/", "/imports/", "import", "/data-quality/", "doubt"),
        *("/data-quality/supplier-questions/", "/data-dictionary/", "/practices/G85055/register/", "/register/new/"),
        *("/people/", "/people/invite/", "/audit/", "/caseload/", "/caseload/give/", "/reports/", "/account/"),
    ),
    "facilitator": (
        *("/", "/caseload/", "/visits/", "visit", "/visits/new/", "/practices/G85055/visits/new/"),
        *("/practices/G85055/visits/plan/", "/practices/G85055/pack/", "/practices/G85055/return/"),
        *("/actions/", "action", "practice"),
    ),
    "lead": ("/", *LEWISHAM, "practice", "/practices/G85055/dispute/", "/visits/", "/actions/", "/reports/", "report"),
    "viewer": ("/", "/london/?target=dcr", "practice", "/reports/", "/guide/", "/guide/registration/", "/targets/"),
}
# Two a role are looked at by axe on a telephone too: it is what takes the time.
ON_A_TELEPHONE = {
    "administrator": ("/imports/", "/data-quality/"),
    "facilitator": ("/", "/practices/G85055/visits/new/"),
    "lead": ("/ccgs/08L/", "practice"),
    "viewer": ("/london/?target=dcr", "/guide/registration/"),
}


def go(page: Page, portal, name: str) -> None:
    response = page.goto(portal.address + portal.things.get(name, name))
    assert response is not None
    assert response.status == 200, name
    expect(heading(page)).to_have_count(1)


@pytest.mark.parametrize("role", PAGES)
def test_every_page_is_sound_and_fits(london, context, axe, role):
    page = london.page_of(context, role)

    for name in PAGES[role]:
        go(page, london, name)
        axe(page)
        then_no_table_is_cut(page, name)
        then_it_fits_the_telephone(page, name)
        if name in ON_A_TELEPHONE[role]:
            axe(page)
        then_it_fits_with_larger_type(page, name)


def then_no_table_is_cut(page: Page, name: str) -> None:
    wider = "all => all.filter(region => region.scrollWidth > region.clientWidth + 1).map(region => region.ariaLabel)"
    assert page.locator(".portal-scroll").evaluate_all(wider) == [], f"{name} has tables wider than a desktop's page"


def then_it_fits_the_telephone(page: Page, name: str) -> None:
    page.set_viewport_size({"width": 390, "height": 844})
    assert steps.overflow(page) <= 0, f"{name} is wider than 390 px"


def then_it_fits_with_larger_type(page: Page, name: str) -> None:
    """As somebody reads it who has told the browser to double the type: all sizes are in rem."""
    page.set_viewport_size({"width": 1280, "height": 900})
    page.evaluate("document.documentElement.style.fontSize = '200%'")
    # Words that only screen readers get may reach a pixel over the edge.
    assert steps.overflow(page) <= 1, f"{name} does not fit with type at 200%"


def test_not_found_and_forbidden_are_pages_of_the_portal(london, context, axe):
    page = london.page_of(context, "viewer", "/no-such-page/")
    expect(heading(page)).to_be_visible()
    axe(page)
    not_found = heading(page).inner_text()

    # Another's page looks as if it were not there.
    page.goto(london.address + "/imports/")
    expect(heading(page)).to_have_text(not_found)

    # A reader who asks for a form is told so.
    page.goto(london.address + "/practices/G85055/visits/new/")
    expect(heading(page)).not_to_have_text(not_found)
    axe(page)
    page.set_viewport_size({"width": 390, "height": 844})
    assert steps.overflow(page) <= 0


def test_every_interactive_chart_of_london_opens_under_the_policy(london, context):
    page = london.page_of(context, "viewer", "/london/")
    buttons = page.get_by_role("button", name="Explore (interactive)")
    expect(buttons.first).to_be_visible()
    number = buttons.count()
    assert number >= 3

    for opened in range(1, number + 1):
        buttons.first.click()
        expect(page.get_by_role("button", name="Back to the plain chart")).to_have_count(opened, timeout=60_000)

    expect(page.locator("[data-chart-interactive] svg.main-svg").last).to_be_visible(timeout=60_000)


def test_a_tile_of_the_map_leads_to_its_borough(london, context):
    page = london.page_of(context, "viewer", "/london/")
    page.get_by_role("link", name=re.compile("^Lewisham: 40.4%")).first.click()
    expect(heading(page)).to_have_text("Lewisham")
