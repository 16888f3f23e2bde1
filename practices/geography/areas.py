"""The areas as pages show them: on a day, by kind and code, under the name that they had then."""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date
from functools import cached_property, lru_cache

from practices.geography.terms import BOROUGH, ICB, REGION, SUB_LOCATION, AreaKind, Term, term_of
from practices.geography.value import Geography, Place


@dataclass(frozen=True, slots=True)
class Area:
    """An area as it was on a day, under its code (for a borough its slug). `stp` and `region` are codes.

    `ccgs` of a borough are those that count there, `touching` all that have some of its streets, `asks` those whose
    practices its sums hold: who may not see all of them may not see the sums of what practices return.
    """

    kind: str
    code: str
    name: str
    pk: int = 0
    opened: date | None = None
    closed: date | None = None
    stp: str = ""
    region: str = ""
    tile: tuple[int, int] = (0, 0)
    ccgs: tuple[str, ...] = ()
    touching: tuple[str, ...] = ()
    asks: tuple[str | None, ...] = ()
    term: Term = REGION
    is_home: bool = False

    @property
    def short_name(self) -> str:
        return self.name.removeprefix("NHS ").replace(" Integrated Care Board", " ICB")

    @property
    def choice(self) -> str:
        """As the area select of the context bar names it."""
        return f"{self.kind}:{self.code}"

    def is_open(self, first: date, last: date) -> bool:
        """Whether there was such an area on any day of the span."""
        return (self.opened is None or self.opened <= last) and (self.closed is None or self.closed >= first)


@lru_cache(maxsize=24)
def tree_on(geography: Geography, day: date) -> "AreaTree":
    """The areas of a day: made once as long as the geography stays the same."""
    return AreaTree(geography, day)


@dataclass(frozen=True, eq=False)
class AreaTree:
    """The areas by kind and code, as they were on a day; each is made when it is first asked for."""

    geography: Geography
    day: date

    def on(self, day: date) -> "AreaTree":
        return tree_on(self.geography, day)

    @cached_property
    def _found(self) -> dict[tuple[str, str], Area]:
        return {}

    @cached_property
    def _keys(self) -> dict[tuple[str, str], int]:
        kinds = (AreaKind.REGION, AreaKind.STP, AreaKind.CCG)
        keys = {(kind.value, self.geography.codes[pk]): pk for kind in kinds for pk in self.geography.of_kind(kind)}
        shown = {share.borough for share in self.geography.shares} | {pk for pk, ccg in self.geography.placed if ccg}
        return keys | {(AreaKind.BOROUGH.value, self.geography.boroughs[pk].slug): pk for pk in shown}

    def find(self, kind: str, code: str) -> Area | None:
        key = (str(kind), code)
        pk = self._keys.get(key)
        if pk is None:
            return None
        if key not in self._found:
            self._found[key] = self._borough(pk) if kind == AreaKind.BOROUGH else self._area(pk)
        return self._found[key]

    @property
    def home(self) -> Area:
        """The region whose portal this is; a nameless one before the reference data are loaded."""
        region = self.geography.places.get(self.geography.home or 0)
        found = self.find(AreaKind.REGION, region.code) if region else None
        return found or Area(AreaKind.REGION.value, "", "Region", is_home=True)

    def of_kind(self, kind: str) -> list[Area]:
        found = (self.find(kind, code) for of_kind, code in self._keys if of_kind == kind)
        return sorted((area for area in found if area), key=lambda area: (area.name, area.code))

    @cached_property
    def by_pk(self) -> dict[int, Area]:
        """STPs and CCGs by their ids."""
        return {area.pk: area for kind in (AreaKind.STP, AreaKind.CCG) for area in self.of_kind(kind)}

    def ccgs_of(self, area: Area) -> list[Area]:
        """The CCGs of a region, STP or borough, or the CCG itself."""
        ccgs = self.of_kind(AreaKind.CCG)
        if area.kind == AreaKind.STP:
            return [ccg for ccg in ccgs if ccg.stp == area.code]
        if area.kind == AreaKind.BOROUGH:
            return [ccg for ccg in ccgs if ccg.code in area.ccgs]
        if area.kind == AreaKind.REGION:
            return [ccg for ccg in ccgs if ccg.region == area.code]
        return [ccg for ccg in ccgs if ccg.code == area.code]

    def predecessors(self, area: Area) -> list[Area]:
        """Those that merged into a CCG, one merger ago."""
        before = [self.by_pk.get(pk) for pk in self.geography.before.get(area.pk, ())]
        return sorted((other for other in before if other), key=lambda other: other.name)

    def went_on_as(self, area: Area) -> list[Area]:
        """Those under which a CCG's practices count on the day, after however many mergers."""
        after = [self.by_pk.get(pk) for pk in self.geography.successors([area.pk])]
        followed = [other for other in after if other and other.is_open(self.day, self.day)]
        return sorted(followed, key=lambda other: other.name)

    def _area(self, pk: int) -> Area:
        geography, place = self.geography, self.geography.places[pk]
        kind, closed = geography.kind_of(pk), geography.last_day(pk)
        # What ended before July 2022 never was a sub-location.
        term = term_of(kind, min(self.day, closed or self.day))
        return Area(
            kind=kind,
            code=place.code,
            name=self._name(place, term),
            pk=pk,
            opened=place.opened,
            closed=closed,
            stp=(geography.above(pk, AreaKind.STP, self.day) or "") if kind == AreaKind.CCG else "",
            region=geography.above(pk, AreaKind.REGION, self.day) or "",
            asks=(place.code,) if kind == AreaKind.CCG else (),
            term=term,
            is_home=pk == geography.home,
        )

    def _name(self, place: Place, term: Term) -> str:
        """The name on the day. The register knows one name; which of the two it is hangs on the file read last."""
        stp = place.pk if place.kind == AreaKind.STP else next(iter(self.geography.lineage(place.pk, self.day)), 0)
        icb = self.geography.icbs.get(stp)
        if term is ICB and icb:
            return icb.name
        if place.kind != AreaKind.CCG:
            return place.name
        head = icb.name.removesuffix(" Integrated Care Board") if icb else ""
        if term is SUB_LOCATION:
            return f"{head} ICB - {place.code}" if head else place.name
        later = re.fullmatch(rf"(.+) ICB - {re.escape(place.code)}", place.name, re.IGNORECASE)
        if later is None:
            return place.name
        return f"{head if head.casefold() == later[1].casefold() else later[1]} CCG"

    def _borough(self, pk: int) -> Area:
        """A CCG's practices count under its principal borough; one that has none asks for all CCGs that touch it."""
        geography, borough = self.geography, self.geography.boroughs[pk]
        principal = geography.principal_borough
        touching = {share.ccg for share in geography.shares if share.borough == pk}
        ccgs = {ccg for ccg in touching if principal[ccg] == pk}
        placed = {ccg for of_borough, ccg in geography.placed if of_borough == pk}
        asks = (ccgs or touching) | placed
        return Area(
            kind=AreaKind.BOROUGH.value,
            code=borough.slug,
            name=borough.name,
            pk=pk,
            tile=borough.tile,
            ccgs=self._codes(ccgs),
            touching=self._codes(touching),
            asks=(*self._codes(asks - {None}), *([None] if None in asks else [])),
            term=BOROUGH,
        )

    def _codes(self, places: Collection[int | None]) -> tuple[str, ...]:
        return tuple(sorted(self.geography.codes[pk] for pk in places if pk in self.geography.codes))
