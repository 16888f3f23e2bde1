"""What happens to caseloads, actions and visits when the practices beneath them change. In the sender's transaction."""

from datetime import date
from typing import Any

from accounts.models import User
from practices.models import Organisation
from visits.services.succession import clear_illustrative, end_with_practice, move_to_successor


def on_practice_succeeded(
    sender: Any, practice: Organisation, successor: Organisation, on: date, by: User, **kwargs: Any
) -> None:
    move_to_successor(practice=practice, successor=successor, on=on, by=by)


def on_practice_closed(sender: Any, practice: Organisation, on: date, by: User, **kwargs: Any) -> None:
    end_with_practice(practice=practice, on=on, by=by)


def on_illustrative_cleared(sender: Any, **kwargs: Any) -> None:
    clear_illustrative()
