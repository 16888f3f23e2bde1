"""Proportions: intervals, the distance to a target, and funnel limits.

Units: numerators and denominators are counts (patients, slots, transactions); proportions, thresholds and limits are
shares from 0 to 1, never percentages. A function of one practice is named plainly; its twin for whole columns ends in
`_columns`, takes arrays without gaps (the caller leaves missing rows out) and gives the same answers, bit for bit.
"""

import math
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from statistics import NormalDist
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Integers = npt.NDArray[np.int64]
Booleans = npt.NDArray[np.bool_]

Z95 = NormalDist().inv_cdf(0.975)
"""1.959964: two-sided 95 %."""
Z998 = NormalDist().inv_cdf(0.999)
"""3.090232: two-sided 99.8 %."""
LARGEST = np.iinfo(np.int64).max


class Interval(NamedTuple):
    low: float
    high: float


def wilson(x: int, n: int, z: float = Z95) -> Interval | None:
    """The Wilson score interval of the proportion x / n.

    x, n: counts; z: the normal deviate (Z95, Z998).
    Returns None where there is no proportion to speak of: n is 0, or x is more than n (a fault that real files hold, up
    to 119 %). Raises ValueError for a negative count. Source: Wilson (1927), as in PHE's technical guide to confidence
    intervals (Fingertips).
    """
    if x < 0 or n < 0:
        raise ValueError("Counts cannot be negative")
    if n == 0 or x > n:
        return None
    centre = 2 * x + z * z
    reach = z * math.sqrt(z * z + 4 * x * (1 - x / n))
    whole = 2 * (n + z * z)
    return Interval(max((centre - reach) / whole, 0.0), min((centre + reach) / whole, 1.0))


def wilson_columns(x: Integers, n: Integers, z: float = Z95) -> tuple[Floats, Floats]:
    """`wilson` for whole columns: arrays of counts of one shape in, (low, high) out, NaN where there is no interval.

    Raises ValueError for a negative count.
    """
    if (x < 0).any() or (n < 0).any():
        raise ValueError("Counts cannot be negative")
    valid = (n > 0) & (x <= n)
    numerator = np.where(valid, x, 0).astype(np.float64)
    denominator = np.where(valid, n, 1).astype(np.float64)
    centre = 2 * numerator + z * z
    reach = z * np.sqrt(z * z + 4 * numerator * (1 - numerator / denominator))
    whole = 2 * (denominator + z * z)
    low = np.where(valid, np.maximum((centre - reach) / whole, 0.0), np.nan)
    high = np.where(valid, np.minimum((centre + reach) / whole, 1.0), np.nan)
    return low, high


def exact_threshold(threshold: Fraction | Decimal) -> Fraction:
    """The threshold as an exact fraction. A float is refused: 0.2 is not one fifth there.

    Raises TypeError for a float, ValueError outside 0 to 1.
    """
    if not isinstance(threshold, (Fraction, Decimal)):
        raise TypeError("A threshold is a Fraction or a Decimal, so that the rule is exact")
    exact = Fraction(threshold)
    if not 0 <= exact <= 1:
        raise ValueError("A threshold is a share from 0 to 1")
    return exact


def meets(numerator: int, denominator: int, threshold: Fraction | Decimal) -> bool:
    """Whether numerator / denominator >= threshold, in whole numbers.

    Raises ValueError unless the denominator is above 0.
    """
    return patients_to_target(numerator, denominator, threshold) == 0


