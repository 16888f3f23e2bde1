"""The face for those who want to look closer: what plotly.js needs, as plain data that goes to the page as JSON.

Written by hand, not with the plotly package: importing its figure classes takes longer than drawing the page.
"""

from typing import Any

from core.charts import palette
from core.charts.description import Chart, Format, Kind, Point, Series, State
from core.charts.lines import axis_of
from core.charts.scales import class_edges, class_of, swarm

Json = dict[str, Any]
DASHES = ("solid", "dash", "dot", "dashdot", "longdash")
SYMBOLS = ("circle", "square", "triangle-up", "diamond", "circle")
STATE_SYMBOLS: dict[State | None, str] = {
    None: "circle",
    State.MET: "circle",
    State.MET_WITHIN_MARGIN: "circle-open-dot",
    State.NOT_MET_WITHIN_MARGIN: "circle-cross-open",
    State.NOT_MET: "circle-open",
    State.NO_DATA: "circle-x-open",
    State.NOT_APPLICABLE: "line-ew-open",
}
CONFIG: Json = {
    "displaylogo": False,
    "responsive": True,
    "showSendToCloud": False,
    "showEditInChartStudio": False,
    "plotlyServerURL": "",
    "modeBarButtonsToRemove": ["select2d", "lasso2d", "autoScale2d", "toggleSpikelines"],
}
TICKS = {Format.PERCENT: ".1~%", Format.COUNT: ",.0f", Format.PER_1000: ",.1~f"}
LONGEST_NAME = 28


def to_plotly(chart: Chart) -> Json:
    """{"data", "layout", "config"} for `Plotly.newPlot`, holding the same points as the SVG."""
    draw = {
        Kind.STRIP: _strip,
        Kind.BARS: _bars,
        Kind.TILES: _tiles,
    }.get(chart.kind, _lines)
    return {"data": draw(chart), "layout": _layout(chart), "config": CONFIG}


def _common(chart: Chart, points: tuple[Point, ...], name: str) -> Json:
    """What each trace has: its name, the words of each point, and with them where a press leads and the value."""
    return {
        "name": _plain(name),
        "hovertext": [_plain(chart.name_of(point)) for point in points],
        "customdata": [[point.href, point.y] for point in points],
        "hovertemplate": "%{hovertext}<extra></extra>",
    }


def _lines(chart: Chart) -> list[Json]:
    bands = [trace for number in range(len(chart.bands)) for trace in _band(chart, number)]
    return bands + [_line(chart, series, number) for number, series in enumerate(chart.series)]


def _line(chart: Chart, series: Series, number: int) -> Json:
    number %= len(palette.LINES)
    found = {point.x: point for point in series.points}
    points: list[Point] = []
    for label in chart.labels:
        if label in series.begins_anew:
            # A value of nothing at the same place: the line ends before it and begins anew.
            points.append(Point(label, None))
        points.append(found.get(label) or Point(label, None))
    return {
        "type": "scatter",
        "mode": "lines+markers",
        "x": [point.x for point in points],
        "y": [point.y for point in points],
        "connectgaps": False,
        "line": {
            "color": palette.LINES[number],
            "dash": DASHES[number],
            "width": 3,
            "shape": "hvh" if chart.kind is Kind.STEPS else "linear",
        },
        "marker": {"symbol": SYMBOLS[number], "size": 8, "color": palette.LINES[number]},
        **_common(chart, tuple(points), series.name),
    }


def _band(chart: Chart, number: int) -> list[Json]:
    """For each run of months without a gap, two lines with the space between them filled: the lower, then the upper."""
    band = chart.bands[number]
    parts: list[list[tuple[str, float, float]]] = [[]]
    for label in chart.labels:
        limits = band.at(label)
        if limits:
            parts[-1].append((label, *limits))
        else:
            parts.append([])
    traces: list[Json] = []
    for part in filter(None, parts):
        edge: Json = {"type": "scatter", "mode": "lines", "line": {"width": 0}, "hoverinfo": "skip"}
        edge |= {"name": _plain(band.name), "legendgroup": f"band-{number}", "x": [label for label, _, _ in part]}
        low = {**edge, "y": [low for _, low, _ in part], "showlegend": False}
        high = {**edge, "y": [high for _, _, high in part], "showlegend": not traces}
        traces += [low, {**high, "fill": "tonexty", "fillcolor": palette.BAND}]
    return traces


def _strip(chart: Chart) -> list[Json]:
    points = tuple(
        sorted((point for point in chart.points if point.y is not None), key=lambda point: (point.y or 0.0, point.x))
    )
    values = [point.y for point in points if point.y is not None]
    span = (max(values) - min(values)) or 1.0 if values else 1.0
    offsets = swarm([(value - min(values)) / span * 600 for value in values], 13) if values else ()
    marker = {"size": 12, "color": palette.BLUE, "symbol": [STATE_SYMBOLS[point.state] for point in points]}
    trace = {"type": "scatter", "mode": "markers", "x": values, "y": list(offsets), "marker": marker}
    return [{**trace, **_common(chart, points, chart.series[0].name)}]


def _bars(chart: Chart) -> list[Json]:
    points = chart.series[0].points
    trace = {"type": "bar", "orientation": "h", "x": [point.y for point in points], "y": [point.x for point in points]}
    return [{**trace, "marker": {"color": palette.BLUE}, **_common(chart, points, chart.series[0].name)}]


