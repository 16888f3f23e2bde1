"""Copies the style and scripts that come inside Python packages to where the static files are served from.

They are not kept in the repository: the packages' own releases are the source, the lock says which. A stamp makes a
second run cost nothing.
"""

import json
import re
import shutil
from collections.abc import Callable
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

# Raise it when what is done to the files changes, so that copies made by an older portal are made again.
RECIPE = 1
STAMP = "built.json"
FONT_FACE = re.compile(r"@font-face\s*\{[^}]*\}")
SOURCE_MAP = re.compile(r"/\*# sourceMappingURL=[^*]*\*/|^//# sourceMappingURL=.*$", re.MULTILINE)
DISTRIBUTIONS = ("wagtail-nhsuk-frontend", "plotly")


def plain_style(text: str) -> str:
    """NHS.UK's style without its web font: Frutiger is licensed to nhs.uk only, and nothing comes from elsewhere."""
    return SOURCE_MAP.sub("", FONT_FACE.sub("", text)).replace("Frutiger W01,", "").rstrip() + "\n"


def plain_script(text: str) -> str:
    """The source map is not shipped; naming it would make every browser with its tools open ask for a missing file."""
    return SOURCE_MAP.sub("", text).rstrip() + "\n"


def package_folder(name: str) -> Path:
    spec = find_spec(name)
    if spec is None or spec.origin is None:
        raise CommandError(
            f"The package {name} is not installed. Install requirements.txt and requirements-assets.txt."
        )
    return Path(spec.origin).parent


def only_file(folder: Path, pattern: str) -> Path:
    found = sorted(folder.glob(pattern))
    if len(found) != 1:
        raise CommandError(f"Expected one file {pattern} in {folder}, found {len(found)}.")
    return found[0]


def write_changed(source: Path, target: Path, change: Callable[[str], str]) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(change(source.read_text(encoding="utf-8")), encoding="utf-8")


def build(vendor: Path) -> None:
    frontend = package_folder("wagtailnhsukfrontend") / "static" / "wagtailnhsukfrontend"
    write_changed(
        only_file(frontend / "css", "nhsuk-frontend-*.min.css"),
        vendor / "nhsuk" / "nhsuk.css",
        plain_style,
    )
    write_changed(
        only_file(frontend / "js", "nhsuk-frontend-*.min.js"),
        vendor / "nhsuk" / "nhsuk.js",
        plain_script,
    )
    plotly = vendor / "plotly" / "plotly.min.js"
    plotly.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(package_folder("plotly") / "package_data" / "plotly.min.js", plotly)


class Command(BaseCommand):
    help = "Copy the NHS.UK style and scripts and Plotly out of their packages into static/vendor."
    requires_system_checks = ()

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--target", type=Path, default=settings.BASE_DIR / "static" / "vendor")
        parser.add_argument("--force", action="store_true", help="build even when nothing has changed")

    def handle(self, *args: Any, **options: Any) -> None:
        vendor: Path = options["target"]
        stamp = vendor / STAMP
        wanted = json.dumps(
            {"recipe": RECIPE} | {name: version(name) for name in DISTRIBUTIONS},
            indent=1,
        )
        if not options["force"] and stamp.exists() and stamp.read_text(encoding="utf-8") == wanted:
            self.stdout.write("Assets are up to date.")
            return
        stamp.unlink(missing_ok=True)
        build(vendor)
        stamp.write_text(wanted, encoding="utf-8")
        self.stdout.write(f"Assets built in {vendor}.")
