"""Numbers and states in the words that every page, report and export uses.

Shares are proportions from 0 to 1 and their differences are differences of proportions: 0.2787 is "27.9%" and a
change of 0.003 is "+0.3 pp". Nothing known is None, never 0, and reads "no data".
"""

from collections.abc import Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import NamedTuple

Number = int | float | Decimal
MINUS = "−"
NO_DATA = "no data"


class StateWords(NamedTuple):
    """A state is always word, shape and colour; the style is the name of the colour."""

    shape: str
    words: str
    style: str


STATES: dict[tuple[str, bool], StateWords] = {
    ("met", False): StateWords("●", "Met", "met"),
    ("met", True): StateWords("◐", "Met, within margin", "met-within-margin"),
    ("not_met", False): StateWords("○", "Not met", "not-met"),
    ("not_met", True): StateWords("◔", "Not met, within margin", "not-met-within-margin"),
    ("no_data", False): StateWords("◌", "No data", "no-data"),
    ("not_applicable", False): StateWords("–", "Not applicable", "not-applicable"),
}


def state_words(state: str, *, within_margin: bool = False) -> StateWords:
    """The margin says something about a value, so a state without one has none."""
    return STATES[(state, within_margin and (state, True) in STATES)]


def one_decimal(value: Decimal) -> Decimal:
    return value.quantize(Decimal("0.1"), rounding=ROUND_HALF_UP)


def signed(text: str, *, negative: bool) -> str:
    return f"{MINUS}{text}" if negative else f"+{text}"


def count(value: Number | None) -> str:
    """1234567 -> "1,234,567"."""
    if value is None:
        return NO_DATA
    return f"{value:,}".replace("-", MINUS)


def signed_count(value: int | None) -> str:
    if value is None:
        return NO_DATA
    return "0" if value == 0 else signed(f"{abs(value):,}", negative=value < 0)


def percent(proportion: Number | None) -> str:
    """0.2787 -> "27.9%"."""
    if proportion is None:
        return NO_DATA
    return f"{one_decimal(Decimal(str(proportion)) * 100)}%".replace("-", MINUS)


def points(difference: Number | None) -> str:
    """0.003 -> "+0.3 pp", the difference between two proportions in percentage points."""
    if difference is None:
        return NO_DATA
    value = one_decimal(Decimal(str(difference)) * 100)
    return "0.0 pp" if value == 0 else f"{signed(str(abs(value)), negative=value < 0)} pp"


def share(numerator: int | None, denominator: int | None) -> str:
    """The percentage of two whole numbers, rounded once; nothing of nothing is no data."""
    if numerator is None or not denominator:
        return NO_DATA
    return f"{one_decimal(Decimal(numerator) * 100 / Decimal(denominator))}%"


def of_words(numerator: int | None, denominator: int | None) -> str:
    """ "4,574 of 12,398", the small line under a percentage."""
    if numerator is None or denominator is None:
        return ""
    return f"{count(numerator)} of {count(denominator)}"


def listed(names: Sequence[str]) -> str:
    """ "Croydon, Kingston and Merton"."""
    return " and ".join(part for part in (", ".join(names[:-1]), *names[-1:]) if part)


def plural(number: int, one: str, many: str = "") -> str:
    """ "1 practice", "36 practices"; `many` for words that do not just take an s."""
    return f"{count(number)} {one if number == 1 else many or one + 's'}"
