"""A borough with everything that a report tells of, small enough to check by hand."""

from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from accounts.tests.factories import UserFactory
from practices.models import Borough, Organisation
from practices.tests.factories import DECEMBER, DoubtFactory, ImportFactory, MonthlyFiguresFactory, OrganisationFactory
from targets import programmes, scoring
from targets.models import Programme

MADE_AT = datetime(2019, 5, 3, 9, 0, tzinfo=UTC)
NOVEMBER = date(2018, 11, 1)


@dataclass
class World:
    borough: Borough
    ccg: Organisation
    practices: list[Organisation]
    programme: Programme
    administrator: Any

    @property
    def what(self) -> dict[str, Any]:
        return {"area_kind": "borough", "area_code": self.borough.slug, "month": DECEMBER, "programme": self.programme}

    @property
    def asked(self) -> dict[str, Any]:
        """As the builder of snapshots names it."""
        return self.what | {"programme": self.programme.slug, "made_at": MADE_AT}


def make_world(
    *, online: tuple[int, ...] = (2400, 1000, 1599), slots: tuple[int | None, ...] = (850, 4, None)
) -> World:
    """Lewisham with three practices of 8,000 patients; their names would be formulas or markup elsewhere."""
    programmes.load()
    ccg = Organisation.objects.get(code="08L")
    borough = Borough.objects.get(slug="lewisham")
    names = ("=1+1 Surgery", "#set text(red) <b>Surgery</b>", "Vale & Sons")
    made_up = [OrganisationFactory(ccg=ccg, borough=borough, name=name) for name in names]
    brought = ImportFactory(file_name="pomi december.csv", landed_at=MADE_AT)
    for practice, patients, number in zip(made_up, online, slots, strict=True):
        MonthlyFiguresFactory(practice=practice, online_patients=patients - 40, month=NOVEMBER, brought_by=brought)
        MonthlyFiguresFactory(practice=practice, online_patients=patients, brought_by=brought)
        if number is not None:
            MonthlyFiguresFactory(practice=practice, returned=True, routine_slots_online=number)
    DoubtFactory(practice=made_up[0])
    scoring.score_months({NOVEMBER, DECEMBER.replace(day=1)})
    return World(borough, ccg, made_up, Programme.objects.get(is_default=True), UserFactory(administrator=True))


def other_ccg() -> Organisation:
    return Organisation.objects.get(code="07M")
