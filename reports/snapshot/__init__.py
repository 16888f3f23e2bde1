"""A report's content: read once, kept in its row, drawn as a page, a PDF and a workbook."""

from reports.snapshot.building import build
from reports.snapshot.gathering import NothingToReport
from reports.snapshot.shape import Snapshot, as_json, from_json

__all__ = ["NothingToReport", "Snapshot", "as_json", "build", "from_json"]
