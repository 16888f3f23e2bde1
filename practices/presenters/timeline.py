"""What the register itself adds to a practice's history."""

from accounts.models import User
from core.months import long_date
from practices.models import Organisation
from practices.signals import TimelineEntry


def register_timeline(*, practice: Organisation, user: User) -> list[TimelineEntry]:
    """Opening and closing, changes of CCG, and mergers in either direction."""
    entries = []
    if practice.opened:
        entries.append(TimelineEntry(practice.opened, "register", "Opened"))
    if practice.closed:
        entries.append(TimelineEntry(practice.closed, "register", f"Closed on {long_date(practice.closed)}"))
    for relation in practice.both_ways:
        succession = relation.kind == relation.Kind.SUCCEEDED_BY
        if succession and relation.child_id == practice.pk:
            entries.append(TimelineEntry(relation.starts, "merger", f"Merged into {relation.parent}"))
        elif succession:
            entries.append(TimelineEntry(relation.starts, "merger", f"Took over {relation.child}"))
        elif relation.parent.kind == Organisation.Kind.CCG and relation.starts != practice.opened:
            entries.append(TimelineEntry(relation.starts, "register", f"Joined {relation.parent}"))
    return entries
