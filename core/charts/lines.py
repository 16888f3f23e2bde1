"""What moves in time: lines with gaps, steps between levels, and the sparkline."""

from collections.abc import Collection
from dataclasses import dataclass
from itertools import pairwise
from xml.etree import ElementTree as ET

from core.charts import palette
from core.charts.canvas import SIZE, Canvas, legend_rows, marker
from core.charts.description import Chart, Format, Kind, Series
from core.charts.scales import Scale, axis, text_width

BREAK = "Break: not comparable with before"
# Two points of a percentage.
SHARES_SPAN = 0.02
ROW = 24.0
SAMPLE = 34.0
PLOT_HEIGHT = 210.0
MANY = 30
# Every so many labels: parts and multiples of a year, as the labels are mostly months.
LABEL_STEPS = (1, 2, 3, 4, 6, 12, 24, 36, 60, 120)


@dataclass(frozen=True, slots=True)
class Frame:
    """Where the plot lies and how values become positions."""

    left: float
    right: float
    top: float
    bottom: float
    y: Scale
    y_ticks: tuple[float, ...]
    labels: tuple[str, ...]

    def x(self, label: str) -> float:
        """The middle of the label's column, so that the first and last markers do not sit on the frame."""
        column = (self.right - self.left) / len(self.labels)
        return self.left + (self.labels.index(label) + 0.5) * column


def runs(chart: Chart, series: Series) -> list[list[tuple[str, float]]]:
    """The series cut where a month is missing or it begins anew, so that no line bridges a gap or a break."""
    found = {point.x: point.y for point in series.points}
    parts: list[list[tuple[str, float]]] = [[]]
    for label in chart.labels:
        value = found.get(label)
        if value is None:
            parts.append([])
            continue
        if label in series.begins_anew:
            parts.append([])
        parts[-1].append((label, value))
    return [part for part in parts if part]


def draw_lines(chart: Chart, width: float, *, links: bool, font: str) -> Canvas:
    entries = _legend_entries(chart)
    rows = legend_rows([words for _, words in entries], width, SAMPLE) if entries else []
    top = len(rows) * ROW + (ROW if chart.y_label else 0) + 14
    bottom = top + (90.0 if chart.kind is Kind.STEPS and len(chart.levels) < 3 else PLOT_HEIGHT)
    canvas = Canvas(width, bottom + (58 if chart.x_label else 34), links=links, font=font)
    frame = _frame(chart, width, top, bottom)
    for number, row in enumerate(rows):
        _legend_row(canvas, chart, [entries[index] for index in row], 16 + number * ROW)
    if chart.y_label:
        canvas.words(0, top - 16, chart.y_label, fill=palette.QUIET, class_="chart-quiet")
    _axes(canvas, chart, frame)
    _bands(canvas, chart, frame)
    _target(canvas, chart, frame)
    _marks(canvas, chart, frame)
    _breaks(canvas, chart, frame)
    for number, series in enumerate(chart.series):
        _series(canvas, chart, frame, series, number)
    return canvas


def _frame(chart: Chart, width: float, top: float, bottom: float) -> Frame:
    if chart.levels:
        levels = tuple(float(level) for level in range(len(chart.levels)))
        y, y_ticks = Scale(-0.3, len(levels) - 0.7, bottom, top), levels
    else:
        y_ticks = axis_of(chart)
        y = Scale(y_ticks[0], y_ticks[-1], bottom, top)
    widest = max(text_width(words, SIZE) for words in _tick_words(chart, y_ticks))
    return Frame(widest + 10, width - 6, top, bottom, y, y_ticks, chart.labels or ("",))


def axis_of(chart: Chart) -> tuple[float, ...]:
    """The ticks of a line's values, which hold all that is drawn."""
    values = [*chart.values, *([chart.target.value] if chart.target else [])]
    for band in chart.bands:
        values += [limit for limits in (band.low, band.high) for limit in limits if limit is not None]
    if not values:
        return 0.0, 1.0
    low, high = min(values), max(values)
    return axis(low, high, least=SHARES_SPAN, most=1.0) if chart.y_format is Format.PERCENT else axis(low, high)


