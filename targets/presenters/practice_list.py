"""The list of practices, in the words of its table."""

from collections.abc import Sequence
from typing import Any

from django.urls import reverse

from core import wording
from core.months import short_date
from practices.models import Organisation
from targets.presenters import words
from targets.presenters.practice_table import practice_url, state_cell
from targets.reading.question import Question
from targets.sums import PracticeScore


def rows_of(
    question: Question, practices: Sequence[Organisation], scores: Sequence[PracticeScore]
) -> list[dict[str, Any]]:
    rules = {rule.pk: rule.target for rule in question.rules}
    by_practice: dict[int, dict[str, PracticeScore]] = {}
    for score in scores:
        by_practice.setdefault(score.practice, {})[rules[score.rule]] = score
    return [_row(question, practice, by_practice.get(practice.pk, {})) for practice in practices]


def _row(question: Question, practice: Organisation, scores: dict[str, PracticeScore]) -> dict[str, Any]:
    tree = question.frame.tree
    one = next(iter(scores.values()), None)
    ccg = tree.by_pk.get((one.ccg if one else None) or practice.ccg_id or 0)
    small = [practice.code]
    if practice.postcode:
        small.append(practice.postcode)
    if practice.closed:
        small.append(f"closed {short_date(practice.closed)}")
    row = {
        "code": practice.code,
        "name": practice.name,
        "small": ", ".join(small),
        "url": practice_url(question, practice.code),
        "ccg": ccg.short_name if ccg else "",
        "ccg_url": question.url(ccg) if ccg else "",
        "supplier": practice.supplier,
        "postcode": practice.postcode,
        "states": [state_cell(rule.target, scores.get(rule.target)) for rule in question.rules],
    }
    return row | _chosen(question, scores)


def _chosen(question: Question, scores: dict[str, PracticeScore]) -> dict[str, Any]:
    """The chosen target in figures."""
    rule = question.rule
    score = scores.get(rule.target) if rule else None
    if rule is None or score is None:
        return {"value": "", "to_target": ""}
    if not score.seen:
        return {"value": words.OUTSIDE, "to_target": ""}
    has_value = rule.is_ratio and score.share is not None
    return {
        "value": wording.share(score.numerator, score.denominator) if has_value else "",
        "to_target": wording.count(score.shortfall) if score.shortfall is not None else "",
    }


def export_rows(rows: Sequence[dict[str, Any]]) -> list[list[object]]:
    """States only: the figures are exported from the dashboards, where their small numbers are guarded."""
    return [
        [row["code"], row["name"], row["postcode"], row["ccg"], row["supplier"], *(s["words"] for s in row["states"])]
        for row in rows
    ]


def suggestion(practice: Organisation) -> dict[str, str]:
    """What the header's search says of a practice."""
    where = [practice.code, practice.postcode, str(practice.ccg.name) if practice.ccg else ""]
    if practice.closed:
        where.append(f"closed {short_date(practice.closed)}")
    return {
        "name": practice.name,
        "where": ", ".join(filter(None, where)),
        "url": reverse("targets:practice", args=[practice.code]),
    }
