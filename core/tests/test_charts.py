import json
import re
from dataclasses import replace
from itertools import combinations
from pathlib import Path
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from django.template import Context, Template
from hypothesis import given
from hypothesis import strategies as st

from core.charts import Break, Chart, Format, Kind, Point, Series, State, Target, palette, to_plotly, to_svg
from core.charts.lines import axis_of
from core.charts.scales import axis, swarm, ticks
from core.tests import chart_examples as examples

SVG = "{http://www.w3.org/2000/svg}"
every_kind = pytest.mark.parametrize("make", examples.EVERY_CHART, ids=lambda make: make.__name__)


def drawn_values(svg: str) -> list[float]:
    return sorted(float(part.get("data-value", "")) for part in ET.fromstring(svg).iter() if part.get("data-value"))


def plotted_values(chart: Chart) -> list[float]:
    """The points' values wherever this kind of trace keeps them; the bands' edges have no names and are left out."""
    where: dict[Kind, Any] = {
        Kind.STRIP: lambda trace: trace["x"],
        Kind.BARS: lambda trace: trace["x"],
        Kind.TILES: lambda trace: [value for _, value in trace["customdata"]],
    }
    take = where.get(chart.kind, lambda trace: trace["y"])
    traces = [trace for trace in to_plotly(chart)["data"] if "hovertext" in trace]
    return sorted(float(value) for trace in traces for value in take(trace) if value is not None)


def tabled_values(chart: Chart) -> list[str]:
    columns = range(1, 1 + len(chart.series))
    cells = [row.cells[column] for row in chart.table().rows for column in columns]
    return sorted(cell for cell in cells if cell != "no data")


# The description


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"finding": " "}, "finding"),
        ({"title": ""}, "title"),
        ({"series": ()}, "series"),
        ({"kind": Kind.BARS}, "draws one series"),
        ({"kind": Kind.STEPS}, "levels"),
    ],
)
def test_a_chart_that_cannot_be_drawn_or_says_nothing_is_refused(change, sentence):
    with pytest.raises(ValueError, match=sentence):
        replace(examples.line(), **change)


@pytest.mark.parametrize("value", [float("nan"), float("inf")])
def test_a_gap_is_none_and_nothing_else(value):
    with pytest.raises(ValueError, match="None for a gap"):
        Point("Apr 2018", value)


@pytest.mark.parametrize("href", ["javascript:alert(1)", "data:text/html,x", "practices/"])
def test_a_chart_links_to_pages_only(href):
    with pytest.raises(ValueError, match="links to a page"):
        Point("Apr 2018", 1, href=href)


@pytest.mark.parametrize(
    ("format_", "value", "words"),
    [
        (Format.PERCENT, 0.2787, "27.9%"),
        (Format.PERCENT, None, "no data"),
        (Format.COUNT, 1234567, "1,234,567"),
        (Format.COUNT, 19.5, "19.5"),
        (Format.PER_1000, 3.25, "3.2"),
        (Format.PER_1000, -3.0, "−3.0"),
    ],
)
def test_values_are_written_as_the_portal_writes_them(format_, value, words):
    assert format_.write(value) == words


def test_states_have_the_portals_words_and_signs():
    assert State.of("met", within_margin=True) is State.MET_WITHIN_MARGIN
    assert State.of("no_data", within_margin=True) is State.NO_DATA
    assert len({state.sign for state in State}) == len(State)


def test_the_table_of_a_line_holds_all_that_is_drawn():
    table = examples.line().table()

    assert table.headings == (
        "Month",
        "Elm Surgery",
        "London",
        "95% interval",
        "Target 20%",
        "Detail",
        "Marked",
    )
    assert table.numeric == (False, True, True, True, True, False, False)
    assert table.rows[1].cells == ("May 2018", "18.6%", "28.0%", "17.9% to 19.3%", "20.0%", "a note", "Visit")
    assert table.rows[2].cells == ("Jun 2018", "no data", "29.0%", "no data", "20.0%", "a note", "")


def test_the_table_of_practices_links_to_them():
    table = examples.strip().table()

    assert table.headings == ("Practice", "Patients with online services", "State", "Detail")
    assert table.rows[3].cells == ("Surgery 3", "no data", "◌ No data", "3 of 10")
    assert table.rows[0].href == "/practices/E85000/"


def test_levels_are_written_by_name():
    assert [row.cells[1] for row in examples.steps().table().rows] == ["Off", "Off", "On", "no data", "On", "On"]


# All faces


