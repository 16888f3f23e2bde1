import json
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import numpy as np
from django.db import connection

from core.bulk import insert_rows
from practices.importing.kinds import rank
from practices.importing.limits import LIMITS
from practices.models import Import, ImportFile, ImportIssue

STORED = (
    *("severity", "code", "file", "row", "column", "value"),
    *("message", "allowed", "practice_code", "month", "line"),
)
REFUSAL, WARNING = "refusal", "warning"


@dataclass(frozen=True)
class Fault:
    """What is wrong with the rows of a mask: the same sentence for all, with the cell's own word in it."""

    code: str
    column: str
    message: str
    allowed: str
    rows: "np.ndarray"


@dataclass(frozen=True, kw_only=True)
class Issue:
    """One thing wrong or odd. `file` is the number of the file within the import, `row` is as a spreadsheet counts."""

    severity: str
    code: str
    message: str
    file: int | None = None
    row: int | None = None
    column: str = ""
    value: str = ""
    allowed: str = ""
    practice_code: str = ""
    month: date | None = None
    line: list[str] | None = None


@dataclass
class IssueLog:
    """Counts every issue and keeps the first of them whole: a hostile file must not fill the database.

    Refusals share one limit; warnings have one for each kind, so that a common kind does not hide a rare one.
    """

    kept: list[Issue] = field(default_factory=list)
    counts: Counter[tuple[str, str]] = field(default_factory=Counter)
    examples: dict[tuple[str, str], list[str]] = field(default_factory=dict)
    kept_by: Counter[str] = field(default_factory=Counter)

    def refuse(self, code: str, message: str, **details: Any) -> None:
        self.add(Issue(severity=REFUSAL, code=code, message=message, **details))

    def warn(self, code: str, message: str, **details: Any) -> None:
        self.add(Issue(severity=WARNING, code=code, message=message, **details))

    def add(self, issue: Issue) -> None:
        key = (issue.severity, issue.code)
        self.counts[key] += 1
        first = self.examples.setdefault(key, [])
        if len(first) < 3 and issue.message not in first:
            first.append(issue.message)
        if self.room(issue.severity, issue.code):
            self.kept_by[issue.code if issue.severity == WARNING else REFUSAL] += 1
            self.kept.append(issue)

    def room(self, severity: str, code: str) -> int:
        """How many more issues of this kind are kept whole."""
        if severity == WARNING:
            return max(0, LIMITS.warnings_kept_a_kind - self.kept_by[code])
        return max(0, LIMITS.refusals_kept - self.kept_by[REFUSAL])

    def count_only(self, severity: str, code: str, number: int) -> None:
        if number:
            self.counts[severity, code] += number

    def total(self, severity: str) -> int:
        return sum(number for (each, _), number in self.counts.items() if each == severity)

    def summary(self, severity: str) -> list[dict[str, Any]]:
        """For the preview: each kind with its number and first examples, the most useful first."""
        kinds = [(code, number) for (each, code), number in self.counts.items() if each == severity]
        return [
            {"code": code, "count": number, "examples": self.examples.get((severity, code), [])}
            for code, number in sorted(kinds, key=lambda kind: rank(kind[0]))
        ]

    def store(self, brought_by: Import, files: dict[int, ImportFile]) -> None:
        """Writes the kept issues in place of those of an earlier attempt."""
        ImportIssue.objects.filter(brought_by=brought_by).delete()
        insert_rows(ImportIssue, ("brought_by", *STORED), self._rows(brought_by, files))

    def _rows(self, brought_by: Import, files: dict[int, ImportFile]) -> Iterator[tuple[Any, ...]]:
        key = Import._meta.pk.get_db_prep_value(brought_by.pk, connection)
        keys = {number: file.pk for number, file in files.items()}
        for issue in self.kept:
            yield (
                key,
                issue.severity,
                issue.code,
                keys.get(issue.file) if issue.file is not None else None,
                issue.row,
                issue.column[:80],
                clean(issue.value)[:120],
                clean(issue.message)[:400],
                issue.allowed[:200],
                clean(issue.practice_code)[:12],
                issue.month,
                json.dumps([clean(cell) for cell in issue.line]) if issue.line is not None else None,
            )


def clean(text: str) -> str:
    """Neither database stores NUL in text."""
    return text.replace("\x00", "\ufffd")
