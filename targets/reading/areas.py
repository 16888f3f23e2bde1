"""The areas that a dashboard can show, and how they lie in each other."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import OuterRef, Subquery
from django.urls import reverse

from practices.models import BoroughShare, Organisation, OrganisationRelation
from targets.models import AreaScore

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
        return [ccg for ccg in ccgs if ccg.code == area.code] if area.kind == Kind.CCG else ccgs

    def predecessors(self, area: Area) -> list[Area]:
        return [other for other in self.of_kind(area.kind) if other.successor == area.code]


def load_tree() -> AreaTree:
    """All areas, in two queries."""
    areas: dict[tuple[str, str], Area] = {}
    by_pk: dict[int, Area] = {}
    for area in [*_organisations(), *_boroughs()]:
        areas[area.kind, area.code] = area
        if area.kind != Kind.BOROUGH:
            by_pk[area.pk] = area
    return AreaTree(areas, by_pk)


def _organisations() -> list[Area]:
    relations = OrganisationRelation.objects.filter(child=OuterRef("pk")).order_by("-starts")
    rows = (
        Organisation.objects.filter(kind__in=(Kind.CCG, Kind.STP))
        .annotate(
            successor=Subquery(relations.successions().values("parent__code")[:1]),
            stp=Subquery(relations.members().filter(parent__kind=Kind.STP).values("parent__code")[:1]),
        )
        .values_list("kind", "code", "name", "pk", "opened", "closed", "stp", "successor")
    )
    return [
        Area(kind, code, name, pk, opened, closed, stp or "", successor or "")
        for kind, code, name, pk, opened, closed, stp, successor in rows
    ]


def _boroughs() -> list[Area]:
    """A CCG's practices count under its principal borough, the one with the greatest part of the CCG."""
    shares = list(BoroughShare.objects.select_related("borough", "ccg"))
    greatest: dict[str, BoroughShare] = {}
    for share in shares:
        if share.ccg.code not in greatest or share.percent_of_ccg > greatest[share.ccg.code].percent_of_ccg:
            greatest[share.ccg.code] = share
    boroughs = {share.borough for share in shares}
    return [
        Area(
            Kind.BOROUGH,
            borough.slug,
            borough.name,
            borough.pk,
            tile=(borough.tile_row, borough.tile_column),
            ccgs=tuple(code for code, share in greatest.items() if share.borough_id == borough.pk),
            touching=tuple(share.ccg.code for share in shares if share.borough_id == borough.pk),
        )
        for borough in boroughs
    ]
