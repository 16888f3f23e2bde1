"""Files to import, made of the lines of the real ones."""

import csv
import io
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path

Row = dict[str, str]
NINE_MONTHS = Path("data/pomi/london_apr2018_to_dec2018.zip")


def rows_of_lewisham(shared: Path, month: str, practices: int | None = None) -> list[Row]:
    """The rows of NHS Lewisham CCG in a month's published file, of all its practices or of the first few."""
    with zipfile.ZipFile(shared / NINE_MONTHS) as archive:
        name = next(name for name in archive.namelist() if month in name)
        with archive.open(name) as file:
            every = csv.DictReader(io.TextIOWrapper(file, encoding="utf-8-sig", newline=""))
            rows = [row for row in every if row["ccg_code"] == "08L"]
    codes = sorted({row["practice_code"] for row in rows})[:practices]
    return [row for row in rows if row["practice_code"] in codes]


def months_of(shared: Path, months: Iterable[str], path: Path) -> Path:
    """The members of these months, such as DEC2018, in a zip of their own."""
    with zipfile.ZipFile(shared / NINE_MONTHS) as every, zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED, 1) as some:
        for name in every.namelist():
            if any(month in name for month in months):
                some.writestr(name, every.read(name))
    return path


def damaged(rows: Iterable[Row], **damage: Callable[[str], str]) -> list[Row]:
    """The rows with the value of a practice's field spoilt: `G85055__patient_list_size=lambda value: "n/a"`."""
    places = {tuple(place.split("__", 1)): spoil for place, spoil in damage.items()}
    spoilt = []
    for row in rows:
        spoil = places.get((row["practice_code"], row["field"]))
        spoilt.append(row | {"value": spoil(row["value"])} if spoil else row)
    return spoilt


def written(path: Path, rows: list[Row]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
    return path


def read(path: Path) -> list[Row]:
    with path.open(newline="", encoding="utf-8-sig") as file:
        return list(csv.DictReader(file))
