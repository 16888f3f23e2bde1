"""Words in drawings that a PDF cannot hold as text: marks, scripts that join their letters, signs of other fonts.

The PDF writer gives up on them inside a picture, though it prints them on the page. So they are drawn as outlines; what
a picture says to those who do not see it stands in its alternative text.
"""

import re
from functools import lru_cache
from html import unescape
from typing import NamedTuple

import typst

from core.charts.canvas import SIZE
from reports.fonts import PLAIN, svg_of

# Our own drawings only: every word in them is escaped, no quotation mark stands in an attribute.
TEXT = re.compile(r"<text ([^>]*)>([^<]*)</text>")
ATTRIBUTE = re.compile(r'([\w-]+)="([^"]*)"')
DRAWN = re.compile(r'<svg viewBox="0 0 ([\d.]+) .*?>(.*)</svg>', re.DOTALL)
FILL = re.compile(r' fill="[^"]*"')
# How much of the words' width lies before their place
BEFORE = {"middle": 0.5, "end": 1.0}
ONE_LINE = """
#set page(width: auto, height: auto, margin: 0pt, fill: none)
#set text(size: data.size * 1pt, weight: data.weight, top-edge: "baseline", bottom-edge: "baseline")
#data.words
"""


class Outline(NamedTuple):
    width: float
    shapes: str


def outlined(svg: str) -> str:
    """The drawing with every word outlined that is more than Latin letters and signs."""
    return TEXT.sub(_replacement, svg)


def _replacement(found: re.Match[str]) -> str:
    words = unescape(found[2])
    if PLAIN.fullmatch(words):
        return found[0]
    attributes = dict(ATTRIBUTE.findall(found[1]))
    line = _outline(words, attributes.get("font-weight", "regular"))
    x = float(attributes.get("x", 0)) - BEFORE.get(attributes.get("text-anchor", ""), 0.0) * line.width
    fill = f' fill="{attributes["fill"]}"' if "fill" in attributes else ""
    return (
        f'<g xmlns:xlink="http://www.w3.org/1999/xlink"{fill} transform="translate({x:.2f} {attributes.get("y", 0)})">'
        f"{line.shapes}</g>"
    )


@lru_cache(maxsize=1_000)
def _outline(words: str, weight: str) -> Outline:
    """Drawn from its place to the right on the line that letters stand on, in the colour of what holds it."""
    try:
        drawn = DRAWN.search(svg_of(ONE_LINE, {"words": words, "size": SIZE, "weight": weight}))
    except typst.TypstError:
        return Outline(0.0, "")
    return Outline(float(drawn[1]), FILL.sub("", drawn[2])) if drawn else Outline(0.0, "")
