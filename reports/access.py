"""Of which areas a person may read reports, and who may have them made."""

from typing import Any

from practices.geography import Area, AreaTree
from practices.geography import AreaKind as Kind
from practices.querysets.organisations import scope_ccgs
from reports.querysets import boroughs_within


def readable_areas(user: Any, tree: AreaTree) -> dict[str, list[Area]]:
    """By kind, in the order of the page; the same areas as Report.objects.for_user leaves."""
    areas = {
        Kind.BOROUGH.value: tree.of_kind(Kind.BOROUGH),
        Kind.CCG.value: tree.of_kind(Kind.CCG),
        Kind.STP.value: tree.of_kind(Kind.STP),
        Kind.REGION.value: [tree.home],
    }
    if user.sees_everything:
        return areas
    codes = set(scope_ccgs(user).values())
    boroughs = set(boroughs_within(codes))
    return {
        Kind.BOROUGH.value: [area for area in areas[Kind.BOROUGH] if area.code in boroughs],
        Kind.CCG.value: [area for area in areas[Kind.CCG] if area.code in codes],
    }


def may_make(user: Any) -> bool:
    """Viewers read everything and change nothing."""
    return bool(user.is_authenticated and not user.is_viewer)
