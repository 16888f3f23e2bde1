"""The three selects under the header and the line that says where the data come from."""

from datetime import date
from typing import Any

from django.urls import NoReverseMatch, reverse

from core.months import long_date, month_end, month_key, month_label
from practices.geography import Area
from practices.geography import AreaKind as Kind
from targets import guide
from targets.presenters import words
from targets.reading.page import Page
from targets.reading.question import Question
from targets.rules import Rule

GROUPS = (Kind.STP, Kind.CCG, Kind.BOROUGH)
OTHER_TIMES = "At other times"


def context_bar(page: Page, *, practice: str = "") -> dict[str, Any]:
    """practice: the code of the practice that the page shows; then month and programme are all there is to choose."""
    question = page.question
    info = question.month_info
    return {
        "action": reverse("targets:practice", args=[practice]) if practice else reverse("targets:go"),
        "areas": [] if practice else _areas(question),
        "area": question.area.choice,
        "months": [{"value": month_key(i.month), "label": month_label(i.month)} for i in question.frame.months],
        "month": month_key(question.month) if question.month else "",
        "programmes": [{"value": p.slug, "label": p.name} for p in question.frame.programmes],
        "programme": question.programme.slug if question.programme else "",
        "data_line": words.data_line(question),
        "data_url": import_url(page) if info else "",
    }


def _areas(question: Question) -> list[dict[str, str]]:
    """The areas of the month, called as they were then; after them those that there were before or after it."""
    tree, month = question.frame.tree, question.month
    found = [{"value": tree.home.choice, "label": tree.home.name, "group": ""}]
    others = []
    for kind in GROUPS:
        group = question.term(kind).heading
        for area in tree.of_kind(kind):
            if month is None or question.frame.is_of_month(area, month):
                found.append({"value": area.choice, "label": area.short_name, "group": group})
            else:
                others.append({"value": area.choice, "label": _with_days(area, month), "group": OTHER_TIMES})
    return found + others


def _with_days(area: Area, month: date) -> str:
    if area.closed and area.closed < month:
        return f"{area.short_name} (to {month_label(area.closed)})"
    return f"{area.short_name} (from {month_label(area.opened)})" if area.opened else area.short_name


def import_url(page: Page) -> str:
    """Only administrators read imports."""
    info = page.question.month_info
    if info is None or info.brought_by is None or not page.user.is_administrator:
        return ""
    return address("practices:import", info.brought_by)


def address(name: str, *arguments: object) -> str:
    """The address of a page, or nothing where the portal has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def definitions(question: Question) -> list[dict[str, str]]:
    """What each target asks, with the version of the rule."""
    return [definition(question, rule) for rule in question.rules]


def definition(question: Question, rule: Rule) -> dict[str, str]:
    until = f" to {long_date(rule.effective_to)}" if rule.effective_to else ""
    programme = question.programme.name if question.programme else ""
    return {
        "target": rule.target,
        "name": rule.name,
        "title": rule.title,
        "words": rule.definition,
        "numerator": rule.numerator_words,
        "denominator": rule.denominator_words,
        "note": rule.note,
        "source": rule.source_words,
        "version": f"{programme}, version {rule.version}, in force from {long_date(rule.effective_from)}{until}",
        "guide_url": guide.url_for(rule.target),
    }


def month_words(question: Question) -> str:
    return long_date(month_end(question.month)) if question.month else ""
