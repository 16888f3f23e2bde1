"""What the journeys share: people who sign in, and what holds of every page that they pass."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.conf import settings
from django.test import Client
from playwright.sync_api import BrowserContext, Page, expect

from accounts.models import User
from accounts.tests.factories import PASSWORD, UserFactory

Check = Callable[[Page], None]
# A check of nine months takes its seconds inside the request where no worker runs.
PATIENCE = 60_000


@dataclass(frozen=True)
class People:
    administrator: User
    facilitator: User
    lead: User
    viewer: User

    def of(self, role: str) -> User:
        found: User = getattr(self, role)
        return found


def make_people() -> People:
    from practices.models import Organisation

    lewisham = Organisation.objects.get(code="08L")
    return People(
        administrator=UserFactory(administrator=True, name="Ada Administrator", email="administrator@portal.example"),
        facilitator=UserFactory(
            facilitator=True, name="Femi Facilitator", email="facilitator@portal.example", ccgs=[lewisham]
        ),
        lead=UserFactory(lead=True, name="Lena Lead", email="lead@portal.example", ccgs=[lewisham]),
        viewer=UserFactory(viewer=True, name="Vera Viewer", email="viewer@portal.example"),
    )


def signed_in(context: BrowserContext, address: str, user: User) -> Page:
    """A page of somebody who has signed in before."""
    client = Client()
    client.force_login(user)
    cookie = client.cookies[settings.SESSION_COOKIE_NAME]
    context.clear_cookies()
    context.add_cookies([{"name": cookie.key, "value": cookie.value, "url": address}])
    return context.new_page()


def sign_in(page: Page, address: str, user: User) -> None:
    """By the form, as a person does."""
    page.goto(f"{address}/")
    page.get_by_label(re.compile("E-?mail", re.IGNORECASE)).fill(user.email)
    page.get_by_label("Password", exact=True).fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("heading", level=1)).to_contain_text(user.name.split()[0])


def upload(page: Page, address: str, path: Path) -> None:
    page.goto(f"{address}/imports/")
    page.get_by_label("File", exact=True).set_input_files(path)
    page.get_by_role("button", name="Upload and check").click(timeout=PATIENCE)
    expect(page.get_by_role("heading", level=1)).to_have_text(path.name, timeout=PATIENCE)


def confirm(page: Page, words: str) -> None:
    page.get_by_role("button", name=words).click(timeout=PATIENCE)
    expect(page.get_by_text("Done.")).to_be_visible(timeout=PATIENCE)


def heading(page: Page) -> Any:
    return page.get_by_role("heading", level=1)


def overflow(page: Page) -> int:
    """By how many pixels the page is wider than its window."""
    wider: int = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    return wider


def error_summary_leads_to(page: Page, words: str | re.Pattern[str], label: str) -> None:
    """The title says that there is an error, and the summary's link moves the focus to its field."""
    expect(page).to_have_title(re.compile("^Error: "))
    page.get_by_role("alert").get_by_role("link", name=words).click()
    expect(page.get_by_role("textbox", name=label)).to_be_focused()
