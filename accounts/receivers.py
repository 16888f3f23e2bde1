"""Sign-ins are audited; a failed one is logged without the address that was typed."""

import logging
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.db import transaction
from django.dispatch import receiver

from core import audit

logger = logging.getLogger("portal.access")


@receiver(user_logged_in)
def on_sign_in(sender: Any, user: Any, **kwargs: Any) -> None:
    with transaction.atomic():
        audit.record(by=user, verb="signed in", instance=user)


@receiver(user_logged_out)
def on_sign_out(sender: Any, user: Any, **kwargs: Any) -> None:
    if user is not None and user.is_authenticated:
        with transaction.atomic():
            audit.record(by=user, verb="signed out", instance=user)


@receiver(user_login_failed)
def on_failed_sign_in(sender: Any, **kwargs: Any) -> None:
    logger.warning("a sign-in failed")
