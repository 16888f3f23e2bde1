"""A desk is what happens to one kind of rows on their way in: figures, entries of the register, or a lookup.

The services of `practices.services.imports` hold the states, locks, audit and jobs; a desk knows its own rows only.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any, Protocol

from accounts.models import User
from practices.importing.formats.base import Recognition, Table
from practices.importing.issues import IssueLog
from practices.models import Import, ImportFile
from practices.services.versions import Changed


@dataclass
class Taken:
    """A table that was read: how many rows it had and which months it named."""

    rows: int = 0
    skipped: int = 0
    months: set[date] = field(default_factory=set)


@dataclass
class Staged:
    """What an import would change, counted in practice-months or entries. `preview` is JSON for the page."""

    new: int = 0
    changed: int = 0
    unchanged: int = 0
    months: list[date] = field(default_factory=list)
    reason_needed: str = ""
    preview: dict[str, Any] = field(default_factory=dict)


@dataclass
class Landed:
    """What became true, and the sentence that says so."""

    changed: Changed = field(default_factory=Changed)
    words: str = ""


class Desk(Protocol):
    """Made anew for each attempt at a check; `land`, `undo` and `clear` find everything in the database."""

    def __init__(self, brought_by: Import, issues: IssueLog) -> None: ...

    def take(self, number: int, table: Table, found: Recognition) -> Taken:
        """Reads one table and checks its rows, outside any transaction; writes nothing."""
        ...

    def stage(self, files: dict[int, ImportFile]) -> Staged:
        """Writes what waits for confirmation, in the transaction that ends the check."""
        ...

    @classmethod
    def refresh(cls, brought_by: Import) -> Staged:
        """Compares what waits with what is live now: another import may have landed since."""
        ...

    @classmethod
    def land(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed: ...

    @classmethod
    def undo(cls, brought_by: Import, *, by: User | None, at: datetime) -> Landed: ...

    @classmethod
    def clear(cls, brought_by: Import) -> None:
        """Removes what stage() wrote, when the import is cancelled or checked again."""
        ...


_desks: dict[str, type[Desk]] = {}


def desk(kind: str) -> Callable[[type[Any]], type[Any]]:
    """Registers a class as the desk of a kind; practices/jobs.py imports the modules that hold desks."""

    def register(cls: type[Any]) -> type[Any]:
        _desks[kind] = cls
        return cls

    return register


def desk_of(kind: str) -> type[Desk]:
    return _desks[kind]
