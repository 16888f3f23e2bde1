"""The guide's pages, the list of programmes and a target's own page, in finished words."""

from typing import Any

from django.urls import reverse

from core.months import long_date, month_label
from core.wording import percent
from practices.geography import AreaKind as Kind
from targets import guide
from targets.guide import GuidePage
from targets.presenters import dashboard, words
from targets.reading.frame import ProgrammeInfo
from targets.reading.page import Page
from targets.reading.question import Question
from targets.rules import TARGETS, Rule
from targets.sums import Sums

START = {"label": "Start", "url": "/"}


def guide_index() -> dict[str, Any]:
    return {
        "pages": [_card(page) for page in guide.pages()],
        "targets_url": reverse("targets:targets"),
        "breadcrumbs": [START],
    }


def _card(page: GuidePage) -> dict[str, str]:
    return {
        "title": page.title,
        "summary": page.summary,
        "url": reverse("targets:guide_page", args=[page.slug]),
    }


def guide_page(question: Question, page: GuidePage) -> dict[str, Any]:
    return {
        "page": page,
        "rules": rules_of(question, page.target),
        "by_area": by_area(question),
        "target_url": reverse("targets:target", args=[page.target]) if page.target else "",
        "others": [_card(other) for other in guide.pages() if other is not page],
        "breadcrumbs": [START, {"label": "Guide", "url": reverse("targets:guide")}],
    }


def rules_of(question: Question, target: str) -> list[dict[str, Any]]:
    """Every version of every programme's rule for a target, the default programme's first."""
    return [
        rule_words(programme, rule)
        for programme in question.frame.programmes
        for rule in programme.rules
        if rule.target == target
    ]


def rule_words(programme: ProgrammeInfo, rule: Rule) -> dict[str, Any]:
    return {
        "programme": programme.name,
        "target": rule.name,
        "url": reverse("targets:target", args=[rule.target]),
        "guide_url": guide.url_for(rule.target),
        "version": rule.version,
        "title": rule.title,
        "threshold": percent(rule.threshold).replace(".0%", "%") if rule.threshold is not None else "",
        "definition": rule.definition,
        "numerator": rule.numerator_words,
        "denominator": rule.denominator_words,
        "note": rule.note,
        "source": rule.source_words,
        "dates": dates_words(rule),
    }


def dates_words(rule: Rule) -> str:
    if rule.effective_to is None:
        return f"from {long_date(rule.effective_from)}, open-ended"
    return f"{long_date(rule.effective_from)} to {long_date(rule.effective_to)}"


def programmes(question: Question) -> dict[str, Any]:
    """Programmes with their rules; those that cannot be scored stand there with their words alone."""
    return {
        "programmes": [
            {
                "name": programme.name,
                "words": programme.words,
                "is_default": programme.is_default,
                "rules": [rule_words(programme, rule) for rule in sorted(programme.rules, key=_in_order)],
            }
            for programme in question.frame.programmes
        ],
        "by_area": by_area(question),
        "guide_url": reverse("targets:guide"),
        "breadcrumbs": [START],
    }


def _in_order(rule: Rule) -> tuple[int, int]:
    return list(TARGETS).index(rule.target), rule.version


def by_area(question: Question) -> str:
    return f"{question.frame.tree.home.name} by {question.term(Kind.CCG).one}"


def target_page(page: Page, children: list[Sums], sort: str) -> dict[str, Any]:
    """What the target asks, in which versions, and how the CCGs stood in the month."""
    question = page.question
    label = TARGETS[question.target]
    rule = next((rule for rule in question.rules if rule.target == question.target), None)
    return {
        "title": label,
        "target_name": label,
        "rules": rules_of(question, question.target),
        "rule": rule,
        "rule_line": words.target_line(rule) if rule else "",
        "areas": dashboard.area_table(question, children, Kind.CCG, sort) if rule else [],
        "areas_by": dashboard.clean_sort(sort, dashboard.AREA_SORTS, dashboard.AREA_SORT),
        "areas_term": question.term(Kind.CCG),
        "areas_title": by_area(question),
        "month_words": month_label(question.month) if question.month else "",
        "programme_name": question.programme.name if question.programme else "",
        "guide_url": guide.url_for(question.target),
        "london_url": reverse("targets:london") + question.query(target=question.target),
        "source_line": words.source_line(question, rule),
        "notices": page.notices,
        "breadcrumbs": [START, {"label": "Targets", "url": reverse("targets:targets")}],
    }
