"""Colours of the charts: NHS blues and an orange dark enough to be seen on white, never red beside green.

No meaning hangs on colour alone: lines differ by dash and marker, states by shape and word, tiles by their printed
value.
"""

TEXT = "#212b32"
QUIET = "#4c6272"
RULE = "#d8dde0"
PAPER = "#ffffff"
BLUE = "#005eb8"
DARK_BLUE = "#003087"
TARGET = "#b35900"
BAND = "#cfe3f5"
FOCUS = "#ffeb3b"
NO_DATA = "#f0f4f5"

LINES = (BLUE, "#425563", "#00789c", DARK_BLUE, "#7c5a00")
DASHES = ("", "7 4", "2 4", "9 3 2 3", "14 4")
MARKERS = ("circle", "square", "triangle", "diamond", "circle")

# Light to dark, with the colour of text that can be read on each (all above 4.5:1).
SCALE: tuple[tuple[str, str], ...] = (
    ("#e1edf8", TEXT),
    ("#b3d1ec", TEXT),
    ("#74abd9", TEXT),
    ("#2369b0", PAPER),
    ("#0a3a78", PAPER),
)


def shade(place: int, classes: int) -> tuple[str, str]:
    """The colour of a class and of the words on it, spread over the scale when there are fewer classes than colours."""
    return SCALE[round(place * (len(SCALE) - 1) / max(classes - 1, 1))]
