"""Figures that a person types, at a desk or at a practice, as versions beside those that files bring."""

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils import timezone

from core import audit
from core.models import PortalState
from core.months import month_end, month_of
from practices.models import MonthlyFigures, Organisation
from practices.returns import headings
from practices.signals import figures_changed

OBSERVED = (*headings.COLUMNS, "ecommunication_answered")
TYPED_SOURCES = (MonthlyFigures.Source.RETURN, MonthlyFigures.Source.VISIT)


@transaction.atomic
def record_observation(
    *, practice: Organisation, month: date, source: str, values: Mapping[str, Any], reference: str, by: Any
) -> MonthlyFigures:
    """Makes what a person saw or typed the live version of a practice, month and source ("return" or "visit").

    `values` are typed values by column of MonthlyFigures. A column that is not named keeps what the live version says;
    None or "" empties it. `reference` is the id of the visit or form. The same values again change nothing. Raises
    ValidationError, by column, for what is impossible.
    """
    if source not in TYPED_SOURCES or not set(values) <= set(OBSERVED):
        raise ValueError(f"{source} does not give {sorted(set(values) - set(OBSERVED))}")
    month = month_of(month)
    former: MonthlyFigures | None = (
        MonthlyFigures.objects.live().select_for_update().filter(practice=practice, month=month, source=source).first()
    )
    merged = {column: getattr(former, column) for column in OBSERVED} if former else {}
    merged |= values
    if "ecommunication_answered" not in values:
        merged["ecommunication_answered"] = headings.answers_ecommunication(merged)
    if source == MonthlyFigures.Source.RETURN:
        _refuse_impossible(merged, month)
    version = _new_version(practice, month, source, merged, reference, by)
    if former and all(getattr(former, column) == getattr(version, column) for column in OBSERVED):
        return former
    _land(version, former)
    _tell(version, former, by=by)
    return version


@transaction.atomic
def withdraw_observation(*, source: str, reference: str, by: Any) -> bool:
    """Takes back what a visit or form said; the version before it counts again. False where there was nothing live."""
    versions = MonthlyFigures.objects.select_for_update().filter(source=source, reference=reference)
    live = versions.live().select_related("practice").first()
    versions.exclude(standing=MonthlyFigures.Standing.WITHDRAWN).update(standing=MonthlyFigures.Standing.WITHDRAWN)
    if live is None:
        return False
    former = (
        MonthlyFigures.objects.filter(practice=live.practice, month=live.month, source=source)
        .filter(standing__in=[MonthlyFigures.Standing.SUPERSEDED, MonthlyFigures.Standing.REPEAT])
        .order_by("-landed_at", "-pk")
        .first()
    )
    if former:
        former.standing, former.superseded_by = MonthlyFigures.Standing.LIVE, None
        former.save(update_fields=["standing", "superseded_by"])
    audit.record(by=by, verb="withdrew figures", instance=live, before=_said(live), after=_said(former))
    _announce(live)
    return True


def _refuse_impossible(values: Mapping[str, Any], month: date) -> None:
    problems = headings.problems(values, month)
    if problems:
        raise ValidationError({problem.column: ValidationError(problem.message, problem.code) for problem in problems})


def _new_version(
    practice: Organisation, month: date, source: str, values: Mapping[str, Any], reference: str, by: Any
) -> MonthlyFigures:
    filled = {column: value for column, value in values.items() if value is not None}
    return MonthlyFigures(
        practice=practice,
        month=month,
        source=source,
        standing=MonthlyFigures.Standing.LIVE,
        ccg=practice.ccg_on(month_end(month)),
        practice_name=practice.name,
        supplier=practice.supplier,
        reference=str(reference),
        recorded_by=by,
        landed_at=timezone.now(),
        **filled,
    )


def _land(version: MonthlyFigures, former: MonthlyFigures | None) -> None:
    """The former version leaves first: the database allows one live version a key."""
    if former:
        former.standing = MonthlyFigures.Standing.SUPERSEDED
        former.save(update_fields=["standing"])
    version.save(force_insert=True)
    if former:
        former.superseded_by = version
        former.save(update_fields=["superseded_by"])


def _said(version: MonthlyFigures | None) -> dict[str, Any] | None:
    if version is None:
        return None
    return {name: value for name, value in audit.snapshot(version, OBSERVED).items() if value not in (None, "")}


def _tell(version: MonthlyFigures, former: MonthlyFigures | None, *, by: Any) -> None:
    audit.record(by=by, verb="recorded figures", instance=version, before=_said(former), after=_said(version))
    _announce(version)


def _announce(version: MonthlyFigures) -> None:
    PortalState.figures_changed()
    figures_changed.send(
        sender=MonthlyFigures, months={version.month}, practices={version.practice_id}, sources={version.source}
    )
