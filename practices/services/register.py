"""The register kept by hand: what ODS does not publish yet, or never will."""

from datetime import date, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from accounts.models import User
from core import audit
from core.months import long_date
from practices import measures
from practices.geography import practices_following
from practices.models import Borough, MonthlyFigures, Organisation, OrganisationRelation
from practices.permissions import Deed, require
from practices.services import versions
from practices.services.places import derive_places
from practices.signals import practice_closed, practice_succeeded

SHOWN = ("code", "name", "status", "opened", "closed", "ccg", "borough", "borough_source")
Status = Organisation.Status
Relation = OrganisationRelation.Kind


@transaction.atomic
def open_practice(*, code: str, name: str, ccg: Organisation, on: date, postcode: str, by: User) -> Organisation:
    """A practice that opens, or one that a file of figures named before the register did."""
    require(by, Deed.KEEP_REGISTER)
    practice = Organisation.objects.select_for_update().filter(code=code).first()
    if practice and practice.status != Status.PROVISIONAL and practice.kind != Organisation.Kind.AWAITED:
        raise ValidationError({"code": f"The register has {practice} already."})
    practice = practice or Organisation(code=code)
    practice.kind, practice.status, practice.name = Organisation.Kind.PRACTICE, Status.ACTIVE, name
    practice.opened, practice.postcode = on, postcode
    practice.save()
    _relate(Relation.MEMBER_OF, practice, ccg, on, by=by)
    derive_places({practice.pk})
    practice.refresh_from_db()
    audit.record(by=by, verb="opened practice", instance=practice, after=audit.snapshot(practice, SHOWN))
    _score_anew(practice)
    return practice


@transaction.atomic
def close_practice(*, practice: Organisation, on: date, reason: str, by: User) -> None:
    """`on` is its last day. Those who look after it are told by the apps above."""
    require(by, Deed.KEEP_REGISTER)
    _close(practice, on, by=by, verb="closed practice", reason=reason)
    practice_closed.send(sender=Organisation, practice=practice, on=on, by=by)


@transaction.atomic
def merge_practice(*, practice: Organisation, successor: Organisation, on: date, reason: str, by: User) -> None:
    """From `on` the successor stands for the practice, which closes the day before. Its figures keep its own code.

    One that is closed already stays so: files leave out mergers, and the patients of one list may go to several.
    """
    require(by, Deed.KEEP_REGISTER)
    if successor == practice or practice.code in practices_following(successor.code):
        raise ValidationError({"successor": f"{successor} cannot follow {practice}."})
    if not successor.is_open(on):
        raise ValidationError({"successor": f"{successor} is not open on that day."})
    if practice.closed and on <= practice.closed:
        raise ValidationError({"on": f"{practice} closed on {long_date(practice.closed)}. Enter a day after that."})
    _relate(Relation.SUCCEEDED_BY, practice, successor, on, reason=reason, by=by)
    told = {"reason": reason, "successor": successor.code}
    if practice.closed:
        after = audit.snapshot(practice, SHOWN)
        audit.record(by=by, verb="merged practice", instance=practice, before=after, after=after | told)
        versions.announce(versions.NO_FIGURES)
    else:
        _close(practice, on - timedelta(days=1), by=by, verb="merged practice", **told)
    practice_succeeded.send(sender=Organisation, practice=practice, successor=successor, on=on, by=by)


@transaction.atomic
def reopen_practice(*, practice: Organisation, reason: str, by: User) -> None:
    """Takes back a closure or merger that was entered by mistake. What was handed over stays where it is."""
    require(by, Deed.KEEP_REGISTER)
    before = audit.snapshot(practice, SHOWN)
    successions = practice.relations.successions().filter(source=OrganisationRelation.Source.HAND)
    undone = list(successions.values_list("parent__code", flat=True))
    successions.delete()
    practice.relations.members().filter(ends=practice.closed).update(ends=None)
    practice.status, practice.closed = Status.ACTIVE, None
    practice.save(update_fields=["status", "closed"])
    derive_places({practice.pk})
    practice.refresh_from_db()
    after = audit.snapshot(practice, SHOWN) | {"reason": reason, "no longer merged into": undone}
    audit.record(by=by, verb="reopened practice", instance=practice, before=before, after=after)
    _score_anew(practice)


