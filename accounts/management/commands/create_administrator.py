from getpass import getpass
from typing import Any

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.core.validators import validate_email

from accounts import services
from accounts.models import User

DIFFER = "The two passwords differ. Nobody was added: start again."


class Command(BaseCommand):
    help = (
        "Makes an administrator. Asks for what is not given; --password-stdin reads the password from standard input."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("email", nargs="?", help="asked for where it is not given")
        parser.add_argument("--name", default="")
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        try:
            email = options["email"] or input("E-mail address: ").strip()
            validate_email(email)
            password = input() if options["password_stdin"] else getpass("Password: ")
            validate_password(password, User(email=email, name=options["name"]))
            if not options["password_stdin"] and getpass("Password again: ") != password:
                raise CommandError(DIFFER)
            services.create_person(
                email=email, name=options["name"] or email, role=User.Role.ADMINISTRATOR, password=password, by=None
            )
        except EOFError as error:
            raise CommandError("Nothing was typed, so nobody was added.") from error
        except ValidationError as error:
            raise CommandError(" ".join(error.messages)) from error
        self.stdout.write(f"{email} can sign in as an administrator.")
