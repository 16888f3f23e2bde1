"""The face that everybody sees first: SVG for the page, for print and e-mail, and for the PDF."""

from xml.etree import ElementTree as ET

from core.charts.canvas import FONT, PRINT_FONT, Canvas, Svg
from core.charts.description import Chart, Kind
from core.charts.lines import draw_lines, draw_sparkline
from core.charts.shapes import draw_bars, draw_strip, draw_tiles

WIDTH = 464.0
"""At this width 15 units of type are 11 px on a telephone of 390 px and 20 px at the widest that a figure is shown."""


def to_svg(chart: Chart, width: float = WIDTH, *, for_print: bool = False) -> Svg:
    """The chart as an SVG element, ready for a page, its height following from what it holds.

    width: in user units, 15 of them being the height of the type; the stylesheet lets it grow and shrink.
    for_print: no links, the typeface of the PDF, nothing that needs a stylesheet. Otherwise a dot, bar or tile with an
    address is a link that takes the focus, and the parts that appear on focus wait, hidden, for the stylesheet.
    """
    font = PRINT_FONT if for_print else FONT
    if chart.kind is Kind.SPARKLINE:
        return _small(draw_sparkline(chart, font=font), chart)
    draw = {
        Kind.LINE: draw_lines,
        Kind.STEPS: draw_lines,
        Kind.STRIP: draw_strip,
        Kind.BARS: draw_bars,
        Kind.TILES: draw_tiles,
    }[chart.kind]
    canvas = draw(chart, width, links=not for_print, font=font)
    return canvas.finish(title=chart.title, finding=chart.finding, key=chart.key)


def _small(canvas: Canvas, chart: Chart) -> Svg:
    canvas.set(canvas.root, xmlns="http://www.w3.org/2000/svg", width=canvas.width, height=canvas.height)
    canvas.set(canvas.root, viewBox=f"0 0 {canvas.width:g} {canvas.height:g}", class_="chart__spark")
    canvas.set(canvas.root, role="img", aria_label=f"{chart.title}: {chart.finding}", focusable="false")
    title = ET.Element("title")
    title.text = chart.finding
    canvas.root.insert(0, title)
    return canvas.text()
