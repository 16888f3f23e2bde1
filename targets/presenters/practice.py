"""The practice page around its five targets: who it is, what happened, what else is known."""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from accounts.models import User
from core import wording
from core.months import long_date, month_end, month_label
from practices import measures
from practices.geography import Area
from practices.geography import AreaKind as Kind
from practices.measures import STATUSES
from practices.models import MonthlyFigures, Organisation, OrganisationRelation
from practices.signals import PracticeCare, TimelineEntry
from targets.presenters.context_bar import address, context_bar
from targets.presenters.practice_targets import PracticeFacts, supplier_changes, target_rows
from targets.reading.dashboard import OpenDoubt
from targets.reading.question import Question
from targets.sums import PracticeScore


def doubt_words(doubt: OpenDoubt) -> str:
    """A disputed figure stands beside the practice's own until the two are settled."""
    if doubt.own_value is None:
        return doubt.words
    named = measures.label(doubt.measure) or "The figure"
    published = "nothing" if doubt.published_value is None else wording.count(doubt.published_value)
    return f"{named}: {published} as published, {wording.count(doubt.own_value)} as the practice says. {doubt.words}"


def page(
    facts: PracticeFacts,
    care: PracticeCare | None,
    events: Iterable[TimelineEntry],
    relations: Sequence[OrganisationRelation],
    doubts: Sequence[tuple[date | None, OpenDoubt]],
    before: Sequence[PracticeScore],
) -> dict[str, Any]:
    question, practice = facts.question, facts.practice
    ccg, borough = areas_of(facts)
    return {
        "context_bar": context_bar(facts.page, practice=practice.code),
        "breadcrumbs": breadcrumbs(question, ccg),
        "notices": facts.page.notices,
        "practice": practice,
        "page_title": f"{practice.name} ({practice.code})"
        + (f", {month_label(question.month)}" if question.month else ""),
        "month_words": month_label(question.month) if question.month else "",
        "facts": header_facts(facts, care, ccg, borough),
        "standing": standing(practice, relations, question),
        "predecessors": predecessors(practice, relations, question, before),
        "buttons": buttons(practice, care, facts.page.user),
        "rows": target_rows(facts),
        "open_target": question.target if "target" in facts.page.asked else "",
        "doubts": [{"words": doubt_words(d), "month": month_label(month) if month else ""} for month, d in doubts],
        "timeline": timeline(facts, events),
        "services": services(facts),
        "contacts": care.contacts if care else (),
        "in_scope": facts.in_scope,
        "source_line": f"POMI, {long_date(month_end(question.month))}" if question.month else "",
    }


def areas_of(facts: PracticeFacts) -> tuple[Area | None, Area | None]:
    """The CCG that the month's row names, else the register's; and the practice's borough."""
    tree, practice = facts.question.frame.tree, facts.practice
    now = next((score for score, _ in facts.scores if score.month == facts.question.month), None)
    ccg = tree.by_pk.get((now.ccg if now else None) or practice.ccg_id or 0)
    boroughs = tree.of_kind(Kind.BOROUGH)
    if practice.borough_id:
        return ccg, next((area for area in boroughs if area.pk == practice.borough_id), None)
    return ccg, next((area for area in boroughs if ccg and ccg.code in area.ccgs), None)


def breadcrumbs(question: Question, ccg: Area | None) -> list[dict[str, str]]:
    home = question.frame.tree.home
    crumbs = [{"label": "Start", "url": address("targets:start")}, {"label": home.name, "url": question.url(home)}]
    return [*crumbs, {"label": ccg.short_name, "url": question.url(ccg)}] if ccg else crumbs


def header_facts(
    facts: PracticeFacts, care: PracticeCare | None, ccg: Area | None, borough: Area | None
) -> list[dict[str, str]]:
    question = facts.question
    row = facts.published(question.month)
    supplier = (row.supplier if row else "") or facts.practice.supplier
    found = [{"label": "ODS code", "value": facts.practice.code, "url": ""}]
    if ccg:
        found.append({"label": ccg.term.title, "value": ccg.short_name, "url": question.url(ccg)})
    if borough:
        found.append({"label": "Borough", "value": borough.name, "url": question.url(borough)})
    found.append({"label": "System supplier", "value": supplier or "not known", "url": ""})
    list_size = wording.count(row.list_size) if row and row.list_size is not None else "not known"
    found.append({"label": "List size", "value": list_size, "url": ""})
    if facts.in_scope:
        found.append({"label": "Facilitator", "value": (care.facilitator if care else "") or "none yet", "url": ""})
    return found