@every_kind
def test_every_face_holds_the_same_numbers(make):
    chart = make()
    values = sorted(float(value) for value in chart.values)

    assert plotted_values(chart) == values
    assert tabled_values(chart) == sorted(chart.write(value) for value in values)
    if chart.kind is not Kind.SPARKLINE:
        assert drawn_values(to_svg(chart)) == values


@every_kind
def test_a_gap_is_a_gap_in_every_face(make):
    chart = make()
    gaps = sum(1 for point in chart.points if point.y is None)

    assert gaps
    assert sum(cell == "no data" for row in chart.table().rows for cell in row.cells[1 : 1 + len(chart.series)]) == gaps
    assert all(trace.get("connectgaps", False) is False for trace in to_plotly(chart)["data"])


# SVG


@every_kind
@pytest.mark.parametrize("for_print", [False, True])
def test_the_drawing_names_itself_and_needs_no_style(make, for_print):
    chart = make()
    root = ET.fromstring(to_svg(chart, for_print=for_print))

    titles = [root.findtext(f"{SVG}title"), root.findtext(f"{SVG}desc")]
    assert chart.finding in titles
    assert root.get("role") == ("group" if root.find(f".//{SVG}a") is not None else "img")
    names = [root.find(f".//*[@id='{name}']") for name in (root.get("aria-labelledby") or "").split()]
    assert root.get("aria-label") or (len(names) == 2 and all(name is not None for name in names))
    assert all("style" not in part.attrib for part in root.iter())
    assert all(part.get("id") is None for part in root.iter() if part.tag not in (f"{SVG}title", f"{SVG}desc"))


@every_kind
def test_nothing_leaves_the_sheet(make):
    root = ET.fromstring(to_svg(make()))
    width, height = float(root.get("width", "")), float(root.get("height", ""))

    for part in root.iter():
        for name, limit in (("x", width), ("cx", width), ("x1", width), ("y", height), ("cy", height), ("y2", height)):
            assert -2 <= float(part.get(name, 0)) <= limit + 2, ET.tostring(part)


@every_kind
def test_in_print_nothing_can_be_pressed(make):
    assert "<a " not in to_svg(make(), for_print=True)


def test_text_is_escaped_and_control_characters_are_dropped():
    name = "<script>alert('x')</script> & \"Sons\"\x00\x0b"
    chart = replace(
        examples.line(), title=name, series=(Series(name, (Point(name, 0.2), Point("May", 0.3))),), bands=()
    )

    svg = to_svg(chart)

    assert "<script>" not in svg
    assert "&lt;script&gt;" in svg
    assert not re.search(r"[\x00-\x08\x0b]", svg)
    assert ET.fromstring(svg).findtext(f"{SVG}title") == name[:-2]


def test_a_missing_month_splits_the_line():
    root = ET.fromstring(to_svg(replace(examples.line(), series=examples.line().series[:1])))

    points = [line.get("points", "").split() for line in root.iter(f"{SVG}polyline")]
    assert [len(run) for run in points] == [2, 3]


@pytest.mark.parametrize("kind", [Kind.LINE, Kind.SPARKLINE])
def test_a_break_splits_the_line_that_it_is_of_and_has_a_mark(kind):
    chart = examples.broken() if kind is Kind.LINE else replace(examples.broken(), kind=kind, series=broken_series())
    root = ET.fromstring(to_svg(chart))

    runs = [len(line.get("points", "").split()) for line in root.iter(f"{SVG}polyline")]
    assert runs == ([2, 2, 6] if kind is Kind.LINE else [2, 2])
    if kind is Kind.LINE:
        assert "Aug 2018: break. Counted anew." in [title.text for title in root.iter(f"{SVG}title")]
        assert "Break: not comparable with before" in [words.text for words in root.iter(f"{SVG}text")]


def broken_series():
    return examples.broken().series[:1]


def test_steps_break_too():
    chart = examples.steps()
    whole, split = (
        len(list(ET.fromstring(to_svg(each)).iter(f"{SVG}polyline")))
        for each in (chart, replace(chart, series=(replace(chart.series[0], breaks=(Break("Sep 2018", "Anew."),)),)))
    )
    assert split == whole + 1


def test_a_break_is_in_the_interactive_view_a_gap_with_a_mark():
    plot = to_plotly(examples.broken())
    ours, london = plot["data"]

    place = ours["x"].index("Aug 2018")
    assert ours["y"][place - 1 : place + 2] == [0.197, None, 0.2025]
    assert ours["x"][place : place + 2] == ["Aug 2018", "Aug 2018"]
    assert len(ours["hovertext"]) == len(ours["customdata"]) == len(ours["x"])
    assert None not in london["y"]
    (mark,) = (each for each in plot["layout"]["annotations"] if each["text"] == "Break")
    assert (mark["x"], mark["hovertext"]) == (3.5, "Counted anew.")


