"""The three selects under the header and the line that says where the data come from."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from core.months import long_date, month_end, month_key, month_label
from targets import guide
from targets.presenters import words
from targets.question import Question
from targets.reading.areas import LONDON, Area, Kind
from targets.reading.page import Page
from targets.rules import Rule

GROUPS = ((Kind.STP, "STPs"), (Kind.CCG, "CCGs"), (Kind.BOROUGH, "Boroughs"))


def context_bar(page: Page, *, practice: str = "") -> dict[str, Any]:
    """practice: the code of the practice that the page shows; then month and programme are all there is to choose."""
    question = page.question
    tree = question.frame.tree
    areas: list[dict[str, str]] = []
    if not practice:
        areas = [{"value": LONDON.choice, "label": LONDON.name, "group": ""}]
        for kind, group in GROUPS:
            areas += [{"value": a.choice, "label": _label(a), "group": group} for a in tree.of_kind(kind)]
    info = question.month_info
    return {
        "action": reverse("targets:practice", args=[practice]) if practice else reverse("targets:go"),
        "areas": areas,
        "area": question.area.choice,
        "months": [{"value": month_key(i.month), "label": month_label(i.month)} for i in question.frame.months],
        "month": month_key(question.month) if question.month else "",
        "programmes": [{"value": p.slug, "label": p.name} for p in question.frame.programmes],
        "programme": question.programme.slug if question.programme else "",
        "data_line": words.data_line(question),
        "data_url": import_url(page) if info else "",
    }


def _label(area: Area) -> str:
    if area.kind == Kind.CCG and area.closed:
        return f"{area.short_name} (to {month_label(area.closed)})"
    return area.short_name


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
