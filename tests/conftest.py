"""Chromium, axe and a watch over the browser, for journeys marked `browser`."""

import os
import shutil
from collections.abc import Callable, Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, ConsoleMessage, Error, Page, Request, Response

QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
NOT_FOUND_OR_FORBIDDEN = "Failed to load resource: the server responded with a status of 4"


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict[str, Any]) -> dict[str, Any]:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    return browser_type_launch_args | {"executable_path": chromium, "args": QUIET}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict[str, Any]) -> dict[str, Any]:
    return browser_context_args | {"locale": "en-GB", "timezone_id": "Europe/London"}


class Watch:
    """Collects what a person would not see but a page should never do."""

    def __init__(self) -> None:
        self.faults: list[str] = []

    def follow(self, page: Page) -> None:
        page.on("console", self.console)
        page.on("pageerror", self.script_error)
        page.on("response", self.response)
        page.on("request", self.request)

    def console(self, message: ConsoleMessage) -> None:
        if message.type == "error" and not message.text.startswith(NOT_FOUND_OR_FORBIDDEN):
            self.faults.append(f"console: {message.text}")

    def script_error(self, error: Error) -> None:
        self.faults.append(f"script: {error.message}")

    def response(self, response: Response) -> None:
        if response.status >= 500:
            self.faults.append(f"server: {response.status} for {response.url}")

    def request(self, request: Request) -> None:
        address = urlsplit(request.url)
        if address.scheme in {"http", "https", "ws", "wss"} and address.hostname not in {"localhost", "127.0.0.1"}:
            self.faults.append(f"asked elsewhere: {request.url}")


@pytest.fixture
def watch() -> Iterator[Watch]:
    """Fails the journey at its end for every console error, refused script or style, 5xx and foreign address.

    A journey that expects one empties `watch.faults` after looking at it.
    """
    watching = Watch()
    yield watching
    assert watching.faults == []


@pytest.fixture
def context(new_context: Callable[..., BrowserContext], watch: Watch) -> BrowserContext:
    opened = new_context()
    opened.set_default_timeout(10_000)
    opened.on("page", watch.follow)
    return opened


@pytest.fixture
def axe() -> Callable[[Page], None]:
    """Asserts that axe finds nothing on the page, by the rules of WCAG 2.2 AA and good practice."""

    def check(page: Page) -> None:
        results = Axe().run(page, options={"runOnly": RULES, "resultTypes": ["violations"]})
        found = [
            f"{violation['id']}: {' '.join(str(target) for target in node['target'])} ({violation['help']})"
            for violation in results.response["violations"]
            for node in violation["nodes"]
        ]
        assert found == [], f"{page.url}\n" + "\n".join(found)

    return check