def _tick_words(chart: Chart, values: tuple[float, ...]) -> list[str]:
    words = [chart.write(value) for value in values]
    return [word.replace(".0", "") for word in words] if all(".0" in word for word in words) else words


def _legend_entries(chart: Chart) -> list[tuple[str, str]]:
    """(sample, words): the lines when there is more than one to tell apart, the bands, and the marks, each once."""
    several = len(chart.series) > 1 or bool(chart.bands or chart.marks_shown or chart.breaks_shown)
    entries = [(f"line-{number}", series.name) for number, series in enumerate(chart.series)] if several else []
    entries += [("band", band.name) for band in chart.bands]
    entries += [("mark", label) for label in dict.fromkeys(mark.name or mark.label for mark in chart.marks_shown)]
    return entries + [("break", BREAK)] * bool(chart.breaks_shown)


def _legend_row(canvas: Canvas, chart: Chart, entries: list[tuple[str, str]], y: float) -> None:
    x = 0.0
    for sample, words in entries:
        if sample == "band":
            canvas.add("rect", x=x, y=y - 12, width=SAMPLE, height=14, fill=palette.BAND, class_="chart-band")
        elif sample == "break":
            _break_line(canvas, x + SAMPLE / 2, y - 14, y + 3)
        elif sample == "mark":
            marker(
                canvas,
                "triangle",
                x + SAMPLE / 2,
                y - 5,
                6,
                None,
                fill=palette.TEXT,
                class_="chart-ink",
                transform=_turned(x + SAMPLE / 2, y - 5),
            )
        else:
            number = int(sample.removeprefix("line-")) % len(palette.LINES)
            canvas.line(x, y - 5, x + SAMPLE, y - 5, **_stroke(number))
            marker(
                canvas,
                palette.MARKERS[number],
                x + SAMPLE / 2,
                y - 5,
                4,
                None,
                fill=palette.LINES[number],
                class_="chart-ink",
            )
        canvas.words(x + SAMPLE + 8, y, words)
        x += SAMPLE + 8 + text_width(words, SIZE) + 18


def _turned(x: float, y: float) -> str:
    return f"rotate(180 {x:.1f} {y:.1f})"


def _stroke(number: int) -> dict[str, str | float]:
    stroke: dict[str, str | float] = {"stroke": palette.LINES[number], "stroke_width": 2.75, "class_": "chart-ink-line"}
    if palette.DASHES[number]:
        stroke["stroke_dasharray"] = palette.DASHES[number]
    return stroke


