from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from django.forms import BaseFormSet, BoundField, Form
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone

from core.months import long_date
from core.wording import plural
from practices.models import Organisation
from targets.models import Target
from visits.forms import ActionRow, EarlierAction, VisitForm
from visits.forms.together import VisitForms
from visits.models import Action, BarrierCode, Visit
from visits.records import FIGURES_SEEN, Difference, differences
from visits.services import ConflictError
from visits.settling import BOTH, JOINABLE, MINE, PREFIX, SAVED

# The sections in the order in which a visit goes; any order will do.
SECTIONS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("who", "Who and when", ("kind", "on", "starts_at", "ends_at", "roles_met", "purpose")),
    ("targets", "Targets discussed", tuple(f"discussion_{target.value}" for target in Target)),
    ("barriers", "Barriers", ("barriers",)),
    ("actions", "Actions", ()),
    ("evidence", "E-communication evidence", ("evidence", "evidence_none", "evidence_words", "evidence_seen_on")),
    ("figures", "Figures seen", (*(f"observed_{figure.column}" for figure in FIGURES_SEEN), "routine_definition")),
    ("commitment", "Commitment and next contact", ("commitment", "readiness", "next_contact_on", "materials_left")),
    ("note", "Note", ("note",)),
)
# Closed until somebody opens them, with a line that says what they hold.
FOLDED = frozenset({"barriers", "figures"})
SIDE_BY_SIDE = frozenset({"on", "kind", "starts_at", "ends_at"})
NOT_SENT_AGAIN = frozenset({"csrfmiddlewaretoken", "version", "add_action"})


@dataclass(frozen=True)
class Section:
    slug: str
    title: str
    folded: bool
    open: bool
    # What a closed section holds, in words
    holds: str
    fields: list[BoundField]
    short_fields: list[BoundField]


@dataclass(frozen=True)
class EarlierLine:
    form: EarlierAction
    words: str
    due: str


@dataclass(frozen=True)
class FormPage:
    form: VisitForm
    rows: "BaseFormSet[ActionRow]"
    problems: list[Form]
    earlier: list[EarlierLine]
    sections: list[Section]
    practice: Organisation
    visit: Visit | None
    title: str
    saved_line: str
    breadcrumbs: list[dict[str, str]]
    pack_url: str
    writer: str


def form_page(
    found: VisitForms, *, practice: Organisation, visit: Visit | None, earlier: Sequence[Action], writer: str
) -> FormPage:
    today = timezone.localdate()
    told = {sent.action.pk: sent for sent in found.earlier}
    return FormPage(
        form=found.form,
        rows=found.rows,
        problems=[one for one in found.all if one.is_bound and one.errors],
        earlier=[
            EarlierLine(told[action.pk], action.words, due_words(action, today))
            for action in earlier
            if action.pk in told
        ],
        sections=[_section(found.form, slug, title, names) for slug, title, names in SECTIONS],
        practice=practice,
        visit=visit,
        title="Change the visit" if visit and visit.state != Visit.State.PLANNED else "Log a visit",
        saved_line=saved_line(visit),
        breadcrumbs=crumbs(practice, visit),
        pack_url=reverse("visits:pack", args=[practice.code]),
        writer=writer,
    )


def _section(form: VisitForm, slug: str, title: str, names: Sequence[str]) -> Section:
    return Section(
        slug=slug,
        title=title,
        folded=slug in FOLDED,
        open=any(form[name].errors for name in names),
        holds=_holds(form, slug) if slug in FOLDED else "",
        fields=[form[name] for name in names if name not in SIDE_BY_SIDE],
        short_fields=[form[name] for name in names if name in SIDE_BY_SIDE],
    )


def _holds(form: VisitForm, slug: str) -> str:
    """What a closed section holds, so that it need not be opened to be confirmed."""
    if slug == "barriers":
        chosen = form["barriers"].value() or []
        named = ", ".join(str(code.label) for code in BarrierCode if code in chosen)
        again = ", as last time" if named and not form.is_bound and not form.initial.get("version") else ""
        return f"{named or 'None named'}{again}"
    filled = sum(form[f"observed_{figure.column}"].value() not in (None, "") for figure in FIGURES_SEEN)
    return (
        f"{filled} of {len(FIGURES_SEEN)} filled in"
        if filled
        else "Slots, bookings and cancellations that the practice showed you"
    )


def saved_line(visit: Visit | None) -> str:
    """Where the words are."""
    if visit is None or visit.state == Visit.State.PLANNED:
        return "Not saved yet"
    saved = timezone.localtime(visit.saved_at)
    day = "" if saved.date() == timezone.localdate() else f"{long_date(saved.date())}, "
    return f"Saved on the server {day}{saved:%H:%M}"


def crumbs(practice: Organisation, visit: Visit | None = None) -> list[dict[str, str]]:
    found = [
        {"label": "Visits", "url": reverse("visits:list")},
        {"label": practice.name, "url": reverse("targets:practice", args=[practice.code])},
    ]
    if visit:
        found.append({"label": f"Visit of {long_date(visit.on)}", "url": reverse("visits:visit", args=[visit.pk])})
    return found


def due_words(action: Action, today: date) -> str:
    late = late_words(action, today)
    return f"{action.get_owner_role_display()}, due {long_date(action.due_on)}{', ' if late else ''}{late}"


def late_words(action: Action, today: date) -> str:
    """How long it is overdue; empty where it is not."""
    return f"{plural((today - action.due_on).days, 'day')} overdue" if action.is_overdue(today) else ""


@dataclass(frozen=True)
class Choice:
    """A field in which the two texts differ, with what may be chosen for it."""

    name: str
    label: str
    saved: str
    mine: str
    choices: list[tuple[str, str]]


@dataclass(frozen=True)
class ConflictPage:
    visit: Visit
    practice: Organisation
    breadcrumbs: list[dict[str, str]]
    saved_by: str
    differences: list[Choice]
    action: str
    hidden: list[tuple[str, str]]
    version: int


def conflict_page(conflict: ConflictError, sent: QueryDict) -> ConflictPage:
    """Both texts side by side, field by field, and everything that was sent, to be sent again with the choices."""
    visit = conflict.visit
    return ConflictPage(
        visit=visit,
        practice=visit.practice,
        breadcrumbs=crumbs(visit.practice, visit),
        saved_by=f"Saved on the server {timezone.localtime(visit.saved_at):%H:%M}",
        differences=[_choice(one) for one in differences(conflict.saved, conflict.mine)],
        action=reverse("visits:edit", args=[visit.pk]),
        hidden=[
            (name, str(value))
            for name, values in sent.lists()
            if name not in NOT_SENT_AGAIN and not name.startswith(PREFIX)
            for value in values
        ],
        version=visit.version,
    )


def _choice(one: Difference) -> Choice:
    choices = [(MINE, "Mine"), (SAVED, "The saved one")]
    if one.name in JOINABLE:
        choices.append((BOTH, "Both, one after the other"))
    return Choice(PREFIX + one.name, one.label, one.saved or "(empty)", one.mine or "(empty)", choices)
