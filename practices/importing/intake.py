"""From a stored upload to checked rows: opens, recognises, reads. Writes nothing but progress."""

import hashlib
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any, BinaryIO

from django.conf import settings
from django.core.files.storage import default_storage

from core.months import month_key
from practices.importing import documents, headings
from practices.importing.container import Member, Sheet, members
from practices.importing.desks import Desk, Taken, desk_of
from practices.importing.documents import may_be_document
from practices.importing.formats.base import Head, Recognition, RefusedFile
from practices.importing.issues import IssueLog
from practices.importing.recognition import candidates, recognised, refusal
from practices.importing.sheets import SheetTable
from practices.importing.text import SEPARATORS, TextTable
from practices.models import Import, ImportFile

# In Import.answers: the answer for every table that asks.
EVERY_TABLE = "*"

Progress = Callable[[int, int, str], None]


@dataclass
class ReadFile:
    name: str
    sha256: str
    rows: int
    months: set[date]


@dataclass(frozen=True)
class Question:
    """A table that may have several formats, which its own words do not tell apart."""

    table: str
    formats: tuple[str, ...]


@dataclass
class Reading:
    """What a check found. `refused` is the sentence for a file that cannot come in at all."""

    brought_by: Import
    issues: IssueLog = field(default_factory=IssueLog)
    refused: str = ""
    sha256: str = ""
    key: str = ""
    words: str = ""
    rows: int = 0
    skipped: int = 0
    files: list[ReadFile] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    questions: list[Question] = field(default_factory=list)
    _desk: Desk | None = None

    @property
    def desk(self) -> Desk:
        if self._desk is None:
            raise RuntimeError("nothing was read")
        return self._desk

    def take(self, number: int, member: Member, table: Sheet, found: Recognition) -> Taken:
        if self._desk is None:
            self.key = found.format.key
            self._desk = desk_of(found.format.kind)(self.brought_by, self.issues)
        elif desk_of(found.format.kind) is not type(self._desk):
            raise RefusedFile(
                f"{table.name} is {found.words}, unlike the files before it. Import the two one after the other."
            )
        self.notes += filter(None, [headings.where(found_in(table, found)), separated(table)])
        self.words = found.words if not self.words or found.words in self.words else f"{self.words}; {found.words}"
        taken = self.desk.take(number, table, found)
        self.rows += taken.rows + table.ragged_count
        self.skipped += taken.skipped
        if self.rows > settings.IMPORT_MAX_ROWS:
            raise RefusedFile(
                f"The file has more than {settings.IMPORT_MAX_ROWS:,} rows, which the portal does not take."
            )
        self._tell_ragged(number, table, found)
        return taken

    def _tell_ragged(self, number: int, table: Sheet, found: Recognition) -> None:
        for ragged in table.ragged:
            self.issues.refuse(
                "width",
                f"The row has {ragged.width:,} columns, where the headings have {found.width}.",
                file=number,
                row=ragged.row,
                allowed=f"{found.width} columns; a comma inside a name needs quotation marks around it",
                line=(ragged.line + [""] * found.width)[: len(found.format.headings)],
            )
        self.issues.count_only("refusal", "width", table.ragged_count - len(table.ragged))

    def ask(self, table: Sheet, candidates: list[Recognition]) -> None:
        """Leaves the table for now: a person has to say which of several formats it has."""
        self.questions.append(Question(table.name, tuple(each.format.key for each in candidates)))

    def stored_files(self, brought_by: Import) -> dict[int, ImportFile]:
        """A row for each file, in place of those of an earlier attempt, under the numbers that issues and rows use."""
        ImportFile.objects.filter(brought_by=brought_by).delete()
        return {
            number: ImportFile.objects.create(
                brought_by=brought_by,
                name=each.name[:200],
                sha256=each.sha256,
                rows=each.rows,
                months=sorted(map(month_key, each.months)),
            )
            for number, each in enumerate(self.files)
        }


def read(brought_by: Import, progress: Progress) -> Reading:
    reading = Reading(brought_by)
    with default_storage.open(brought_by.upload) as upload:
        reading.sha256 = digest(upload)
        upload.seek(0)
        try:
            _read_members(reading, upload, progress)
        except RefusedFile as refused:
            reading.refused = " ".join(filter(None, [str(refused), documents.left_out(reading.left_out)]))
    reading.notes += filter(None, [documents.left_out(reading.left_out)])
    return reading


def found_in(table: Sheet, found: Recognition) -> Head:
    return replace(table.head(), at=max(found.header_rows - 1, 0))


def separated(table: Sheet) -> str:
    between = SEPARATORS[table.separator] if isinstance(table, TextTable) and table.separator != "," else ""
    return f"The columns of {table.name} are separated by {between}." if between else ""


def digest(upload: BinaryIO | Any) -> str:
    sha = hashlib.sha256()
    while piece := upload.read(1024 * 1024):
        sha.update(piece)
    return sha.hexdigest()


def _read_members(reading: Reading, upload: BinaryIO | Any, progress: Progress) -> None:
    brought_by = reading.brought_by
    for number, member in enumerate(members(upload, brought_by.file_name, reading.left_out)):
        progress(min(upload.tell(), brought_by.size), brought_by.size, f"Reading {member.name}…")
        read_file = ReadFile(member.name, "", 0, set())
        reading.files.append(read_file)
        for table, found in known_tables(member, reading):
            taken = reading.take(number, member, table, found)
            read_file.rows += taken.rows
            read_file.months |= taken.months
        read_file.sha256 = member.sha256
    if not reading.rows and not reading.questions:
        nothing = "has headings but no rows" if reading.key else "holds no table"
        raise RefusedFile(f"{brought_by.file_name} {nothing}.")


def known_tables(member: Member, reading: Reading) -> list[tuple[Sheet, Recognition]]:
    """The tables of a member with their formats. Sheets beside a known one may be notes; a file by itself may not."""
    tables = member.tables()
    known = []
    asked = len(reading.questions)
    for table in tables:
        if found := recognised(table.head()) or answered(table, reading.brought_by):
            known.append((table, found))
        elif possible := candidates(table.head()):
            reading.ask(table, possible)
    if known or len(reading.questions) > asked:
        return known
    if may_be_document(member.name) and reading.brought_by.file_name != member.name:
        reading.left_out.append(member.name)
        return []
    sheets = [table for table in tables if isinstance(table, SheetTable)]
    raise refusal(max(sheets, key=lambda each: len(each.cells)).head() if sheets else tables[0].head())


def answered(table: Sheet, brought_by: Import) -> Recognition | None:
    """The format that a person named for the table, or for every table that needs an answer."""
    key = brought_by.answers.get(table.name) or brought_by.answers.get(EVERY_TABLE)
    return next((each for each in candidates(table.head()) if each.format.key == key), None)
