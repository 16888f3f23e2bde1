"""Reads and checks the YAML files of the programmes. Knows no database: files in, plain values out."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from itertools import combinations
from pathlib import Path
from typing import Any

import yaml
from django.core.exceptions import ImproperlyConfigured

from practices import measures
from targets.models import Target, TargetRule
from targets.rules import Rule

FOLDER = Path(__file__).parent

COUNTS = frozenset(measures.columns("stock", "flow"))
STATUSES = frozenset(measures.columns("status"))
EVIDENCE = frozenset(measures.columns("date"))

PROGRAMME_KEYS = frozenset({"slug", "name", "default", "position", "words", "rules"})
RULE_KEYS = frozenset(
    {
        "target",
        "version",
        "from",
        "to",
        "measured",
        "numerator",
        "denominator",
        "threshold",
        "direction",
        "unit",
        "title",
        "definition",
        "numerator_words",
        "denominator_words",
        "note",
        "source",
        "author",
    }
)
NEEDED = ("target", "version", "from", "measured", "numerator", "unit", "title", "definition", "source", "author")


class DefinitionError(ImproperlyConfigured):
    """A programme's file says something that cannot be: the sentence names the file and the rule."""


@dataclass(frozen=True)
class ProgrammeDefinition:
    slug: str
    name: str
    words: str
    is_default: bool
    position: int
    rules: tuple[Rule, ...]


def read_all(folder: Path = FOLDER) -> list[ProgrammeDefinition]:
    """Every programme of a folder, checked. Raises DefinitionError with a sentence."""
    programmes = [read(path) for path in sorted(folder.glob("*.yaml"))]
    if sum(programme.is_default for programme in programmes) != 1:
        raise DefinitionError("Exactly one programme must be the default.")
    slugs = [programme.slug for programme in programmes]
    if len(slugs) != len(set(slugs)):
        raise DefinitionError("Two programmes have the same slug.")
    return programmes


def read(path: Path) -> ProgrammeDefinition:
    try:
        content = yaml.safe_load(path.read_text(encoding="utf-8"))
    except yaml.YAMLError as error:
        raise DefinitionError(f"{path.name} is not YAML: {error}") from error
    where = path.name
    _check_keys(content, PROGRAMME_KEYS, ("slug", "name", "words"), where)
    rules = tuple(_rule(entry, where) for entry in content.get("rules") or [])
    check_versions(rules, where)
    return ProgrammeDefinition(
        slug=content["slug"],
        name=content["name"],
        words=_text(content["words"]),
        is_default=bool(content.get("default", False)),
        position=int(content.get("position", 0)),
        rules=rules,
    )


def called(rule: Rule) -> str:
    """As the sentences of errors name it; a target that is none has no name of its own."""
    return f"{rule.target}, version {rule.version}"


def check_versions(rules: Iterable[Rule], where: str) -> None:
    """No version twice, and no two versions of a target in force on the same day."""
    for one, other in combinations(sorted(rules, key=lambda rule: (rule.target, rule.effective_from)), 2):
        if one.target != other.target:
            continue
        if one.version == other.version:
            raise DefinitionError(f"{where}: {called(one)} stands there twice.")
        if one.effective_to is None or one.effective_to >= other.effective_from:
            raise DefinitionError(f"{where}: versions {one.version} and {other.version} of {one.target} overlap.")


def _rule(entry: Any, where: str) -> Rule:
    _check_keys(entry, RULE_KEYS, NEEDED, where)
    numerator, denominator = tuple(entry["numerator"]), tuple(entry.get("denominator") or ())
    rule = Rule(
        pk=0,
        published=measures.published((*numerator, *denominator)),
        target=entry["target"],
        version=int(entry["version"]),
        effective_from=_day(entry["from"], where),
        effective_to=_day(entry["to"], where) if entry.get("to") else None,
        measured=entry["measured"],
        numerator=numerator,
        denominator=denominator,
        threshold=_threshold(entry.get("threshold"), where),
        direction=entry.get("direction", TargetRule.Direction.AT_LEAST.value),
        unit=entry["unit"],
        title=entry["title"],
        definition=_text(entry["definition"]),
        numerator_words=_text(entry.get("numerator_words", "")),
        denominator_words=_text(entry.get("denominator_words", "")),
        note=_text(entry.get("note", "")),
        source_words=_text(entry["source"]),
        author=entry["author"],
    )
    check_rule(rule, where)
    return rule


