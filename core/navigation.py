"""Who sees which way through the portal. At most six entries a role, in the order in which the role needs them."""

from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

START, LONDON, PRACTICES = (
    ("Start", "targets:start"),
    ("London", "targets:london"),
    ("Practices", "targets:practice_list"),
)
VISITS, ACTIONS, REPORTS = (
    ("Visits", "visits:list"),
    ("Actions", "visits:actions"),
    ("Reports", "reports:list"),
)

NAVIGATION: dict[str, tuple[tuple[str, str], ...]] = {
    "administrator": (
        START,
        LONDON,
        PRACTICES,
        ("Imports", "practices:imports"),
        ("Data quality", "practices:quality"),
        REPORTS,
    ),
    "facilitator": (
        START,
        ("My caseload", "visits:caseload"),
        VISITS,
        ACTIONS,
        PRACTICES,
        LONDON,
    ),
    "ccg_lead": (
        START,
        ("Dashboard", "targets:london"),
        PRACTICES,
        VISITS,
        ACTIONS,
        REPORTS,
    ),
    "viewer": (START, LONDON, PRACTICES, REPORTS, ("Guide", "targets:guide")),
}
FOOTER: tuple[tuple[str, str], ...] = (
    ("Guide", "targets:guide"),
    ("Accessibility", "core:accessibility"),
    ("Privacy", "core:privacy"),
)
ADMINISTRATOR_FOOTER: tuple[tuple[str, str], ...] = (
    ("People", "accounts:people"),
    ("Audit", "core:audit"),
)


class Entry(NamedTuple):
    label: str
    url: str
    current: str
    """As aria-current says it: "page", "true" for a page beneath the entry's own, or nothing."""


def address(url_name: str) -> str:
    """The address of a page, or nothing where the portal has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def current(url: str, path: str) -> str:
    if path == url:
        return "page"
    return "true" if url != "/" and path.startswith(url) else ""


def entries(table: tuple[tuple[str, str], ...], path: str) -> list[Entry]:
    found = [(label, address(url_name)) for label, url_name in table]
    return [Entry(label, url, current(url, path)) for label, url in found if url]


def main_entries(role: str, path: str) -> list[Entry]:
    return entries(NAVIGATION.get(role, ()), path)


def footer_entries(role: str, path: str) -> list[Entry]:
    extra = ADMINISTRATOR_FOOTER if role == "administrator" else ()
    return entries(FOOTER + extra if role else FOOTER[1:], path)
