from datetime import date
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandError, CommandParser

from core.months import parse_month
from illustrative import services
from practices import reference
from targets import programmes


def month(text: str) -> date:
    return parse_month(text)


class Command(BaseCommand):
    help = "Fills an empty portal with an illustrative London: made-up practices, figures, visits and people."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--practices", type=int, default=services.LONDON_PRACTICES)
        parser.add_argument("--months", type=int, default=24)
        parser.add_argument("--seed", type=int, default=2018, help="the same seed makes the same London")
        parser.add_argument("--until", type=month, help="last month, such as 2018-12; the last full month without it")
        parser.add_argument("--if-empty", action="store_true", help="do nothing where figures are in already")

    def handle(self, *args: Any, **options: Any) -> None:
        if settings.PRODUCTION:
            raise CommandError("A production portal gets no made-up figures and no sign-ins with a known password.")
        if options["practices"] < 32 or options["months"] < 1:
            raise CommandError("An illustrative London has at least 32 practices and one month.")
        reference.load()
        programmes.load()
        try:
            made = services.make_london(
                number=options["practices"],
                months=options["months"],
                seed=options["seed"],
                until=options["until"],
                tell=self.stdout.write,
            )
        except services.NotEmptyError:
            if options["if_empty"]:
                return
            raise CommandError(
                "This portal holds practices already, and real and made-up figures never mix. Use an empty folder."
            ) from None
        self.stdout.write(
            f"Illustrative London: {made.practices:,} practices, {made.months} months, {made.figures:,} rows, "
            f"{made.visits:,} visits, {made.actions:,} actions."
        )
