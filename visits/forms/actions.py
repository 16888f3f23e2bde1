"""The rows of a visit's form that are about actions: its own, and what became of earlier ones."""

from datetime import timedelta
from typing import Any
from uuid import uuid4

from django import forms
from django.utils import timezone

from core.identifier_forms import IdentifierCheckMixin
from targets.models import Target
from visits.forms.texts import short_text
from visits.models import Action
from visits.records import ActionStep, ActionWords, VisitRecord
from visits.steps import NEEDS, choices_from

USUAL_DAYS = 28


class ActionRow(IdentifierCheckMixin, forms.Form):
    """An action in the visit's form. A row without words says nothing; an old one emptied takes the action back."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    words = short_text("What is to be done", 500)
    owner_role = forms.ChoiceField(label="Who does it", choices=Action.OwnerRole.choices, required=False)
    due_on = forms.DateField(label="By", required=False)
    target = forms.ChoiceField(label="Target", choices=[("", "No one target"), *Target.choices], required=False)

    identifier_fields = ("words",)

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        if data.get("words") and not data.get("due_on") and "due_on" not in self.errors:
            self.add_error("due_on", "Give the day by which it is to be done.")
        if data.get("words") and not data.get("owner_role") and "owner_role" not in self.errors:
            self.add_error("owner_role", "Say who does it.")
        return data

    def stated(self) -> ActionWords:
        data = self.cleaned_data
        return ActionWords(data["id"], data["words"], data["owner_role"], data["due_on"], data["target"])


ActionRows = forms.formset_factory(ActionRow, extra=0, max_num=30, absolute_max=30)


class EarlierAction(IdentifierCheckMixin, forms.Form):
    """What became of an action of an earlier visit, told on the spot."""

    id = forms.UUIDField(widget=forms.HiddenInput)
    state = forms.ChoiceField(label="Now", required=False)
    words = short_text("What shows it, or why it is dropped", 300)

    identifier_fields = ("words",)

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.action = action
        # Blocked asks for a barrier; that is done on the action's own page.
        self.fields["state"].choices = [  # type: ignore[attr-defined]
            ("", f"{action.get_state_display()}, as before"),
            *(
                (value, label)
                for value, label in choices_from(action.state)
                if value != action.state and NEEDS[value] != "barrier"
            ),
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = NEEDS[data["state"]] if data.get("state") else ""
        if needed and not data.get("words"):
            self.add_error(
                "words", "Say what shows that it is done." if needed == "evidence" else "Say why it is dropped."
            )
        return data

    def step(self) -> ActionStep | None:
        data = self.cleaned_data
        return ActionStep(self.action.pk, data["state"], data["words"]) if data["state"] else None


def initial_rows(record: VisitRecord | None) -> list[dict[str, Any]]:
    """The visit's actions and one empty row, whose id makes the save of it idempotent."""
    rows = [
        {name: getattr(action, name) for name in ("id", "words", "owner_role", "due_on", "target")}
        for action in (record.actions if record else ())
    ]
    return [*rows, empty_row()]


def empty_row() -> dict[str, Any]:
    return {
        "id": uuid4(),
        "owner_role": Action.OwnerRole.PRACTICE_MANAGER,
        "due_on": timezone.localdate() + timedelta(days=USUAL_DAYS),
    }
