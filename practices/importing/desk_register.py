"""Entries of the register on their way in: practices, commissioners, memberships and successions out of ODS files."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast

from accounts.models import User
from practices.importing import register_changes
from practices.importing.desks import Landed, Staged, Taken, desk
from practices.importing.formats.base import Recognition, Table
from practices.importing.formats.headerless import Headerless
from practices.importing.issues import IssueLog
from practices.importing.register_changes import Action, Changes, Register, typed
from practices.importing.register_rows import Entries, take_rows
from practices.models import Import, ImportFile, MonthlyFigures, Organisation, OrganisationRelation, RegisterChange
from practices.scope import regions_in_scope
from practices.services.places import derive_places
from practices.services.quality import compare_register_with_file
from practices.services.versions import Changed
from practices.signals import practice_closed, practice_succeeded

WORDS = {
    "kind": "kind",
    "name": "name",
    "status": "status",
    "opened": "opened",
    "closed": "closed",
    "address": "address",
    "postcode": "postcode",
    "telephone": "telephone",
    "prescribing_setting": "prescribing setting",
}


@desk("register")
class RegisterDesk:
    def __init__(self, brought_by: Import, issues: IssueLog) -> None:
        self.brought_by, self.issues = brought_by, issues
        self.entries = Entries(regions=brought_by.regions or regions_in_scope())

    def take(self, number: int, table: Table, found: Recognition) -> Taken:
        taken, skipped = Taken(), self.entries.skipped
        for chunk in found.format.read(table, found):
            take_rows(cast(Headerless, found.format), chunk, self.entries, self.issues, number)
            taken.rows += len(chunk)
        taken.skipped = self.entries.skipped - skipped
        return taken

    def stage(self, files: dict[int, ImportFile]) -> Staged:
        changes = register_changes.compare(self.entries, Register.now(), self.brought_by, self.issues)
        return _store(self.brought_by, changes)

    @classmethod
    def refresh(cls, brought_by: Import) -> Staged:
        return _store(brought_by, register_changes.refreshed(brought_by))

    @classmethod
    def land(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        landed = register_changes.apply(brought_by, by=by)
        moved = derive_places(_practices(landed))
        compare_register_with_file()
        _tell_of_closures(landed, by=by)
        return _affected(landed, moved)

    @classmethod
    def undo(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        taken_back = register_changes.take_back(brought_by)
        moved = derive_places(_practices(taken_back))
        compare_register_with_file()
        return _affected(taken_back, moved)

    @classmethod
    def clear(cls, brought_by: Import) -> None:
        brought_by.register_changes.filter(landed=False).delete()


def _store(brought_by: Import, changes: Changes) -> Staged:
    brought_by.register_changes.filter(landed=False).delete()
    RegisterChange.objects.bulk_create(changes.rows, batch_size=500)
    return Staged(new=changes.new, changed=changes.changed, unchanged=changes.unchanged, preview=_preview(changes.rows))


def _preview(rows: list[RegisterChange]) -> dict[str, Any]:
    """JSON for the page: what kinds of change there are; the changes themselves are rows of their own."""
    kinds = Counter(map(kind_of, rows))
    return {"register": [{"words": words, "count": number} for words, number in kinds.most_common()]}


def kind_of(row: RegisterChange) -> str:
    values = row.after
    if row.action == Action.CREATE:
        return "New practices" if values["kind"] == "practice" else "New commissioners"
    if row.action == Action.UPDATE:
        if row.before.get("status") == Organisation.Status.PROVISIONAL:
            return "Confirmed by the register"
        if values.get("closed"):
            return "Closed"
        return "Renamed" if "name" in values else "Other details changed"
    if values["kind"] == "succeeded_by":
        return "Successions"
    return "Memberships" if row.action == Action.RELATE else "Memberships that end on another day"


def _practices(changes: Iterable[RegisterChange]) -> set[int]:
    codes = {change.code for change in changes}
    return set(Organisation.objects.practices().filter(code__in=codes).values_list("pk", flat=True))


def _tell_of_closures(landed: list[RegisterChange], *, by: User | None) -> None:
    """Whoever looks after a practice hears that it closed or merged, if it was open until this file."""
    closing = {
        change.code: change
        for change in landed
        if change.action == Action.UPDATE and change.after.get("closed") and "closed" in change.before
    }
    followed = {
        change.code
        for change in landed
        if change.action == Action.RELATE and change.after["kind"] == OrganisationRelation.Kind.SUCCEEDED_BY
    }
    successions = (
        OrganisationRelation.objects.successions()
        .filter(child__code__in=closing.keys() | followed, child__kind="practice", parent__kind="practice")
        .select_related("child", "parent")
    )
    told = set()
    for relation in successions:
        told.add(relation.child.code)
        practice_succeeded.send(
            sender=Organisation, practice=relation.child, successor=relation.parent, on=relation.starts, by=by
        )
    for code, change in closing.items():
        if code not in told and change.organisation and change.organisation.kind == Organisation.Kind.PRACTICE:
            on = typed(change.after)["closed"]
            practice_closed.send(sender=Organisation, practice=change.organisation, on=on, by=by)


def _affected(changes: list[RegisterChange], moved: set[int]) -> Landed:
    """Months to score anew: those of practices that moved, and, where practices opened or closed, those in which the
    register and not the publisher's file says which practices there are."""
    number = len({change.code for change in changes})
    words = f"{number:,} organisations of the register were brought up to date."
    landed = affected_by_moves(moved, words=words)
    opened = {
        change.code
        for change in changes
        if change.action == Action.CREATE or {"opened", "closed", "status"} & change.after.keys()
    }
    if opened:
        live = MonthlyFigures.objects.live()
        published = live.published().values("month")
        months = live.exclude(month__in=published).values_list("month", flat=True).distinct().order_by()
        practices = Organisation.objects.practices().filter(code__in=opened).values_list("pk", flat=True)
        return Landed(Changed(landed.changed.months | set(months), frozenset(moved) | set(practices)), words)
    return landed


def affected_by_moves(moved: set[int], *, words: str) -> Landed:
    """A practice in another CCG or borough counts there in every month of which it has figures."""
    live = MonthlyFigures.objects.live().filter(practice__in=moved)
    months = live.values_list("month", flat=True).distinct().order_by()
    return Landed(Changed(frozenset(months), frozenset(moved)), words)
