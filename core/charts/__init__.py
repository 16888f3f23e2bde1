"""Charts: one description, several faces.

See `description` for what to make and `svg`, `plotly` for what becomes of it.
"""

from core.charts.canvas import Svg
from core.charts.description import Band, Break, Chart, Format, Kind, Mark, Point, Row, Series, State, Table, Target
from core.charts.plotly import to_plotly
from core.charts.svg import to_svg

__all__ = [
    "Band",
    "Break",
    "Chart",
    "Format",
    "Kind",
    "Mark",
    "Point",
    "Row",
    "Series",
    "State",
    "Svg",
    "Table",
    "Target",
    "to_plotly",
    "to_svg",
]
