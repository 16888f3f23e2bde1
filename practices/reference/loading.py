"""The portal's own tables: London's boroughs with their tiles, CCGs, STPs, ICBs, successions, shares; breaks of series.

An STP and the ICB that followed it have one ODS code. The code belongs to the STP here, because areas are summed under
it in every year; the ICB stands under its ONS code and lends its name from its first day on (practices.geography).
Membership in an STP is read back to the CCG's first day. One region is marked as home: the one whose portal this is.
"""

import csv
import hashlib
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from django.db import transaction
from django.utils.text import slugify

from core.months import parse_month
from practices.models import Borough, BoroughShare, MeasureBreak, Organisation, OrganisationRelation, ReferenceStamp
from practices.services import versions

FOLDER = Path(__file__).parent
TABLES = ("boroughs", "organisations", "relations", "borough_shares", "breaks")
NAME = "areas"


def load() -> bool:
    """Brings in what the tables say, once a version of them; one query where nothing changed. True if it did."""
    digest = tables_digest()
    if ReferenceStamp.objects.filter(name=NAME, digest=digest).exists():
        return False
    with transaction.atomic():
        _load_boroughs()
        _load_organisations()
        _load_relations()
        _load_shares()
        _load_breaks()
        ReferenceStamp.objects.update_or_create(name=NAME, defaults={"digest": digest})
        versions.announce(versions.NO_FIGURES)
    return True


def tables_digest() -> str:
    digest = hashlib.sha256()
    for table in TABLES:
        digest.update((FOLDER / f"{table}.csv").read_bytes())
    return digest.hexdigest()


def read(table: str) -> Iterator[dict[str, str]]:
    with (FOLDER / f"{table}.csv").open(encoding="utf-8", newline="") as file:
        yield from csv.DictReader(file)


def _day(text: str) -> date | None:
    return date.fromisoformat(text) if text else None


def _load_boroughs() -> None:
    Borough.objects.bulk_create(
        [Borough(**row, slug=slugify(row["name"])) for row in read("boroughs")],
        update_conflicts=True,
        unique_fields=["gss_code"],
        update_fields=["name", "slug", "tile_row", "tile_column"],
    )


def _load_organisations() -> None:
    # Another version of the table may name another region, and there is never more than one.
    Organisation.objects.filter(is_home=True).update(is_home=False)
    Organisation.objects.bulk_create(
        [
            Organisation(
                **row
                | {
                    "opened": _day(row["opened"]),
                    "closed": _day(row["closed"]),
                    "is_home": row["is_home"] == "yes",
                }
            )
            for row in read("organisations")
        ],
        update_conflicts=True,
        unique_fields=["code"],
        update_fields=["kind", "name", "ons_code", "opened", "closed", "is_home"],
    )


def _load_relations() -> None:
    ids = dict(Organisation.objects.exclude(kind=Organisation.Kind.PRACTICE).values_list("code", "pk"))
    OrganisationRelation.objects.bulk_create(
        [
            OrganisationRelation(
                kind=row["kind"],
                child_id=ids[row["child"]],
                parent_id=ids[row["parent"]],
                starts=date.fromisoformat(row["starts"]),
                ends=_day(row["ends"]),
                source=OrganisationRelation.Source.REFERENCE,
            )
            for row in read("relations")
        ],
        update_conflicts=True,
        unique_fields=["kind", "child", "parent", "starts"],
        update_fields=["ends", "source"],
    )


def _load_shares() -> None:
    boroughs = dict(Borough.objects.values_list("gss_code", "pk"))
    ccgs = dict(Organisation.objects.ccgs().values_list("code", "pk"))
    BoroughShare.objects.bulk_create(
        [
            BoroughShare(
                borough_id=boroughs[row["borough"]],
                ccg_id=ccgs[row["ccg"]],
                percent_of_borough=Decimal(row["percent_of_borough"]),
                percent_of_ccg=Decimal(row["percent_of_ccg"]),
            )
            for row in read("borough_shares")
        ],
        update_conflicts=True,
        unique_fields=["borough", "ccg"],
        update_fields=["percent_of_borough", "percent_of_ccg"],
    )


def _load_breaks() -> None:
    """The table is the file's: a break that it does not name any more was none."""
    rows = [MeasureBreak(**row | {"month": parse_month(row["month"])}) for row in read("breaks")]
    MeasureBreak.objects.all().delete()
    MeasureBreak.objects.bulk_create(rows)
