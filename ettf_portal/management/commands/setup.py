from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand

from accounts.models import User
from ettf_portal import reference
from practices.models import Organisation


def nothing_here_yet() -> bool:
    return not User.objects.exists() and not Organisation.objects.filter(kind=Organisation.Kind.PRACTICE).exists()


class Command(BaseCommand):
    help = "Migrate the database and bring in the reference data. Safe to repeat."
    requires_migrations_checks = False

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty portal with the illustrative London")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        reference.load()
        if options["demo"] and nothing_here_yet() and not settings.PRODUCTION:
            self.stdout.write("Making the illustrative London")
            self.stdout.flush()
            call_command("demo", stdout=self.stdout)
