"""A visit's form with its rows of actions: read, checked and shown as one."""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID, uuid4

from django import forms
from django.forms.utils import ErrorDict
from django.http import QueryDict
from django.utils import timezone

from core.identifier_forms import IdentifierOverride
from visits.forms.actions import ActionRows, EarlierAction, empty_row, initial_rows
from visits.forms.record import VisitForm, initial_after, initial_of
from visits.models import Action, Visit
from visits.records import ActionStep, VisitRecord, record_of

ROWS = "actions"


@dataclass
class VisitForms:
    """data: what was sent, empty for forms that are only shown."""

    form: VisitForm
    rows: Any
    earlier: list[EarlierAction]
    data: QueryDict = field(default_factory=QueryDict)

    @property
    def all(self) -> list[forms.Form]:
        return [self.form, *self.rows.forms, *self.earlier]

    def are_valid(self) -> bool:
        """All are looked at, so that all complaints come at once."""
        return not [form for form in self.all if not form.is_valid()]

    def record(self) -> VisitRecord:
        return self.form.record(row.stated() for row in self.rows.forms if row.cleaned_data)

    def steps(self) -> list[ActionStep]:
        return [step for form in self.earlier if (step := form.step())]

    def overrides(self) -> list[IdentifierOverride]:
        return [override for form in self.all for override in getattr(form, "identifier_overrides", [])]

    def refuse(self, sentences: Iterable[str]) -> None:
        """Says above the form what of the posted ids was not taken."""
        for sentence in sentences:
            self.form.add_error(None, sentence)

    def refuse_ids(self, ids: Collection[UUID], sentence: str) -> None:
        """Says it at the rows that came under these ids, above the form where none did, and gives them ids of their
        own, so that the next save takes them.
        """
        rows = [row for row in self.rows.forms if row.cleaned_data.get("id") in ids]
        for row in rows:
            row.add_error("words", sentence)
        if not rows:
            self.refuse([sentence])
        renewed = under_new_ids(self.data, ids)
        for form in self.all:
            form.data = renewed

    def problems(self) -> list[str]:
        return [str(error) for form in self.all for errors in form.errors.values() for error in errors]


def blank_forms(*, visit: Visit | None, new_id: Any, last: VisitRecord | None, earlier: Sequence[Action]) -> VisitForms:
    """The forms as they open: the saved record, or today with the last visit's answers to confirm."""
    saved = record_of(visit) if visit else None
    initial = initial_of(saved) if saved else initial_after(last)
    if visit and visit.state == Visit.State.PLANNED:
        initial |= {name: value for name, value in initial_after(last).items() if name not in ("on", "kind")}
        initial["on"] = min(visit.on, timezone.localdate())
    initial |= {"visit_id": visit.pk if visit else new_id, "version": visit.version if visit else 0}
    return VisitForms(
        VisitForm(initial=initial, last=last),
        ActionRows(initial=initial_rows(saved), prefix=ROWS),
        [
            EarlierAction(action=action, prefix=f"earlier-{place}", initial={"id": action.pk})
            for place, action in enumerate(earlier)
        ],
    )


@dataclass(frozen=True)
class Told:
    """What was sent about an earlier action, whoever's it is."""

    prefix: str
    id: str
    state: str
    words: str

    def not_taken(self, ended: Action | None, *, asked: bool) -> str:
        """Why nothing comes of it, where that needs saying; `ended` is the action where it is one of the practice's
        that is finished, `asked` whether this save would have changed it.
        """
        if ended is None:
            named = f"“{self.words}” was not taken" if self.words else "One answer was not taken"
            return f"{named}: it was said of an action that is none of this practice’s earlier ones."
        if not asked or self.state in ("", ended.state):
            return ""
        state = ended.get_state_display().lower()
        return f"“{ended.words}” is {state} by now, so your answer was not taken. Open the action to change it."


def told_in(data: QueryDict) -> list[Told]:
    prefixes = [key.removesuffix("-id") for key in data if key.startswith("earlier-") and key.endswith("-id")]
    return [
        Told(prefix, data.get(f"{prefix}-id", ""), data.get(f"{prefix}-state", ""), data.get(f"{prefix}-words", ""))
        for prefix in prefixes
    ]


def under_new_ids(data: QueryDict, ids: Collection[UUID]) -> QueryDict:
    """The same words with new ids in place of these."""
    renewed = data.copy()
    taken = {str(one) for one in ids}
    for name in [name for name in data if name == "visit_id" or (name.startswith(ROWS) and name.endswith("-id"))]:
        if data[name] in taken:
            renewed[name] = str(uuid4())
    return renewed


def sent_forms(data: QueryDict, *, last: VisitRecord | None, earlier: Sequence[Action]) -> VisitForms:
    """The forms as they came back. Rows about earlier actions go by the action's id, not by their place."""
    places = {told.id: told.prefix for told in told_in(data)}
    return VisitForms(
        VisitForm(data, last=last),
        ActionRows(data, prefix=ROWS),
        [
            EarlierAction(data, action=action, prefix=places[str(action.pk)])
            for action in earlier
            if str(action.pk) in places
        ],
        data,
    )


def unjudged_forms(
    data: QueryDict, *, last: VisitRecord | None, earlier: Sequence[Action], more_rows: int
) -> VisitForms:
    """What came back, shown again without complaint: for another row, or after a sign-in in the middle."""
    data = data.copy()
    total = f"{ROWS}-TOTAL_FORMS"
    for _ in range(more_rows):
        sent = str(data.get(total, ""))
        place = int(sent) if sent.isdecimal() and len(sent) < 4 else 0
        data[total] = str(place + 1)
        for name, value in empty_row().items():
            data[f"{ROWS}-{place}-{name}"] = str(value)
    found = sent_forms(data, last=last, earlier=earlier)
    for form in found.all:
        form.cleaned_data = {}
        vars(form)["_errors"] = ErrorDict()
    return found