def check_rule(rule: Rule, where: str) -> None:
    """Raises DefinitionError for a rule that could not be scored."""
    place = f"{where}: {called(rule)}"
    if rule.target not in Target.values:
        raise DefinitionError(f"{place}: the portal knows no target {rule.target!r}.")
    if rule.direction not in TargetRule.Direction.values:
        raise DefinitionError(f"{place}: the direction must be one of {', '.join(TargetRule.Direction.values)}.")
    if rule.effective_to is not None and rule.effective_to < rule.effective_from:
        raise DefinitionError(f"{place}: it ends before it begins.")
    if rule.measured == TargetRule.Measured.RATIO:
        _check_ratio(rule, place)
    elif rule.measured == TargetRule.Measured.STATUS:
        _check_only_column(rule, STATUSES, "a function status", place)
    elif rule.measured == TargetRule.Measured.EVIDENCE:
        _check_only_column(rule, EVIDENCE, "a date of evidence", place)
    else:
        raise DefinitionError(f"{place}: it is measured by one of {', '.join(TargetRule.Measured.values)}.")


def _check_ratio(rule: Rule, place: str) -> None:
    if rule.threshold is None or not 0 < rule.threshold <= 1:
        raise DefinitionError(f"{place}: a share needs a threshold above 0 and at most 1, such as 0.20.")
    columns = set(rule.numerator) | set(rule.denominator)
    if not rule.numerator or not rule.denominator:
        raise DefinitionError(f"{place}: a share needs columns for its numerator and its denominator.")
    unknown = sorted(columns - COUNTS)
    if unknown:
        raise DefinitionError(f"{place}: the monthly figures have no count named {', '.join(unknown)}.")
    if not measures.given_by(columns):
        said_by = sorted({measures.first_source(column) for column in columns}, key=lambda source: source.rank)
        either = " or all from ".join(source.rows for source in said_by)
        raise DefinitionError(f"{place}: a share takes all its columns from {either}.")


def _check_only_column(rule: Rule, allowed: frozenset[str], what: str, place: str) -> None:
    if len(rule.numerator) != 1 or rule.numerator[0] not in allowed or rule.denominator or rule.threshold is not None:
        raise DefinitionError(
            f"{place}: its numerator is {what} ({', '.join(sorted(allowed))}); it has no denominator and no threshold."
        )


def _check_keys(content: Any, known: frozenset[str], needed: Iterable[str], where: str) -> None:
    if not isinstance(content, dict):
        raise DefinitionError(f"{where}: names and values are expected.")
    unknown = sorted(str(key) for key in set(content) - known)
    missing = [key for key in needed if content.get(key) in (None, "")]
    if unknown:
        raise DefinitionError(f"{where}: unknown entries: {', '.join(unknown)}.")
    if missing:
        raise DefinitionError(f"{where}: missing entries: {', '.join(missing)}.")


def _day(value: Any, where: str) -> date:
    if isinstance(value, date):
        return value
    raise DefinitionError(f"{where}: {value!r} is not a date such as 2016-04-01.")


def _threshold(value: Any, where: str) -> Decimal | None:
    if value is None:
        return None
    if not isinstance(value, str):
        raise DefinitionError(f'{where}: a threshold is written in quotation marks, such as "0.20", to stay exact.')
    try:
        return Decimal(value)
    except InvalidOperation as error:
        raise DefinitionError(f"{where}: {value!r} is not a threshold such as 0.20.") from error


def _text(value: str) -> str:
    return " ".join(str(value).split())
