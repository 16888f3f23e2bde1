from practices.models import Organisation


def grantable_ccgs() -> list[tuple[str, str]]:
    """CCGs of the register, the merged ones last, by ODS code and name."""
    ccgs = Organisation.objects.ccgs().filter(illustrative=False).order_by("opened", "name")
    return list(ccgs.values_list("code", "name"))
