from argparse import ArgumentParser
from typing import Any

from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError
from django.test.utils import override_settings

from accounts.models import User
from practices.models import Import
from practices.services import imports


class Command(BaseCommand):
    requires_system_checks = ()
    help = "Undoes an import that was brought in; what was live before is live again, and the scores follow."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("import", help="the import's id, as its page's address has it")
        parser.add_argument("--reason", required=True)
        parser.add_argument("--by", metavar="EMAIL", help="the administrator in whose name; the portal itself without")

    def handle(self, *args: Any, **options: Any) -> None:
        by = User.objects.filter(email__iexact=options["by"], role="administrator").first() if options["by"] else None
        if options["by"] and by is None:
            raise CommandError(f"{options['by']} is no administrator of this portal.")
        try:
            brought_by = Import.objects.filter(pk=options["import"]).first()
        except ValidationError:
            brought_by = None
        if brought_by is None:
            raise CommandError("There is no import of this id.")
        try:
            with override_settings(JOBS_INLINE=True):
                imports.request_undo(brought_by=brought_by, by=by, reason=options["reason"])
        except imports.CannotImport as error:
            raise CommandError(str(error)) from error
        brought_by.refresh_from_db()
        if brought_by.state != Import.State.UNDONE:
            raise CommandError(brought_by.error or "The import was not undone.")
        self.stdout.write(f"{brought_by.file_name} was undone.")
