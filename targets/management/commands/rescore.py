from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from django.db import transaction

from core import audit
from core.models import PortalState
from core.months import parse_month
from targets.scoring import rebuild, score_months
from targets.scoring.digest import scores_digest


class Command(BaseCommand):
    help = "Make all scores again from the live figures, and say whether they came out the same."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--month", action="append", default=[], help="only this month, as 2018-12; may be repeated")
        parser.add_argument(
            "--check", action="store_true", help="change nothing; exit with 1 if the scores would come out otherwise"
        )

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            months = [parse_month(text) for text in options["month"]]
        except ValueError as error:
            raise CommandError(str(error)) from error
        with transaction.atomic():
            before = scores_digest()
            number = score_months(months) if months else rebuild()
            after = scores_digest()
            same = before == after
            if not same:
                PortalState.figures_changed()
                audit.record(
                    by=None, verb="rescored", object_type="scores", before={"sha256": before}, after={"sha256": after}
                )
            if options["check"]:
                transaction.set_rollback(True)
        if options["check"] and not same:
            raise CommandError("The scores do not follow from the live figures. Run rescore to make them again.")
        self.stdout.write(f"{number:,} scores made again: {'the same as before' if same else 'they have changed'}.")
