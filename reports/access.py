"""Of which areas a person may read reports."""

from practices.geography import Area, AreaTree
from practices.geography import AreaKind as Kind
from practices.reader import Reader, scope_of
from reports.querysets import boroughs_within


def readable_areas(reader: Reader, tree: AreaTree) -> dict[str, list[Area]]:
    """By kind, in the order of the page; the same areas as Report.objects.for_user leaves."""
    areas = {
        Kind.BOROUGH.value: tree.of_kind(Kind.BOROUGH),
        Kind.CCG.value: tree.of_kind(Kind.CCG),
        Kind.STP.value: tree.of_kind(Kind.STP),
        Kind.REGION.value: [tree.home],
    }
    scope = scope_of(reader)
    if scope.everything:
        return areas
    codes = scope.codes
    boroughs = set(boroughs_within(codes))
    return {
        Kind.BOROUGH.value: [area for area in areas[Kind.BOROUGH] if area.code in boroughs],
        Kind.CCG.value: [area for area in areas[Kind.CCG] if area.code in codes],
    }
