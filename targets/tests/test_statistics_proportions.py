import json
import math
import os
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from targets.statistics import proportions
from targets.statistics.proportions import Z95, Z998

SHARED = Path(os.environ.get("SHARED_DIR") or Path(__file__).resolve().parents[3] / "shared")
if not SHARED.is_dir():
    pytest.skip("The reference values are not here; name their folder in SHARED_DIR.", allow_module_level=True)
CASES: dict[str, Any] = json.loads((SHARED / "vectors" / "proportions.json").read_text())
CLOSE = 1e-8


@pytest.mark.parametrize("case", CASES["wilson"], ids=lambda case: f"{case['x']} of {case['n']}")
def test_wilson_matches_the_reference(case):
    ninety_five = proportions.wilson(case["x"], case["n"])
    ninety_nine_eight = proportions.wilson(case["x"], case["n"], Z998)

    assert ninety_five == pytest.approx((case["lower95"], case["upper95"]), abs=CLOSE)
    assert ninety_nine_eight == pytest.approx((case["lower998"], case["upper998"]), abs=CLOSE)


def test_wilson_in_columns_matches_the_reference():
    x = np.array([case["x"] for case in CASES["wilson"]])
    n = np.array([case["n"] for case in CASES["wilson"]])

    low, high = proportions.wilson_columns(x, n)

    assert low == pytest.approx([case["lower95"] for case in CASES["wilson"]], abs=CLOSE)
    assert high == pytest.approx([case["upper95"] for case in CASES["wilson"]], abs=CLOSE)


def test_wilson_of_the_case_study_is_as_the_programme_prints_it():
    interval = proportions.wilson(4574, 12398)

    assert interval is not None
    assert [round(limit * 100, 2) for limit in interval] == [36.05, 37.75]


@pytest.mark.parametrize(("x", "n"), [(0, 0), (119, 100)])
def test_there_is_no_interval_without_a_proportion(x, n):
    low, high = proportions.wilson_columns(np.array([x]), np.array([n]))

    assert proportions.wilson(x, n) is None
    assert np.isnan(low[0])
    assert np.isnan(high[0])
    assert not proportions.within_margin(x, n, Fraction(1, 5))


@pytest.mark.parametrize(("x", "n"), [(-1, 10), (1, -10)])
def test_a_negative_count_is_refused(x, n):
    with pytest.raises(ValueError, match="negative"):
        proportions.wilson(x, n)
    with pytest.raises(ValueError, match="negative"):
        proportions.wilson_columns(np.array([x]), np.array([n]))


@pytest.mark.parametrize(
    ("x", "n", "threshold", "expected"),
    [
        (0, 10, "0.2", 2),
        (2, 10, "0.2", 0),
        (1, 6, "0.2", 1),  # 1.2 patients needed: two make it
        (2, 6, "0.2", 0),
        (57, 100, "0.57", 0),  # 0.57 * 100 is 56.99999999999999 in floating point
        (28, 100, "0.28", 0),  # 0.28 * 100 is 28.000000000000004: the float rule asks for one more
        (7, 100, "0.07", 0),
        (119, 100, "0.2", 0),
        (0, 1, "1", 1),
        (0, 5, "0", 0),
    ],
)
def test_patients_to_target_is_exact(x, n, threshold, expected):
    assert proportions.patients_to_target(x, n, Decimal(threshold)) == expected
    assert proportions.shortfall_columns(np.array([x]), np.array([n]), Decimal(threshold)).tolist() == [expected]
    assert proportions.meets(x, n, Decimal(threshold)) is (expected == 0)


counts = st.tuples(st.integers(0, 10**6), st.integers(1, 10**6))
thresholds = st.integers(0, 1000).map(lambda mille: Fraction(mille, 1000))


@given(counts, thresholds)
def test_patients_to_target_is_the_smallest_that_meets_the_rule(pair, threshold):
    x, n = pair
    distance = proportions.patients_to_target(x, n, threshold)

    assert Fraction(x + distance, n) >= threshold
    assert distance == 0 or Fraction(x + distance - 1, n) < threshold


