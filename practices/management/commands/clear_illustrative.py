from argparse import ArgumentParser
from typing import Any

from django.core.management.base import BaseCommand, CommandError

from accounts.models import User
from core.models import PortalState
from practices.services import illustrative


class Command(BaseCommand):
    help = "Delete the illustrative London, so that real files can come in."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--yes", action="store_true", help="do it; without this the command only tells")
        parser.add_argument("--by", metavar="EMAIL", help="the administrator on whose behalf, for the audit")

    def handle(self, *args: Any, **options: Any) -> None:
        if not PortalState.current().illustrative:
            self.stdout.write("The portal holds no illustrative data.")
            return
        if not options["yes"]:
            raise CommandError("This deletes all illustrative figures, visits and reports. Say --yes to do it.")
        by = None
        if options["by"]:
            by = User.objects.active().filter(email__iexact=options["by"], role=User.Role.ADMINISTRATOR).first()
            if by is None:
                raise CommandError(f"{options['by']} is not an administrator of this portal.")
        number = illustrative.clear(by=by)
        self.stdout.write(f"Cleared: {number:,} illustrative practices and all that was made of them.")
