"""What areas are called, by the day."""

from dataclasses import dataclass
from datetime import date

from django.db import models

# The Health and Care Act 2022: ICBs took the place of STPs, and CCGs became their sub-locations.
ICBS_SINCE = date(2022, 7, 1)


class AreaKind(models.TextChoices):
    """The four levels at which figures are added up, each under the first of its names."""

    REGION = "region", "Region"
    STP = "stp", "STP or ICB"
    CCG = "ccg", "CCG or sub-location"
    BOROUGH = "borough", "Borough"


@dataclass(frozen=True, slots=True)
class Term:
    """What an area of a kind is called; `address` is the name of its page."""

    one: str
    many: str
    address: str

    @property
    def title(self) -> str:
        return self.one[0].upper() + self.one[1:]

    @property
    def heading(self) -> str:
        return self.many[0].upper() + self.many[1:]


REGION = Term("region", "regions", "region")
STP, ICB = Term("STP", "STPs", "stp"), Term("ICB", "ICBs", "icb")
CCG, SUB_LOCATION = Term("CCG", "CCGs", "ccg"), Term("sub-location", "sub-locations", "sub_location")
BOROUGH = Term("borough", "boroughs", "borough")


def term_of(kind: str, day: date | None) -> Term:
    """What areas of the kind were called on the day."""
    since = day is not None and day >= ICBS_SINCE
    return {
        AreaKind.REGION: REGION,
        AreaKind.STP: ICB if since else STP,
        AreaKind.CCG: SUB_LOCATION if since else CCG,
        AreaKind.BOROUGH: BOROUGH,
    }[AreaKind(kind)]
