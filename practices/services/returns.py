"""A practice's return for one month, typed on the form."""

import uuid
from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from practices import measures
from practices.models import MonthlyFigures, Organisation
from practices.permissions import Deed, require
from practices.returns import headings
from practices.services.figures import record_observation


@transaction.atomic
def save_return(*, practice: Organisation, month: date, values: Mapping[str, Any], by: User) -> MonthlyFigures:
    """All of a return: a column not given is empty. Raises ValidationError, by column, for what is impossible."""
    require(by, Deed.TYPE_RETURN, practice)
    complete: dict[str, Any] = {
        heading.column: values.get(heading.column, None if heading.kind in ("count", "date") else "")
        for heading in headings.FIGURES
    }
    complete["ecommunication_answered"] = headings.answers_ecommunication(complete)
    return record_observation(
        practice=practice,
        month=month,
        source=measures.RETURN.key,
        values=complete,
        reference=f"form {uuid.uuid4()}",
        by=by,
    )
