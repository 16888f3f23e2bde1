"""Figures that a person types, at a desk or at a practice, as versions beside those that files bring."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from accounts.models import User
from core import audit
from core.months import month_end, month_of
from practices import measures
from practices.models import MonthlyFigures, Organisation
from practices.returns import headings
from practices.services import versions

TYPED_SOURCES = measures.sources(published=False)


@transaction.atomic
def record_observation(
    *, practice: Organisation, month: date, source: str, values: Mapping[str, Any], reference: str, by: User | None
) -> MonthlyFigures:
    """Makes what a person saw or typed the live version of a practice, month and source ("return" or "visit").

    `values` are typed values by column of MonthlyFigures. A column that is not named keeps what the live version says;
    None or "" empties it. `reference` is the id of the visit or form. The same values again change nothing. Raises
    ValidationError, by column, for what is impossible.
    """
    columns = measures.columns_of(source)
    if source not in TYPED_SOURCES or not set(values) <= set(columns):
        raise ValueError(f"{source} does not give {sorted(set(values) - set(columns))}")
    month = month_of(month)
    former: MonthlyFigures | None = (
        MonthlyFigures.objects.live().select_for_update().filter(practice=practice, month=month, source=source).first()
    )
    merged = {column: getattr(former, column) for column in columns} if former else {}
    merged |= values
    if "ecommunication_answered" not in values:
        merged["ecommunication_answered"] = headings.answers_ecommunication(merged)
    if source == measures.RETURN.key:
        _refuse_impossible(merged, month)
    version = _new_version(practice, month, source, merged, reference, by)
    if former and all(getattr(former, column) == getattr(version, column) for column in columns):
        return former
    changed = versions.land_typed(version, former)
    audit.record(by=by, verb="recorded figures", instance=version, before=_said(former), after=_said(version))
    versions.announce(changed)
    return version


@transaction.atomic
def withdraw_observation(*, source: str, reference: str, by: User | None) -> bool:
    """Takes back what a visit or form said; the version before it counts again. False where there was nothing live."""
    withdrawn = list(
        MonthlyFigures.objects.live()
        .select_for_update(of=("self",))
        .select_related("practice")
        .filter(source=source, reference=reference)
    )
    changed = versions.withdraw_typed(source=source, reference=reference)
    for row in withdrawn:
        former = MonthlyFigures.objects.live().filter(practice=row.practice, month=row.month, source=source).first()
        audit.record(by=by, verb="withdrew figures", instance=row, before=_said(row), after=_said(former))
    if withdrawn:
        versions.announce(changed)
    return bool(withdrawn)


def _refuse_impossible(values: Mapping[str, Any], month: date) -> None:
    problems = headings.problems(values, month)
    if problems:
        raise ValidationError({problem.column: ValidationError(problem.message, problem.code) for problem in problems})


def _new_version(
    practice: Organisation, month: date, source: str, values: Mapping[str, Any], reference: str, by: User | None
) -> MonthlyFigures:
    filled = {column: value for column, value in values.items() if value is not None}
    return MonthlyFigures(
        practice=practice,
        month=month,
        source=source,
        ccg=practice.ccg_on(month_end(month)),
        practice_name=practice.name,
        supplier=practice.supplier,
        reference=str(reference),
        recorded_by=by,
        landed_at=timezone.now(),
        **filled,
    )


def _said(version: MonthlyFigures | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {
        name: value
        for name, value in audit.snapshot(version, measures.columns_of(version.source)).items()
        if value not in (None, "")
    }
