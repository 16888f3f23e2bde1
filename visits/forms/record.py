"""The form of a visit: one page of short sections, from and to a VisitRecord."""

from collections.abc import Iterable
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.html import escape

from core.identifier_forms import IdentifierCheckMixin
from core.months import long_date
from targets.models import Target
from visits.forms.texts import long_text, short_text
from visits.models import BarrierCode, Evidence, Visit
from visits.records import (
    DEFINITION,
    FIGURES_SEEN,
    PARTS_OF,
    ActionWords,
    EvidenceSeen,
    Role,
    VisitRecord,
)

READINESS = [(1, "1, not now"), (2, "2"), (3, "3"), (4, "4"), (5, "5, ready to start")]


# One question a target and one a figure, whatever their number.
Discussed = type(
    "Discussed", (forms.Form,), {f"discussion_{target.value}": long_text(target.label, 2_000, 1) for target in Target}
)
Observed = type(
    "Observed",
    (forms.Form,),
    {
        f"observed_{figure.column}": forms.IntegerField(
            label=figure.label, required=False, min_value=0, max_value=9_999_999
        )
        for figure in FIGURES_SEEN
    },
)


class VisitForm(IdentifierCheckMixin, Discussed, Observed):  # type: ignore[misc, valid-type]
    visit_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    kind = forms.ChoiceField(label="Kind", choices=Visit.Kind.choices)
    on = forms.DateField(label="Date")
    starts_at = forms.TimeField(label="Start", required=False)
    ends_at = forms.TimeField(label="End", required=False)
    roles_met = forms.MultipleChoiceField(
        label="People met, by role",
        choices=Role.CHOICES,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="Never patients.",
    )
    purpose = short_text("Purpose", 300)
    barriers = forms.MultipleChoiceField(
        label="What stands in the way", choices=BarrierCode.choices, required=False, widget=forms.CheckboxSelectMultiple
    )
    evidence = forms.MultipleChoiceField(
        label="E-communication is promoted",
        choices=Evidence.Where.choices,
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="What you saw or heard yourself. It counts for twelve months.",
    )
    evidence_none = forms.BooleanField(label="I looked for it and found none", required=False)
    evidence_seen_on = forms.DateField(
        label="Seen on", required=False, help_text="The day of the visit, if left empty."
    )
    evidence_words = short_text("What it says", 300)
    routine_definition = short_text("What the practice counts as routine", 300)
    readiness = forms.TypedChoiceField(
        label="How ready is the practice to change?",
        choices=READINESS,
        coerce=int,
        empty_value=None,
        required=False,
        widget=forms.RadioSelect,
    )
    commitment = short_text("The practice's own commitment", 500, "In their words: what they will do themselves.")
    materials_left = short_text("Materials left", 300)
    next_contact_on = forms.DateField(label="Next contact", required=False)
    note = long_text("Note", 10_000, 5, "About the practice, never about a patient.")

    identifier_fields = (
        "purpose",
        "note",
        "commitment",
        "materials_left",
        "evidence_words",
        "routine_definition",
        *(f"discussion_{target}" for target in Target.values),
    )

    def __init__(self, *args: Any, last: VisitRecord | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if last:
            self._say_last_time(last)

    def _say_last_time(self, last: VisitRecord) -> None:
        """What was said last time stands beside the question, so that nothing is asked twice."""
        day = long_date(last.on)
        for target, words in last.discussions.items():
            self.fields[f"discussion_{target}"].help_text = _hint(day, words)
        if last.commitment:
            self.fields["commitment"].help_text = _hint(day, last.commitment)
        if last.evidence:
            places = ", ".join(sorted(str(Evidence.Where(seen.where).label) for seen in last.evidence))
            self.fields["evidence"].help_text = _hint(day, places) + " Tick what you saw this time."
        if last.roles_met:
            self.fields["roles_met"].help_text = f"As last time, {day}. Never patients."
        if last.barriers:
            self.fields["barriers"].help_text = f"As last time, {day}: take out what is solved."

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on > timezone.localdate():
            raise forms.ValidationError(
                "A visit that is still to come is planned, not logged. Give the day it took place."
            )
        return on

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        starts, ends, on = data.get("starts_at"), data.get("ends_at"), data.get("on")
        if starts and ends and ends < starts:
            self.add_error("ends_at", "The end is before the start.")
        if on and data.get("next_contact_on") and data["next_contact_on"] < on:
            self.add_error("next_contact_on", "The next contact comes after the visit.")
        if on and data.get("evidence_seen_on") and data["evidence_seen_on"] > on:
            self.add_error("evidence_seen_on", "It cannot have been seen after the visit.")
        if data.get("evidence_none") and data.get("evidence"):
            self.add_error("evidence_none", "Take out either this tick or those of the places.")
        for part, whole in PARTS_OF:
            some, everything = data.get(f"observed_{part}"), data.get(f"observed_{whole}")
            if some is not None and everything is not None and some > everything:
                self.add_error(f"observed_{part}", "The online part is more than the whole.")
        return data

    def record(self, actions: Iterable[ActionWords]) -> VisitRecord:
        data = self.cleaned_data
        seen_on = data["evidence_seen_on"] or data["on"]
        observed = {
            figure.column: data[f"observed_{figure.column}"]
            for figure in FIGURES_SEEN
            if data[f"observed_{figure.column}"] is not None
        }
        if data["routine_definition"] and observed:
            observed[DEFINITION] = data["routine_definition"]
        return VisitRecord(
            kind=data["kind"],
            on=data["on"],
            starts_at=data["starts_at"],
            ends_at=data["ends_at"],
            purpose=data["purpose"],
            roles_met=tuple(role for role in Role.LABELS if role in data["roles_met"]),
            readiness=data["readiness"],
            materials_left=data["materials_left"],
            commitment=data["commitment"],
            next_contact_on=data["next_contact_on"],
            note=data["note"],
            ecommunication_asked=bool(data["evidence"] or data["evidence_none"]),
            observed=observed,
            discussions={
                target: data[f"discussion_{target}"] for target in Target.values if data[f"discussion_{target}"]
            },
            barriers=frozenset(data["barriers"]),
            evidence=frozenset(EvidenceSeen(where, seen_on, data["evidence_words"]) for where in data["evidence"]),
            actions=tuple(actions),
        )


def initial_of(record: VisitRecord) -> dict[str, Any]:
    """A saved record as the form's beginning."""
    evidence = sorted(record.evidence)
    names = ("kind", "on", "starts_at", "ends_at", "purpose", "readiness", "materials_left", "commitment", "note")
    return {
        **{name: getattr(record, name) for name in (*names, "next_contact_on")},
        "roles_met": list(record.roles_met),
        "barriers": sorted(record.barriers),
        "evidence": [seen.where for seen in evidence],
        "evidence_seen_on": max((seen.seen_on for seen in evidence), default=None),
        "evidence_words": next((seen.words for seen in evidence if seen.words), ""),
        "evidence_none": record.ecommunication_asked and not evidence,
        "routine_definition": record.observed.get(DEFINITION, ""),
        **{f"observed_{figure.column}": record.observed.get(figure.column) for figure in FIGURES_SEEN},
        **{f"discussion_{target}": words for target, words in record.discussions.items()},
    }


def initial_after(last: VisitRecord | None) -> dict[str, Any]:
    """The beginning of a new visit's form: today, and the last visit's answers to confirm."""
    beginning: dict[str, Any] = {"on": timezone.localdate(), "kind": Visit.Kind.FIRST}
    if last:
        beginning |= {
            "kind": Visit.Kind.FOLLOW_UP,
            "roles_met": list(last.roles_met),
            "barriers": sorted(last.barriers),
            "readiness": last.readiness,
        }
    return beginning


def _hint(day: str, words: str) -> str:
    return f"Last time, {escape(day)}: “{escape(words)}”"