def _axes(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    for value, words in zip(frame.y_ticks, _tick_words(chart, frame.y_ticks), strict=True):
        y = frame.y.at(value)
        canvas.line(frame.left, y, frame.right, y, stroke=palette.RULE, stroke_width=1, class_="chart-rule")
        canvas.words(frame.left - 8, y + 5, words, text_anchor="end", fill=palette.QUIET, class_="chart-quiet")
    canvas.line(
        frame.left, frame.bottom, frame.right, frame.bottom, stroke=palette.QUIET, stroke_width=1.5, class_="chart-axis"
    )
    for label in _labels_that_fit(frame, canvas.width):
        x = frame.x(label)
        canvas.line(x, frame.bottom, x, frame.bottom + 5, stroke=palette.QUIET, stroke_width=1.5, class_="chart-axis")
        canvas.clamped(x, frame.bottom + 22, label, fill=palette.QUIET, class_="chart-quiet")
    if chart.x_label:
        middle = (frame.left + frame.right) / 2
        canvas.clamped(middle, frame.bottom + 46, chart.x_label, fill=palette.QUIET, class_="chart-quiet")


def _labels_that_fit(frame: Frame, width: float) -> tuple[str, ...]:
    """Every label that has room, counted from the latest back, because the latest is what people read."""

    def extent(label: str) -> tuple[float, float]:
        half = text_width(label, SIZE) / 2
        middle = min(max(frame.x(label), half), width - half)
        return middle - half, middle + half

    for step in LABEL_STEPS:
        chosen = frame.labels[::-1][::step][::-1]
        extents = [extent(label) for label in chosen]
        if all(before[1] + 6 <= after[0] for before, after in pairwise(extents)):
            return chosen
    return frame.labels[-1:]


def _bands(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    for band in chart.bands:
        part: list[tuple[float, float, float]] = []
        for label in (*frame.labels, ""):
            limits = band.at(label) if label else None
            if limits is not None:
                part.append((frame.x(label), frame.y.at(limits[0]), frame.y.at(limits[1])))
            elif part:
                outline = [(x, high) for x, _, high in part] + [(x, low) for x, low, _ in reversed(part)]
                canvas.add("polygon", points=_pairs(outline), fill=palette.BAND, class_="chart-band")
                part = []


def _pairs(places: list[tuple[float, float]]) -> str:
    return " ".join(f"{x:.1f},{y:.1f}" for x, y in places)


def _target(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    if chart.target is None:
        return
    y = frame.y.at(chart.target.value)
    canvas.line(
        frame.left,
        y,
        frame.right,
        y,
        stroke=palette.TARGET,
        stroke_width=2,
        stroke_dasharray="10 5",
        class_="chart-target",
    )
    at_start, below = _spot_for_target(chart, frame, chart.target.value)
    canvas.words(
        frame.left + 2 if at_start else frame.right - 2,
        y + 17 if below else y - 6,
        chart.target.label,
        text_anchor="start" if at_start else "end",
        fill=palette.TARGET,
        font_weight="bold",
        class_="chart-target-words",
    )


def _spot_for_target(chart: Chart, frame: Frame, target: float) -> tuple[bool, bool]:
    """Where the target's words cover the least: (at the beginning, below the line); else at the end and above.

    What lies in a spot are values of that third of the labels near the target on that side, and breaks.
    """
    third = max(1, len(frame.labels) // 3)
    room = (frame.y.high - frame.y.low) * 0.12
    spots = {}
    for at_start, below in ((False, False), (False, True), (True, False), (True, True)):
        labels = frame.labels[:third] if at_start else frame.labels[-third:]
        near = [target - value if below else value - target for value in _values_at(chart, labels)]
        edge = frame.bottom - frame.y.at(target) < 20 if below else frame.y.at(target) - frame.top < 18
        broken = sum(label in labels for label in chart.breaks_shown)
        spots[at_start, below] = (edge, sum(0 <= distance < room for distance in near) + broken)
    return min(spots, key=lambda spot: spots[spot])


def _values_at(chart: Chart, labels: Collection[str]) -> list[float]:
    return [point.y for point in chart.points if point.x in labels and point.y is not None]


def _marks(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    for mark in chart.marks_shown:
        x = frame.x(mark.x)
        part = canvas.named(f"{mark.x}: {mark.label}", "")
        canvas.line(
            x,
            frame.top - 2,
            x,
            frame.bottom,
            part,
            stroke=palette.TEXT,
            stroke_width=1,
            stroke_dasharray="2 3",
            class_="chart-axis",
        )
        marker(
            canvas,
            "triangle",
            x,
            frame.top - 4,
            6,
            part,
            fill=palette.TEXT,
            class_="chart-ink",
            transform=_turned(x, frame.top - 4),
        )


def _breaks(canvas: Canvas, chart: Chart, frame: Frame) -> None:
    """Between the last month counted in the old way and the first in the new one."""
    half = (frame.right - frame.left) / len(frame.labels) / 2
    for label, note in chart.breaks_shown.items():
        part = canvas.named(f"{label}: break. {note}", "")
        x = frame.x(label) - half
        canvas.add(
            "rect",
            part,
            x=x - half,
            y=frame.top,
            width=half * 2,
            height=frame.bottom - frame.top,
            fill="none",
            pointer_events="all",
        )
        _break_line(canvas, x, frame.top - 8, frame.bottom, part)


def _break_line(canvas: Canvas, x: float, top: float, bottom: float, parent: ET.Element | None = None) -> None:
    """Two lines side by side, as an axis is cut on paper; visits have one of dots with a triangle."""
    for side in (-2.0, 2.0):
        canvas.line(
            x + side, top, x + side, bottom, parent, stroke=palette.QUIET, stroke_width=1.5, class_="chart-axis"
        )


def _series(canvas: Canvas, chart: Chart, frame: Frame, series: Series, number: int) -> None:
    number %= len(palette.LINES)
    for run in runs(chart, series):
        places = [(frame.x(label), frame.y.at(value)) for label, value in run]
        if chart.kind is Kind.STEPS:
            half = (frame.right - frame.left) / len(frame.labels) / 2
            places = [corner for x, y in places for corner in ((x - half, y), (x + half, y))]
        if len(places) > 1:
            canvas.add("polyline", points=_pairs(places), fill="none", stroke_linejoin="round", **_stroke(number))
    small = len(frame.labels) > MANY
    alone = {run[0][0] for run in runs(chart, series) if len(run) == 1}
    for point in series.points:
        if point.y is None:
            continue
        name = f"{series.name}, {chart.name_of(point)}" if len(chart.series) > 1 else chart.name_of(point)
        part = canvas.named(name, point.href)
        canvas.set(part, data_value=repr(point.y))
        x, y = frame.x(point.x), frame.y.at(point.y)
        if point.href and canvas.links:
            ring(canvas, x, y, 9, part)
        size = 2.0 if small and point.x not in alone else 4.0
        canvas.add("circle", part, cx=x, cy=y, r=11, fill="none", pointer_events="all")
        marker(canvas, palette.MARKERS[number], x, y, size, part, fill=palette.LINES[number], class_="chart-ink")


def ring(canvas: Canvas, x: float, y: float, r: float, parent: ET.Element) -> None:
    """Shown by the stylesheet round the part that has the focus or the pointer."""
    canvas.add(
        "circle",
        parent,
        cx=x,
        cy=y,
        r=r,
        fill=palette.FOCUS,
        stroke=palette.TEXT,
        stroke_width=2.5,
        visibility="hidden",
        class_="chart-ring",
    )


def draw_sparkline(chart: Chart, *, font: str, width: float = 120, height: float = 32) -> Canvas:
    """Small enough for a table's cell: the line, its last point, and the target.

    The name is an aria-label, so no ids.
    """
    canvas = Canvas(width, height, links=False, font=font)
    values = [*chart.values, *([chart.target.value] if chart.target else [])]
    if not chart.values:
        canvas.words(0, height / 2 + 5, "No data", fill=palette.QUIET, class_="chart-quiet")
        return canvas
    low, high = min(values), max(values)
    if high == low:
        low, high = low - 1, high + 1
    frame = Frame(0, width, 6, height - 6, Scale(low, high, height - 6, 6), (), chart.labels)
    for label in chart.breaks_shown:
        _break_line(canvas, frame.x(label) - width / len(frame.labels) / 2, 4, height - 4)
    if chart.target:
        y = frame.y.at(chart.target.value)
        canvas.line(
            0, y, width, y, stroke=palette.TARGET, stroke_width=1.5, stroke_dasharray="4 3", class_="chart-target"
        )
    last: tuple[float, float] | None = None
    for run in runs(chart, chart.series[0]):
        places = [(frame.x(label), frame.y.at(value)) for label, value in run]
        last = places[-1]
        if len(places) > 1:
            canvas.add(
                "polyline",
                points=_pairs(places),
                fill="none",
                stroke=palette.BLUE,
                stroke_width=2,
                stroke_linejoin="round",
                class_="chart-ink-line",
            )
        else:
            canvas.add("circle", cx=last[0], cy=last[1], r=1.5, fill=palette.BLUE, class_="chart-ink")
    if last and chart.series[0].points[-1].y is not None:
        canvas.add("circle", cx=min(last[0], width - 4), cy=last[1], r=3.5, fill=palette.BLUE, class_="chart-ink")
    return canvas
