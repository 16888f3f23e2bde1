"""The README's pictures, taken in Chromium from a portal that runs: script/pictures."""

import argparse
import os
import re
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright

from tests.conftest import QUIET
from tests.png import with_few_colours

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "images"
WIDTH = 1280
# Of everybody in the illustrative London; script/server prints it.
PASSWORD = "illustrative-london"


def main() -> None:
    parser = argparse.ArgumentParser(prog="script/pictures", description=__doc__)
    parser.add_argument("--address", default="http://localhost:8000", help="of the portal (default: %(default)s)")
    parser.add_argument("--email", default="viewer@example.org", help="who looks (default: %(default)s)")
    parser.add_argument("--path", default="/london/", help="of the page (default: %(default)s)")
    parser.add_argument("--height", type=int, default=1790, help="in pixels, from the top (default: %(default)s)")
    parser.add_argument("--to", type=Path, default=FOLDER / "london.png", help="default: docs/images/london.png")
    options = parser.parse_args()
    options.to.parent.mkdir(parents=True, exist_ok=True)
    take(options.address.rstrip("/"), options.email, options.path, options.height, options.to)
    sys.stdout.write(f"{options.to}: {options.to.stat().st_size // 1024} kB\n")


def take(address: str, email: str, path: str, height: int, to: Path) -> None:
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium") or "/usr/bin/chromium"
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=[*QUIET, "--disable-lcd-text"])
        page = browser.new_page(viewport={"width": WIDTH, "height": height}, locale="en-GB")
        page.goto(f"{address}/account/login/")
        page.get_by_role("textbox", name=re.compile("E-?mail")).fill(email)
        page.get_by_role("textbox", name="Password").fill(PASSWORD)
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for()
        page.goto(address + path)
        page.get_by_role("heading", level=1).wait_for()
        to.write_bytes(with_few_colours(page.screenshot()))
        browser.close()


if __name__ == "__main__":
    main()
