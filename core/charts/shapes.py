"""What has a name: practices as a strip of dots, areas as tiles, a list of bars."""

from core.charts import palette
from core.charts.canvas import SIZE, Canvas, hatch, legend_rows, state_shape
from core.charts.description import Chart, Point, State
from core.charts.lines import ring
from core.charts.scales import Scale, class_edges, class_of, swarm, text_width, ticks

RADIUS = 6.5
ROW = 24.0
BAR_ROW = 46.0
TILE_GAP = 4.0


def draw_strip(chart: Chart, width: float, *, links: bool, font: str) -> Canvas:
    """Each dot a practice at its value, seats chosen so that none covers another, the target a line from top to
    bottom.
    """
    points = sorted(
        (point for point in chart.points if point.y is not None), key=lambda point: (point.y or 0.0, point.x)
    )
    values = [point.y for point in points if point.y is not None]
    span = [*values, *([chart.target.value] if chart.target else [])] or [0.0, 1.0]
    axis = ticks(min(span), max(span), 6)
    scale = Scale(axis[0], axis[-1], 16, width - 22)
    radius = RADIUS if len(points) <= 120 else RADIUS * max(0.4, (120 / len(points)) ** 0.5)
    offsets = swarm([scale.at(value) for value in values], radius * 2 + 1.5)
    reach = max((abs(offset) for offset in offsets), default=0.0) + radius + 10
    missing = len(chart.points) - len(points)
    legend: list[State] = [state for state in chart.states if state not in (State.NO_DATA, State.NOT_APPLICABLE)]
    rows = legend_rows([state.value for state in legend], width, 16) if legend else []
    top = len(rows) * ROW + (28 if chart.target else 6)
    middle, bottom = top + max(reach, 30), top + 2 * max(reach, 30)
    canvas = Canvas(width, bottom + 34 + (22 if chart.y_label else 0) + (24 if missing else 0), links=links, font=font)
    _states_legend(canvas, legend, rows)
    _value_axis(canvas, chart, scale, axis, top, bottom)
    for point, offset in zip(points, offsets, strict=True):
        _dot(canvas, chart, point, scale.at(point.y or 0.0), middle + offset, radius)
    if missing:
        words = (
            f"{State.NO_DATA.sign} {missing} not drawn: no data"
            if missing > 1
            else f"{State.NO_DATA.sign} 1 not drawn: no data"
        )
        canvas.words(0, canvas.height - 8, words, fill=palette.QUIET, class_="chart-quiet")
    return canvas


def _states_legend(canvas: Canvas, states: list[State], rows: list[list[int]]) -> None:
    for number, row in enumerate(rows):
        x, y = 0.0, 16 + number * ROW
        for state in (states[index] for index in row):
            state_shape(canvas, state, x + 8, y - 5, 6)
            canvas.words(x + 24, y, state.value)
            x += 24 + text_width(state.value, SIZE) + 18


def _value_axis(canvas: Canvas, chart: Chart, scale: Scale, axis: tuple[float, ...], top: float, bottom: float) -> None:
    words = [chart.write(value) for value in axis]
    if all(".0" in word for word in words):
        words = [word.replace(".0", "") for word in words]
    step = 1 if sum(text_width(word, SIZE) + 12 for word in words) < canvas.width else 2
    for place, (value, word) in enumerate(zip(axis, words, strict=True)):
        x = scale.at(value)
        canvas.line(x, top, x, bottom, stroke=palette.RULE, stroke_width=1, class_="chart-rule")
        if place % step == 0:
            canvas.clamped(x, bottom + 20, word, fill=palette.QUIET, class_="chart-quiet")
    canvas.line(scale.start, bottom, scale.end, bottom, stroke=palette.QUIET, stroke_width=1.5, class_="chart-axis")
    if chart.y_label:
        canvas.clamped(canvas.width / 2, bottom + 42, chart.y_label, fill=palette.QUIET, class_="chart-quiet")
    if chart.target:
        x = scale.at(chart.target.value)
        canvas.line(
            x, top - 4, x, bottom, stroke=palette.TARGET, stroke_width=2, stroke_dasharray="10 5", class_="chart-target"
        )
        canvas.clamped(
            x, top - 10, chart.target.label, fill=palette.TARGET, font_weight="bold", class_="chart-target-words"
        )


