import sys
from argparse import ArgumentParser
from typing import Any

from django.conf import settings
from django.core.management import call_command
from django.core.management.base import BaseCommand, OutputWrapper

from accounts.models import User
from ettf_portal import reference
from practices.models import Organisation


def nothing_here_yet() -> bool:
    return not User.objects.exists() and not Organisation.objects.filter(kind=Organisation.Kind.PRACTICE).exists()


class Command(BaseCommand):
    help = "Migrate the database and bring in the reference data. Safe to repeat."
    # script/server starts with this command: the web server checks the system itself, a moment later.
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("--demo", action="store_true", help="fill an empty portal with the illustrative London")
        parser.add_argument("--sign-ins", action="store_true", help="tell at the end how to sign in")

    def handle(self, *args: Any, **options: Any) -> None:
        call_command("migrate", interactive=False, verbosity=0)
        reference.load()
        if options["demo"] and nothing_here_yet() and not settings.PRODUCTION:
            progress = OutputWrapper(sys.stderr)
            progress.write("Making the illustrative London")
            call_command("demo", stdout=progress)
        if options["sign_ins"]:
            call_command("sign_ins", stdout=self.stdout)
