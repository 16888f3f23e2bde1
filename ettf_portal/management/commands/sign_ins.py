from typing import Any

from django.core.management.base import BaseCommand

from accounts.demo_people import DEMO_PASSWORD, DEMO_PEOPLE
from accounts.models import User


class Command(BaseCommand):
    help = "Tell how to sign in: the illustrative accounts where they exist, else how to make the first one."

    def handle(self, *args: Any, **options: Any) -> None:
        here = set(User.objects.filter(is_active=True).values_list("email", flat=True))
        people = [person for person in DEMO_PEOPLE if person.email in here]
        if people:
            self.stdout.write(f"Sign in, with the password {DEMO_PASSWORD}, as:")
            for person in people:
                self.stdout.write(f"  {User.Role(person.role).label:14} {person.email}")
        elif User.objects.filter(role=User.Role.ADMINISTRATOR, is_active=True).exists():
            self.stdout.write("Sign in with your own account.")
        else:
            self.stdout.write("Nobody can sign in yet. Make the first administrator with:")
            self.stdout.write("  .venv/bin/python manage.py create_administrator you@example.nhs.uk")
