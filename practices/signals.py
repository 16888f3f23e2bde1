"""What the apps above hear of. Receivers run in the sender's transaction: what they raise undoes all of it."""

from dataclasses import dataclass
from datetime import date

from django.dispatch import Signal

from core.hooks import Hook

# Sent with `months: set[date]` and `practices: set[int] | None` (None: all of them) after live figures changed.
figures_changed = Signal()

# Sent with `practice`, `successor`, `on: date`, `by` after a practice merged into or was renamed as another.
practice_succeeded = Signal()

# Sent with `practice`, `on: date`, `by` after a practice closed without a successor.
practice_closed = Signal()

# Sent when all illustrative data are to go, before the practices themselves are deleted.
illustrative_cleared = Signal()


@dataclass(frozen=True)
class TimelineEntry:
    """One line of a practice's history: when, what kind, in which words, and where to read more."""

    on: date
    kind: str
    words: str
    url: str = ""


# timeline(practice, user) -> list[TimelineEntry]
timeline: Hook[list[TimelineEntry]] = Hook("practice timeline")

# preview_effects(brought_by) -> dict for the preview: how scores would move, who would cross a threshold.
preview_effects: Hook[dict[str, object]] = Hook("effects of an import")

# practice_rows(practice_ids, user) -> {practice id: {"last_visit": date | None, "open_actions": int, ...}}
practice_rows: Hook[dict[int, dict[str, object]]] = Hook("further columns of the practice tables")

# start_panels(user) -> list of panel dicts for the person's start page
start_panels: Hook[list[dict[str, object]]] = Hook("start page")
