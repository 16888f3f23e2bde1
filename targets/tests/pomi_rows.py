"""Puts real POMI files straight into the tables, past the portal's own import: for checking scores on their own."""

import csv
import io
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, date, datetime
from pathlib import Path

from core.bulk import insert_rows
from core.months import month_of
from practices import measures
from practices.models import MonthlyFigures, Organisation
from practices.models.figures import silent_values

COLUMN_OF_FIELD = {measure.field.lower(): measure.column for measure in measures.of_source(measures.POMI.key)}
Cell = tuple[date, str, str]


def lines(path: Path) -> Iterator[dict[str, str]]:
    if path.suffix != ".zip":
        with path.open(encoding="utf-8-sig", newline="") as file:
            yield from csv.DictReader(file)
        return
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as member:
                yield from csv.DictReader(io.TextIOWrapper(member, encoding="utf-8-sig", newline=""))


def read_pomi(path: Path) -> dict[Cell, dict[str, int | None]]:
    """Month, practice code and CCG code -> the figures by column."""
    found: dict[Cell, dict[str, int | None]] = defaultdict(dict)
    for line in lines(path):
        month = month_of(datetime.strptime(line["report_period_end"], "%d%b%Y").replace(tzinfo=UTC).date())
        value = line["value"].strip()
        key = (month, line["practice_code"], line["ccg_code"])
        found[key][COLUMN_OF_FIELD[line["field"].lower()]] = int(value) if value else None
    return found


def bring_in(path: Path) -> dict[Cell, dict[str, int | None]]:
    """Live rows, one a practice-month; practices and CCGs that are not there yet are made. Returns what was read."""
    read = read_pomi(path)
    have = set(Organisation.objects.values_list("code", flat=True))
    ccgs = sorted({ccg for _, _, ccg in read} - have)
    Organisation.objects.bulk_create(Organisation(kind="ccg", code=code, name=f"CCG {code}") for code in ccgs)
    practices = sorted({practice for _, practice, _ in read} - have)
    Organisation.objects.bulk_create(
        Organisation(kind="practice", code=code, name=f"Practice {code}", status="provisional") for code in practices
    )
    ids = dict(Organisation.objects.values_list("code", "pk"))
    columns = list(COLUMN_OF_FIELD.values())
    landed = datetime(2019, 5, 3, 12, tzinfo=UTC)
    blank = silent_values()
    fields = [
        "practice",
        "month",
        "source",
        "standing",
        "landed_at",
        "ccg",
        *blank,
        *columns,
    ]
    insert_rows(
        MonthlyFigures,
        fields,
        (
            (ids[practice], month, "pomi", "live", landed, ids[ccg], *blank.values(), *map(values.get, columns))
            for (month, practice, ccg), values in read.items()
        ),
    )
    return read
