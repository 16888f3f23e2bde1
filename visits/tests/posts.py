from datetime import timedelta
from typing import Any
from uuid import UUID, uuid4

from django.utils import timezone


def visit_post(visit_id: UUID, **changes: Any) -> dict[str, Any]:
    """What the visit's form sends: a follow-up of yesterday with one action."""
    today = timezone.localdate()
    return {
        "visit_id": str(visit_id),
        "version": 0,
        "kind": "follow_up",
        "on": (today - timedelta(days=1)).isoformat(),
        "roles_met": ["practice_manager"],
        "note": "Slots are released at 19:30 from now on.",
        "then": "save",
        "actions-TOTAL_FORMS": 1,
        "actions-INITIAL_FORMS": 0,
        "actions-0-id": str(uuid4()),
        "actions-0-words": "Text all patients without an account",
        "actions-0-owner_role": "practice_manager",
        "actions-0-due_on": (today + timedelta(days=28)).isoformat(),
        "actions-0-target": "registration",
        **changes,
    }
