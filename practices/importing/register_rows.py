"""The rows of ODS files as entries of the register, checked; nothing here asks the database."""

import re
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import pandas as pd

from core.identifiers import NHS_NUMBER, Severity
from practices.importing import identifiers
from practices.importing.formats.headerless import Headerless
from practices.importing.issues import IssueLog

GP_PRACTICE_SETTINGS = frozenset({"4", "RO76"})
# ODS also lists regional hubs and, since 2024, reporting entities over the same ground as the CCGs of old.
OTHER_ROLES = frozenset({"RO218", "RO327"})
PRACTICE_CODE = re.compile(r"[A-Z][0-9]{5}")
STATUSES = {"active", "closed", "dormant", "proposed"}

RelationKey = tuple[str, str, str, date]


@dataclass(frozen=True)
class OrganisationEntry:
    code: str
    values: dict[str, Any]
    row: int


@dataclass(frozen=True)
class RelationEntry:
    kind: str
    child: str
    parent: str
    starts: date
    ends: date | None
    reason: str
    row: int

    @property
    def key(self) -> RelationKey:
        return self.kind, self.child, self.parent, self.starts


@dataclass
class Entries:
    """What the tables of one import say. A membership file says more of a membership than the list of practices."""

    organisations: dict[str, OrganisationEntry] = field(default_factory=dict)
    relations: dict[RelationKey, RelationEntry] = field(default_factory=dict)
    skipped: int = 0
    regions: Collection[str] = ("all",)

    def in_regions(self, code: str) -> bool:
        return "all" in self.regions or code in self.regions

    def relate(self, entry: RelationEntry, *, replace: bool = True) -> None:
        if replace or entry.key not in self.relations:
            self.relations[entry.key] = entry


class RowRefused(Exception):
    def __init__(self, code: str, column: str, value: str, message: str, allowed: str = "") -> None:
        super().__init__(message)
        self.code, self.column, self.value, self.message, self.allowed = code, column, value, message, allowed


def day(text: str, column: str) -> date | None:
    """ "20180630" as a date; ODS leaves out what it does not know."""
    if not text:
        return None
    try:
        return date(int(text[:4]), int(text[4:6]), int(text[6:])) if len(text) == 8 else date.fromisoformat(text)
    except ValueError:
        raise RowRefused("bad_date", column, text, f"{text} is not a date.", "YYYYMMDD") from None


def first_day(text: str, column: str) -> date:
    found = day(text, column)
    if found is None:
        raise RowRefused("no_date", column, text, "The day from which this holds is missing.", "YYYYMMDD")
    return found


def _gp_practices(chunk: pd.DataFrame, entries: Entries) -> pd.DataFrame:
    gp = [each for each in chunk["setting"].cat.categories if GP_PRACTICE_SETTINGS & set(each.split("|"))]
    regions = [each for each in chunk["region_code"].cat.categories if entries.in_regions(each)]
    return chunk[chunk["setting"].isin(gp) & chunk["region_code"].isin(regions)]


def _practice(row: Any, entries: Entries) -> None:
    _check_practice(row, entries)
    opened, closed = day(row.opened, "opened"), day(row.closed, "closed")
    if opened and closed and closed < opened:
        raise RowRefused("closes_before_opening", "closed", row.closed, f"{row.code} closes before it opens.")
    lines = (row.address_1, row.address_2, row.address_3, row.address_4, row.address_5)
    values = {
        "kind": "practice",
        "name": row.name[:160],
        "status": row.status,
        "opened": opened,
        "closed": closed,
        "address": ", ".join(filter(None, lines))[:320],
        "postcode": row.postcode[:8],
        "telephone": row.telephone[:40],
        "prescribing_setting": row.setting[:5],
    }
    joined, left = day(row.joined, "joined"), day(row.left, "left") or closed
    entries.organisations[row.code] = OrganisationEntry(row.code, values, row.Index)
    if row.ccg_code and joined:
        ends = left if left and left >= joined else None
        entries.relate(RelationEntry("member_of", row.code, row.ccg_code, joined, ends, "", row.Index), replace=False)


