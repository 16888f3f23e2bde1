"""Which CCG and borough a practice has today, worked out from its memberships, its postcode and what a person set."""

from collections.abc import Collection
from typing import Any

from django.db import transaction
from django.utils import timezone

from practices.geography import latest_first, read_geography, read_memberships
from practices.models import Organisation, PostcodeBorough

BoroughSource = Organisation.BoroughSource


@transaction.atomic
def derive_places(practices: Collection[int] | None = None) -> set[int]:
    """Writes ccg and borough of these practices (of all), and returns the ids of those that changed."""
    rows = Organisation.objects.practices()
    if practices is not None:
        rows = rows.filter(pk__in=practices)
    memberships = read_memberships(practices)
    boroughs = read_geography().principal_borough
    today = timezone.localdate()
    changed = []
    found = list(rows.only("pk", "ccg_id", "borough_id", "borough_source", "postcode"))
    by_postcode = _boroughs_of_postcodes(found)
    for practice in found:
        history = [each.parent for each in latest_first(memberships.get(practice.pk, []), today)]
        if _place(practice, history, boroughs, by_postcode.get(practice.postcode)):
            changed.append(practice)
    Organisation.objects.bulk_update(changed, ["ccg", "borough", "borough_source"], batch_size=300)
    return {practice.pk for practice in changed}


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