def _tiles(chart: Chart) -> list[Json]:
    """Squares on a grid in the colours of the drawing, each with its short name and value; no data is a hollow square.

    No colour bar: plotly.js draws one with inline styles, which the content security policy forbids.
    """
    points = chart.series[0].points
    edges = class_edges(chart.values, len(palette.SCALE)) if chart.values else (0.0, 1.0)
    shades = [
        (palette.NO_DATA, palette.TEXT) if y is None else palette.shade(class_of(y, edges), len(edges) - 1)
        for y in (point.y for point in points)
    ]
    trace = {
        "type": "scatter",
        "mode": "markers+text",
        "x": [point.col for point in points],
        "y": [point.row for point in points],
        "text": [_plain(f"{point.short or point.x[:3].upper()}\n{chart.write(point.y)}") for point in points],
        "textfont": {"size": 13, "color": [ink for _, ink in shades]},
        "marker": {
            "symbol": "square",
            "size": 54,
            "opacity": 1,
            "color": [fill for fill, _ in shades],
            "line": {"color": palette.QUIET, "width": [2 if point.y is None else 0 for point in points]},
        },
        **_common(chart, points, chart.series[0].name),
    }
    return [trace]


def _plain(words: str) -> str:
    """Words that plotly.js, which reads a little HTML, shows as they are; a new line becomes its break."""
    return words.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace("\n", "<br>")


def _layout(chart: Chart) -> Json:
    value_axis: Json = {
        "title": {"text": _plain(chart.y_label)},
        "tickformat": TICKS[chart.y_format],
        "gridcolor": palette.RULE,
        "automargin": True,
        "zeroline": False,
    }
    plain: Json = {"automargin": True, "zeroline": False, "showgrid": False}
    layout: Json = {
        "template": "none",
        "font": {"family": "Arial, sans-serif", "size": 16, "color": palette.TEXT},
        "height": 460,
        "margin": {"l": 16, "r": 16, "t": 48, "b": 16},
        "hovermode": "closest",
        "paper_bgcolor": palette.PAPER,
        "plot_bgcolor": palette.PAPER,
        "showlegend": len(chart.series) > 1 or bool(chart.bands),
        "legend": {"orientation": "h", "y": -0.2, "traceorder": "normal"},
        "shapes": [],
        "annotations": [],
    }
    if chart.kind is Kind.TILES:
        hidden: Json = {"visible": False}
        return {**layout, "xaxis": hidden, "yaxis": {**hidden, "autorange": "reversed", "scaleanchor": "x"}}
    upright = chart.kind not in (Kind.STRIP, Kind.BARS)
    if chart.levels:
        value_axis |= {
            "tickvals": list(range(len(chart.levels))),
            "ticktext": [_plain(level) for level in chart.levels],
        }
    if upright:
        # Without their order a month that the first trace leaves out would come last.
        order = {"type": "category", "categoryorder": "array", "categoryarray": list(chart.labels)}
        names = {**plain, **order, "title": {"text": _plain(chart.x_label)}}
        if not chart.levels:
            ends = axis_of(chart)
            value_axis["range"] = [ends[0], ends[-1]]
        layout |= {"xaxis": names, "yaxis": value_axis}
    else:
        layout |= {"xaxis": value_axis, "yaxis": {**plain, **_names_axis(chart)}}
    _target_and_marks(chart, layout, upright)
    return layout


def _names_axis(chart: Chart) -> Json:
    """The seats of the dots, which mean nothing, or the names of the bars, cut so that they leave room for them."""
    if chart.kind is Kind.STRIP:
        return {"visible": False, "range": [-150, 150]}
    names = [point.x for point in chart.points]
    short = [name if len(name) <= LONGEST_NAME else f"{name[:LONGEST_NAME].rstrip()}…" for name in names]
    return {"autorange": "reversed", "tickvals": names, "ticktext": [_plain(name) for name in short]}


def _target_and_marks(chart: Chart, layout: Json, upright: bool) -> None:
    if chart.target:
        value, line = chart.target.value, {"color": palette.TARGET, "width": 2, "dash": "dash"}
        across: Json = {"xref": "paper", "x0": 0, "x1": 1, "yref": "y", "y0": value, "y1": value}
        along: Json = {"yref": "paper", "y0": 0, "y1": 1, "xref": "x", "x0": value, "x1": value}
        layout["shapes"].append({"type": "line", "line": line, **(across if upright else along)})
        place: Json = {"xref": "paper", "x": 1, "xanchor": "right", "yref": "y", "y": value, "yanchor": "bottom"}
        if not upright:
            place = {"yref": "paper", "y": 1, "yanchor": "bottom", "xref": "x", "x": value}
        words = {"text": _plain(chart.target.label), "showarrow": False, "font": {"color": palette.TARGET}, "yshift": 2}
        layout["annotations"].append({**words, **place})
    for mark in chart.marks_shown if upright else ():
        line = {"color": palette.TEXT, "width": 1, "dash": "dot"}
        at: Json = {"xref": "x", "x0": mark.x, "x1": mark.x, "yref": "paper", "y0": 0, "y1": 1}
        layout["shapes"].append({"type": "line", "line": line, **at})
        words = {"text": _plain(mark.label), "showarrow": False, "xref": "x", "x": mark.x, "yref": "paper", "y": 1}
        layout["annotations"].append({**words, "yanchor": "bottom", "font": {"size": 14}})
    if upright:
        _breaks(chart, layout)


def _breaks(chart: Chart, layout: Json) -> None:
    """Between two labels: a category's own place is its number."""
    for label, note in chart.breaks_shown.items():
        x = chart.labels.index(label) - 0.5
        line = {"color": palette.QUIET, "width": 2, "dash": "solid"}
        at: Json = {"xref": "x", "x0": x, "x1": x, "yref": "paper", "y0": 0, "y1": 1}
        layout["shapes"].append({"type": "line", "line": line, **at})
        words = {"text": "Break", "hovertext": _plain(note), "showarrow": False, "xref": "x", "x": x, "yref": "paper"}
        layout["annotations"].append({**words, "y": 1, "yanchor": "bottom", "font": {"size": 14}})
