"""A sheet to draw on: SVG elements built as a tree, so that every text is escaped, with presentation attributes only.

No `style` attribute and no id is ever written save the two that name the picture: the content security policy forbids
the first, and a page may hold many charts.
"""

import re
from dataclasses import dataclass, field
from xml.etree import ElementTree as ET

from core.charts import palette
from core.charts.description import State
from core.charts.scales import text_width

FONT = "Arial, sans-serif"
PRINT_FONT = "Source Sans Pro, Source Sans 3, Arial, sans-serif"
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
SIZE = 15.0

Value = str | float


class Svg(str):
    """A finished drawing. Templates take it as it is: what was text in it is escaped already."""

    __slots__ = ()

    def __html__(self) -> str:
        return self


def _written(value: Value) -> str:
    return CONTROL.sub("", value) if isinstance(value, str) else f"{value:.2f}".rstrip("0").rstrip(".")


@dataclass
class Canvas:
    """One SVG being drawn. `links` is off in print, where nothing can be pressed."""

    width: float
    height: float
    links: bool = True
    font: str = FONT
    root: ET.Element = field(init=False)

    def __post_init__(self) -> None:
        self.root = ET.Element("svg")
        self.set(self.root, font_family=self.font, font_size=SIZE, fill=palette.TEXT)

    @staticmethod
    def set(element: ET.Element, **attributes: Value) -> None:
        for name, value in attributes.items():
            element.set(name.rstrip("_").replace("_", "-"), _written(value))

    def add(self, tag: str, parent: ET.Element | None = None, text: str = "", /, **attributes: Value) -> ET.Element:
        element = ET.SubElement(self.root if parent is None else parent, tag)
        self.set(element, **attributes)
        if text:
            element.text = _written(text)
        return element

    def words(
        self, x: float, y: float, text: str, parent: ET.Element | None = None, /, **attributes: Value
    ) -> ET.Element:
        return self.add("text", parent, text, x=x, y=y, **attributes)

    def clamped(self, x: float, y: float, text: str, **attributes: Value) -> ET.Element:
        """Words centred on x, pushed inwards where they would leave the sheet."""
        half = text_width(text, SIZE) / 2
        middle = min(max(x, half + 1), self.width - half - 1)
        return self.words(middle, y, text, text_anchor="middle", **attributes)

    def line(
        self, x1: float, y1: float, x2: float, y2: float, parent: ET.Element | None = None, /, **attributes: Value
    ) -> ET.Element:
        return self.add("line", parent, x1=x1, y1=y1, x2=x2, y2=y2, **attributes)

    def named(self, name: str, href: str, parent: ET.Element | None = None) -> ET.Element:
        """A part with a name on hover and focus: a link where there is somewhere to go, else a group."""
        if href and self.links:
            part = self.add("a", parent, href=href, aria_label=name, data_chart_name=name)
        else:
            part = self.add("g", parent, data_chart_name=name)
        self.add("title", part, name)
        return part

    def finish(self, *, title: str, finding: str, key: str) -> Svg:
        """The SVG as text. With links inside it is a group (an image hides what it holds from assistive technology)."""
        head = self.root
        self.set(head, xmlns="http://www.w3.org/2000/svg", width=self.width, height=self.height)
        self.set(head, viewBox=f"0 0 {_written(self.width)} {_written(self.height)}", class_="chart__svg")
        has_links = head.find(".//a") is not None
        self.set(
            head, role="group" if has_links else "img", aria_labelledby=f"{key}-title {key}-desc", focusable="false"
        )
        for place, (tag, text) in enumerate((("title", title), ("desc", finding))):
            element = ET.Element(tag)
            self.set(element, id=f"{key}-{tag}")
            element.text = _written(text)
            head.insert(place, element)
        return self.text()

    def text(self) -> Svg:
        return Svg(ET.tostring(self.root, encoding="unicode"))


def marker(
    canvas: Canvas, shape: str, x: float, y: float, size: float, parent: ET.Element | None, /, **attributes: Value
) -> None:
    """A point of a line: circle, square, triangle or diamond of about `size` from the middle to the rim."""
    if shape == "circle":
        canvas.add("circle", parent, cx=x, cy=y, r=size, **attributes)
        return
    corners = {
        "square": ((-0.9, -0.9), (0.9, -0.9), (0.9, 0.9), (-0.9, 0.9)),
        "triangle": ((0.0, -1.2), (1.15, 0.85), (-1.15, 0.85)),
        "diamond": ((0.0, -1.3), (1.3, 0.0), (0.0, 1.3), (-1.3, 0.0)),
    }[shape]
    points = " ".join(f"{_written(x + dx * size)},{_written(y + dy * size)}" for dx, dy in corners)
    canvas.add("polygon", parent, points=points, **attributes)


def state_shape(
    canvas: Canvas,
    state: State | None,
    x: float,
    y: float,
    r: float,
    parent: ET.Element | None = None,
    ink: str = palette.BLUE,
    ground: str = palette.PAPER,
) -> None:
    """The state's shape: full, half, quarter, hollow, dotted circle, or a dash. No state is a full circle."""
    if state is State.NOT_APPLICABLE:
        canvas.line(x - r, y, x + r, y, parent, stroke=ink, stroke_width=2, class_="chart-ink-line")
        return
    rim: dict[str, Value] = {"stroke": ink, "stroke_width": 1.75}
    if state is State.NO_DATA:
        rim["stroke_dasharray"] = "2 2.2"
    full = state in (None, State.MET)
    canvas.add(
        "circle",
        parent,
        cx=x,
        cy=y,
        r=r,
        fill=ink if full else ground,
        class_="chart-ink" if full else "chart-hollow",
        **rim,
    )
    if state is State.MET_WITHIN_MARGIN:
        slice_ = f"M{_written(x)} {_written(y - r)}A{_written(r)} {_written(r)} 0 0 0 {_written(x)} {_written(y + r)}Z"
        canvas.add("path", parent, d=slice_, fill=ink, class_="chart-ink")
    elif state is State.NOT_MET_WITHIN_MARGIN:
        arc = f"A{_written(r)} {_written(r)} 0 0 1 {_written(x + r)} {_written(y)}"
        slice_ = f"M{_written(x)} {_written(y)}V{_written(y - r)}{arc}Z"
        canvas.add("path", parent, d=slice_, fill=ink, class_="chart-ink")


def hatch(
    canvas: Canvas, x: float, y: float, width: float, height: float, parent: ET.Element | None, gap: float = 9
) -> None:
    """Slanting lines over a rectangle, drawn one by one: a pattern would need an id."""
    steps = []
    shift = gap
    while shift < width + height:
        x1, y1 = (x + shift, y) if shift <= width else (x + width, y + shift - width)
        x2, y2 = (x, y + shift) if shift <= height else (x + shift - height, y + height)
        steps.append(f"M{_written(x1)} {_written(y1)}L{_written(x2)} {_written(y2)}")
        shift += gap
    canvas.add("path", parent, d="".join(steps), stroke="#aeb7bd", stroke_width=1, fill="none", class_="chart-rule")


def legend_rows(items: list[str], width: float, sample: float) -> list[list[int]]:
    """Which items go into which row, each item being a sample of the given width and its words."""
    rows: list[list[int]] = [[]]
    used = 0.0
    for index, item in enumerate(items):
        need = sample + 8 + text_width(item, SIZE) + 18
        if rows[-1] and used + need > width:
            rows.append([])
            used = 0.0
        rows[-1].append(index)
        used += need
    return rows
