"""Small numbers: what may leave the portal of the figures that practices return.

The rule of the programme: counts from 1 to 7 become "*", others are rounded to 5, percentages come from the rounded
numbers, and a second cell is hidden where subtracting from the total would give the first. Published figures (POMI)
stay as they are. Pure functions; the threshold is settings.SMALL_NUMBER_THRESHOLD.
"""

from collections.abc import Sequence
from dataclasses import dataclass

HIDDEN = "*"
BASE = 5
# Stands beside such a figure, on the page as in a document, so that the two may differ without a riddle.
ROUNDED = f"Exact on screen; rounded to the nearest {BASE} in reports and files."


@dataclass(frozen=True, slots=True)
class Cell:
    """A count as it may be shown: a number, nothing known (None), or hidden."""

    value: int | None
    hidden: bool = False


def rounded(value: int) -> int:
    """To the nearest 5; half goes up."""
    return BASE * ((2 * value + BASE) // (2 * BASE))


def shown(value: int | None, threshold: int) -> Cell:
    """One count by itself. 0 says that there was nothing, which is no small number."""
    if value is None or value == 0:
        return Cell(value)
    if value <= threshold:
        return Cell(None, hidden=True)
    return Cell(rounded(value))


def shown_column(values: Sequence[int | None], threshold: int) -> list[Cell]:
    """Counts whose total is told too: one hidden cell alone could be worked out, so the next smallest goes as well."""
    cells = [shown(value, threshold) for value in values]
    if sum(cell.hidden for cell in cells) != 1:
        return cells
    others = [(value, place) for place, value in enumerate(values) if value and not cells[place].hidden]
    if others:
        cells[min(others)[1]] = Cell(None, hidden=True)
    return cells


def words(threshold: int) -> str:
    """The rule in words, for every document that it was applied to."""
    return (
        f"Figures from practice returns: counts from 1 to {threshold} are shown as {HIDDEN}, others are rounded to the "
        f"nearest {BASE}, and percentages are worked out from the rounded counts. A second count is hidden where the "
        "first could be worked out from it. States were judged on the exact figures. Published figures (POMI) are "
        "shown unchanged."
    )
