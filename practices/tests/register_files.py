"""ODS files of a few invented rows, and a way to take them through their desk without the upload around it."""

import io
from pathlib import Path
from typing import Any

from django.utils import timezone

from practices.importing.desks import Staged, desk_of
from practices.importing.formats import all_formats
from practices.importing.issues import IssueLog
from practices.importing.text import TextTable
from practices.models import Import
from practices.tests.factories import ImportFactory


def epraccur_row(
    code: str = "A11111",
    name: str = "FIRST SURGERY",
    *,
    region: str = "Y56",
    opened: str = "20130401",
    closed: str = "",
    status: str = "A",
    ccg: str = "08L",
    joined: str = "20130401",
    setting: str = "4",
    postcode: str = "SE13 1AA",
) -> str:
    cells = [code, name, region, "Q71", "1 HIGH STREET", "", "", "LONDON", "", postcode, opened, closed, status, "B"]
    cells += [ccg, joined, "", "020 7946 0000", "", "", "", "0", "", "", "", setting, ""]
    return row_of(*cells)


def row_of(*cells: str) -> str:
    return ",".join(f'"{cell}"' for cell in cells)


def table_of(content: str | bytes | Path, name: str = "file.csv") -> TextTable:
    if isinstance(content, Path):
        return TextTable(name=content.name, stream=io.BytesIO(content.read_bytes()))
    return TextTable(name=name, stream=io.BytesIO(content.encode() if isinstance(content, str) else content))


def recognised(table: TextTable) -> Any:
    return next(found for each in all_formats() if (found := each.recognise(table.head())))


def stage(*contents: Any) -> tuple[Import, IssueLog, Staged]:
    """Checks one or more tables as one import that then waits for confirmation."""
    issues = IssueLog()
    brought_by = ImportFactory(waiting=True)
    tables = [table_of("\r\n".join(each) if isinstance(each, list) else each) for each in contents]
    found = [recognised(table) for table in tables]
    desk = desk_of(found[0].format.kind)(brought_by, issues)
    for number, (table, recognition) in enumerate(zip(tables, found, strict=True)):
        desk.take(number, table, recognition)
    staged = desk.stage({})
    brought_by.format_key = found[0].format.key
    brought_by.save()
    return brought_by, issues, staged


def land(brought_by: Import) -> Any:
    at = timezone.now()
    landed = desk_of("lookup" if brought_by.format_key == "postcodes" else "register").land(
        brought_by, by=brought_by.owner, at=at
    )
    brought_by.state, brought_by.landed_at = Import.State.LANDED, at
    brought_by.save()
    return landed


def undo(brought_by: Import) -> Any:
    at = timezone.now()
    undone = desk_of("lookup" if brought_by.format_key == "postcodes" else "register").undo(
        brought_by, by=brought_by.owner, at=at
    )
    brought_by.state, brought_by.undone_at = Import.State.UNDONE, at
    brought_by.save()
    return undone


def bring_in(*contents: Any) -> Import:
    brought_by, _, _ = stage(*contents)
    land(brought_by)
    return brought_by
