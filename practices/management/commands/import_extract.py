import json
from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from accounts.models import User
from practices.importing.formats import all_formats
from practices.importing.intake import EVERY_TABLE
from practices.models import Import
from practices.presenters.import_words import in_words, outcome_of
from practices.services import imports

EXIT_CODES = """exit codes:
  0  brought in, or nothing to change
  1  something unexpected
  2  refused
  3  waits for confirmation
  4  needs a reason (--reason)
  5  needs to know which service a wide file is about (--service)"""
SERVICES = {key.rsplit("_", 1)[-1]: key for key in (each.key for each in all_formats() if each.choice)}


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Checks a file of figures or of the register, shows what it would change, and with --yes brings it in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.epilog = EXIT_CODES
        parser.add_argument("file", type=Path, help="CSV, zip or xlsx")
        parser.add_argument(
            "--yes", action="store_true", help="bring it in without asking; else it waits in the browser"
        )
        parser.add_argument("--by", metavar="EMAIL", help="the administrator in whose name; the portal itself without")
        parser.add_argument(
            "--regions", metavar="CODES|all", help="commissioning regions to keep, by ODS code with commas between"
        )
        parser.add_argument("--reason", default="", help="why, where a file has fewer practices than the month before")
        parser.add_argument("--service", choices=SERVICES, help="what a wide file is about whose name does not say so")
        parser.add_argument("--json", action="store_true", help="print one JSON object and nothing else")

    def handle(self, *args: Any, **options: Any) -> None:
        by = self._person(options["by"])
        path: Path = options["file"]
        if not path.is_file():
            raise CommandError(f"There is no file {path}.")
        regions = [each.strip() for each in options["regions"].split(",")] if options["regions"] else None
        answers = {EVERY_TABLE: SERVICES[options["service"]]} if options["service"] else {}
        with override_settings(JOBS_INLINE=True):
            with path.open("rb") as stream:
                brought_by = imports.upload(file=stream, name=path.name, by=by, regions=regions, answers=answers)
            brought_by.refresh_from_db()
            if options["yes"]:
                self._confirm(brought_by, by, options["reason"])
        brought_by.refresh_from_db()
        outcome = outcome_of(brought_by, confirmed=options["yes"])
        self.stdout.write(json.dumps(outcome.as_dict(brought_by)) if options["json"] else in_words(brought_by, outcome))
        if outcome.code:
            raise SystemExit(outcome.code)

    def _confirm(self, brought_by: Import, by: User | None, reason: str) -> None:
        if brought_by.state != Import.State.PREVIEW or (brought_by.reason_needed and not reason.strip()):
            return
        imports.confirm(brought_by=brought_by, by=by, reason=reason)

    def _person(self, email: str | None) -> User | None:
        if not email:
            return None
        person = User.objects.filter(email__iexact=email, is_active=True).first()
        if person is None or not person.is_administrator:
            raise CommandError(f"{email} is no administrator of this portal.")
        return person
