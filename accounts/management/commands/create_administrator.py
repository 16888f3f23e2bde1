from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts import services
from accounts.models import User


class Command(BaseCommand):
    help = "Makes an administrator. Asks for the password, or reads it from standard input with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email")
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        email = options["email"]
        password = input() if options["password_stdin"] else getpass("Password: ")
        try:
            validate_email(email)
            validate_password(password, User(email=email, name=options["name"]))
            services.create_person(
                email=email, name=options["name"] or email, role=User.Role.ADMINISTRATOR, password=password, by=None
            )
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{email} can sign in as an administrator.")