def _dot(canvas: Canvas, chart: Chart, point: Point, x: float, y: float, radius: float) -> None:
    part = canvas.named(chart.name_of(point), point.href)
    canvas.set(part, data_value=repr(point.y))
    if canvas.links:
        ring(canvas, x, y, radius + 4.5, part)
    state_shape(canvas, point.state, x, y, radius, part)


def draw_bars(chart: Chart, width: float, *, links: bool, font: str) -> Canvas:
    """A list: the name and the value above, the bar below, so that long names fit a narrow page.

    Bars begin at nothing.
    """
    points = chart.series[0].points
    top_value = max([*chart.values, *([chart.target.value] if chart.target else []), 0.0]) or 1.0
    scale = Scale(0.0, top_value, 0.0, width - 2)
    top = 28.0 if chart.target else 2.0
    canvas = Canvas(width, top + len(points) * BAR_ROW + 4, links=links, font=font)
    for place, point in enumerate(points):
        _bar(canvas, chart, point, scale, top + place * BAR_ROW)
    if chart.target:
        x = scale.at(chart.target.value)
        canvas.line(
            x,
            top - 6,
            x,
            canvas.height - 4,
            stroke=palette.TARGET,
            stroke_width=2,
            stroke_dasharray="10 5",
            class_="chart-target",
        )
        canvas.clamped(
            x, top - 11, chart.target.label, fill=palette.TARGET, font_weight="bold", class_="chart-target-words"
        )
    return canvas


def _bar(canvas: Canvas, chart: Chart, point: Point, scale: Scale, y: float) -> None:
    linked = bool(point.href) and canvas.links
    part = canvas.named(chart.name_of(point), point.href)
    if point.y is not None:
        canvas.set(part, data_value=repr(point.y))
    if linked:
        canvas.add(
            "rect",
            part,
            x=1,
            y=y + 1,
            width=canvas.width - 2,
            height=BAR_ROW - 4,
            fill=palette.FOCUS,
            stroke=palette.TEXT,
            stroke_width=2,
            visibility="hidden",
            class_="chart-ring",
        )
    canvas.add("rect", part, x=0, y=y, width=canvas.width, height=BAR_ROW - 2, fill="none", pointer_events="all")
    value = chart.write(point.y)
    room = canvas.width - text_width(value, SIZE) - (26 if point.state else 12)
    look: dict[str, str | float] = (
        {"fill": palette.BLUE, "text_decoration": "underline", "class_": "chart-link"} if linked else {}
    )
    start = 4.0
    if point.state:
        state_shape(canvas, point.state, 10, y + 13, 6, part)
        start = 24.0
    canvas.words(start, y + 18, _cut(point.x, room - start), part, **look)
    canvas.words(canvas.width - 4, y + 18, value, part, text_anchor="end", font_weight="bold")
    canvas.add(
        "rect", part, x=4, y=y + 26, width=canvas.width - 8, height=10, fill=palette.NO_DATA, class_="chart-band"
    )
    if point.y is None:
        hatch(canvas, 4, y + 26, canvas.width - 8, 10, part)
    elif point.y > 0:
        length = max(scale.at(point.y) - 6, 2)
        canvas.add("rect", part, x=4, y=y + 26, width=length, height=10, fill=palette.BLUE, class_="chart-ink")


def _cut(text: str, room: float) -> str:
    """The name, shortened where it would run into the value; the whole name stays in the title and the table."""
    if text_width(text, SIZE) <= room:
        return text
    while len(text) > 1 and text_width(text, SIZE) > room - SIZE:
        text = text[:-1]
    return f"{text.rstrip()}…"


