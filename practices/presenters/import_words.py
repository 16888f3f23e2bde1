"""An import in sentences, for the command line and the pages alike."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from core.months import month_label, parse_month
from core.wording import count, plural
from practices.geography import geography
from practices.importing.formats import format_of
from practices.models import Import
from practices.scope import EVERY_REGION

ALL_REGIONS = "the whole of England"


@dataclass(frozen=True)
class Outcome:
    """What the command says by its exit code, its JSON and its first line."""

    code: int
    result: str

    def as_dict(self, brought_by: Import) -> dict[str, Any]:
        numbers = {name: getattr(brought_by, name) for name in COUNTS}
        return {
            "result": self.result,
            "exit_code": self.code,
            "import": str(brought_by.pk),
            "state": brought_by.state,
            "file": brought_by.file_name,
            "sha256": brought_by.sha256,
            "format": brought_by.format_key,
            "months": brought_by.months,
            "regions": brought_by.regions,
            **numbers,
            "reason_needed": brought_by.reason_needed,
            "error": brought_by.error,
            "refusals": brought_by.preview.get("refusals", []),
            "warnings": brought_by.preview.get("warnings", []),
            "notes": notes(brought_by),
            "questions": brought_by.preview.get("questions", []),
            "seconds_checking": brought_by.seconds_checking,
            "seconds_landing": brought_by.seconds_landing,
        }


COUNTS = ("rows", "skipped", "new", "changed", "unchanged", "refused", "warned")


def outcome_of(brought_by: Import, *, confirmed: bool) -> Outcome:
    state = Import.State(brought_by.state)
    if state == Import.State.LANDED:
        return Outcome(0, "brought in")
    if state == Import.State.REFUSED:
        return Outcome(0, "nothing to change") if is_repeat(brought_by) else Outcome(2, "refused")
    if state == Import.State.ASKING:
        return Outcome(5, "waits for an answer")
    if state == Import.State.PREVIEW:
        if confirmed and brought_by.reason_needed and not brought_by.reason:
            return Outcome(4, "reason needed")
        return Outcome(3, "waits for confirmation")
    return Outcome(1, "failed")


def notes(brought_by: Import) -> list[str]:
    """What a person should know of the file besides its figures, a sentence each."""
    unscored = [parse_month(month) for month in brought_by.preview.get("unscored", [])]
    found = list(brought_by.preview.get("notes", []))
    if unscored:
        found.append(
            f"No rule is in force in {months_in_words(unscored)}: these figures are kept and shown, not scored."
        )
    if brought_by.state == Import.State.PREVIEW and not brought_by.new + brought_by.changed:
        found.insert(0, "Nothing would change: all that the file says is what the portal has.")
    return found


def questions(brought_by: Import) -> list[tuple[str, list[tuple[str, str]]]]:
    """The tables that ask, each with the formats it may have: key and words."""
    return [
        (each["table"], [(key, format_of(key).choice) for key in each["formats"]])
        for each in brought_by.preview.get("questions", [])
    ]


def is_repeat(brought_by: Import) -> bool:
    return brought_by.error.endswith("nothing to do.")


def what_it_is(brought_by: Import) -> str:
    """This is POMI, long format, London, 6 months, 542,490 rows."""
    parts = [brought_by.format_words, regions_in_words(brought_by.regions)]
    if brought_by.months:
        parts.append(months_in_words([parse_month(month) for month in brought_by.months]))
    parts.append(plural(brought_by.rows, "row"))
    return f"This is {', '.join(part for part in parts if part)}."


def regions_in_words(regions: list[str]) -> str:
    known = geography()
    return " and ".join(
        ALL_REGIONS if region == EVERY_REGION else known.name_of(region) or region for region in regions
    )


def months_in_words(months: list[date]) -> str:
    if len(months) == 1:
        return month_label(months[0])
    return f"{len(months)} months from {month_label(months[0])} to {month_label(months[-1])}"


def in_words(brought_by: Import, outcome: Outcome) -> str:
    lines = [outcome.result.capitalize() + "."]
    if brought_by.format_words:
        lines.append(what_it_is(brought_by))
    for table, choices in questions(brought_by):
        services = ", ".join(f"{key.rsplit('_', 1)[-1]} ({words})" for key, words in choices)
        lines.append(f"{table} does not say which service it is about. Say --service: {services}.")
    lines += notes(brought_by)
    if brought_by.error:
        lines.append(brought_by.error)
    if brought_by.months:
        new, changed, unchanged = map(count, (brought_by.new, brought_by.changed, brought_by.unchanged))
        lines.append(
            f"{new} new, {changed} changed, {unchanged} unchanged practice-months; "
            f"{plural(brought_by.refused, 'row')} refused, {plural(brought_by.warned, 'warning')}, "
            f"{plural(brought_by.skipped, 'row')} out of scope."
        )
    for title, key in (("Refused", "refusals"), ("Warnings", "warnings")):
        for kind in brought_by.preview.get(key, []):
            example = kind["examples"][0] if kind["examples"] else ""
            lines.append(f"  {title}: {kind['code'].replace('_', ' ')}, {count(kind['count'])}. {example}")
    if brought_by.reason_needed and outcome.code in (3, 4):
        lines.append(brought_by.reason_needed)
    if outcome.code == 3:
        lines.append(f"Confirm it in the browser: /imports/{brought_by.pk}/")
    if outcome.code == 5:
        lines.append(f"Or answer in the browser: /imports/{brought_by.pk}/")
    return "\n".join(lines)
