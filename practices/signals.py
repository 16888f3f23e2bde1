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


@dataclass(frozen=True)
class PracticeWork:
    """What was done at a practice and is still to do, as tables of practices show it."""

    last_visit: date | None = None
    open_actions: int = 0


# practice_rows(practice_ids, user) -> {practice id: its work}
practice_rows: Hook[dict[int, PracticeWork]] = Hook("further columns of the practice tables")


@dataclass(frozen=True)
class PanelItem:
    """A line of a panel: what it says, where it leads, and the small print after it. `urgent` is shown with a word."""

    words: str
    url: str = ""
    meta: str = ""
    urgent: bool = False


@dataclass(frozen=True)
class StartPanel:
    """A part of a person's start page.

    key: names the part, so that the page can place it: next_visit, overdue_actions, due_actions, priorities,
    planned_visits, drafts, changes, latest_report. total: how many there are in all, where `items` are only the first.
    empty: the sentence that stands where there are none. more_url and more_words: the way to all of them.
    """

    key: str
    title: str
    items: tuple[PanelItem, ...] = ()
    total: int | None = None
    empty: str = ""
    more_url: str = ""
    more_words: str = ""


# start_panels(user) -> the panels of the person's start page, in the order in which they matter
start_panels: Hook[list[StartPanel]] = Hook("start page")


@dataclass(frozen=True)
class PracticeCare:
    """Who looks after a practice, whom to ask for there (by role), and whether this person may write about it."""

    facilitator: str = ""
    may_write: bool = False
    contacts: tuple[PanelItem, ...] = ()


# practice_care(practice, user) -> PracticeCare
practice_care: Hook[PracticeCare] = Hook("who looks after a practice")

# visit_months(practice_ids, since, until, user) -> {first day of a month: visits made in it}, as marks on a trend
visit_months: Hook[dict[date, int]] = Hook("visits as marks on a trend")
