"""The three selects under the header and the line that says where the data come from."""

from typing import Any

from django.urls import NoReverseMatch, reverse

from core.months import long_date, month_end, month_key, month_label
from targets import guide
from targets.presenters import words
from targets.reading.areas import LONDON, Area, Kind
from targets.reading.context import PageContext
from targets.reading.frame import Rule

GROUPS = ((Kind.STP, "STPs"), (Kind.CCG, "CCGs"), (Kind.BOROUGH, "Boroughs"))


def context_bar(context: PageContext, *, practice: str = "") -> dict[str, Any]:
    """practice: the code of the practice that the page shows; then month and programme are all there is to choose."""
    tree = context.frame.tree
    areas: list[dict[str, str]] = []
    if not practice:
        areas = [{"value": LONDON.choice, "label": LONDON.name, "group": ""}]
        for kind, group in GROUPS:
            areas += [{"value": a.choice, "label": _label(a), "group": group} for a in tree.of_kind(kind)]
    info = context.month_info
    return {
        "action": reverse("targets:practice", args=[practice]) if practice else reverse("targets:go"),
        "areas": areas,
        "area": context.area.choice,
        "months": [{"value": month_key(i.month), "label": month_label(i.month)} for i in context.frame.months],
        "month": month_key(context.month) if context.month else "",
        "programmes": [{"value": p.slug, "label": p.name} for p in context.frame.programmes],
        "programme": context.programme.slug if context.programme else "",
        "data_line": words.data_line(context),
        "data_url": import_url(context) if info else "",
    }


def _label(area: Area) -> str:
    if area.kind == Kind.CCG and area.closed:
        return f"{area.short_name} (to {month_label(area.closed)})"
    return area.short_name


def import_url(context: PageContext) -> str:
    """Only administrators read imports."""
    info = context.month_info
    if info is None or info.brought_by is None or not context.user.is_administrator:
        return ""
    return address("practices:import", info.brought_by)


def address(name: str, *arguments: object) -> str:
    """The address of a page, or nothing where the portal has no such page."""
    try:
        return reverse(name, args=arguments)
    except NoReverseMatch:
        return ""


def definitions(context: PageContext) -> list[dict[str, str]]:
    """What each target asks, with the version of the rule."""
    return [definition(context, rule) for rule in context.rules]


def definition(context: PageContext, rule: Rule) -> dict[str, str]:
    until = f" to {long_date(rule.effective_to)}" if rule.effective_to else ""
    programme = context.programme.name if context.programme else ""
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


def month_words(context: PageContext) -> str:
    return long_date(month_end(context.month)) if context.month else ""