def test_the_table_says_a_break_in_words():
    table = examples.broken().table()

    assert table.headings[-1] == "Marked"
    assert [row.cells[-1] for row in table.rows] == ["", "", "", "", "Break: Counted anew.", ""]


def test_lines_are_told_apart_without_colour():
    root = ET.fromstring(to_svg(examples.line()))

    dashes = {line.get("stroke-dasharray") for line in root.iter(f"{SVG}polyline")}
    assert len(dashes) == 2
    assert len(set(palette.DASHES)) == len(palette.DASHES) == len(palette.LINES)


def test_states_are_told_apart_without_colour():
    root = ET.fromstring(to_svg(examples.strip()))
    dots = [part for part in root.iter(f"{SVG}a") if part.get("data-value")]

    shapes = {
        tuple((part.tag, part.get("class"), re.sub(r"[-\d. ]", "", part.get("d", ""))) for part in dot) for dot in dots
    }
    assert len(shapes) == len({point.state for point in examples.strip().points if point.y is not None})


def test_every_dot_and_tile_is_a_link_named_in_full():
    root = ET.fromstring(to_svg(examples.tiles()))
    links = list(root.iter(f"{SVG}a"))

    assert [link.get("href") for link in links] == ["/boroughs/enfield/", "/boroughs/brent/", "/boroughs/camden/"]
    assert links[1].findtext(f"{SVG}title") == links[1].get("aria-label") == "Brent: 18.0%, Not met"


def test_what_has_no_data_is_said_beside_the_strip():
    assert "1 not drawn: no data" in to_svg(examples.strip())


@every_kind
def test_a_chart_of_nothing_but_gaps_is_still_drawn(make):
    chart = make()
    empty = tuple(replace(s, points=tuple(replace(point, y=None) for point in s.points)) for s in chart.series)

    for target in (None, Target(0.2, "Target")):
        assert to_svg(replace(chart, series=empty, bands=(), target=target)).startswith("<svg")
        assert to_plotly(replace(chart, series=empty, bands=(), target=target))["data"]


@every_kind
def test_one_point_is_enough(make):
    chart = make()
    one = tuple(replace(s, points=tuple(point for point in s.points if point.y is not None)[:1]) for s in chart.series)

    assert to_svg(replace(chart, series=one, bands=(), target=None)).startswith("<svg")


@every_kind
def test_no_points_at_all_are_drawn_as_nothing(make):
    chart = make()
    none = tuple(replace(series, points=()) for series in chart.series)

    assert to_svg(replace(chart, series=none, bands=())).startswith("<svg")
    assert replace(chart, series=none, bands=()).table().rows == ()


def luminance(colour: str) -> float:
    parts = [int(colour[place : place + 2], 16) / 255 for place in (1, 3, 5)]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize(
    ("ink", "ground"),
    [*((ink, fill) for fill, ink in palette.SCALE), (palette.QUIET, palette.PAPER), (palette.TARGET, palette.PAPER)],
)
def test_words_can_be_read_on_what_lies_under_them(ink, ground):
    assert contrast(ink, ground) >= 4.5


@pytest.mark.parametrize("colour", palette.LINES)
def test_lines_can_be_seen(colour):
    assert contrast(colour, palette.PAPER) >= 3


# Sums of drawing


@pytest.mark.parametrize(
    ("low", "high", "expected"),
    [
        (0.181, 0.301, (0.15, 0.2, 0.25, 0.3, 0.35)),
        (0, 412, (0, 100, 200, 300, 400, 500)),
        (3, 3, (2.6, 2.8, 3.0, 3.2, 3.4)),
    ],
)
def test_ticks_are_round_and_cover_the_values(low, high, expected):
    found = ticks(low, high)

    assert found[0] <= low
    assert found[-1] >= high
    assert found == pytest.approx(expected)


SHARES: dict[str, Any] = {"least": 0.02, "most": 1.0}


