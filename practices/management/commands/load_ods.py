from argparse import ArgumentParser
from pathlib import Path
from typing import Any

from django.core.management import call_command
from django.core.management.base import BaseCommand


class Command(BaseCommand):
    help = "Bring ODS files into the register: epraccur, then epcmem and others, as CSV or zip, one after the other."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("files", type=Path, nargs="+", metavar="FILE", help="epraccur, epcmem, eccg or succ")
        parser.add_argument("--by", metavar="EMAIL", help="the administrator in whose name; the portal itself without")
        parser.add_argument(
            "--regions", metavar="CODES|all", help="commissioning regions to keep, by ODS code with commas between"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        """By the way of every import, so each file can be undone. The first that is refused ends the command."""
        for path in options["files"]:
            call_command(
                "import_extract", path, yes=True, by=options["by"], regions=options["regions"], stdout=self.stdout
            )
