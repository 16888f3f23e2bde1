"""The pages of the import desk in finished words."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from typing import Any

from django.http import StreamingHttpResponse
from django.urls import reverse
from django.utils import timezone

from core.exports import csv_response
from core.months import add_months, long_date, month_label, months_between, parse_month, short_date
from core.presenters import Progress, progress
from core.wording import count, plural
from practices import measures
from practices.importing.formats import all_formats, format_of
from practices.models import Import, ImportIssue, RegisterChange
from practices.presenters.import_issues import kinds_of_refusals, kinds_of_warnings, refused_shown
from practices.presenters.import_words import months_in_words, notes, what_it_is
from practices.presenters.register_changes import CHANGES_SHOWN, change_lines

MONTHS_SHOWN = 24
STATE_COLOURS = {
    "landed": "green",
    "preview": "yellow",
    "asking": "yellow",
    "refused": "red",
    "failed": "red",
    "undone": "grey",
    "cancelled": "grey",
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
        "when": moment(brought_by.created_at, short_date),
        "counts": counts_in_words(brought_by),
        "duration": duration(brought_by),
    }


@dataclass(frozen=True)
class Beside:
    """What the page of an import shows beside what its preview holds.

    warnings    the first of each kind
    changes     the first of the register's
    names       of practices and commissioners, by code
    boroughs    their names, by id
    """

    others: Sequence[Import]
    warnings: Sequence[ImportIssue]
    changes: Sequence[RegisterChange]
    names: Mapping[str, str]
    boroughs: Mapping[int, str]


def page(brought_by: Import, beside: Beside) -> dict[str, Any]:
    """One import by its state; the template only decides what stands where."""
    preview = brought_by.preview
    changes = list(islice(change_lines(beside.changes, beside.names, beside.boroughs), CHANGES_SHOWN))
    return {
        **row(brought_by),
        "what": what_it_is(brought_by) if brought_by.format_words else "",
        "notes": notes(brought_by),
        "progress": under_way(brought_by),
        "stats": stats(brought_by) if brought_by.previewed_at else [],
        "confirm": confirm_words(brought_by),
        "refusals": kinds_of_refusals(preview.get("refusals", [])),
        "refused_shown": refused_shown(preview.get("refusals", [])),
        "warnings": kinds_of_warnings(preview, beside.warnings, beside.names),
        "grid": preview.get("grid", []),
        "movers": preview.get("movers", []),
        "effects": effects(preview.get("effects", {})),
        "register": preview.get("register", []),
        "changes": changes,
        "changes_shown": changes_shown(brought_by, len(changes)),
        "facts": facts(brought_by),
        "landed": landed_sentence(brought_by),
        "others": [
            f"{each.file_name}, by {who(each.owner)}: {each.get_state_display().lower()}" for each in beside.others
        ],
    }


def under_way(brought_by: Import) -> Progress | None:
    if brought_by.state not in Import.UNDER_WAY or brought_by.job is None:
        return None
    return progress(brought_by.job, reverse("practices:import", args=[brought_by.pk]))


def stats(brought_by: Import) -> list[dict[str, str]]:
    numbers = [("new", brought_by.new), ("changed", brought_by.changed), ("unchanged", brought_by.unchanged)]
    return [{"label": label.capitalize(), "value": count(number)} for label, number in numbers]


def confirm_words(brought_by: Import) -> str:
    """Bring in 1,242 practices for December 2018; empty where nothing would change."""
    if not brought_by.new + brought_by.changed:
        return ""
    practices = moving(brought_by)
    if practices is None:
        return f"Bring in {plural(brought_by.new + brought_by.changed, 'change')}"
    months = [parse_month(month) for month in brought_by.preview.get("moving_months") or brought_by.months]
    when = f"{months[-1]:%B %Y}" if len(months) == 1 else months_in_words(months)
    return f"Bring in {plural(practices, 'practice')} for {when}"


def moving(brought_by: Import) -> int | None:
    """How many practices it changes; None where it is not about figures of practices."""
    found: int | None = brought_by.preview.get("moving", brought_by.preview.get("practices"))
    return found


def changes_shown(brought_by: Import, lines: int) -> str:
    every = brought_by.new + brought_by.changed
    return f"The first {lines} lines of {plural(every, 'change')}, a line a field." if lines == CHANGES_SHOWN else ""


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
        if each["kind"] == "region" and (each["after"]["reported"] or each["before"]["reported"])
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
    practices = moving(brought_by)
    if practices is None:
        return f"Done. {brought_by.preview.get('landed', '')}".strip()
    if brought_by.preview.get("unscored", []) == brought_by.months:
        return f"Done. The figures of {plural(practices, 'practice')} are kept and shown, not scored."
    crossed = brought_by.preview.get("effects", {}).get("crossed", {}).get("registration")
    line = f"; {count(crossed)} crossed the line of the registration target" if crossed is not None else ""
    return f"Done. {plural(practices, 'practice')} scored{line}."


def mend_headings(brought_by: Import) -> list[str]:
    return format_of(brought_by.format_key).mend_headings() if brought_by.format_key else []


def mend_response(brought_by: Import, headings: list[str], issues: Iterable[ImportIssue]) -> StreamingHttpResponse:
    lines = (each.line or [] for each in issues)
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


def moment(at: datetime, day: Callable[[date], str] = long_date) -> str:
    local = timezone.localtime(at)
    return f"{day(local.date())}, {local:%H:%M}"


def who(person: Any) -> str:
    return str(person) if person else "the portal"
