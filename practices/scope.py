from collections.abc import Iterable

from practices.models import Organisation, OrganisationRelation


def grantable_ccgs() -> list[tuple[str, str]]:
    """CCGs of the register, the merged ones last, by ODS code and name."""
    ccgs = Organisation.objects.ccgs().filter(illustrative=False).order_by("opened", "name")
    return list(ccgs.values_list("code", "name"))


def ccgs_of_regions(regions: Iterable[str]) -> frozenset[str]:
    """ODS codes of the CCGs that lie, or lay, in an STP or ICB of these regions."""
    members = OrganisationRelation.objects.members()
    systems = members.filter(parent__code__in=list(regions)).values("child")
    return frozenset(members.filter(parent__in=systems, child__kind="ccg").values_list("child__code", flat=True))
