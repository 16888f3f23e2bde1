"""What is wrong or odd with an import's rows, in finished words: by practice and month, the most useful first."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any

from core.months import month_key, month_label
from core.wording import count, plural
from practices.importing.cells import PRACTICE_CODE
from practices.importing.figures.grouping import Group, in_words
from practices.importing.kinds import words_of
from practices.models import ImportIssue

ISSUES_SHOWN = 50
WARNINGS_SHOWN = 20
ISSUE_HEADINGS = (
    "Severity", "Kind", "File", "Row", "Column", "Value", "What is wrong", "What is allowed", "Practice",
    "Practice name", "Month",
)  # fmt: skip


@dataclass(frozen=True)
class WarningLine:
    """One practice in one month; what the warning is about the whole file has neither."""

    practice: str
    month: str
    words: str


@dataclass(frozen=True)
class KindOfIssue:
    """A kind with its number, its first lines, and what is said of it where very many practices share it."""

    code: str
    words: str
    count: str
    lines: tuple[WarningLine, ...] = ()
    examples: tuple[str, ...] = ()
    more: str = ""
    group: str = ""


def kinds_of_refusals(refusals: list[dict[str, Any]]) -> list[KindOfIssue]:
    """Rows that were only held back come last: nothing is wrong with them."""
    last = sorted(refusals, key=lambda each: each["code"] == "held_back")
    return [
        KindOfIssue(each["code"], words_of(each["code"]), count(each["count"]), examples=tuple(each["examples"]))
        for each in last
    ]


def kinds_of_warnings(
    preview: Mapping[str, Any], issues: Iterable[ImportIssue], names: Mapping[str, str]
) -> list[KindOfIssue]:
    """`issues`: the first of each kind; `names`: of the practices they are about, by code."""
    lines: dict[str, list[WarningLine]] = {}
    for each in issues:
        lines.setdefault(each.code, []).append(warning_line(each, names))
    return [
        _kind(each, tuple(lines.get(each["code"], ())), preview.get("grouped", []))
        for each in preview.get("warnings", [])
    ]


def _kind(entry: Mapping[str, Any], lines: tuple[WarningLine, ...], groups: list[Group]) -> KindOfIssue:
    more = f"The first {len(lines)} of {count(entry['count'])} warnings." if entry["count"] > len(lines) else ""
    mine = [group for group in groups if group["code"] == entry["code"]]
    return KindOfIssue(entry["code"], words_of(entry["code"]), count(entry["count"]), lines, (), more, _group(mine))


def _group(groups: list[Group]) -> str:
    """218 of 1,213 practices in Apr 2020, and in 2 other months."""
    if not groups:
        return ""
    months = f", and in {plural(len(groups) - 1, 'other month')}" if len(groups) > 1 else ""
    return in_words(max(groups, key=lambda group: group["practices"])) + months


def warning_line(each: ImportIssue, names: Mapping[str, str]) -> WarningLine:
    practice = f"{names.get(each.practice_code, '')} {each.practice_code}".strip()
    return WarningLine(practice, month_label(each.month) if each.month else "", each.message)


def refused_shown(refusals: list[dict[str, Any]]) -> str:
    """How many of the faulty rows the page shows."""
    number = sum(each["count"] for each in refusals if each["code"] != "held_back")
    if number <= ISSUES_SHOWN:
        return f"{plural(number, 'row')} cannot come in."
    return f"The first {ISSUES_SHOWN} of {count(number)} rows that cannot come in."


def issue(each: ImportIssue) -> dict[str, Any]:
    return {
        "file": each.file.name if each.file else "",
        "row": count(each.row) if each.row else "",
        "column": each.column,
        "value": each.value,
        "message": each.message,
        "allowed": each.allowed,
    }


def issue_cells(each: ImportIssue, names: Mapping[str, str]) -> list[Any]:
    return [
        each.get_severity_display(),
        words_of(each.code),
        each.file.name if each.file else "",
        each.row,
        each.column,
        each.value,
        each.message,
        each.allowed,
        each.practice_code,
        names.get(each.practice_code, "") if PRACTICE_CODE.fullmatch(each.practice_code) else "",
        month_key(each.month) if each.month else "",
    ]
