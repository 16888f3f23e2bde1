from collections.abc import Iterable

from django.conf import settings

from practices.geography import geography
from practices.models import Organisation

EVERY_REGION = "all"


def grantable_ccgs() -> list[tuple[str, str]]:
    """CCGs of the register, the merged ones last, by ODS code and name."""
    ccgs = Organisation.objects.ccgs().filter(illustrative=False).order_by("opened", "name")
    return list(ccgs.values_list("code", "name"))


def ccgs_of_regions(regions: Iterable[str]) -> frozenset[str]:
    """ODS codes of the CCGs that lie, or lay, in an STP or ICB of these regions."""
    return geography().ever_in(set(regions))


def regions_in_scope() -> list[str]:
    """ODS codes of the regions whose rows an import keeps where nobody says otherwise: the home region, unless set."""
    home = geography().home_code
    return list(settings.IMPORT_REGIONS) or ([home] if home else [EVERY_REGION])
