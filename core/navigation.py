"""Who sees which way through the portal: at most six entries a role, in the order in which the role needs them.

An entry may stand for several pages of one kind. It opens the first, and the others stand beneath the entries as long
as the reader is at one of them, so that everything is two presses away.
"""

from typing import NamedTuple

from django.urls import NoReverseMatch, Resolver404, resolve, reverse


class Way(NamedTuple):
    label: str
    url_name: str
    stands_for: tuple[str, ...] = ()
    """Pages elsewhere at which the reader is still on this way."""


class Group(NamedTuple):
    label: str
    ways: tuple[Way, ...]


AREAS = ("targets:region", "targets:stp", "targets:icb", "targets:ccg", "targets:sub_location", "targets:borough")
START, LONDON, PRACTICES = (
    Way("Start", "targets:start"),
    Way("London", "targets:london"),
    Way("Practices", "targets:practice_list"),
)
VISITS, ACTIONS, CASELOADS = (
    Way("Visits", "visits:list"),
    Way("Actions", "visits:actions"),
    Way("Caseloads", "visits:caseload"),
)
REPORTS, GUIDE = Way("Reports", "reports:list"), Way("Guide", "targets:guide")
QUALITY, DICTIONARY = Way("Data quality", "practices:quality"), Way("Data dictionary", "practices:data_dictionary")
IMPORTS = Way("Imports", "practices:imports")
NEW_PRACTICE = Way("New practice", "practices:open_practice")
PEOPLE, AUDIT = Way("People", "accounts:people"), Way("Audit", "core:audit")

NAVIGATION: dict[str, tuple[Way | Group, ...]] = {
    "administrator": (
        START,
        Group("London and practices", (LONDON, PRACTICES, NEW_PRACTICE)),
        Group("Imports and data", (IMPORTS, QUALITY, DICTIONARY)),
        Group("Visits and actions", (VISITS, ACTIONS, CASELOADS)),
        REPORTS,
        Group("People and audit", (PEOPLE, AUDIT)),
    ),
    "facilitator": (
        START,
        Way("My caseload", "visits:caseload"),
        VISITS,
        ACTIONS,
        PRACTICES,
        Group("London and reports", (LONDON, REPORTS, QUALITY)),
    ),
    "ccg_lead": (
        START,
        Way("Dashboard", "targets:dashboard", AREAS),
        LONDON,
        PRACTICES,
        Group("Visits and actions", (VISITS, ACTIONS, CASELOADS)),
        Group("Reports and data", (REPORTS, QUALITY)),
    ),
    "viewer": (
        START,
        LONDON,
        PRACTICES,
        Group("Visits and actions", (VISITS, ACTIONS, CASELOADS)),
        Group("Reports and data", (REPORTS, QUALITY)),
        GUIDE,
    ),
}
FOOTER = (GUIDE, DICTIONARY, Way("Accessibility", "core:accessibility"), Way("Privacy", "core:privacy"))
STRANGERS_FOOTER = FOOTER[2:]


class Entry(NamedTuple):
    label: str
    url: str
    current: str
    """As aria-current says it: "page", "true" for a page beneath the entry's own, or nothing."""
    beneath: tuple["Entry", ...] = ()


def address(url_name: str) -> str:
    """The address of a page, or nothing where the portal has no such page."""
    try:
        return reverse(url_name)
    except NoReverseMatch:
        return ""


def current(way: Way, url: str, path: str) -> str:
    if path == url:
        return "page"
    beneath = url != "/" and path.startswith(url)
    return "true" if beneath or (way.stands_for and page_at(path) in way.stands_for) else ""


def page_at(path: str) -> str:
    """The name of the page at an address, or nothing where there is none."""
    try:
        return resolve(path).view_name
    except Resolver404:
        return ""


def entry_of(way: Way | Group, path: str) -> Entry | None:
    if isinstance(way, Way):
        url = address(way.url_name)
        return Entry(way.label, url, current(way, url, path)) if url else None
    beneath = tuple(entries(way.ways, path))
    if not beneath:
        return None
    here = next((entry.current for entry in beneath if entry.current), "")
    return Entry(way.label, beneath[0].url, here and "true", beneath)


def entries(ways: tuple[Way | Group, ...] | tuple[Way, ...], path: str) -> list[Entry]:
    return [entry for way in ways if (entry := entry_of(way, path)) is not None]


def main_entries(role: str, path: str) -> list[Entry]:
    return entries(NAVIGATION.get(role, ()), path)


def footer_entries(role: str, path: str) -> list[Entry]:
    return entries(FOOTER if role else STRANGERS_FOOTER, path)
