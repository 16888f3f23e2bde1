"""What was sent, by its content and never by its name: a CSV file, a workbook, or a zip of several."""

import hashlib
import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from django.conf import settings

from practices.importing.archives import DAMAGED
from practices.importing.documents import is_document
from practices.importing.formats.base import RefusedFile
from practices.importing.limits import LIMITS
from practices.importing.sheets import SheetTable, sheets
from practices.importing.text import TextTable

Sheet = TextTable | SheetTable
ENCRYPTED = 0x1
IGNORED_NAMES = re.compile(r"(^|/)(__MACOSX/|\.DS_Store$|Thumbs\.db$|desktop\.ini$)")


@dataclass
class Budget:
    """Bytes that may still be unpacked, over all members of an archive."""

    left: int = field(default_factory=lambda: settings.IMPORT_MAX_UNPACKED_BYTES)


class MeteredStream(io.RawIOBase):
    """Counts and digests what is read, and stops where the budget ends, whatever the archive claims."""

    def __init__(self, stream: BinaryIO, name: str, budget: Budget, packed: int = 0) -> None:
        super().__init__()
        self.stream, self.name, self.budget, self.packed = stream, name, budget, packed
        self.count = 0
        self.digest = hashlib.sha256()

    def readable(self) -> bool:
        return True

    def read(self, size: int = -1) -> bytes:
        try:
            data = self.stream.read(size)
        except DAMAGED as error:
            raise RefusedFile(f"{self.name} cannot be unpacked: the archive was cut off or damaged.") from error
        self.count += len(data)
        self.budget.left -= len(data)
        self.digest.update(data)
        dense = (
            self.packed and self.count > LIMITS.ratio_counts_from and self.count > self.packed * LIMITS.largest_ratio
        )
        if self.budget.left < 0 or dense:
            limit = settings.IMPORT_MAX_UNPACKED_BYTES // 1024**2
            raise RefusedFile(
                f"{self.name} unpacks to more than the portal takes: {limit:,} MB in all, and {LIMITS.largest_ratio} "
                "times its packed size."
            )
        return data

    def drain(self) -> None:
        while self.read(1024 * 1024):
            pass


@dataclass
class Member:
    """A file of the upload with its tables. The digest is whole once the tables were read."""

    name: str
    stream: MeteredStream

    def tables(self) -> list[Sheet]:
        start = self.stream.read(4)
        if start == b"PK\x03\x04":
            return list(sheets(start + self._all(), self.name))
        return [TextTable(self.name, self.stream, _rest=start)]  # type: ignore[arg-type]

    def _all(self) -> bytes:
        pieces, size = [], 0
        while piece := self.stream.read(1024 * 1024):
            size += len(piece)
            if size > LIMITS.workbook_bytes:
                raise RefusedFile(
                    f"{self.name} is a workbook of over {LIMITS.workbook_bytes // 1024**2} MB. Send it as CSV."
                )
            pieces.append(piece)
        return b"".join(pieces)

    @property
    def sha256(self) -> str:
        self.stream.drain()
        return self.stream.digest.hexdigest()


def members(upload: BinaryIO, name: str, left_out: list[str]) -> Iterator[Member]:
    """The files of an upload one after the other; each must be read before the next is asked for.

    The names of documents beside them are put on the list `left_out` before the first file comes.
    """
    budget = Budget()
    start = upload.read(4)
    upload.seek(0)
    if not start:
        raise RefusedFile(f"{name} is empty.")
    if start[:2] != b"PK":
        yield Member(name, MeteredStream(upload, name, budget))
        return
    try:
        archive = zipfile.ZipFile(upload)
    except DAMAGED as error:
        raise RefusedFile(
            f"{name} is a damaged archive: it was cut off or changed on its way. Ask for it again."
        ) from error
    with archive:
        names = archive.namelist()
        if "[Content_Types].xml" in names:
            upload.seek(0)
            yield Member(name, MeteredStream(upload, name, budget))
            return
        yield from archived(archive, name, budget, left_out)


def archived(archive: zipfile.ZipFile, name: str, budget: Budget, left_out: list[str]) -> Iterator[Member]:
    entries = [entry for entry in archive.infolist() if not entry.is_dir() and not IGNORED_NAMES.search(entry.filename)]
    if not entries:
        raise RefusedFile(f"{name} is an archive with no file in it.")
    if len(entries) > LIMITS.members:
        raise RefusedFile(f"{name} holds {len(entries):,} files; the portal takes at most {LIMITS.members} at once.")
    if sum(entry.file_size for entry in entries) > budget.left:
        raise RefusedFile(f"{name} unpacks to more than {budget.left // 1024**2:,} MB, which the portal does not take.")
    documents = [entry for entry in entries if is_document(archive, entry)]
    if len(documents) == len(entries):
        raise RefusedFile(f"{name} holds documents only, and no table: send the CSV or .xlsx file beside them.")
    left_out += [safe_name(entry.filename) for entry in documents]
    for entry in entries:
        if entry in documents:
            continue
        label = safe_name(entry.filename)
        if entry.flag_bits & ENCRYPTED:
            raise RefusedFile(f"{label} in {name} is protected by a password. Send it without.")
        try:
            stream = archive.open(entry)
        except DAMAGED as error:
            raise RefusedFile(f"{label} in {name} cannot be unpacked: the archive is damaged.") from error
        with stream:
            member = Member(label, MeteredStream(stream, label, budget, packed=max(entry.compress_size, 1)))  # type: ignore[arg-type]
            if entry.filename.lower().endswith((".zip", ".7z", ".rar", ".gz")):
                raise RefusedFile(f"{label} is an archive within the archive {name}. Unpack it first.")
            yield member


def safe_name(path: str) -> str:
    """The last part of a name from outside, without what could lead elsewhere or break a line."""
    last = path.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
    kept = "".join(letter for letter in last if letter.isprintable()).strip(" .")
    return kept[:160] or "file"