@transaction.atomic
def rename_practice(*, practice: Organisation, name: str, on: date, by: User) -> None:
    """The code stays. Figures keep the name that they came with."""
    require(by, Deed.KEEP_REGISTER)
    before = {"name": practice.name}
    practice.name = name
    practice.save(update_fields=["name"])
    after = {"name": name, "on": on}
    audit.record(by=by, verb="renamed practice", instance=practice, before=before, after=after)
    versions.announce(versions.NO_FIGURES)


@transaction.atomic
def move_practice(*, practice: Organisation, ccg: Organisation, on: date, by: User) -> None:
    """From `on` the practice belongs to another CCG; what it belonged to before ends the day before."""
    require(by, Deed.KEEP_REGISTER)
    before = audit.snapshot(practice, SHOWN)
    earlier = practice.relations.members().in_force(on).filter(parent__kind=Organisation.Kind.CCG, starts__lt=on)
    earlier.update(ends=on - timedelta(days=1))
    _relate(Relation.MEMBER_OF, practice, ccg, on, by=by)
    derive_places({practice.pk})
    practice.refresh_from_db()
    audit.record(by=by, verb="moved practice", instance=practice, before=before, after=audit.snapshot(practice, SHOWN))
    _score_anew(practice)


@transaction.atomic
def set_borough(*, practice: Organisation, borough: Borough | None, by: User) -> None:
    """None gives the borough back to the postcode lookup or the CCG."""
    require(by, Deed.KEEP_REGISTER)
    before = audit.snapshot(practice, SHOWN)
    practice.borough_source = Organisation.BoroughSource.HAND if borough else Organisation.BoroughSource.CCG
    if borough:
        practice.borough = borough
    practice.save(update_fields=["borough", "borough_source"])
    derive_places({practice.pk})
    practice.refresh_from_db()
    audit.record(by=by, verb="set borough", instance=practice, before=before, after=audit.snapshot(practice, SHOWN))
    _score_anew(practice)


def _relate(kind: str, child: Organisation, parent: Organisation, on: date, *, reason: str = "", by: User) -> None:
    OrganisationRelation.objects.update_or_create(
        kind=kind,
        child=child,
        parent=parent,
        starts=on,
        defaults={
            "ends": None,
            "reason": reason,
            "source": OrganisationRelation.Source.HAND,
            "recorded_by": by,
        },
    )


def _close(practice: Organisation, last_day: date, *, by: User, verb: str, **told: Any) -> None:
    if practice.closed:
        raise ValidationError(f"{practice} is closed already.")
    if practice.opened and last_day < practice.opened:
        raise ValidationError({"on": f"{practice} opened after that day."})
    before = audit.snapshot(practice, SHOWN)
    practice.status, practice.closed = Status.CLOSED, last_day
    practice.save(update_fields=["status", "closed"])
    practice.relations.members().in_force(last_day).filter(ends=None).update(ends=last_day)
    derive_places({practice.pk})
    practice.refresh_from_db()
    audit.record(by=by, verb=verb, instance=practice, before=before, after=audit.snapshot(practice, SHOWN) | told)
    _score_anew(practice)


def _score_anew(practice: Organisation) -> None:
    """The practice's own months, and those in which the register alone says which practices there are."""
    live = MonthlyFigures.objects.live()
    own = live.filter(practice=practice).values_list("month", flat=True)
    unpublished = live.exclude(month__in=live.published().values("month")).values_list("month", flat=True)
    months = frozenset(own.order_by().distinct()) | frozenset(unpublished.order_by().distinct())
    versions.announce(versions.Changed(months, frozenset({practice.pk}), frozenset({measures.POMI.key})))
