"""Sums of drawing: ticks at round numbers, positions, widths of text, dots that do not cover one another."""

import math
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

STEPS = (1.0, 2.0, 5.0, 10.0)
# Widths of Arial's letters as parts of the type's size, rounded up; what is not named is as wide as a small letter.
LETTERS = {"ijl'.,:;|! ": 0.28, "frt()-": 0.34, "mwW%●◐◔○◌": 0.9, "MOQCDGHNUR": 0.75, "ABEKPSVXYTLFZ&": 0.68}
WIDTHS = {letter: width for letters, width in LETTERS.items() for letter in letters}
SMALL_LETTER = 0.56
# An axis begins at nothing where the lowest value is at most this part of the highest.
FROM_NOTHING = 0.5
# How far, in steps, the lowest and highest value stay from the ends of an axis.
ROOM = 0.4


def nice_step(span: float, wanted: int) -> float:
    """The round step (1, 2 or 5 times a power of ten) that cuts `span` into about `wanted` parts."""
    rough = span / max(wanted, 1)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in STEPS if step * power >= rough * 0.999)


def ticks(low: float, high: float, wanted: int = 5) -> tuple[float, ...]:
    """Round numbers that cover low to high; a range of nothing is widened so that there is always an axis."""
    if high <= low:
        widening = abs(low) * 0.1 or 0.01
        low, high = low - widening, high + widening
    step = nice_step(high - low, wanted)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return tuple(round(place * step, 12) for place in range(first, last + 1))


def axis(low: float, high: float, *, least: float = 0.0, most: float | None = None) -> tuple[float, ...]:
    """The ticks of an axis on which what moves can be read: nothing lies on its ends, save 0 and `most` themselves.

    It begins at nothing where the values leave room for that, else at a round number clearly below the lowest: from
    nothing a line between 27 and 30 % would look flat. least: what the axis spans at the least, so that a wavering of a
    tenth of a point does not look like a mountain. most: the greatest value that there can be (1 for shares); values
    beyond it, which wrong figures bring, are still held.
    """
    bottom = 0.0 if 0 <= low <= high * FROM_NOTHING else low
    lacking = max(0.0, least - (high - bottom)) / 2
    found = ticks(bottom - lacking, high + lacking)
    step = found[1] - found[0]
    first, last = found[0], found[-1]
    if bottom and low - first < step * ROOM:
        first -= step
    if last - high < step * ROOM:
        last += step
    if low >= 0:
        first = max(first, 0.0)
    if most is not None and high <= most:
        last = min(last, most)
    return tuple(round(place * step, 12) for place in range(round(first / step), round(last / step) + 1))


@dataclass(frozen=True, slots=True)
class Scale:
    """Values from `low` to `high` onto positions from `start` to `end`."""

    low: float
    high: float
    start: float
    end: float

    def at(self, value: float) -> float:
        return self.start + (value - self.low) / (self.high - self.low) * (self.end - self.start)


def text_width(text: str, size: float) -> float:
    return sum(WIDTHS.get(letter, SMALL_LETTER) for letter in text) * size


def class_of(value: float, edges: Sequence[float]) -> int:
    """Which of the classes between `edges` holds the value: 0 for the first, len(edges) - 2 for the last."""
    return min(max(bisect_right(edges, value) - 1, 0), len(edges) - 2)


def class_edges(values: Sequence[float], classes: int) -> tuple[float, ...]:
    """Round edges of at most `classes` classes that hold all values."""
    low, high = min(values), max(values)
    for wanted in range(classes, 0, -1):
        edges = ticks(low, high, wanted)
        if len(edges) - 1 <= classes:
            return edges
    return (low, high)


def swarm(places: Sequence[float], distance: float) -> tuple[float, ...]:
    """How far each dot leaves the middle line so that no two dots come nearer than `distance`.

    `places` must be in rising order. Dots take the nearest free seat, alternately above and below.
    """
    offsets: list[float] = []
    for index, place in enumerate(places):
        near = []
        for other in range(index - 1, -1, -1):
            if place - places[other] >= distance:
                break
            near.append((place - places[other], offsets[other]))
        seats = [0.0]
        for gap, offset in near:
            reach = math.sqrt(distance**2 - gap**2) + 1e-6
            seats += [offset + reach, offset - reach]
        free = [
            seat for seat in seats if all(gap**2 + (seat - offset) ** 2 >= distance**2 - 1e-6 for gap, offset in near)
        ]
        offsets.append(min(free, key=lambda seat: (abs(seat), seat * (1 if index % 2 else -1))))
    return tuple(offsets)
