from decimal import Decimal

import pytest

from core import wording


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "no data"), (0, "0"), (999, "999"), (1_234_567, "1,234,567"), (-1200, "−1,200")],
)
def test_count(value: int | None, words: str) -> None:
    assert wording.count(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [(None, "no data"), (0, "0.0%"), (0.2787, "27.9%"), (Decimal("0.00050"), "0.1%"), (1.19, "119.0%")],
)
def test_percent_is_of_a_proportion(value: float | None, words: str) -> None:
    assert wording.percent(value) == words


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (None, "no data"),
        (0.003, "+0.3 pp"),
        (-0.012, "−1.2 pp"),
        (0.0004, "0.0 pp"),
        (-0.0004, "0.0 pp"),
        (0, "0.0 pp"),
    ],
)
def test_points_are_signed_unless_nothing_changed(value: float | None, words: str) -> None:
    assert wording.points(value) == words


@pytest.mark.parametrize(
    ("numerator", "denominator", "words"),
    [
        (2_703_869, 9_701_738, "27.9%"),
        (1, 8, "12.5%"),
        (125, 1000, "12.5%"),
        (1, 2000, "0.1%"),
        (0, 10, "0.0%"),
        (3, 0, "no data"),
        (None, 10, "no data"),
        (3, None, "no data"),
    ],
)
def test_share(numerator: int | None, denominator: int | None, words: str) -> None:
    assert wording.share(numerator, denominator) == words


def test_every_state_has_a_word_a_shape_and_a_style_of_its_own() -> None:
    for part in zip(*wording.STATES.values(), strict=True):
        assert len(set(part)) == len(wording.STATES)


def test_a_state_without_a_value_has_no_margin() -> None:
    assert wording.state_words("no_data", within_margin=True).words == "No data"


def test_an_unknown_state_is_a_fault() -> None:
    with pytest.raises(KeyError):
        wording.state_words("green")


def test_plural() -> None:
    assert wording.plural(1, "practice") == "1 practice"
    assert wording.plural(1200, "practice") == "1,200 practices"
    assert wording.plural(2, "has", "have") == "2 have"
