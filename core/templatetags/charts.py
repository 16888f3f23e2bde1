"""`{% chart chart %}` for a whole figure, `{% sparkline chart %}` for a table's cell."""

from typing import Any

from django import template

from core.charts import Chart, Kind, Svg, to_plotly, to_svg

register = template.Library()

# Beyond so many links the figure offers a way past them to those who go by keyboard.
MANY_LINKS = 8
HEADINGS = range(2, 7)


@register.inclusion_tag("charts/figure.html")
def chart(chart: Chart, csv_url: str = "", explore: bool = True, heading: int = 0) -> dict[str, Any]:
    """The finding, the drawing, the table, the source, and the interactive view for those who ask for it.

    csv_url: where the table can be had as a file. heading: 2 to 6 makes the title a heading of that level.
    """
    links = sum(1 for point in chart.points if point.href)
    table = chart.table()
    rows = [{"href": row.href, "cells": list(zip(row.cells, table.numeric, strict=True))} for row in table.rows]
    return {
        "chart": chart,
        "key": chart.key,
        "svg": to_svg(chart),
        "headings": list(zip(table.headings, table.numeric, strict=True)),
        "rows": rows,
        "links": links if links > MANY_LINKS and chart.kind is not Kind.SPARKLINE else 0,
        "plotly": to_plotly(chart) if explore and chart.values else None,
        "data_id": f"{chart.key}-data",
        "csv_url": csv_url,
        "heading": f"h{heading}" if heading in HEADINGS else "",
    }


@register.simple_tag
def sparkline(chart: Chart) -> Svg:
    """Only the small drawing; its name says the finding."""
    return to_svg(chart)