@given(st.lists(counts, min_size=1, max_size=30), thresholds)
def test_columns_and_single_practices_agree_bit_for_bit(pairs, threshold):
    x = np.array([pair[0] for pair in pairs])
    n = np.array([pair[1] for pair in pairs])

    low, high = proportions.wilson_columns(x, n)
    short = proportions.shortfall_columns(x, n, threshold)
    near = proportions.within_margin_columns(x, n, threshold)

    for index, (one, whole) in enumerate(pairs):
        interval = proportions.wilson(one, whole)
        assert (interval is None and math.isnan(low[index])) or interval == (low[index], high[index])
        assert proportions.patients_to_target(one, whole, threshold) == short[index]
        assert proportions.within_margin(one, whole, threshold) == near[index]


@pytest.mark.parametrize(("x", "n"), [(1, 0), (-1, 10)])
def test_a_distance_needs_a_figure(x, n):
    with pytest.raises(ValueError, match="denominator above 0"):
        proportions.patients_to_target(x, n, Fraction(1, 5))
    with pytest.raises(ValueError, match="denominator above 0"):
        proportions.shortfall_columns(np.array([x]), np.array([n]), Fraction(1, 5))


def test_a_threshold_is_never_a_float():
    with pytest.raises(TypeError, match="exact"):
        proportions.patients_to_target(1, 10, 0.2)
    with pytest.raises(ValueError, match="0 to 1"):
        proportions.exact_threshold(Decimal(20))


def test_columns_refuse_to_overflow():
    with pytest.raises(OverflowError, match="decimal places"):
        proportions.shortfall_columns(np.array([1]), np.array([10**6]), Decimal("0.20000000000000001"))


@pytest.mark.parametrize(
    ("x", "n", "expected"),
    [(200, 1000, True), (180, 1000, True), (100, 1000, False), (300, 1000, False), (0, 0, False)],
)
def test_within_margin_when_the_interval_straddles_the_threshold(x, n, expected):
    assert proportions.within_margin(x, n, Fraction(1, 5)) is expected


@pytest.mark.parametrize("case", CASES["funnel_limits_phe"], ids=lambda case: f"{case['p']} at {case['n']}")
def test_plain_funnel_limits_match_the_reference_cut_at_0_and_1(case):
    expected = [max(case["ll95"], 0), min(case["ul95"], 1), max(case["ll998"], 0), min(case["ul998"], 1)]

    found = [*proportions.funnel_limits(case["n"], case["p"]), *proportions.funnel_limits(case["n"], case["p"], Z998)]

    assert found == pytest.approx(expected, abs=CLOSE)


def test_adjusted_funnel_matches_the_reference():
    case = CASES["funnel_od_overdispersed"]
    practices = case["practices"]
    x = np.array([practice["numerator"] for practice in practices])
    n = np.array([practice["denominator"] for practice in practices])

    funnel = proportions.adjusted_funnel(x, n)

    assert funnel.p == pytest.approx(case["target"], abs=CLOSE)
    assert funnel.phi == pytest.approx(case["phi"], abs=CLOSE)
    assert funnel.tau2 == pytest.approx(case["tau2"], abs=CLOSE)
    assert funnel.z_scores == pytest.approx([practice["uz"] for practice in practices], abs=CLOSE)
    assert funnel.winsorised == pytest.approx([practice["wz"] for practice in practices], abs=CLOSE)
    for practice in practices:
        expected = [practice["ll95"], practice["ul95"], practice["ll998"], practice["ul998"]]
        size = practice["denominator"]
        assert [*funnel.limits(size, Z95), *funnel.limits(size, 3.090232)] == pytest.approx(expected, abs=CLOSE)


def test_a_funnel_without_overdispersion_is_not_widened():
    case = CASES["funnel_od_no_overdispersion"]

    funnel = proportions.adjusted_funnel(np.array(case["numerator"]), np.array(case["denominator"]))

    assert funnel.phi == pytest.approx(case["phi"], abs=CLOSE)
    assert funnel.tau2 == 0


def test_a_funnel_needs_practices():
    with pytest.raises(ValueError, match="two practices"):
        proportions.adjusted_funnel(np.array([1]), np.array([10]))
    with pytest.raises(ValueError, match="above 0"):
        proportions.funnel_limits(0, 0.2)
    with pytest.raises(ValueError, match="above 0"):
        proportions.adjusted_funnel(np.array([1, 2]), np.array([10, 20])).limits(0)
