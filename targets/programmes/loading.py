"""Brings the definitions into the database: versions are added, never changed."""

from dataclasses import asdict
from pathlib import Path
from typing import Any

from django.db import transaction

from core import audit
from practices.services import versions
from targets.models import Programme, TargetRule
from targets.programmes.definitions import (
    FOLDER,
    DefinitionError,
    ProgrammeDefinition,
    called,
    check_versions,
    read_all,
)
from targets.rules import Rule

# An administrator may end an open version; its file need not say so.
ENDED_HERE = "effective_to"


@transaction.atomic
def load(folder: Path = FOLDER) -> None:
    """Adds programmes and rule versions that the files name and the database does not hold.

    Safe to repeat. Raises DefinitionError where a file is wrong, changes a version that is already there, or overlaps
    with one.
    """
    definitions = read_all(folder)
    default = next(definition for definition in definitions if definition.is_default)
    Programme.objects.exclude(slug=default.slug).filter(is_default=True).update(is_default=False)
    for definition in definitions:
        programme = _programme(definition)
        existing = {(rule.target, rule.version): rule for rule in programme.rules.all()}
        for rule in definition.rules:
            stored = existing.get((rule.target, rule.version))
            if stored is None:
                _add(programme, rule, list(existing.values()))
            else:
                _check_unchanged(stored, rule, definition)


def _programme(definition: ProgrammeDefinition) -> Programme:
    values = {
        "name": definition.name,
        "words": definition.words,
        "is_default": definition.is_default,
        "position": definition.position,
    }
    return Programme.objects.update_or_create(slug=definition.slug, defaults=values)[0]


def _add(programme: Programme, rule: Rule, existing: list[TargetRule]) -> None:
    others = [stored.as_rule() for stored in existing if stored.target == rule.target]
    check_versions([*others, rule], programme.name)
    added = TargetRule.objects.create(programme=programme, **_values(rule))
    versions.announce(versions.NO_FIGURES)
    audit.record(by=None, verb="added rule version", instance=added, after={"definition": rule.definition})


def _check_unchanged(stored: TargetRule, rule: Rule, definition: ProgrammeDefinition) -> None:
    values = _values(rule)
    if rule.effective_to is None:
        del values[ENDED_HERE]
    changed = sorted(name for name, value in values.items() if getattr(stored, name) != value)
    if changed:
        raise DefinitionError(
            f"{definition.name}: {called(rule)} is in force already and cannot change ({', '.join(changed)}). "
            "Scores name the version that they used: end it and add a version with the new words."
        )


def _values(rule: Rule) -> dict[str, Any]:
    """What a version stores of its definition; whether it is published follows from its columns."""
    values = asdict(rule) | {"numerator": list(rule.numerator), "denominator": list(rule.denominator)}
    return {name: value for name, value in values.items() if name not in ("pk", "published")}
