"""The pages of the import desk in finished words."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from core.exports import csv_response
from core.months import add_months, long_date, month_key, month_label, months_between, parse_month
from core.presenters import progress
from core.wording import count, plural
from practices import measures
from practices.importing.cells import WHOLE_NUMBER
from practices.importing.formats import all_formats, format_of
from practices.models import Import, ImportIssue
from practices.presenters.import_words import months_in_words, what_it_is

ISSUES_SHOWN = 50
MONTHS_SHOWN = 24
ISSUE_HEADINGS = ("Severity", "File", "Row", "Column", "Value", "What is wrong", "What is allowed", "Practice", "Month")
STATE_COLOURS = {
    "landed": "green",
    "preview": "yellow",
    "refused": "red",
    "failed": "red",
    "undone": "grey",
    "cancelled": "grey",
}
KINDS = {
    "practice_code": "Not the code of a practice",
    "month": "Not the end of a month",
    "ccg_code": "Not the code of a CCG",
    "region_code": "Not the code of a region",
    "field": "Unknown figure",
    "not_whole": "Not a whole number",
    "status": "Unknown status",
    "negative": "Below zero",
    "too_large": "Too large",
    "width": "Wrong number of columns",
    "double": "Given twice, differently",
    "incomplete": "Figures missing",
    "held_back": "Sound rows held back with a refused one",
    "above_denominator": "A part larger than its whole",
    "date": "Not a date",
    "too_long": "Too long",
    "unknown_practice": "Practice that the register does not know",
    "double_same": "Given twice, the same",
    "not_reported": "Practice that did not report",
    "online_above_list": "More online patients than the list",
    "uses_above_total": "Uses above their total",
    "parts_above_whole": "Parts above their whole",
    "uses_above_total_expected": "Uses above their total, as expected before a break in the series",
    "list_moved": "List size moved by over 10%",
    "online_fell": "Online patients fell by over 30%",
    "status_lost": "Function no longer enabled",
    "supplier_changed": "Supplier changed",
    "ccg_changed": "CCG changed",
    "far_from_history": "Far from the practice’s own history",
    "practice_lost": "Practice missing since the month before",
    "practice_new": "Practice new since the month before",
}


def row(brought_by: Import) -> dict[str, Any]:
    """A line of the list of imports."""
    return {
        "url": reverse("practices:import", args=[brought_by.pk]),
        "name": brought_by.file_name,
        "state": brought_by.get_state_display(),
        "colour": STATE_COLOURS.get(brought_by.state, "blue"),
        "format": brought_by.format_words,
        "months": months_of(brought_by),
        "sha256": brought_by.sha256[:12],
        "who": who(brought_by.owner),
        "when": moment(brought_by.created_at),
        "counts": counts_in_words(brought_by),
        "duration": duration(brought_by),
    }


def page(brought_by: Import, *, others: Iterable[Import]) -> dict[str, Any]:
    """One import by its state; the template only decides what stands where."""
    preview = brought_by.preview
    return {
        **row(brought_by),
        "what": what_it_is(brought_by) if brought_by.format_words else "",
        "progress": under_way(brought_by),
        "stats": stats(brought_by) if brought_by.previewed_at else [],
        "confirm": confirm_words(brought_by),
        "refusals": [kind(each) for each in held_back_last(preview.get("refusals", []))],
        "refused_shown": refused_shown(preview.get("refusals", [])),
        "warnings": [kind(each) for each in preview.get("warnings", [])],
        "has_refusals": bool(brought_by.refused),
        "grid": preview.get("grid", []),
        "movers": preview.get("movers", []),
        "effects": effects(preview.get("effects", {})),
        "register": preview.get("register", []),
        "facts": facts(brought_by),
        "landed": landed_sentence(brought_by),
        "others": [f"{each.file_name}, by {who(each.owner)}: {each.get_state_display().lower()}" for each in others],
    }


def under_way(brought_by: Import) -> dict[str, Any] | None:
    if brought_by.state not in Import.UNDER_WAY or brought_by.job is None:
        return None
    return progress(brought_by.job, reverse("practices:import", args=[brought_by.pk]))


def stats(brought_by: Import) -> list[dict[str, str]]:
    numbers = [("new", brought_by.new), ("changed", brought_by.changed), ("unchanged", brought_by.unchanged)]
    return [{"label": label.capitalize(), "value": count(number)} for label, number in numbers]


def confirm_words(brought_by: Import) -> str:
    """Bring in 1,242 practices for December 2018."""
    practices = brought_by.preview.get("practices")
    if practices is None:
        return f"Bring in {plural(brought_by.new + brought_by.changed, 'change')}"
    months = [parse_month(month) for month in brought_by.months]
    when = f"{months[-1]:%B %Y}" if len(months) == 1 else months_in_words(months)
    return f"Bring in {plural(practices, 'practice')} for {when}"


def held_back_last(refusals: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return sorted(refusals, key=lambda each: each["code"] == "held_back")


def refused_shown(refusals: list[dict[str, Any]]) -> str:
    """How many of the faulty rows the page shows."""
    number = sum(each["count"] for each in refusals if each["code"] != "held_back")
    if number <= ISSUES_SHOWN:
        return f"{plural(number, 'row')} cannot come in."
    return f"The first {ISSUES_SHOWN} of {count(number)} rows that cannot come in."


def kind(entry: dict[str, Any]) -> dict[str, Any]:
    words = KINDS.get(entry["code"], entry["code"].replace("_", " ").capitalize())
    return {"words": words, "count": count(entry["count"]), "examples": entry["examples"]}


def effects(found: dict[str, Any]) -> dict[str, Any]:
    crossings = [
        {
            **each,
            "month_label": month_label(parse_month(each["month"])),
            "url": reverse_practice(each["code"]),
            "words": "now meets" if each["after"] == "met" else "no longer meets",
        }
        for each in found.get("crossings", [])
    ]
    areas = [
        {
            **each,
            "month_label": month_label(parse_month(each["month"])),
            "target_label": each.get("target_label") or each["target"].replace("_", " ").capitalize(),
        }
        for each in found.get("areas", [])
        if each["kind"] == "london" and (each["after"]["reported"] or each["before"]["reported"])
    ]
    return {"crossings": crossings, "areas": areas, "number": sum(found.get("crossed", {}).values())}


def reverse_practice(code: str) -> str:
    return reverse("targets:practice", args=[code])


def facts(brought_by: Import) -> list[dict[str, Any]]:
    rows = [
        ("File", brought_by.file_name),
        ("Size", f"{brought_by.size:,} bytes"),
        ("SHA-256", brought_by.sha256),
        ("Uploaded", f"{moment(brought_by.created_at)} by {who(brought_by.owner)}"),
    ]
    if brought_by.rows:
        rows.append(("Rows", f"{count(brought_by.rows)}, of which {count(brought_by.skipped)} out of scope"))
    if brought_by.landed_at:
        rows.append(("Brought in", f"{moment(brought_by.landed_at)} by {who(brought_by.confirmed_by)}"))
    if brought_by.reason:
        rows.append(("Reason given", brought_by.reason))
    if brought_by.undone_at:
        rows.append(
            ("Undone", f"{moment(brought_by.undone_at)} by {who(brought_by.undone_by)}: {brought_by.undo_reason}")
        )
    if duration(brought_by):
        rows.append(("Took", duration(brought_by)))
    return [{"key": key, "value": value} for key, value in rows if value]


def landed_sentence(brought_by: Import) -> str:
    """Done. 1,242 practices scored; 8 crossed the 20% line."""
    if brought_by.state != Import.State.LANDED:
        return ""
    practices = brought_by.preview.get("practices")
    if practices is None:
        return f"Done. {brought_by.preview.get('landed', '')}".strip()
    crossed = brought_by.preview.get("effects", {}).get("crossed", {}).get("registration")
    line = f"; {count(crossed)} crossed the line of the registration target" if crossed is not None else ""
    return f"Done. {plural(practices, 'practice')} scored{line}."


def issue(each: ImportIssue) -> dict[str, Any]:
    return {
        "file": each.file.name if each.file else "",
        "row": count(each.row) if each.row else "",
        "column": each.column,
        "value": each.value,
        "message": each.message,
        "allowed": each.allowed,
    }


def issue_cells(each: ImportIssue) -> list[Any]:
    month = month_key(each.month) if each.month else ""
    file = each.file.name if each.file else ""
    severity = each.get_severity_display()
    return [severity, file, each.row, each.column, each.value, each.message, each.allowed, each.practice_code, month]


def mend_headings(brought_by: Import) -> list[str]:
    return format_of(brought_by.format_key).mend_headings() if brought_by.format_key else []


class Number(str):
    """Text that a spreadsheet reads as a number, minus sign and all; no formula."""

    __slots__ = ()

    def startswith(self, *args: Any) -> bool:
        return False


def mend_response(brought_by: Import, headings: list[str], issues: Iterable[ImportIssue]) -> StreamingHttpResponse:
    lines = ([Number(cell) if WHOLE_NUMBER.fullmatch(cell) else cell for cell in each.line or []] for each in issues)
    return csv_response(name=f"{brought_by.file_name} to mend", headings=headings, rows=lines)


def months_by_source(rows: Iterable[tuple[date, str, int]]) -> dict[str, Any]:
    """A grid of the last months by source, with how many practices each has; a gap in it is a month that is missing."""
    numbers = {(source, month): number for month, source, number in rows}
    if not numbers:
        return {}
    last = max(month for _, month in numbers)
    first = max(min(month for _, month in numbers), add_months(last, 1 - MONTHS_SHOWN))
    months = list(months_between(first, last))
    sources = [(value, label) for value, label in measures.source_choices() if any(key[0] == value for key in numbers)]
    return {
        "sources": [label for _, label in sources],
        "rows": [
            {"month": month_label(month), "cells": [numbers.get((value, month)) for value, _ in sources]}
            for month in reversed(months)
        ],
    }


def formats() -> list[dict[str, str]]:
    """What we take, one line for each layout."""
    return [{"words": each.words, "note": each.note} for each in all_formats()]


def counts_in_words(brought_by: Import) -> str:
    if not brought_by.previewed_at:
        return ""
    numbers = [("new", brought_by.new), ("changed", brought_by.changed), ("unchanged", brought_by.unchanged)]
    numbers += [("refused", brought_by.refused)] if brought_by.refused else []
    return ", ".join(f"{count(number)} {label}" for label, number in numbers)


def duration(brought_by: Import) -> str:
    parts = []
    if brought_by.seconds_checking is not None:
        parts.append(f"{brought_by.seconds_checking:.1f} s to check")
    if brought_by.seconds_landing is not None:
        parts.append(f"{brought_by.seconds_landing:.1f} s to bring in")
    return ", ".join(parts)


def months_of(brought_by: Import) -> str:
    months = [parse_month(month) for month in brought_by.months]
    return months_in_words(months) if months else ""


def moment(at: datetime) -> str:
    local = timezone.localtime(at)
    return f"{long_date(local.date())}, {local:%H:%M}"


def who(person: Any) -> str:
    return str(person) if person else "the portal"
