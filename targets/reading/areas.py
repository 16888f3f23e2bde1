"""The areas that a dashboard can show, and how they lie in each other."""

from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from practices.models import Organisation, OrganisationRelation
from targets.models import AreaScore
from targets.scoring.geography import LONDON_REGION

Kind = AreaScore.AreaKind


@dataclass(frozen=True, slots=True)
class Area:
    """A part of London under its code (for a borough its slug). `successor` and `stp` are codes; `ccgs` of a borough
    are those whose practices count there, `touching` all that have some of its streets.
    """

    kind: str
    code: str
    name: str
    pk: int = 0
    opened: date | None = None
    closed: date | None = None
    stp: str = ""
    successor: str = ""
    region: str = ""
    tile: tuple[int, int] = (0, 0)
    ccgs: tuple[str, ...] = ()
    touching: tuple[str, ...] = ()

    @property
    def short_name(self) -> str:
        return self.name.removeprefix("NHS ")

    @property
    def choice(self) -> str:
        """As the area select of the context bar names it."""
        return self.kind if self.kind == Kind.LONDON else f"{self.kind}:{self.code}"

    @property
    def path(self) -> str:
        if self.kind == Kind.LONDON:
            return reverse("targets:london")
        return reverse(f"targets:{self.kind}", args=[self.code])


LONDON = Area(Kind.LONDON, "london", "London")


@dataclass(frozen=True, slots=True)
class AreaTree:
    """Every area by kind and code."""

    areas: dict[tuple[str, str], Area]
    by_pk: dict[int, Area] = field(default_factory=dict)

    def find(self, kind: str, code: str) -> Area | None:
        return LONDON if kind == Kind.LONDON else self.areas.get((kind, code))

    def of_kind(self, kind: str) -> list[Area]:
        return sorted((area for area in self.areas.values() if area.kind == kind), key=lambda area: area.name)

    def ccgs_of(self, area: Area) -> list[Area]:
        """The CCGs below an STP or a borough, or the CCG itself."""
        ccgs = self.of_kind(Kind.CCG)
        if area.kind == Kind.STP:
            return [ccg for ccg in ccgs if ccg.stp == area.code]
        if area.kind == Kind.BOROUGH:
            return [ccg for ccg in ccgs if ccg.code in area.ccgs]
        if area.kind == Kind.LONDON:
            return [ccg for ccg in ccgs if ccg.region == LONDON_REGION]
        return [ccg for ccg in ccgs if ccg.code == area.code]

    def predecessors(self, area: Area) -> list[Area]:
        return [other for other in self.of_kind(area.kind) if other.successor == area.code]


SHARE = "borough_shares__"
FIELDS = ("kind", "code", "name", "pk", "opened", "closed", "stp", "successor", "region")
SHARE_FIELDS = (
    "percent_of_ccg",
    "borough__slug",
    "borough__name",
    "borough_id",
    "borough__tile_row",
    "borough__tile_column",
)


def load_tree() -> AreaTree:
    """All areas, in one query: the CCGs and STPs, each CCG as often as it shares a borough."""
    relations = OrganisationRelation.objects.filter(child=OuterRef("pk")).order_by("-starts")
    rows = (
        Organisation.objects.filter(kind__in=(Kind.CCG, Kind.STP))
        .annotate(
            successor=Subquery(relations.successions().values("parent__code")[:1]),
            stp=Subquery(relations.members().filter(parent__kind=Kind.STP).values("parent__code")[:1]),
            region=Subquery(
                relations.members().filter(parent__kind=Organisation.Kind.REGION).values("parent__code")[:1]
            ),
        )
        .values_list(*FIELDS, *(f"{SHARE}{name}" for name in SHARE_FIELDS))
    )
    areas: dict[tuple[str, str], Area] = {}
    shares: list[Share] = []
    for row in rows:
        kind, code, name, pk, opened, closed, stp, successor, region, percent, *borough = row
        areas[kind, code] = Area(kind, code, name, pk, opened, closed, stp or "", successor or "", region or "")
        if percent is not None:
            shares.append(Share(code, percent, *borough))
    areas = {key: _with_region(area, areas) for key, area in areas.items()}
    by_pk = {area.pk: area for area in areas.values()}
    areas |= {(Kind.BOROUGH, area.code): area for area in _boroughs(shares)}
    return AreaTree(areas, by_pk)


def _with_region(area: Area, areas: dict[tuple[str, str], Area]) -> Area:
    """A CCG lies in the region of its STP."""
    stp = areas.get((Kind.STP, area.stp))
    return replace(area, region=stp.region) if stp and not area.region else area


class Share(NamedTuple):
    """What a CCG and a borough have in common."""

    ccg: str
    percent_of_ccg: Decimal
    slug: str
    name: str
    pk: int
    tile_row: int
    tile_column: int


def _boroughs(shares: list[Share]) -> list[Area]:
    """A CCG's practices count under its principal borough, the one with the greatest part of the CCG."""
    greatest: dict[str, Share] = {}
    for share in shares:
        if share.ccg not in greatest or share.percent_of_ccg > greatest[share.ccg].percent_of_ccg:
            greatest[share.ccg] = share
    return [
        Area(
            Kind.BOROUGH,
            borough.slug,
            borough.name,
            borough.pk,
            tile=(borough.tile_row, borough.tile_column),
            ccgs=tuple(sorted(code for code, share in greatest.items() if share.pk == borough.pk)),
            touching=tuple(sorted(share.ccg for share in shares if share.pk == borough.pk)),
        )
        for borough in {share.pk: share for share in shares}.values()
    ]
