import shlex
import sys
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand
from django.db import connection

from accounts.models import User
from illustrative.people import PASSWORD, SIGN_INS


class Command(BaseCommand):
    help = "Prints one sign-in a role of an illustrative portal, or how to make the first administrator."

    def handle(self, *args: Any, **options: Any) -> None:
        there = {user.email: user for user in User.objects.active().filter(email__in=SIGN_INS)}
        if not there:
            if not User.objects.exists():
                self.stdout.write(f"Nobody can sign in yet. Make an administrator with:\n  {first_administrator()}")
                if connection.vendor != "sqlite":
                    self.stdout.write("with DATABASE_URL set as it is for the portal.")
            return
        self.stdout.write(f"Sign in with the password {PASSWORD} as")
        for email in SIGN_INS:
            if email in there:
                self.stdout.write(f"  {there[email].get_role_display():<14} {email}")


def first_administrator() -> str:
    """The command for this very portal, from whatever folder it is typed in; it asks for what it needs."""
    words = [sys.executable, str(settings.BASE_DIR / "manage.py"), "create_administrator"]
    if settings.STATE_DIR != settings.BASE_DIR / ".state":
        words = ["env", f"STATE_DIR={settings.STATE_DIR}", *words]
    return shlex.join(words)
