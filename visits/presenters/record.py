"""A visit's record as it is read: by a colleague, and as the practice would read it before sign-off."""

from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from django.urls import reverse
from django.utils import timezone

from core.months import long_date
from practices.models import Organisation
from targets.models import Target
from visits.models import Visit
from visits.permissions import Deed, Footing, allowed
from visits.presenters.form import crumbs, saved_line
from visits.presenters.rows import TAGS, ActionLine, action_rows
from visits.records import VisitRecord, as_agreed, in_words, record_of


class Line(NamedTuple):
    """A question with its answer."""

    key: str
    value: str


class AddendumLine(NamedTuple):
    words: str
    by: str


@dataclass(frozen=True)
class VisitPage:
    visit: Visit
    practice: Organisation
    title: str
    state: str
    tag: str
    is_planned: bool
    facts: list[Line]
    said: list[Line]
    actions: list[ActionLine]
    addenda: list[AddendumLine]
    # Where the words are, or how the visit ended
    where: str
    breadcrumbs: list[dict[str, str]]
    may_log: bool
    may_plan: bool
    may_sign_off: bool
    may_cancel: bool
    may_add: bool
    pack_url: str


def visit_page(visit: Visit, *, footing: Footing, today: date) -> VisitPage:
    record = record_of(visit)
    may = {deed: allowed(footing, deed, visit.state) for deed in Deed}
    is_planned = visit.state == Visit.State.PLANNED
    return VisitPage(
        visit=visit,
        practice=visit.practice,
        title=f"{visit.get_kind_display()}, {long_date(visit.on)}",
        state=visit.get_state_display(),
        tag=TAGS[visit.state],
        is_planned=is_planned,
        facts=facts(visit, record),
        said=[] if is_planned else said(record),
        actions=action_rows(as_agreed(visit), today),
        addenda=[
            AddendumLine(row.words, f"{row.added_by.name}, {long_date(timezone.localdate(row.added_at))}")
            for row in visit.addenda.all()
        ],
        where=saved_line(visit) if visit.state == Visit.State.LOGGED else closing_line(visit),
        breadcrumbs=crumbs(visit.practice),
        may_log=may[Deed.LOG],
        may_plan=is_planned and may[Deed.PLAN],
        may_sign_off=may[Deed.SIGN_OFF],
        may_cancel=may[Deed.CANCEL],
        may_add=may[Deed.ADD_ADDENDUM],
        pack_url=reverse("visits:pack", args=[visit.practice.code]),
    )


def closing_line(visit: Visit) -> str:
    if visit.signed_off_at and visit.signed_off_by and visit.state == Visit.State.SIGNED_OFF:
        return f"Signed off by {visit.signed_off_by.name}, {long_date(timezone.localdate(visit.signed_off_at))}"
    if visit.state == Visit.State.CANCELLED:
        return f"Cancelled: {visit.cancelled_reason}"
    return ""


def facts(visit: Visit, record: VisitRecord) -> list[Line]:
    times = " to ".join(f"{moment:%H:%M}" for moment in (visit.starts_at, visit.ends_at) if moment)
    rows = [
        ("When", f"{long_date(visit.on)}{', ' + times if times else ''}"),
        ("Facilitator", visit.facilitator.name),
        ("People met", in_words(record, "roles_met")),
        ("Purpose", record.purpose),
    ]
    return [Line(key, value) for key, value in rows if value]


def said(record: VisitRecord) -> list[Line]:
    """What was said and seen, a line a question, without those that nobody answered."""
    rows = [
        *((target.label, record.discussions.get(target, "")) for target in Target),
        ("Barriers", in_words(record, "barriers")),
        ("E-communication promoted", evidence_words(record)),
        ("Figures seen", in_words(record, "observed")),
        ("The practice's own commitment", record.commitment),
        ("Readiness", f"{record.readiness} of 5" if record.readiness else ""),
        ("Materials left", record.materials_left),
        ("Next contact", in_words(record, "next_contact_on")),
        ("Note", record.note),
    ]
    return [Line(str(key), value) for key, value in rows if value]


def evidence_words(record: VisitRecord) -> str:
    if record.evidence:
        return in_words(record, "evidence")
    return "Looked for, none found" if record.ecommunication_asked else ""


@dataclass(frozen=True)
class Summary:
    visit: Visit
    practice: Organisation
    facts: list[Line]
    said: list[Line]
    kept_back: list[Line]
    actions: list[ActionLine]
    breadcrumbs: list[dict[str, str]]


def practice_summary(visit: Visit, today: date) -> Summary:
    """As the practice would read it: what was agreed first, without the facilitator's own note and readiness mark."""
    record = record_of(visit)
    own = {"Readiness", "Note", "Barriers"}
    return Summary(
        visit=visit,
        practice=visit.practice,
        facts=facts(visit, record),
        said=[row for row in said(record) if row.key not in own],
        kept_back=[row for row in said(record) if row.key in own],
        actions=action_rows(as_agreed(visit), today),
        breadcrumbs=crumbs(visit.practice, visit),
    )
