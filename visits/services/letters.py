"""E-mails about caseloads. Sent after the change is through; what they say is in the portal too."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from django.conf import settings
from django.core.mail import send_mail
from django.template.loader import render_to_string

from accounts.models import User
from core.months import long_date
from practices.models import Organisation


def _send(people: Sequence[User], subject: str, template: str, context: dict[str, Any]) -> None:
    addresses = [person.email for person in people if person.is_active]
    if not addresses:
        return
    # A practice's name comes from a file and must not break the heading.
    subject = " ".join(subject.split())
    body = render_to_string(f"visits/mail/{template}.txt", {"portal_address": settings.PORTAL_ADDRESS, **context})
    for address in addresses:
        send_mail(subject, body, settings.DEFAULT_FROM_EMAIL, [address])


def tell_of_hand_over(*, giver: User, taker: User, practices: Sequence[Organisation], on: date) -> None:
    context = {"giver": giver, "taker": taker, "practices": practices, "on": long_date(on)}
    _send([taker, giver], f"Caseload handed over on {long_date(on)}", "handed_over", context)


def tell_of_succession(
    *, people: Sequence[User], practice: Organisation, successor: Organisation, on: date, moved: dict[str, int]
) -> None:
    context = {"practice": practice, "successor": successor, "on": long_date(on), **moved}
    _send(people, f"{practice.name} is now {successor.name}", "succeeded", context)


def tell_of_closing(*, people: Sequence[User], practice: Organisation, on: date, ended: dict[str, int]) -> None:
    context = {"practice": practice, "on": long_date(on), **ended}
    _send(people, f"{practice.name} closed", "closed", context)
