"""Everything a role may read is found from its start page by links and forms, never by typing an address."""

import re
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.urls import Resolver404, resolve

from core.models import PortalState
from tests.access_matrix import MATRIX
from tests.cast import Cast, make_cast

pytestmark = pytest.mark.django_db
# Pages of one kind are alike: of each name so many are opened.
OF_A_KIND = 4
# What no person walks to: machines ask, mails lead there, or the portal itself sends one there in the course of a deed.
NOT_WALKED = {
    *("core:live", "core:ready", "core:job", "targets:suggest", "reports:list_progress", "reports:progress"),
    *("accounts:invitation", "account_signup", "account_email", "account_email_verification_sent"),
    *("account_set_password", "account_reset_password_from_key", "account_reset_password_from_key_done"),
    *("account_reset_password_done", "account_inactive", "account_login", "account_reauthenticate"),
    # Of an import with refused rows only; of one that would change the register.
    *("practices:import_issues", "practices:import_mend", "practices:import_changes"),
    # The pages of a CCG, an STP and London under what they are called in another month, or of a region elsewhere.
    *("targets:icb", "targets:sub_location", "targets:region"),
    *("mfa_authenticate", "mfa_reauthenticate", "mfa_generate_recovery_codes", "account_reset_password"),
}

# Who may not log a visit is not led to the question where it was; who has no area of their own, to London itself.
NOT_FOR = {
    "administrator": {"targets:dashboard"},
    "facilitator": {"targets:dashboard"},
    "lead": {"visits:choose"},
    "viewer": {"visits:choose", "targets:dashboard"},
}


class Ways(HTMLParser):
    """Where a page leads to: its links, and the forms that only ask."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a":
            self.found.add(given.get("href") or "")
        if tag == "form":
            self.found.add(given.get("action") or "")


def named(path: str) -> str:
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def page_of(response: Any) -> str:
    """The page, or nothing where the answer is a file."""
    if response.streaming:
        list(response.streaming_content)
        return ""
    return response.content.decode() if "html" in response.get("Content-Type", "") else ""


def wrong_with(html: str) -> bool:
    """A choice that is a row of dashes, or a table to which its links do not lead."""
    to_table = re.search(r'(?:href|action)="[^"]*#table"', html) is not None
    return "---------" in html or (to_table and html.count(' id="table"') != 1)


def walked(client: Any) -> tuple[dict[str, int], list[str]]:
    """How often each named page was opened on a walk from the start page, and the pages that are wrong."""
    seen: dict[str, int] = {}
    wrong: list[str] = []
    waiting, known = ["/"], {"/"}
    while waiting:
        path = waiting.pop(0)
        name = named(urlsplit(path).path)
        if not name or seen.get(name, 0) >= OF_A_KIND:
            continue
        response = client.get(path)
        if response.status_code not in (200, 302):
            continue
        seen[name] = seen.get(name, 0) + 1
        html = page_of(response)
        if wrong_with(html):
            wrong.append(path)
        for way in sorted(Ways(html).found):
            address = urlsplit(way)
            if way.startswith("/") and not way.startswith(("/static/", "//")):
                full = address.path + (f"?{address.query}" if address.query else "")
                if full not in known:
                    known.add(full)
                    waiting.append(full)
    return seen, wrong


@pytest.fixture
def cast(reference_data: None, settings: Any) -> Cast:
    PortalState.current()
    PortalState.objects.update(illustrative=True)
    return make_cast()


@pytest.mark.parametrize("role", ["administrator", "facilitator", "lead", "viewer"])
def test_every_page_of_a_role_is_reached_from_its_start_page(cast: Cast, role: str) -> None:
    seen, wrong = walked(cast.client_of(role))

    may_read = {name for name, row in MATRIX.items() if row.get and row.get[role] == "ok"}
    assert sorted(may_read - NOT_WALKED - NOT_FOR.get(role, set()) - set(seen)) == []
    assert wrong == []
