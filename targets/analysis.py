"""What follows from figures: where the gap is, who crossed a line, how fast it closes, who is like whom.

Plain values in and out: no database, no request, no words for a page.
"""

from bisect import bisect_right
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from statistics import median
from typing import NamedTuple, Protocol, TypeVar

from core.months import add_months
from targets.rules import Rule
from targets.series import Course
from targets.statistics.proportions import meets, within_margin
from targets.statistics.trajectory import Trajectory, trajectory
from targets.sums import MET, NO_DATA, NOT_MET, PracticeScore, Sums

MARCH = 3
FEWEST_PEERS = 5
# Most of a gap is four fifths of it.
MOST = (4, 5)


class Behind(Protocol):
    """Anything with a distance to a target."""

    @property
    def shortfall(self) -> int | None: ...


B = TypeVar("B", bound=Behind)


class Shared(Protocol):
    """Anything with the proportion of a month."""

    @property
    def month(self) -> date: ...

    @property
    def share(self) -> float | None: ...


def change(now: Shared, before: Shared | None, course: Course) -> float | None:
    """The change of a proportion, None where one of the two is not known or a break lies between them."""
    if before is None or now.share is None or before.share is None:
        return None
    return now.share - before.share if course.comparable(before.month, now.month) else None


class Gap(NamedTuple):
    """The shortfall in units of the rule: `part` of the `whole` is with those that hold most of it."""

    part: int
    whole: int


def holders_of_most(rows: Iterable[B]) -> list[B]:
    """Those that make up 80 % of the shortfall, greatest first; equals stay in the order in which they come."""
    behind = sorted((row for row in rows if row.shortfall), key=lambda row: -(row.shortfall or 0))
    whole = sum(row.shortfall or 0 for row in behind)
    found: list[B] = []
    so_far = 0
    for row in behind:
        if so_far * MOST[1] >= whole * MOST[0]:
            break
        found.append(row)
        so_far += row.shortfall or 0
    return found


def gap_of(rows: Iterable[Behind], holders: Iterable[Behind]) -> Gap:
    return Gap(sum(row.shortfall or 0 for row in holders), sum(row.shortfall or 0 for row in rows))


class AreaState(NamedTuple):
    state: str
    within_margin: bool


def state_of_share(row: Sums | None, rule: Rule) -> AreaState:
    """The area's own sum against the threshold; without a threshold, whether all of its practices meet the rule."""
    if row is None or not row.judged or row.numerator is None or not row.denominator:
        return AreaState(NO_DATA, False)
    if not rule.is_ratio or rule.threshold is None:
        return AreaState(MET if row.not_met == 0 else NOT_MET, False)
    if rule.asks_at_least:
        met = meets(row.numerator, row.denominator, rule.threshold)
    else:
        met = row.numerator <= rule.threshold * row.denominator
    return AreaState(MET if met else NOT_MET, within_margin(row.numerator, row.denominator, rule.threshold))


class Crossing(NamedTuple):
    """A practice that met the target in one of two months and not in the other."""

    score: PracticeScore
    up: bool


def crossings(
    scores: Iterable[PracticeScore], month: date, rules: Collection[int], course_of: Callable[[str], Course]
) -> list[Crossing]:
    """Against the month before, whichever of these versions of a rule was in force; missing data crosses nothing.

    course_of: the course of a practice by its supplier; across a break nobody crosses.
    """
    earlier = add_months(month, -1)
    judged = [score for score in scores if score.rule in rules and score.is_judged]
    before = {score.practice: score.state for score in judged if score.month == earlier}
    return [
        Crossing(score, score.state == MET)
        for score in judged
        if score.month == month
        and before.get(score.practice, score.state) != score.state
        and course_of(score.supplier).comparable(earlier, month)
    ]


def due_month(month: date) -> date:
    """By when a target is asked to be met: the end of the financial year, the next one in March itself."""
    return date(month.year + (month.month >= MARCH), MARCH, 1)


def pace(scores: Mapping[date, PracticeScore], rule: Rule, month: date, course: Course) -> Trajectory | None:
    """How fast new accounts must come to meet the rule by `due_month`, beside how fast they came.

    scores: the practice's by month. None for all but the share of a stock that is to grow, and where the month's own
    count is not known. A month without a count breaks the pace, and so does a break: nothing is counted across it.
    """
    now = scores.get(month)
    if rule.threshold is None or not rule.asks_at_least:
        return None
    if now is None or now.numerator is None or not now.denominator:
        return None
    months = [add_months(month, back) for back in range(-12, 1)]
    like_now = [each for each in months if each in scores and course.comparable(each, month)]
    counts = [scores[each].numerator if each in like_now else None for each in months]
    return trajectory(counts, now.denominator, rule.threshold, month=month, by=due_month(month))


Group = tuple[str, int]


@dataclass(frozen=True, slots=True)
class Peers:
    """Practices of a month by supplier and fifth of list sizes.

    cuts: the four list sizes between the fifths. registration, reach: sorted shares by (supplier, fifth).
    """

    cuts: tuple[float, ...]
    registration: dict[Group, tuple[float, ...]]
    reach: dict[Group, tuple[float, ...]]

    def fifth(self, list_size: int | None) -> int | None:
        """0 for the smallest to 4 for the largest; None where the list size or the cuts are not known."""
        if list_size is None or not self.cuts:
            return None
        return bisect_right(self.cuts, list_size)


@dataclass(frozen=True, slots=True)
class PeerComparison:
    """A practice among those with its supplier and a list in its fifth. below: the share of them with a lower value;
    middle: their median; None both where they are too few.
    """

    supplier: str
    fifth: int
    peers: int
    below: float | None
    middle: float | None


def among_peers(
    own: int | None, list_size: int | None, supplier: str, peers: Peers, groups: Mapping[Group, Sequence[float]]
) -> PeerComparison | None:
    """own: patients of the practice; groups: `peers.registration` or `peers.reach`."""
    fifth = peers.fifth(list_size)
    if fifth is None or own is None or not list_size:
        return None
    values = groups.get((supplier, fifth), ())
    if len(values) < FEWEST_PEERS:
        return PeerComparison(supplier, fifth, len(values), None, None)
    below = sum(value < own / list_size for value in values) / len(values)
    return PeerComparison(supplier, fifth, len(values), below, median(values))
