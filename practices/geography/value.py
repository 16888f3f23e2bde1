"""What lies in what, and what followed what, between which days. Plain values: nothing here asks the database."""

from collections.abc import Callable, Collection, Hashable, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cached_property
from typing import NamedTuple, TypeVar

from practices.geography.terms import AreaKind

T = TypeVar("T", bound=Hashable)


class Membership(NamedTuple):
    """Between two days, the last one counted, something was a part of the parent, or from `starts` followed by it."""

    parent: int
    starts: date
    ends: date | None = None

    def covers(self, day: date) -> bool:
        return self.starts <= day and (self.ends is None or self.ends >= day)


def latest_first(memberships: Iterable[Membership], day: date) -> list[Membership]:
    """The one of the day first, then those that ended last.

    Where files overlap, the membership that began last and, of those, the one that says when it ended tells more.
    """

    def rank(membership: Membership) -> tuple[bool, int, int]:
        starts, ends = membership.starts.toordinal(), (membership.ends or date.max).toordinal()
        return (True, starts, -ends) if membership.covers(day) else (False, ends, starts)

    return sorted(memberships, key=rank, reverse=True)


def parent_on(memberships: Sequence[Membership], day: date) -> int | None:
    """To what something belonged on a day; None where no membership covers it."""
    first = latest_first(memberships, day)[:1]
    return first[0].parent if first and first[0].covers(day) else None


def reach(step: Callable[[T], Iterable[T]], start: Iterable[T]) -> set[T]:
    """All that is met by going on from these, however many steps away."""
    found: set[T] = set()
    waiting = list(start)
    while waiting:
        new = set(step(waiting.pop())) - found
        found |= new
        waiting += new
    return found


@dataclass(frozen=True, slots=True)
class Place:
    """A region, STP, ICB or CCG as the register has it."""

    pk: int
    code: str
    kind: str
    name: str
    opened: date | None
    closed: date | None


class Icb(NamedTuple):
    """From `starts` an STP goes on as this ICB, under the STP's code."""

    starts: date
    name: str


@dataclass(frozen=True, slots=True)
class BoroughPlace:
    pk: int
    gss_code: str
    slug: str
    name: str
    tile: tuple[int, int]


class Share(NamedTuple):
    """What part of a CCG lies in a borough."""

    borough: int
    ccg: int
    percent_of_ccg: Decimal


@dataclass(frozen=True, eq=False)
class Geography:
    """All of it. Keys and values are ids, but codes and slugs, which name areas."""

    places: dict[int, Place]
    parents: dict[int, tuple[Membership, ...]]
    successions: dict[int, tuple[Membership, ...]]
    boroughs: dict[int, BoroughPlace]
    shares: tuple[Share, ...]
    # Boroughs and the CCGs of practices that were given to them by postcode or by hand; None for one without a CCG.
    placed: frozenset[tuple[int, int | None]]
    home: int | None
    # The ICBs that STPs became.
    icbs: dict[int, Icb]

    @cached_property
    def codes(self) -> dict[int, str]:
        return {pk: place.code for pk, place in self.places.items()}

    @cached_property
    def by_code(self) -> dict[str, int]:
        return {code: pk for pk, code in self.codes.items()}

    @cached_property
    def borough_slugs(self) -> dict[int, str]:
        return {pk: borough.slug for pk, borough in self.boroughs.items()}

    @cached_property
    def principal_borough(self) -> dict[int, int]:
        """CCG -> the borough with the greatest part of it, of equal parts the lowest ONS code.

        CCGs that came of mergers have none: their practices keep the borough of the CCG before.
        """
        order = sorted(self.shares, key=lambda share: (-share.percent_of_ccg, self.boroughs[share.borough].gss_code))
        return {share.ccg: share.borough for share in reversed(order)}

    def parent_of(self, place: int, day: date) -> int | None:
        """What it was a part of on that day; the nearest in time where the dates leave a gap."""
        memberships = self.parents.get(place, ())
        found = parent_on(memberships, day)
        if found is not None or not memberships:
            return found
        begun = [membership for membership in memberships if membership.starts <= day]
        nearest = max(begun, key=lambda each: each.starts) if begun else min(memberships, key=lambda each: each.starts)
        return nearest.parent

    def lineage(self, place: int, day: date) -> list[int]:
        """A CCG's STP and region, upwards."""
        found: list[int] = []
        step = self.parent_of(place, day)
        while step is not None and step not in found:
            found.append(step)
            step = self.parent_of(step, day)
        return found

    def above(self, place: int, kind: str, day: date) -> str | None:
        """The code of the STP or region in which a CCG lay on a day."""
        return next((self.codes[pk] for pk in self.lineage(place, day) if self.kind_of(pk) == kind), None)

    def kind_of(self, place: int) -> str:
        """The level of the area: an ICB that followed no STP stands among them."""
        kind = self.places[place].kind if place in self.places else ""
        return AreaKind.STP.value if kind == "icb" else kind

    def of_kind(self, kind: str) -> list[int]:
        return [pk for pk in self.places if self.kind_of(pk) == kind]

    def ccgs_in(self, place: int, day: date) -> list[int]:
        """The CCGs that lay in an STP or region on a day; of one that there was not, the nearest in time counts."""
        return [ccg for ccg in self.of_kind(AreaKind.CCG) if place in self.lineage(ccg, day)]

    def ever_in(self, regions: Collection[str]) -> frozenset[str]:
        """Codes of the CCGs that lie, or lay, in an STP or ICB of these regions."""
        wanted = {self.by_code[code] for code in regions if code in self.by_code}
        above = {pk: {each.parent for each in memberships} for pk, memberships in self.parents.items()}
        systems = {pk for pk, parents in above.items() if parents & wanted}
        return frozenset(self.codes[pk] for pk in self.of_kind(AreaKind.CCG) if above.get(pk, set()) & systems)

    def name_of(self, code: str) -> str:
        return self.places[self.by_code[code]].name if code in self.by_code else ""

    @property
    def home_code(self) -> str:
        return self.codes.get(self.home or 0, "")

    def successors(self, places: Iterable[int]) -> set[int]:
        """All that followed these, however many mergers later."""
        return reach(lambda pk: (each.parent for each in self.successions.get(pk, ())), places)

    @cached_property
    def before(self) -> dict[int, list[int]]:
        """Those that each followed, one merger ago."""
        found: dict[int, list[int]] = {}
        for child, successions in self.successions.items():
            for each in successions:
                found.setdefault(each.parent, []).append(child)
        return found

    def predecessors(self, places: Iterable[int]) -> set[int]:
        """All that these followed, however many mergers ago."""
        return reach(lambda pk: self.before.get(pk, ()), places)

    def with_predecessors(self, codes: Iterable[str]) -> dict[int, str]:
        """CCGs and those that merged into them, as far back as mergers go: codes by id."""
        own = {self.by_code[code] for code in codes if code in self.by_code}
        return {pk: self.codes[pk] for pk in own | self.predecessors(own)}

    def last_day(self, place: int) -> date | None:
        """When it ended: as the register says or, where that forgets to, on the day before another followed it."""
        closed = self.places[place].closed
        if closed is None and self.kind_of(place) == AreaKind.CCG and self.successions.get(place):
            return min(each.starts for each in self.successions[place]) - timedelta(days=1)
        return closed

    def ended(self, ccgs: Iterable[int]) -> dict[date, list[int]]:
        """Those of these CCGs that ended, by their last day."""
        found: dict[date, list[int]] = {}
        for ccg in ccgs:
            last = self.last_day(ccg) if ccg in self.places else None
            if last is not None:
                found.setdefault(last, []).append(ccg)
        return found
