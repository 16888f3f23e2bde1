"""A portal without any figures: each page says why there is nothing and what would bring it."""

import pytest
from playwright.sync_api import expect

from tests.journeys import steps
from tests.journeys.steps import heading

pytestmark = [pytest.mark.browser, pytest.mark.django_db(transaction=True)]
ROLES = ("administrator", "facilitator", "lead", "viewer")
# What each role meets first.
EMPTY = {"administrator": "/imports/", "facilitator": "/caseload/", "lead": "/reports/", "viewer": "/london/"}


def test_every_way_of_the_navigation_leads_to_a_designed_empty_page(portal, context, axe):
    for role in ROLES:
        page = portal.page_of(context, role)
        ways = page.get_by_role("navigation", name="Main").get_by_role("link")
        for way in ways.evaluate_all("links => links.map(link => link.href)"):
            response = page.goto(way)
            assert response is not None
            assert response.status == 200, way
            expect(heading(page)).to_have_count(1)
            axe(page)
            page.set_viewport_size({"width": 390, "height": 844})
            assert steps.overflow(page) <= 0, way
            page.set_viewport_size({"width": 1280, "height": 900})

        page.goto(portal.address + EMPTY[role])
        expect(page.locator(".portal-empty").first).to_be_visible()
