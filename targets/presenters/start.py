"""The start page: what this person has to do or to know first."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.urls import reverse
from django.utils import timezone

from accounts.models import User
from core import wording
from core.months import add_months, long_date, month_label, parse_month
from practices import measures
from practices.geography import Area
from practices.models import Doubt, Import
from practices.signals import PanelItem, StartPanel
from targets.analysis import Crossing
from targets.presenters import words
from targets.presenters.context_bar import address
from targets.presenters.practice_table import practice_url
from targets.reading.question import Question
from targets.reading.start import GRID_MONTHS, Cell
from targets.sums import PracticeScore

FACILITATOR_ORDER = (
    "next_visit",
    "overdue_actions",
    "due_actions",
    "priorities",
    "planned_visits",
    "drafts",
    "changes",
)
LEAD_ORDER = ("overdue_actions", "latest_report", "planned_visits")
NUMBERS = ("Nothing is due", "One thing", "Two things", "Three things", "Four things", "Five things")


def greeting(user: User, now: datetime) -> str:
    hour = timezone.localtime(now).hour
    part = "morning" if hour < 12 else "afternoon" if hour < 18 else "evening"
    first = user.name.split()[0] if user.name else ""
    return f"Good {part}, {first}." if first else f"Good {part}."


def things_today(panels: Mapping[str, StartPanel]) -> str:
    """ "Three things today.": a visit, what is overdue, what is due, what is still a draft."""
    waiting = [key for key in ("next_visit", "overdue_actions", "due_actions", "drafts") if key in panels]
    number = sum(bool(panels[key].items) for key in waiting)
    return f"{NUMBERS[number]} today." if number < len(NUMBERS) else ""


def in_order(panels: Mapping[str, StartPanel], order: Sequence[str]) -> list[StartPanel]:
    """The panels in the order in which the role needs them, and then any other."""
    known = [panels[key] for key in order if key in panels]
    return known + [panel for key, panel in panels.items() if key not in order]


def crossed(question: Question, crossings: Sequence[Crossing]) -> StartPanel:
    """Practices that crossed a line since the month before."""
    rule, month = question.rule, question.month
    items = [
        PanelItem(
            words=f"{score.name} {'now meets' if met else 'no longer meets'} it",
            url=practice_url(question, score.code),
            meta=_crossing_words(score),
            urgent=not met,
        )
        for score, met in sorted(
            crossings, key=lambda crossing: (crossing.up, crossing.score.name, crossing.score.code)
        )
    ]
    named = words.in_sentence(rule) if rule else "target"
    since = month_label(add_months(month, -1)) if month else ""
    broken = question.frame.breaks.why_not(rule, add_months(month, -1), month) if rule and month else ""
    nobody = f"No practice {'that can be compared ' if broken else ''}crossed the {named} since {since}."
    return StartPanel(
        key="crossed",
        title="Practices that crossed a line",
        items=tuple(items[:10]),
        total=len(items),
        empty=" ".join(part for part in (broken, nobody) if part) if since else "",
    )


def _crossing_words(score: PracticeScore) -> str:
    if score.share is None:
        return ""
    return (
        f"{wording.share(score.numerator, score.denominator)}, {wording.of_words(score.numerator, score.denominator)}"
    )


def area_links(question: Question, areas: Sequence[Area]) -> list[dict[str, str]]:
    return [{"name": area.short_name, "url": question.url(area)} for area in areas]


# The administrator's panels


def import_panels(imports: Sequence[Import]) -> list[StartPanel]:
    waiting = [i for i in imports if i.state in Import.WAITING]
    failed = [i for i in imports if i.state in (Import.State.FAILED, Import.State.REFUSED)]
    landed = [i for i in imports if i.state == Import.State.LANDED]
    running = [i for i in imports if i.state in Import.UNDER_WAY]
    more = {"more_url": address("practices:imports"), "more_words": "All imports"}
    found = [
        StartPanel("waiting", "Waiting for you", _items(waiting), len(waiting), "Nothing is waiting.", **more),
        StartPanel("failed", "Failed or refused", _items(failed, urgent=True), len(failed), "Nothing failed.", **more),
        StartPanel("landed", "What came in", _items(landed), len(landed), "Nothing has come in yet.", **more),
    ]
    return [StartPanel("running", "Under way", _items(running), len(running)), *found] if running else found


def _items(imports: Sequence[Import], *, urgent: bool = False) -> tuple[PanelItem, ...]:
    return tuple(
        PanelItem(
            words=brought_by.file_name,
            url=address("practices:import", brought_by.pk),
            meta=_import_words(brought_by),
            urgent=urgent,
        )
        for brought_by in imports[:5]
    )


def _import_words(brought_by: Import) -> str:
    if brought_by.state in (Import.State.FAILED, Import.State.REFUSED):
        return brought_by.error or brought_by.get_state_display()
    if brought_by.state == Import.State.ASKING:
        return "It does not say which service it is about"
    day = brought_by.landed_at or brought_by.created_at
    parts = [long_date(timezone.localtime(day).date())]
    if brought_by.months:
        months = [month_label(parse_month(month)) for month in brought_by.months]
        parts.append(months[0] if len(months) == 1 else f"{months[0]} to {months[-1]}")
    parts.append(f"{wording.count(brought_by.new)} new, {wording.count(brought_by.changed)} changed")
    return ", ".join(parts)


def doubts_panel(by_kind: Mapping[str, int]) -> StartPanel:
    total = sum(by_kind.values())
    url = address("practices:quality")
    items = [
        PanelItem(words=f"{label}: {wording.count(by_kind[kind])}", url=f"{url}?kind={kind}" if url else "")
        for kind, label in Doubt.Kind.choices
        if by_kind.get(kind)
    ]
    return StartPanel("doubts", "Doubts open", tuple(items), total, "No doubt is open.", url, "The data-quality desk")


def people_panel(number: int) -> StartPanel:
    items: tuple[PanelItem, ...] = ()
    if number:
        verb = "has" if number == 1 else "have"
        text = f"{wording.plural(number, 'person', 'people')} {verb} no second factor"
        items = (PanelItem(words=text, url=address("accounts:people"), urgent=True),)
    return StartPanel("people", "People", items, number, "Everybody has a second factor.")


def grid(question: Question, cells: Sequence[Cell]) -> dict[str, Any] | None:
    """Months x sources: how many practices each has, so that a missing month is seen."""
    if not cells:
        return None
    last = max(info.month for info in question.frame.months)
    months = [add_months(last, -back) for back in range(GRID_MONTHS - 1, -1, -1)]
    first = min(cell.month for cell in cells)
    months = [month for month in months if month >= first]
    found = {(cell.source, cell.month): cell.practices for cell in cells}
    return {
        "months": [month_label(month) for month in months],
        "rows": [
            {"source": label, "cells": [wording.count(found[s, m]) if (s, m) in found else "" for m in months]}
            for s, label in measures.source_choices()
        ],
    }


def primary(user: User, area: Area | None, question: Question) -> dict[str, str]:
    """The one thing that a person of this role comes to do."""
    if user.is_administrator:
        return {"words": "Import a file", "url": address("practices:imports")}
    if user.is_facilitator:
        return {"words": "Log a visit", "url": address("visits:choose") or reverse("targets:practice_list")}
    if user.is_ccg_lead:
        return {"words": "Open the dashboard", "url": question.url(area) if area else reverse("targets:dashboard")}
    return {"words": "Open London", "url": reverse("targets:london") + question.query()}
