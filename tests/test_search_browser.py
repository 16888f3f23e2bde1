"""The header's search by keyboard and pointer, in Chromium."""

from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from accounts.tests.factories import PASSWORD, UserFactory
from practices.tests.factories import OrganisationFactory

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def signed_in(live_server: Any, context: BrowserContext) -> Page:
    OrganisationFactory(name="Hilly Meadow Practice", code="G85999", postcode="SE4 2XX")
    OrganisationFactory(name="Hilly Field Surgery", code="G85998", postcode="SE4 2XY")
    user = UserFactory(viewer=True)
    page = context.new_page()
    page.goto(f"{live_server.url}/account/login/")
    page.get_by_label("E-mail address").fill(user.email)
    page.get_by_label("Password").first.fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Sign in").click()
    return page


def test_three_keys_arrow_and_enter_lead_to_a_practice(signed_in: Page, axe: Callable[[Page], None]) -> None:
    search = signed_in.get_by_role("combobox", name="Find a practice")
    search.press_sequentially("hil")
    expect(signed_in.get_by_role("option")).to_have_count(2)
    axe(signed_in)
    search.press("ArrowDown")
    expect(signed_in.get_by_role("option", selected=True)).to_contain_text("Hilly Field Surgery")
    search.press("ArrowDown")
    search.press("Enter")
    signed_in.wait_for_url("**/practices/G85999/")


def test_escape_closes_and_enter_searches_as_typed(signed_in: Page) -> None:
    search = signed_in.get_by_role("combobox", name="Find a practice")
    search.press_sequentially("hilly")
    expect(signed_in.get_by_role("option")).to_have_count(2)
    search.press("Escape")
    expect(signed_in.get_by_role("option")).to_have_count(0)
    search.press("Enter")
    signed_in.wait_for_url("**/practices/?q=hilly")


def test_a_click_leads_there(signed_in: Page) -> None:
    signed_in.get_by_role("combobox", name="Find a practice").press_sequentially("meadow")
    signed_in.get_by_role("option", name="Hilly Meadow Practice").click()
    signed_in.wait_for_url("**/practices/G85999/")
