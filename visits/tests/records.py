from datetime import date, timedelta
from typing import Any
from uuid import uuid4

from django.utils import timezone

from visits import services
from visits.models import Visit
from visits.records import ActionWords, EvidenceSeen, VisitRecord
from visits.tests.factories import CaseloadEntryFactory


def yesterday() -> date:
    return timezone.localdate() - timedelta(days=1)


def a_record(**changes: Any) -> VisitRecord:
    return VisitRecord(
        **{
            "kind": Visit.Kind.FOLLOW_UP,
            "on": yesterday(),
            "roles_met": ("practice_manager",),
            "note": "Slots are released at 19:30 from now on.",
            **changes,
        }
    )


def an_action(words: str = "Text all patients without an account", **changes: Any) -> ActionWords:
    values = {"id": uuid4(), "owner_role": "practice_manager", "due_on": timezone.localdate() + timedelta(days=28)}
    return ActionWords(**{**values, "words": words, "target": "registration", **changes})


def seen(*places: str, on: date | None = None) -> frozenset[EvidenceSeen]:
    return frozenset(EvidenceSeen(place, on or yesterday()) for place in places)


def logged(practice: Any = None, by: Any = None, **changes: Any) -> Visit:
    """A visit that went through the service, by the facilitator who looks after the practice."""
    if by is None:
        entry = CaseloadEntryFactory(**({"practice": practice} if practice else {}))
        practice, by = entry.practice, entry.facilitator
    return services.log_visit(practice=practice, visit_id=uuid4(), record=a_record(**changes), version=0, by=by)