def _check_practice(row: Any, entries: Entries) -> None:
    if not PRACTICE_CODE.fullmatch(row.code):
        words = f"{row.code} is not the code of a practice."
        raise RowRefused("bad_code", "code", row.code, words, "a letter and five digits")
    if row.status not in STATUSES:
        words = f"{row.status or 'Nothing'} is not a status that ODS uses."
        raise RowRefused("bad_status", "status", row.status, words, "A, C, D, P or their words")
    if row.code in entries.organisations:
        other = entries.organisations[row.code].row
        raise RowRefused("double", "code", row.code, f"{row.code} stands in row {other:,} and in row {row.Index:,}.")


def _membership(row: Any, entries: Entries) -> None:
    starts, ends = first_day(row.joined, "joined"), day(row.left, "left")
    if ends and ends < starts:
        raise RowRefused("leaves_before_joining", "left", row.left, f"{row.code} leaves before it joins.")
    entries.relate(RelationEntry("member_of", row.code, row.parent, starts, ends, "", row.Index))


def _commissioners(chunk: pd.DataFrame, entries: Entries) -> pd.DataFrame:
    regions = [each for each in chunk["region_code"].cat.categories if entries.in_regions(each)]
    others = [each for each in chunk["roles"].cat.categories if each and set(each.split("|")) <= OTHER_ROLES]
    return chunk[chunk["region_code"].isin(regions) & ~chunk["roles"].isin(others)]


def _commissioner(row: Any, entries: Entries) -> None:
    opened, closed = first_day(row.opened, "opened"), day(row.closed, "closed")
    values = {
        "kind": "ccg",
        "name": row.name[:160],
        "status": "closed" if closed else "active",
        "opened": opened,
        "closed": closed,
    }
    entries.organisations[row.code] = OrganisationEntry(row.code, values, row.Index)
    if row.parent:
        entries.relate(RelationEntry("member_of", row.code, row.parent, opened, closed, "", row.Index))


def _succession(row: Any, entries: Entries) -> None:
    starts = first_day(row.on, "on")
    if row.code == row.successor:
        raise RowRefused("succeeds_itself", "successor", row.code, f"{row.code} cannot succeed itself.")
    entries.relate(RelationEntry("succeeded_by", row.code, row.successor, starts, None, row.reason[:200], row.Index))


def _all(chunk: pd.DataFrame, entries: Entries) -> pd.DataFrame:
    return chunk


# For each format: which rows the register wants, and what one of them says.
_READERS: dict[str, tuple[Callable[[pd.DataFrame, Entries], pd.DataFrame], Callable[[Any, Entries], None]]] = {
    "epraccur": (_gp_practices, _practice),
    "epcmem": (_all, _membership),
    "eccg": (_commissioners, _commissioner),
    "succ": (_all, _succession),
}


def _refuse_identifiers(row: Any) -> None:
    name = getattr(row, "name", "")
    if NHS_NUMBER.search(name) and (what := identifiers.looks_like(name, Severity.STOP)):
        raise RowRefused(identifiers.CODE, "name", "", identifiers.HELD.format(what=what), identifiers.ALLOWED)


def take_rows(format_: Headerless, chunk: pd.DataFrame, entries: Entries, issues: IssueLog, file: int) -> None:
    """Adds the rows of a chunk to the entries and tells of those that cannot be taken."""
    wanted_of, take = _READERS[format_.key]
    wanted = wanted_of(chunk, entries)
    entries.skipped += len(chunk) - len(wanted)
    rows: Iterable[Any] = wanted.astype(str).itertuples(name="Row")
    for row in rows:
        try:
            _refuse_identifiers(row)
            take(row, entries)
        except RowRefused as refused:
            issues.refuse(
                refused.code,
                refused.message,
                file=file,
                row=row.Index,
                column=refused.column,
                value=refused.value,
                allowed=refused.allowed,
                practice_code=row.code,
                line=format_.line(row._asdict() | ({refused.column: ""} if refused.code == identifiers.CODE else {})),
            )
