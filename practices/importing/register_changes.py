"""What entries would change in the register: staged as rows before and after, applied, and taken back."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from django.db.models import ProtectedError

from accounts.models import User
from practices.importing.issues import IssueLog
from practices.importing.register_rows import Entries, OrganisationEntry, RelationEntry, RelationKey
from practices.models import Import, Organisation, OrganisationRelation, RegisterChange

Action = RegisterChange.Action
FIELDS = (
    "kind",
    "name",
    "status",
    "opened",
    "closed",
    "address",
    "postcode",
    "telephone",
    "prescribing_setting",
)
DAYS = frozenset({"opened", "closed", "starts", "ends"})


def typed(values: dict[str, Any]) -> dict[str, Any]:
    """What JSON gave back, with its days as dates again."""
    return {
        name: date.fromisoformat(value) if name in DAYS and isinstance(value, str) else value
        for name, value in values.items()
    }


@dataclass
class Register:
    """The register as it stands, by codes."""

    organisations: dict[str, dict[str, Any]]
    relations: dict[RelationKey, dict[str, Any]]
    merged_by_hand: set[str]

    @classmethod
    def now(cls) -> "Register":
        relations: dict[RelationKey, dict[str, Any]] = {}
        by_hand = set()
        rows = OrganisationRelation.objects.values_list(
            "kind", "child__code", "parent__code", "starts", "ends", "source", "pk"
        )
        for kind, child, parent, starts, ends, source, pk in rows.iterator(chunk_size=5000):
            relations[kind, child, parent, starts] = {"ends": ends, "pk": pk}
            if kind == "succeeded_by" and source == OrganisationRelation.Source.HAND:
                by_hand.add(child)
        organisations = {row["code"]: row for row in Organisation.objects.values("pk", "code", *FIELDS)}
        return cls(organisations=organisations, relations=relations, merged_by_hand=by_hand)


@dataclass
class Changes:
    rows: list[RegisterChange] = field(default_factory=list)
    new: int = 0
    changed: int = 0
    unchanged: int = 0
    skipped: int = 0


def compare(entries: Entries, register: Register, brought_by: Import, issues: IssueLog) -> Changes:
    changes = Changes(skipped=entries.skipped)
    for entry in entries.organisations.values():
        _compare_organisation(entry, register, changes, brought_by, issues)
    known = register.organisations.keys() | entries.organisations.keys()
    for relation in entries.relations.values():
        if relation.child in known and relation.parent in known:
            _compare_relation(relation, register, changes, brought_by)
        else:
            changes.skipped += 1
    return changes


def _compare_organisation(
    entry: OrganisationEntry, register: Register, changes: Changes, brought_by: Import, issues: IssueLog
) -> None:
    stands = register.organisations.get(entry.code)
    values = dict(entry.values)
    if stands and entry.code in register.merged_by_hand and stands["closed"] and not values["closed"]:
        issues.warn(
            "merged_by_hand",
            f"{entry.code} was entered as merged by hand and stays closed, though the file has it open.",
            row=entry.row,
            practice_code=entry.code,
        )
        values |= {"closed": stands["closed"], "status": stands["status"]}
    if stands and values["name"].casefold() == stands["name"].casefold():
        values["name"] = stands["name"]
    different = {name: value for name, value in values.items() if not stands or stands[name] != value}
    if not different:
        changes.unchanged += 1
        return
    change = RegisterChange(brought_by=brought_by, code=entry.code, row=entry.row, after=different)
    if stands is None:
        change.action = Action.CREATE
    else:
        change.action, change.organisation_id = Action.UPDATE, stands["pk"]
        change.before = {name: stands[name] for name in different}
    if stands is None or stands["kind"] == Organisation.Kind.AWAITED:
        changes.new += 1
    else:
        changes.changed += 1
    changes.rows.append(change)


def _compare_relation(entry: RelationEntry, register: Register, changes: Changes, brought_by: Import) -> None:
    stands = register.relations.get(entry.key)
    if stands and stands["ends"] == entry.ends:
        changes.unchanged += 1
        return
    change = RegisterChange(brought_by=brought_by, code=entry.child, row=entry.row)
    identity = {"kind": entry.kind, "parent": entry.parent, "starts": entry.starts}
    if stands:
        change.action, changes.changed = Action.END_RELATION, changes.changed + 1
        change.before, change.after = identity | {"ends": stands["ends"]}, identity | {"ends": entry.ends}
    else:
        change.action, changes.new = Action.RELATE, changes.new + 1
        change.after = identity | {"ends": entry.ends, "reason": entry.reason}
    changes.rows.append(change)


def refreshed(brought_by: Import) -> Changes:
    """What waits, compared anew with the register of now; what another import made true meanwhile falls away."""
    register, changes = Register.now(), Changes()
    entries = Entries()
    for change in brought_by.register_changes.filter(landed=False):
        values = typed(change.after)
        if change.action in (Action.CREATE, Action.UPDATE):
            stands = register.organisations.get(change.code, {})
            complete = {name: stands.get(name, "") for name in values} | values
            complete.setdefault("name", stands.get("name", ""))
            complete.setdefault("closed", stands.get("closed"))
            entries.organisations[change.code] = OrganisationEntry(change.code, complete, change.row or 0)
        else:
            entries.relate(
                RelationEntry(
                    values["kind"],
                    change.code,
                    values["parent"],
                    values["starts"],
                    values["ends"],
                    values.get("reason", ""),
                    change.row or 0,
                )
            )
    changes = compare(entries, register, brought_by, IssueLog())
    changes.unchanged += brought_by.unchanged
    return changes


def apply(brought_by: Import, *, by: User | None) -> list[RegisterChange]:
    """Makes what waits true and returns it, each with its organisation."""
    waiting = list(brought_by.register_changes.filter(landed=False))
    created = [
        Organisation(code=change.code, **typed(change.after)) for change in waiting if change.action == Action.CREATE
    ]
    Organisation.objects.bulk_create(created, batch_size=500)
    organisations = _organisations(waiting)
    touched = []
    for change in waiting:
        if change.action == Action.UPDATE:
            _set(organisations[change.code], typed(change.after))
            touched.append(organisations[change.code])
        change.organisation, change.landed = organisations[change.code], True
    Organisation.objects.bulk_update(touched, FIELDS, batch_size=200)
    _apply_relations(waiting, organisations, by=by)
    RegisterChange.objects.bulk_update(waiting, ["organisation", "landed"], batch_size=500)
    return waiting


def _set(organisation: Organisation, values: dict[str, Any]) -> None:
    for name, value in values.items():
        setattr(organisation, name, value)


def _organisations(changes: Iterable[RegisterChange]) -> dict[str, Organisation]:
    codes = {change.code for change in changes} | {
        change.after["parent"] for change in changes if "parent" in change.after
    }
    return {organisation.code: organisation for organisation in Organisation.objects.filter(code__in=codes)}


def _apply_relations(waiting: list[RegisterChange], organisations: dict[str, Organisation], *, by: User | None) -> None:
    added = [
        OrganisationRelation(
            child=organisations[change.code],
            parent=organisations[change.after["parent"]],
            source=OrganisationRelation.Source.ODS,
            recorded_by=by,
            **{name: value for name, value in typed(change.after).items() if name != "parent"},
        )
        for change in waiting
        if change.action == Action.RELATE
    ]
    OrganisationRelation.objects.bulk_create(added, batch_size=500)
    for change in waiting:
        if change.action == Action.END_RELATION:
            _relation(change).update(ends=typed(change.after)["ends"])


def _relation(change: RegisterChange) -> Any:
    values = typed(change.after)
    return OrganisationRelation.objects.filter(
        kind=values["kind"], child__code=change.code, parent__code=values["parent"], starts=values["starts"]
    )


def take_back(brought_by: Import) -> list[RegisterChange]:
    """Undoes what landed, the last first. What a later import or a person said of the same since then stays."""
    landed = list(brought_by.register_changes.filter(landed=True).select_related("organisation").order_by("-id"))
    later = _later_changes(brought_by, {change.code for change in landed})
    for change in landed:
        followers = later.get(change.code, [])
        if change.action in (Action.CREATE, Action.UPDATE):
            _take_back_organisation(change, [each for each in followers if each.action == Action.UPDATE])
        else:
            _take_back_relation(change, [each for each in followers if _same_relation(each, change)])
    RegisterChange.objects.filter(pk__in=[change.pk for change in landed]).update(landed=False)
    return landed


def _later_changes(brought_by: Import, codes: set[str]) -> dict[str, list[RegisterChange]]:
    found: dict[str, list[RegisterChange]] = {}
    rows = RegisterChange.objects.filter(
        landed=True, code__in=codes, brought_by__landed_at__gt=brought_by.landed_at
    ).exclude(brought_by=brought_by)
    for change in rows.order_by("brought_by__landed_at", "id"):
        found.setdefault(change.code, []).append(change)
    return found


def _take_back_organisation(change: RegisterChange, followers: list[RegisterChange]) -> None:
    organisation = change.organisation
    if organisation is None:
        return
    if change.action == Action.CREATE:
        _take_back_creation(change, organisation, followers)
        return
    before, after = typed(change.before), typed(change.after)
    for name in after:
        follower = next((each for each in followers if name in each.after), None)
        if follower:
            # The follower's own undo must not bring back what this undo takes away.
            follower.before[name] = change.before[name]
            follower.save(update_fields=["before"])
        elif getattr(organisation, name) == after[name]:
            setattr(organisation, name, before[name])
    organisation.save(update_fields=list(after))


def _take_back_creation(change: RegisterChange, organisation: Organisation, followers: list[RegisterChange]) -> None:
    if followers:
        first = followers[0]
        first.action, first.before, first.after = Action.CREATE, {}, change.after | first.after
        first.save(update_fields=["action", "before", "after"])
        return
    try:
        organisation.delete()
    except ProtectedError:
        # Figures, visits or actions name it: it stays known, as one that no register has.
        organisation.status = Organisation.Status.PROVISIONAL
        organisation.opened = organisation.closed = None
        organisation.save(update_fields=["status", "opened", "closed"])


def _same_relation(one: RegisterChange, other: RegisterChange) -> bool:
    return all(one.after.get(name) == other.after.get(name) for name in ("kind", "parent", "starts"))


def _take_back_relation(change: RegisterChange, followers: list[RegisterChange]) -> None:
    if change.action == Action.RELATE:
        if followers:
            first = followers[0]
            first.action, first.before, first.after = Action.RELATE, {}, change.after | first.after
            first.save(update_fields=["action", "before", "after"])
        else:
            _relation(change).filter(source=OrganisationRelation.Source.ODS).delete()
        return
    if followers:
        followers[0].before["ends"] = change.before["ends"]
        followers[0].save(update_fields=["before"])
        return
    _relation(change).filter(ends=typed(change.after)["ends"]).update(ends=typed(change.before)["ends"])