def patients_to_target(numerator: int, denominator: int, threshold: Fraction | Decimal) -> int:
    """The smallest whole number of further patients (slots, transactions) that would meet the rule.

    The smallest k >= 0 with (numerator + k) / denominator >= threshold, in exact integer arithmetic. The denominator
    stays as it is. As a threshold is at most 1, k never passes the patients still without (denominator - numerator);
    where the numerator is more than the denominator the rule is met and k is 0. Raises ValueError for a denominator of
    0 or less or a negative numerator: such a practice has no figure, not a distance.
    """
    if denominator <= 0 or numerator < 0:
        raise ValueError("A distance to the target needs a denominator above 0 and a numerator of 0 or more")
    exact = exact_threshold(threshold)
    needed = -(-exact.numerator * denominator // exact.denominator)
    return max(0, needed - numerator)


def shortfall_columns(numerator: Integers, denominator: Integers, threshold: Fraction | Decimal) -> Integers:
    """`patients_to_target` for whole columns, exact.

    Raises ValueError as that does, OverflowError where int64 is too small.
    """
    if (denominator <= 0).any() or (numerator < 0).any():
        raise ValueError("A distance to the target needs a denominator above 0 and a numerator of 0 or more")
    exact = exact_threshold(threshold)
    whole = denominator.astype(np.int64)
    if whole.size and exact.numerator * int(whole.max()) > LARGEST:
        raise OverflowError("The threshold has too many decimal places for whole columns")
    needed = -(-np.int64(exact.numerator) * whole // np.int64(exact.denominator))
    short: Integers = np.maximum(needed - numerator.astype(np.int64), 0)
    return short


def within_margin(x: int, n: int, threshold: Fraction | Decimal) -> bool:
    """Whether the 95 % Wilson interval straddles the threshold; false where there is no interval."""
    interval = wilson(x, n)
    return interval is not None and interval.low < float(exact_threshold(threshold)) < interval.high


def within_margin_columns(x: Integers, n: Integers, threshold: Fraction | Decimal) -> Booleans:
    """`within_margin` for whole columns."""
    low, high = wilson_columns(x, n)
    line = float(exact_threshold(threshold))
    return np.asarray((low < line) & (line < high), dtype=np.bool_)


def funnel_limits(n: float, p: float, z: float = Z95) -> Interval:
    """Plain funnel limits of a practice with denominator n around the area's proportion p, cut at 0 and 1.

    Raises ValueError unless n is above 0 and p a share. Source: Spiegelhalter (2005), normal approximation.
    """
    if n <= 0 or not 0 <= p <= 1:
        raise ValueError("Funnel limits need a denominator above 0 and a proportion from 0 to 1")
    reach = z * math.sqrt(p * (1 - p) / n)
    return Interval(max(p - reach, 0.0), min(p + reach, 1.0))


@dataclass(frozen=True, slots=True)
class AdjustedFunnel:
    """A funnel whose limits allow for the spread between practices that chance does not explain.

    p: the area's proportion; phi: dispersion (1 is chance alone); tau2: the added variance, on the arcsine scale;
    z_scores, winsorised: one a practice, in the order given.
    """

    p: float
    phi: float
    tau2: float
    z_scores: Floats
    winsorised: Floats

    def limits(self, n: float, z: float = Z95) -> Interval:
        """Limits at denominator n (above 0): sin^2(asin(sqrt p) -+ z * sqrt(1 / 4n + tau2)), cut at 0 and 1.

        FunnelPlotR writes its 99.8 % deviate as 3.090232, which differs from Z998 by 3e-7: its limits differ in the
        eighth place.
        """
        if n <= 0:
            raise ValueError("Funnel limits need a denominator above 0")
        middle = math.asin(math.sqrt(self.p))
        reach = z * math.sqrt(1 / (4 * n) + self.tau2)
        low, high = max(middle - reach, 0.0), min(middle + reach, math.pi / 2)
        return Interval(math.sin(low) ** 2, math.sin(high) ** 2)


def adjusted_funnel(numerators: Integers, denominators: Integers) -> AdjustedFunnel:
    """The additive adjustment for overdispersion, z-scores winsorised at the 10th and 90th centile (type-7 quantiles).

    numerators, denominators: counts, one a practice, 0 <= numerator <= denominator and denominator > 0; at least two
    practices. Raises ValueError otherwise. Source: Spiegelhalter et al. (2012), as FunnelPlotR 0.6.0 computes it for
    proportions.
    """
    x, n = numerators.astype(np.float64), denominators.astype(np.float64)
    if x.size < 2 or (n <= 0).any() or (x < 0).any() or (x > n).any():
        raise ValueError(
            "A funnel needs two practices or more, each with 0 <= numerator <= denominator, denominator above 0"
        )
    p = float(x.sum() / n.sum())
    error = 1 / (2 * np.sqrt(n))
    z_scores = (np.arcsin(np.sqrt(x / n)) - math.asin(math.sqrt(p))) / error
    tenth, ninetieth = np.quantile(z_scores, [0.1, 0.9])
    winsorised = np.clip(z_scores, tenth, ninetieth)
    phi = float(np.mean(winsorised**2))
    return AdjustedFunnel(p, phi, _between_variance(phi, 1 / error**2), z_scores, winsorised)


def _between_variance(phi: float, weights: Floats) -> float:
    """tau^2 by the method of moments (DerSimonian and Laird): 0 where the dispersion is no more than chance."""
    count = weights.size
    if count * phi < count - 1:
        return 0.0
    spread = float(weights.sum() - (weights**2).sum() / weights.sum())
    return max(0.0, (count * phi - (count - 1)) / spread)
