"""Doubts in finished words."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import reverse

from accounts.models import User
from core import wording
from core.months import long_date, month_key, month_label
from core.navigation import address
from practices import measures
from practices.models import Doubt

NO_SUPPLIER = "Supplier not known"


@dataclass(frozen=True)
class DoubtRow:
    id: UUID
    url: str
    kind: str
    practice: str
    practice_code: str
    practice_url: str
    month: str
    figure: str
    words: str
    published: str
    own: str
    supplier: str
    raised: str
    source: str
    source_url: str
    state: str
    is_open: bool
    with_whom: str
    resolution: str


def doubt_row(doubt: Doubt, user: User) -> DoubtRow:
    raised_by = doubt.raised_by.name if doubt.raised_by else "the portal"
    settled = ""
    if doubt.resolved_at:
        settled_by = doubt.resolved_by.name if doubt.resolved_by else "the portal"
        settled = f"{doubt.resolution} ({settled_by}, {long_date(doubt.resolved_at.date())})"
    return DoubtRow(
        id=doubt.pk,
        url=reverse("practices:doubt", args=[doubt.pk]),
        kind=doubt.get_kind_display(),
        practice=doubt.practice.name,
        practice_code=doubt.practice.code,
        practice_url=reverse("targets:practice", args=[doubt.practice.code]),
        month=month_label(doubt.month) if doubt.month else "",
        figure=measures.label(doubt.measure),
        words=doubt.words,
        published=wording.count(doubt.published_value) if doubt.published_value is not None else "",
        own=wording.count(doubt.own_value) if doubt.own_value is not None else "",
        supplier=doubt.supplier,
        raised=f"{long_date(doubt.raised_at.date())} by {raised_by}",
        source=doubt.brought_by.file_name if doubt.brought_by else "",
        source_url=reverse("practices:import", args=[doubt.brought_by_id])
        if doubt.brought_by_id and user.is_administrator and address("practices:imports")
        else "",
        state=doubt.get_state_display(),
        is_open=doubt.state != Doubt.State.RESOLVED,
        with_whom=doubt.assigned_to.name if doubt.assigned_to else "",
        resolution=settled,
    )


def kind_tabs(counts: dict[str, int], chosen: str) -> list[dict[str, Any]]:
    """How many doubts are open of each kind, in the order in which the desk works through them."""
    return [
        {"value": value, "label": label, "count": wording.count(counts.get(value, 0)), "current": value == chosen}
        for value, label in Doubt.Kind.choices
    ]


@dataclass(frozen=True)
class SupplierQuestions:
    supplier: str
    count: str
    rows: list[list[str]]


QUESTION_HEADINGS = ("Supplier", "Practice", "ODS code", "Month", "Figure", "Published", "What we ask", "State")


def question_row(doubt: Doubt) -> list[str]:
    return [
        doubt.supplier or NO_SUPPLIER,
        doubt.practice.name,
        doubt.practice.code,
        month_key(doubt.month) if doubt.month else "",
        measures.label(doubt.measure),
        "" if doubt.published_value is None else str(doubt.published_value),
        doubt.words,
        doubt.get_state_display(),
    ]


def by_supplier(doubts: Iterable[Doubt]) -> list[SupplierQuestions]:
    """Expects the doubts in the order of their suppliers."""
    groups: dict[str, list[list[str]]] = {}
    for doubt in doubts:
        row = question_row(doubt)
        groups.setdefault(row[0], []).append(row[1:])
    return [SupplierQuestions(name, wording.plural(len(rows), "question"), rows) for name, rows in groups.items()]
