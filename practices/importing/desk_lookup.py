"""A postcode lookup on its way in: it places practices in boroughs more exactly than their CCG does."""

import json
import re
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db import connection

from accounts.models import User
from core.bulk import insert_rows
from practices.importing.desk_register import affected_by_moves
from practices.importing.desks import Landed, Staged, Taken, desk
from practices.importing.formats.base import Recognition, Table
from practices.importing.issues import IssueLog
from practices.models import Borough, Import, ImportFile, PostcodeBorough, RegisterChange
from practices.services.places import derive_places

POSTCODE = re.compile(r"([A-Z]{1,2}[0-9][0-9A-Z]?)([0-9][A-Z]{2})")
AT_A_TIME = 5_000


def spaced(postcode: str) -> str:
    """ "se18 3rg" and "SE183RG" as "SE18 3RG"; nothing for what is no postcode."""
    match = POSTCODE.fullmatch(postcode.replace(" ", "").upper())
    return f"{match[1]} {match[2]}" if match else ""


@desk("lookup")
class LookupDesk:
    def __init__(self, brought_by: Import, issues: IssueLog) -> None:
        self.brought_by, self.issues = brought_by, issues
        self.found: dict[str, tuple[int, int]] = {}
        boroughs = list(Borough.objects.all())
        self.boroughs = {borough.gss_code.casefold(): borough.pk for borough in boroughs} | {
            borough.name.casefold(): borough.pk for borough in boroughs
        }

    def take(self, number: int, table: Table, found: Recognition) -> Taken:
        """Keeps the postcodes of London's boroughs; a lookup of the whole country is mostly out of scope."""
        taken = Taken()
        for chunk in found.format.read(table, found):
            taken.rows += len(chunk)
            known = [each for each in chunk["borough"].cat.categories if str(each).casefold() in self.boroughs]
            wanted = chunk[chunk["borough"].isin(known)]
            taken.skipped += len(chunk) - len(wanted)
            rows: Iterable[Any] = wanted.astype(str).itertuples(name="Row")
            for row in rows:
                self._take_row(number, row)
        return taken

    def _take_row(self, number: int, row: Any) -> None:
        postcode, borough = spaced(row.postcode), self.boroughs[row.borough.casefold()]
        details = {"file": number, "row": row.Index, "column": "postcode", "value": row.postcode}
        if not postcode:
            words = f"“{row.postcode[:20]}” is not a postcode."
            self.issues.refuse("bad_postcode", words, allowed="such as SE18 3RG", line=list(row[1:]), **details)
        elif self.found.get(postcode, (borough, 0))[0] != borough:
            words = f"Rows {self.found[postcode][1]:,} and {row.Index:,} place {postcode} in different boroughs."
            self.issues.refuse("double", words, line=list(row[1:]), **details)
        else:
            self.found.setdefault(postcode, (borough, row.Index))

    def stage(self, files: dict[int, ImportFile]) -> Staged:
        stands = dict(PostcodeBorough.objects.values_list("postcode", "borough_id"))
        rows = [
            (postcode, stands.get(postcode), borough, number)
            for postcode, (borough, number) in self.found.items()
            if stands.get(postcode) != borough
        ]
        return _store(self.brought_by, rows, unchanged=len(self.found) - len(rows))

    @classmethod
    def refresh(cls, brought_by: Import) -> Staged:
        stands = dict(PostcodeBorough.objects.values_list("postcode", "borough_id"))
        waiting = [
            (change.code, stands.get(change.code), change.after["borough"], change.row)
            for change in brought_by.register_changes.filter(landed=False)
        ]
        rows = [row for row in waiting if row[1] != row[2]]
        return _store(brought_by, rows, unchanged=brought_by.unchanged + len(waiting) - len(rows))

    @classmethod
    def land(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        waiting = brought_by.register_changes.filter(landed=False)
        PostcodeBorough.objects.bulk_create(
            [PostcodeBorough(postcode=change.code, borough_id=change.after["borough"]) for change in waiting],
            update_conflicts=True,
            unique_fields=["postcode"],
            update_fields=["borough"],
            batch_size=AT_A_TIME,
        )
        number = waiting.update(landed=True)
        return affected_by_moves(derive_places(), words=f"{number:,} postcodes now have their borough.")

    @classmethod
    def undo(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed:
        landed = list(brought_by.register_changes.filter(landed=True))
        stands = dict(PostcodeBorough.objects.values_list("postcode", "borough_id"))
        mine = [change for change in landed if stands.get(change.code) == change.after["borough"]]
        _remove([change.code for change in mine])
        PostcodeBorough.objects.bulk_create(
            [
                PostcodeBorough(postcode=change.code, borough_id=change.before["borough"])
                for change in mine
                if change.before["borough"]
            ],
            batch_size=AT_A_TIME,
        )
        brought_by.register_changes.update(landed=False)
        return affected_by_moves(derive_places(), words=f"{len(mine):,} postcodes are as they were.")

    @classmethod
    def clear(cls, brought_by: Import) -> None:
        brought_by.register_changes.filter(landed=False).delete()


def _remove(postcodes: list[str]) -> None:
    for start in range(0, len(postcodes), AT_A_TIME):
        PostcodeBorough.objects.filter(pk__in=postcodes[start : start + AT_A_TIME]).delete()


def _store(brought_by: Import, rows: Iterable[tuple[str, int | None, int, int | None]], *, unchanged: int) -> Staged:
    brought_by.register_changes.filter(landed=False).delete()
    rows = list(rows)
    insert_rows(
        RegisterChange,
        ("brought_by", "action", "code", "organisation", "before", "after", "row", "landed"),
        (
            (
                _key(brought_by),
                RegisterChange.Action.UPDATE,
                postcode,
                None,
                json.dumps({"borough": before}),
                json.dumps({"borough": after}),
                row,
                False,
            )
            for postcode, before, after, row in rows
        ),
    )
    register = [{"words": "Postcodes", "count": len(rows)}] if rows else []
    new = sum(before is None for _, before, _, _ in rows)
    return Staged(new=new, changed=len(rows) - new, unchanged=unchanged, preview={"register": register})


def _key(brought_by: Import) -> Any:
    """The id as the database holds it: PostgreSQL a UUID, SQLite 32 digits."""
    return Import._meta.pk.get_db_prep_value(brought_by.pk, connection)