def draw_tiles(chart: Chart, width: float, *, links: bool, font: str) -> Canvas:
    """One square an area, where it lies on the map, in five blues; the value is printed and the state has its shape."""
    points = chart.series[0].points
    if not points:
        canvas = Canvas(width, 40, links=links, font=font)
        canvas.words(0, 24, State.NO_DATA.value, fill=palette.QUIET, class_="chart-quiet")
        return canvas
    first_row, first_col = min(p.row for p in points), min(p.col for p in points)
    columns = max(p.col for p in points) - first_col + 1
    lines = max(p.row for p in points) - first_row + 1
    size = min(width / columns, 90.0)
    edges = class_edges(chart.values, len(palette.SCALE)) if chart.values else (0.0, 1.0)
    legend: list[State] = list(chart.states)
    if State.NO_DATA not in legend and any(point.y is None for point in points):
        legend.append(State.NO_DATA)
    rows = legend_rows([state.value for state in legend], width, 16) if legend else []
    top = len(rows) * ROW + 8
    canvas = Canvas(width, top + lines * size + 56, links=links, font=font)
    _states_legend(canvas, legend, rows)
    left = (width - columns * size) / 2
    # Reading order, so that the focus goes along the rows of the map.
    for point in sorted(points, key=lambda point: (point.row, point.col)):
        _tile(
            canvas,
            chart,
            point,
            (left + (point.col - first_col) * size, top + (point.row - first_row) * size),
            size,
            edges,
        )
    _colour_key(canvas, chart, edges, top + lines * size + 14)
    return canvas


def _tile(
    canvas: Canvas, chart: Chart, point: Point, corner: tuple[float, float], size: float, edges: tuple[float, ...]
) -> None:
    x, y, side = corner[0] + TILE_GAP / 2, corner[1] + TILE_GAP / 2, size - TILE_GAP
    fill, ink = (
        (palette.NO_DATA, palette.TEXT) if point.y is None else palette.shade(class_of(point.y, edges), len(edges) - 1)
    )
    part = canvas.named(chart.name_of(point), point.href)
    canvas.add("rect", part, x=x, y=y, width=side, height=side, fill=fill, class_="chart-tile")
    if point.y is None:
        hatch(canvas, x, y, side, side, part)
    else:
        canvas.set(part, data_value=repr(point.y))
    if canvas.links:
        canvas.add(
            "rect",
            part,
            x=x + 1.5,
            y=y + 1.5,
            width=side - 3,
            height=side - 3,
            fill="none",
            stroke=palette.FOCUS,
            stroke_width=5,
            visibility="hidden",
            class_="chart-ring chart-ring--tile",
        )
        canvas.add(
            "rect",
            part,
            x=x - 1,
            y=y - 1,
            width=side + 2,
            height=side + 2,
            fill="none",
            stroke=palette.TEXT,
            stroke_width=3,
            visibility="hidden",
            class_="chart-ring",
        )
    canvas.words(x + 5, y + 18, point.short or point.x[:3].upper(), part, fill=ink, class_="chart-tile-words")
    if point.state:
        state_shape(canvas, point.state, x + side - 6.5, y + 12.5, 4, part, ink=ink, ground=fill)
    value = "–" if point.y is None else chart.write(point.y)
    canvas.words(
        x + side / 2,
        y + side - 12,
        value,
        part,
        text_anchor="middle",
        font_weight="bold",
        fill=ink,
        class_="chart-tile-words",
    )


def _colour_key(canvas: Canvas, chart: Chart, edges: tuple[float, ...], y: float) -> None:
    classes = len(edges) - 1
    words = [chart.write(edge) for edge in edges]
    if all(".0" in word for word in words):
        words = [word.replace(".0", "") for word in words]
    length = min(60.0, (canvas.width - 60) / classes)
    left = (canvas.width - classes * length) / 2
    for place in range(classes):
        canvas.add(
            "rect",
            x=left + place * length,
            y=y,
            width=length,
            height=14,
            fill=palette.shade(place, classes)[0],
            stroke=palette.QUIET,
            stroke_width=0.5,
            class_="chart-key",
        )
    for place, word in enumerate(words):
        canvas.clamped(left + place * length, y + 32, word, fill=palette.QUIET, class_="chart-quiet")
