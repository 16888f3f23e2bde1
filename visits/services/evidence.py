"""What a practice showed at visits, brought into the monthly figures under the source "visit", where it is scored."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django.db import transaction

from accounts.models import User
from core.months import add_months
from practices import measures
from practices.models import MonthlyFigures, Organisation
from practices.services import figures
from visits.models import Evidence, Visit
from visits.records import DEFINITION, SEEN_COLUMNS

SILENT: dict[str, Any] = {
    **dict.fromkeys(SEEN_COLUMNS),
    DEFINITION: "",
    "ecommunication_promoted_on": None,
    "ecommunication_promoted_where": "",
    "ecommunication_answered": False,
}


@transaction.atomic
def bring_evidence(*, practice: Organisation, months: Iterable[date], by: User) -> None:
    """Makes the figures of these months say what all the practice's visits of the month showed together.

    Scores follow in the same transaction. A month whose visits show nothing any more loses its row. Such months come
    first: a visit that moved to another month is the reference of both rows, and taking back goes by reference.
    """
    said = {month: together(_visits_of(practice, month)) for month in set(months)}
    for month in sorted(said, key=lambda month: (bool(said[month][0]), month)):
        values, reference = said[month]
        if values:
            figures.record_observation(
                practice=practice,
                month=month,
                source=measures.VISIT.key,
                values=SILENT | values,
                reference=reference,
                by=by,
            )
        else:
            _take_back(practice, month, by)


def _visits_of(practice: Organisation, month: date) -> list[Visit]:
    return list(
        Visit.objects.made()
        .filter(practice=practice, on__gte=month, on__lt=add_months(month, 1))
        .order_by("on", "starts_at", "created_at")
        .prefetch_related("evidence")
    )


def _take_back(practice: Organisation, month: date, by: User) -> None:
    """Version by version, as each withdrawal brings back what an earlier visit had said."""
    live = MonthlyFigures.objects.live().filter(practice=practice, month=month, source=measures.VISIT.key)
    while row := live.exclude(reference="").first():
        figures.withdraw_observation(source=row.source, reference=row.reference, by=by)


def together(visits: Iterable[Visit]) -> tuple[dict[str, Any], str]:
    """One month's visits, oldest first, as the columns of one row and the id of the last visit that gave any of them.

    Of evidence the latest day counts, with all the places of the month; of an observed figure the latest value. The
    definition of "routine" goes with the last slots or bookings that named one.
    """
    values: dict[str, Any] = {}
    places: set[str] = set()
    reference = ""
    for visit in visits:
        seen = list(visit.evidence.all())
        places |= {row.where for row in seen}
        days = [row.seen_on for row in seen]
        if days:
            values["ecommunication_promoted_on"] = max([*days, values.get("ecommunication_promoted_on", date.min)])
        if seen or visit.ecommunication_asked:
            values["ecommunication_answered"] = True
        observed = {name: visit.observed[name] for name in (*SEEN_COLUMNS, DEFINITION) if name in visit.observed}
        values |= observed
        if seen or visit.ecommunication_asked or observed:
            reference = str(visit.pk)
    if places:
        values["ecommunication_promoted_where"] = ", ".join(
            place.label for place in Evidence.Where if place.value in places
        )
    return values, reference
