"""Why a dashboard has nothing to show, and where there is something."""

from datetime import date
from typing import Any

from accounts.models import User
from core import wording
from core.months import long_date, month_end, month_key, month_label
from practices.geography import Area
from practices.geography import AreaKind as Kind
from targets.presenters.context_bar import address
from targets.reading.areas import path_of
from targets.reading.question import Question


def nothing_yet(user: User) -> dict[str, Any]:
    """A portal without any figures."""
    if user.is_administrator:
        return {
            "title": "No figures have been brought in yet.",
            "words": "Import a month of POMI, and every practice is scored at once.",
            "links": [{"url": address("practices:imports"), "words": "Import a file"}],
        }
    return {
        "title": "No figures have been brought in yet.",
        "words": "An administrator brings in the monthly files. The dashboards fill when the first one is in.",
        "links": [],
    }


def no_scores(question: Question, last: date | None) -> dict[str, Any] | None:
    """An area without figures in the month: says why and offers what there is."""
    area = question.area
    if area.kind == Kind.BOROUGH and not area.ccgs:
        return _borough_without_ccg(question)
    month = month_label(question.month) if question.month else ""
    why, others = _why(question, month)
    links = [{"url": question.url(other), "words": other.short_name} for other in others]
    if last:
        then = question.frame.tree.on(month_end(last)).find(area.kind, area.code) or area
        words = f"{then.short_name} in {month_label(last)}"
        links.insert(0, {"url": f"{path_of(then)}?month={month_key(last)}", "words": words})
    return {"title": f"No figures for {month}.", "words": why, "links": links}


def _why(question: Question, month: str) -> tuple[str, list[Area]]:
    """A CCG that had not begun or had ended, whatever the register says of its end, leads to those of the month."""
    area, tree = question.area, question.frame.tree
    if area.kind == Kind.CCG and area.opened and area.opened > tree.day:
        why = f"{area.short_name} began on {long_date(area.opened)}. Before, its practices counted under other CCGs."
        return why, tree.predecessors(area)
    if area.kind == Kind.CCG and area.closed and question.month and area.closed < question.month:
        after = tree.went_on_as(area)
        why = f"{area.short_name} ended on {long_date(area.closed)} and has no open practice in {month}."
        if after:
            why += f" Its practices went on under {wording.listed([other.short_name for other in after])}."
        return why, after
    return f"No practice counted under {area.short_name} in {month}.", []


def _borough_without_ccg(question: Question) -> dict[str, Any]:
    area, tree = question.area, question.frame.tree
    ccgs = [ccg for code in area.touching if (ccg := tree.find(Kind.CCG, code))]
    principals = [
        other for other in tree.of_kind(Kind.BOROUGH) if other.ccgs and set(other.ccgs) & {ccg.code for ccg in ccgs}
    ]
    named = " and ".join(ccg.short_name for ccg in ccgs) or "a neighbouring CCG"
    counted = " and ".join(other.name for other in principals) or "another borough"
    return {
        "title": f"{area.name} has no CCG of its own.",
        "words": f"Its practices belong to {named}, and figures are published by CCG. They count under {counted}, "
        "where the greatest part of that CCG lies; a practice can be moved here by hand or by a postcode lookup.",
        "links": [{"url": question.url(ccg), "words": ccg.short_name} for ccg in ccgs]
        + [{"url": question.url(other), "words": other.name} for other in principals],
    }
