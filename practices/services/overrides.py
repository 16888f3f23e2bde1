"""What somebody declared not to identify a patient, for the audit."""

from collections.abc import Iterable

from django.db import models, transaction

from accounts.models import User
from core import audit
from core.identifier_forms import IdentifierOverride
from practices.permissions import Deed, require


@transaction.atomic
def keep_overrides(
    *, subject: models.Model, label: str, overrides: Iterable[IdentifierOverride], deed: Deed, by: User
) -> None:
    """Where the check had a hit and why it is none; never what was found, so the subject's own words stay out, too.

    deed: what the words were written for.
    """
    require(by, deed)
    for override in overrides:
        audit.record(
            by=by,
            verb="overrode the identifier check",
            instance=subject,
            object_label=label,
            after={"field": override.field, "kinds": list(override.kinds), "reason": override.reason},
        )
