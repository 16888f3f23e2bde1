"""How fast a practice must add accounts to reach a target by a date, beside how fast it has been adding them."""

import itertools
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction

from targets.statistics.proportions import patients_to_target

WINDOW = 6
FEWEST_CHANGES = 3
HORIZON_MONTHS = 120
NUMBERS = {3: "three", 4: "four", 5: "five", 6: "six"}


@dataclass(frozen=True, slots=True)
class Trajectory:
    """All counts are whole accounts; all months are the first day of a month.

    shortfall: accounts to target now; months_left: whole months from the data's month to the date (0 or less when it is
    past); needed: accounts a month, rounded up, None when no month is left; recent: median net new accounts a month,
    None when fewer than three changes are known; changes: how many changes that median rests on; reached: the month in
    which the target is met at the recent pace, None when it never is within ten years or the pace is unknown.
    """

    shortfall: int
    months_left: int
    needed: int | None
    recent: float | None
    changes: int
    reached: date | None

    @property
    def sentence(self) -> str:
        """For a practice's page and pack: "28 a month needed; the last six months brought 19 a month; at this pace,
        September 2019".
        """
        if self.shortfall == 0:
            return "The target is met: no more accounts are needed"
        need = (
            f"{self.needed:,} a month needed"
            if self.needed is not None
            else f"{self.shortfall:,} needed, and the date is past"
        )
        if self.recent is None:
            return f"{need}; too few months are known to say how fast it is going"
        months = NUMBERS.get(self.changes, str(self.changes))
        brought = f"the last {months} months {_brought(self.recent)}"
        if self.recent <= 0:
            return f"{need}; {brought}; at this pace the target is not reached"
        if self.reached is None:
            return f"{need}; {brought}; at this pace, not within ten years"
        return f"{need}; {brought}; at this pace, {self.reached:%B %Y}"


def trajectory(
    numerators: Sequence[int | None], denominator: int, threshold: Fraction | Decimal, *, month: date, by: date
) -> Trajectory:
    """The trajectory of a stock such as accounts.

    numerators: month-end counts, oldest first, the last one that of `month`; None where a month is missing, and then
    neither the change into it nor out of it is counted. denominator: the list size now, held constant. threshold: a
    share, exact. by: the target must be met at the end of this month. The pace is the median of the last six monthly
    changes (net: falls count). Raises ValueError when the latest count is missing or the denominator is not above 0.
    """
    if not numerators or numerators[-1] is None:
        raise ValueError("A trajectory starts from this month's count, which is missing")
    shortfall = patients_to_target(numerators[-1], denominator, threshold)
    months_left = (by.year - month.year) * 12 + by.month - month.month
    pairs = list(itertools.pairwise(numerators))[-WINDOW:]
    changes = [after - before for before, after in pairs if before is not None and after is not None]
    recent = float(statistics.median(changes)) if len(changes) >= FEWEST_CHANGES else None
    return Trajectory(
        shortfall=shortfall,
        months_left=months_left,
        needed=-(-shortfall // months_left) if months_left > 0 else None,
        recent=recent,
        changes=len(changes),
        reached=_reached(shortfall, recent, month),
    )


def _reached(shortfall: int, pace: float | None, month: date) -> date | None:
    if shortfall == 0:
        return _months_on(month, 0)
    if pace is None or pace <= 0:
        return None
    months = math.ceil(shortfall / pace)
    return _months_on(month, months) if months <= HORIZON_MONTHS else None


def _months_on(month: date, months: int) -> date:
    year, index = divmod(month.year * 12 + month.month - 1 + months, 12)
    return date(year, index + 1, 1)


def _brought(pace: float) -> str:
    """To the nearest whole account a month; one below a half keeps a decimal, so that it is not written as nothing."""
    if pace == 0:
        return "brought none"
    verb, number = "lost" if pace < 0 else "brought", abs(pace)
    return f"{verb} {number:.1f} a month" if number < 1 else f"{verb} {math.floor(number + 0.5):,} a month"