def standing(
    practice: Organisation, relations: Sequence[OrganisationRelation], question: Question
) -> dict[str, Any] | None:
    """What to say of a practice that is not simply open."""
    after = [relation for relation in relations if relation.child_id == practice.pk]
    if after:
        what = "another practice" if len(after) == 1 else "other practices"
        return {
            "words": f"Went on as {what} on {long_date(after[0].starts)}:",
            "links": [
                {"url": address("targets:practice", each.parent.code) + question.query(), "words": str(each.parent)}
                for each in after
            ],
        }
    if practice.closed:
        return {"words": f"Closed on {long_date(practice.closed)}. No practice is recorded that followed it."}
    if practice.status == Organisation.Status.PROVISIONAL:
        return {"words": "Named in a published file, not yet in the ODS register. Its figures count."}
    if practice.status != Organisation.Status.ACTIVE:
        return {"words": f"The register lists this practice as {practice.get_status_display().lower()}."}
    return None


def predecessors(
    practice: Organisation,
    relations: Sequence[OrganisationRelation],
    question: Question,
    before: Sequence[PracticeScore],
) -> list[dict[str, str]]:
    last = {score.practice: score for score in before}
    found = []
    for relation in relations:
        if relation.parent_id != practice.pk:
            continue
        score = last.get(relation.child_id)
        words = f"until {long_date(relation.starts)}"
        if score and score.share is not None:
            share = wording.share(score.numerator, score.denominator)
            words += f"; last figure {share} ({wording.of_words(score.numerator, score.denominator)}) in "
            words += month_label(score.month)
        url = address("targets:practice", relation.child.code) + question.query()
        found.append({"name": str(relation.child), "url": url, "words": words})
    return found


def buttons(practice: Organisation, care: PracticeCare | None, user: User) -> dict[str, str]:
    """The ways to a visit and the return, for those who may write there, and to its entry in the register."""
    may_write = care.may_write if care else user.is_administrator
    if not may_write:
        return {}
    return {
        "log": address("visits:log", practice.code),
        "pack": address("visits:pack", practice.code),
        "action": address("visits:new_action", practice.code),
        "return": address("practices:return", practice.code),
        "register": address("practices:register", practice.code) if user.is_administrator else "",
    }


def timeline(facts: PracticeFacts, events: Iterable[TimelineEntry]) -> list[dict[str, str]]:
    """What the apps know of the practice, with supplier changes and corrections: one list, newest first."""
    found = [(entry.on, entry.kind, entry.words, entry.url) for entry in events]
    for month, before, after in supplier_changes(facts.figures):
        found.append((month, "supplier", f"System supplier changed from {before} to {after}", ""))
    found += _corrections(facts.figures)
    found.sort(key=lambda entry: entry[0], reverse=True)
    return [
        {"date": long_date(on), "iso": on.isoformat(), "kind": kind.capitalize(), "title": title, "url": url}
        for on, kind, title, url in found
    ]


def _corrections(figures: Sequence[MonthlyFigures]) -> list[tuple[date, str, str, str]]:
    by_pk = {row.pk: row for row in figures}
    changed: dict[date, set[str]] = {}
    for row in figures:
        later = by_pk.get(row.superseded_by_id or 0)
        if row.standing == "superseded" and later is not None and later.landed_at:
            changed.setdefault(later.landed_at.date(), set()).add(month_label(row.month))
    return [
        (day, "correction", f"Figures of {', '.join(sorted(months))} were corrected", "")
        for day, months in changed.items()
    ]


def services(facts: PracticeFacts) -> list[dict[str, str]]:
    """Repeat prescriptions, record views and the rest: shown, never scored."""
    found: list[dict[str, str]] = []
    row = facts.published(facts.question.month)
    if row:
        status = (
            STATUSES.get(row.prescriptions_status or 0, "not known") if row.prescriptions_status is not None else ""
        )
        patients = wording.of_words(row.prescriptions_enabled, row.list_size)
        found.append({"name": "Repeat prescriptions: patients registered", "value": patients, "note": status})
        found.append(
            {"name": "Repeat prescriptions ordered online", "value": _count(row.prescriptions_used), "note": ""}
        )
        # One month stands alone: whoever looks at another must know that the two are not counted alike.
        note = facts.course(("dcr_used",)).why_not(row.month, date.max)
        found.append({"name": "Record views", "value": _count(row.dcr_used), "note": note})
    said = next((r for r in facts.figures if r.standing == "live" and r.source in ("return", "visit")), None)
    if said:
        note = f"as the practice said for {month_label(said.month)}"
        for name, value in (
            ("Summary care record", said.summary_care_record),
            ("GP2GP", said.gp2gp),
            ("Electronic prescriptions", said.electronic_prescriptions),
            ("E-referrals", said.ereferrals),
        ):
            found.append({"name": name, "value": value or "not said", "note": note if value else ""})
    return [entry | {"value": entry["value"] or "not reported"} for entry in found]


def _count(value: int | None) -> str:
    return "" if value is None else wording.count(value)
