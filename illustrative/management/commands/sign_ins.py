from typing import Any

from django.core.management.base import BaseCommand

from accounts.models import User
from illustrative.people import PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = "Prints one sign-in a role of an illustrative portal, or how to make the first administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        there = {user.email: user for user in User.objects.active().filter(email__in=SIGN_INS)}
        if not there:
            if not User.objects.exists():
                self.stdout.write("Nobody can sign in yet. Make an administrator: manage.py create_administrator EMAIL")
            return
        self.stdout.write(f"Sign in with the password {PASSWORD} as")
        for email in SIGN_INS:
            if email in there:
                self.stdout.write(f"  {there[email].get_role_display():<14} {email}")