@pytest.mark.parametrize(
    ("low", "high", "ends"),
    [
        (0.20, 0.30, (0.18, 0.32)),  # 27 to 30 % with a target of 20 %
        (0.27, 0.30, (0.26, 0.31)),
        (0.85, 0.92, (0.84, 0.94)),  # all above
        (0.05, 0.20, (0.0, 0.25)),  # all below, from nothing
        (0.12, 0.20, (0.10, 0.22)),
        (0.20, 0.20, (0.19, 0.21)),  # constant
        (0.0, 0.0, (0.0, 0.01)),
        (1.0, 1.0, (0.99, 1.0)),
        (0.0, 1.0, (0.0, 1.0)),
        (0.45, 1.4, (0.0, 2.0)),  # more patients than the list: wrong, and shown
        (0.2501, 0.2503, (0.24, 0.265)),  # hardly moves
    ],
)
def test_an_axis_holds_shares_with_room(low, high, ends):
    found = axis(low, high, **SHARES)

    assert (found[0], found[-1]) == pytest.approx(ends)


@given(st.lists(st.floats(0, 1), min_size=1, max_size=30))
def test_nothing_lies_on_the_ends_of_an_axis_but_nothing_and_the_whole(shares):
    low, high = min(shares), max(shares)

    found = axis(low, high, **SHARES)

    assert 3 <= len(found) <= 12
    assert found[0] < low or found[0] == 0
    assert found[-1] > high or found[-1] == 1
    assert len({Format.PERCENT.write(value) for value in found}) == len(found)


def test_counts_have_no_greatest_value():
    assert axis(0, 412) == pytest.approx((0, 100, 200, 300, 400, 500))
    assert axis(-20, 35)[0] < -20


def test_drawing_and_interactive_view_have_the_same_axis_with_target_and_bands():
    chart = examples.line()
    ends = axis_of(chart)

    assert to_plotly(chart)["layout"]["yaxis"]["range"] == [ends[0], ends[-1]]
    assert ends[0] < 0.174
    assert ends[-1] > 0.32


@given(st.lists(st.floats(0, 400), max_size=80).map(sorted))
def test_no_dot_covers_another(places):
    seats = list(zip(places, swarm(places, 14), strict=True))

    for (x1, y1), (x2, y2) in combinations(seats, 2):
        assert (x1 - x2) ** 2 + (y1 - y2) ** 2 >= 14**2 - 0.01


# The figure on the page


@every_kind
def test_the_figure_puts_the_finding_first_and_the_table_beneath(make):
    page = Template("{% load charts %}{% chart chart csv_url='/table.csv' heading=3 %}").render(
        Context({"chart": make()})
    )

    assert page.index("<figcaption>") < page.index(make().finding) < page.index("<svg") < page.index("<details")
    assert f'<h3 class="chart__title">{make().title}</h3>' in page
    assert 'href="/table.csv"' in page
    assert " style=" not in page
    assert not re.search(r"<script(?! [^>]*type=\"application/json\")", page)


def test_the_data_of_the_interactive_view_lie_on_the_page():
    chart = examples.line()
    page = Template("{% load charts %}{% chart chart %}").render(Context({"chart": chart}))

    island = re.search(rf'<script id="{chart.key}-data" type="application/json">(.*?)</script>', page)

    assert island
    assert json.loads(island[1]) == json.loads(json.dumps(to_plotly(chart)))


def test_the_interactive_view_can_be_left_out():
    page = Template("{% load charts %}{% chart chart explore=False %}").render(Context({"chart": examples.line()}))

    assert "<script" not in page
    assert "<button" not in page


def test_a_sparkline_fits_a_cell():
    page = Template("{% load charts %}{% sparkline chart %}").render(Context({"chart": examples.sparkline()}))

    assert page.startswith("<svg")
    assert "Up three points in six months." in page
    assert len(page) < 1500


def test_months_keep_their_order_whatever_a_band_leaves_out():
    assert to_plotly(examples.line())["layout"]["xaxis"]["categoryarray"] == list(examples.MONTHS)


def test_no_cloud_is_offered():
    config = to_plotly(examples.line())["config"]

    assert config["displaylogo"] is config["showSendToCloud"] is config["showEditInChartStudio"] is False


def test_the_pdf_can_read_every_drawing(tmp_path: Path):
    """typst refuses what it cannot read, and a figure of PDF/UA-1 without its words."""
    import typst

    source = "#set document(title: [Charts])\n"
    for make in examples.EVERY_CHART:
        (tmp_path / f"{make.__name__}.svg").write_text(to_svg(make(), width=720, for_print=True))
        source += f'#image("{make.__name__}.svg", alt: "{make().finding}")\n'
    (tmp_path / "charts.typ").write_text(source)

    pdf = typst.compile(str(tmp_path / "charts.typ"), pdf_standards=["ua-1"])

    assert pdf.startswith(b"%PDF")
