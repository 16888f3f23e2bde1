"""Which CCG and borough a practice has today, worked out from its memberships, its postcode and what a person set."""

from collections.abc import Collection, Iterable
from datetime import date
from typing import Any

from django.db import transaction
from django.utils import timezone

from practices.models import BoroughShare, Organisation, OrganisationRelation, PostcodeBorough

Membership = tuple[int, date, date | None]
BoroughSource = Organisation.BoroughSource


@transaction.atomic
def derive_places(practices: Collection[int] | None = None) -> set[int]:
    """Writes ccg and borough of these practices (of all), and returns the ids of those that changed."""
    rows = Organisation.objects.practices()
    memberships = OrganisationRelation.objects.members().filter(
        parent__kind=Organisation.Kind.CCG, child__kind=Organisation.Kind.PRACTICE
    )
    if practices is not None:
        rows, memberships = rows.filter(pk__in=practices), memberships.filter(child__in=practices)
    by_practice = _by_practice(memberships)
    boroughs = principal_boroughs()
    today = timezone.localdate()
    changed = []
    found = list(rows.only("pk", "ccg_id", "borough_id", "borough_source", "postcode"))
    by_postcode = _boroughs_of_postcodes(found)
    for practice in found:
        history = latest_first(by_practice.get(practice.pk, []), today)
        if _place(practice, history, boroughs, by_postcode.get(practice.postcode)):
            changed.append(practice)
    Organisation.objects.bulk_update(changed, ["ccg", "borough", "borough_source"], batch_size=300)
    return {practice.pk for practice in changed}


def _by_practice(memberships: Any) -> dict[int, list[Membership]]:
    """What files of figures say counts only where nothing else says which CCG a practice belongs to."""
    registered: dict[int, list[Membership]] = {}
    named: dict[int, list[Membership]] = {}
    for child, parent, starts, ends, source in memberships.values_list(
        "child_id", "parent_id", "starts", "ends", "source"
    ):
        found = named if source == OrganisationRelation.Source.FIGURES else registered
        found.setdefault(child, []).append((parent, starts, ends))
    return named | registered


def latest_first(memberships: Iterable[Membership], today: date) -> list[int]:
    """CCGs, the one of today first, then those that ended last."""

    def rank(membership: Membership) -> tuple[bool, date, date]:
        _, starts, ends = membership
        return (starts <= today and (ends is None or ends >= today), ends or date.max, starts)

    return [membership[0] for membership in sorted(memberships, key=rank, reverse=True)]


def principal_boroughs() -> dict[int, int]:
    """CCG -> the borough with the greatest part of it. CCGs that came of mergers have none."""
    shares = BoroughShare.objects.order_by("percent_of_ccg").values_list("ccg_id", "borough_id")
    return dict(shares)


def _boroughs_of_postcodes(practices: list[Any]) -> dict[str, int]:
    postcodes = {practice.postcode for practice in practices if practice.postcode}
    if not postcodes or not PostcodeBorough.objects.exists():
        return {}
    return dict(PostcodeBorough.objects.filter(postcode__in=postcodes).values_list("postcode", "borough_id"))


def _place(practice: Any, history: list[int], boroughs: dict[int, int], by_postcode: int | None) -> bool:
    was = (practice.ccg_id, practice.borough_id, practice.borough_source)
    if history:
        practice.ccg_id = history[0]
    if practice.borough_source != BoroughSource.HAND:
        ccgs = [*history, practice.ccg_id]
        by_ccg = next((boroughs[ccg] for ccg in ccgs if ccg in boroughs), practice.borough_id)
        practice.borough_id = by_postcode or by_ccg
        practice.borough_source = BoroughSource.POSTCODE if by_postcode else BoroughSource.CCG
    return was != (practice.ccg_id, practice.borough_id, practice.borough_source)
