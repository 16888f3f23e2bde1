from datetime import date
from typing import Any
from uuid import UUID

from django import forms
from django.utils import timezone

from accounts.models import User
from accounts.querysets import UserQuerySet
from core.identifier_forms import IdentifierCheckMixin
from practices.models import Organisation
from targets.models import Target
from visits.models import Action, BarrierCode, CaseloadEntry, Visit
from visits.records import ActionWords
from visits.steps import NEEDS, QUESTIONS, choices_from


class OwnIdForm(forms.Form):
    """A form whose id is made when it opens, so that sent twice it is one."""

    def refuse_id(self, name: str, sentence: str, instead: UUID) -> None:
        """Says that nothing was taken under the id that came, and gives what was written another for the next press."""
        self.add_error(None, sentence)
        self.data = {**self.data, self.add_prefix(name): str(instead)}


class PlanForm(IdentifierCheckMixin, OwnIdForm):
    visit_id = forms.UUIDField(widget=forms.HiddenInput)
    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    on = forms.DateField(label="Date")
    starts_at = forms.TimeField(label="Start", required=False)
    kind = forms.ChoiceField(label="Kind", choices=Visit.Kind.choices)
    purpose = forms.CharField(label="Purpose", required=False, max_length=300)

    identifier_fields = ("purpose",)

    def clean_on(self) -> date:
        on = self.cleaned_data["on"]
        if on < timezone.localdate():
            raise forms.ValidationError("This day is past. Give a day to come, or log the visit instead.")
        return on


class CancelForm(IdentifierCheckMixin, forms.Form):
    reason = forms.CharField(label="Why is it cancelled?", max_length=300)

    identifier_fields = ("reason",)


class AddendumForm(IdentifierCheckMixin, forms.Form):
    words = forms.CharField(label="What is to be added", max_length=4_000, widget=forms.Textarea(attrs={"rows": 4}))

    identifier_fields = ("words",)


class ActionForm(IdentifierCheckMixin, forms.Form):
    """The next state of an action. What the state asks for is checked by the same table as in the service."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)
    state = forms.ChoiceField(label="State", widget=forms.RadioSelect)
    barrier = forms.ChoiceField(
        label="If blocked, what stands in the way",
        choices=[("", "Choose, if it is blocked"), *BarrierCode.choices],
        required=False,
    )
    evidence = forms.CharField(label="If done, what shows it", required=False, max_length=500)
    dropped_reason = forms.CharField(label="If dropped, why", required=False, max_length=300)
    due_on = forms.DateField(label="Due")

    identifier_fields = ("evidence", "dropped_reason")

    def __init__(self, *args: Any, action: Action, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["state"].choices = choices_from(action.state)  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or self.cleaned_data
        needed = NEEDS[data["state"]] if data.get("state") else ""
        if needed and not data.get(needed):
            self.add_error(needed, f"{QUESTIONS[needed]}.")
        return data


class NewActionForm(IdentifierCheckMixin, OwnIdForm):
    action_id = forms.UUIDField(widget=forms.HiddenInput)
    words = forms.CharField(label="What is to be done", max_length=500)
    owner_role = forms.ChoiceField(label="Who does it", choices=Action.OwnerRole.choices)
    due_on = forms.DateField(label="By")
    target = forms.ChoiceField(label="Target", choices=[("", "No one target"), *Target.choices], required=False)

    identifier_fields = ("words",)

    def stated(self) -> ActionWords:
        data = self.cleaned_data
        return ActionWords(data["action_id"], data["words"], data["owner_role"], data["due_on"], data["target"])


def active_facilitators() -> UserQuerySet:
    return User.objects.active().facilitators().order_by("name", "email")


def holders() -> UserQuerySet:
    """Whoever looks after a practice, whatever their role is now."""
    held = CaseloadEntry.objects.filter(ends__isnull=True)
    found: UserQuerySet = User.objects.filter(pk__in=held.values("facilitator")).order_by("name", "email")
    return found


class GiveForm(forms.Form):
    facilitator = forms.ModelChoiceField(
        label="Facilitator", queryset=User.objects.none(), empty_label="Choose a facilitator"
    )
    codes = forms.CharField(
        label="Practices, by ODS code",
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, or with commas between them.",
    )
    starts = forms.DateField(label="From")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["facilitator"].queryset = active_facilitators()  # type: ignore[attr-defined]

    def clean_codes(self) -> list[Organisation]:
        codes = list(dict.fromkeys(self.cleaned_data["codes"].upper().replace(",", " ").replace(";", " ").split()))
        found = {practice.code: practice for practice in Organisation.objects.practices().filter(code__in=codes)}
        unknown = [code for code in codes if code not in found]
        if unknown:
            raise forms.ValidationError(f"No practice has the code {', '.join(unknown[:10])}.")
        return [found[code] for code in codes]


class HandOverForm(forms.Form):
    giver = forms.ModelChoiceField(label="From", queryset=User.objects.none(), empty_label="Choose whose caseload")
    taker = forms.ModelChoiceField(label="To", queryset=User.objects.none(), empty_label="Choose a successor")
    on = forms.DateField(label="On", help_text="The first day on which the successor looks after the practices.")
    practices = forms.ModelMultipleChoiceField(
        label="Practices",
        queryset=Organisation.objects.none(),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="All of the caseload, if none is ticked.",
    )

    def __init__(self, *args: Any, giver: User | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["giver"].queryset = holders()  # type: ignore[attr-defined]
        self.fields["taker"].queryset = active_facilitators()  # type: ignore[attr-defined]
        held = CaseloadEntry.objects.of(giver).filter(ends__isnull=True) if giver else CaseloadEntry.objects.none()
        self.fields["practices"].queryset = Organisation.objects.practices().filter(  # type: ignore[attr-defined]
            pk__in=held.values("practice")
        )
        if not giver:
            del self.fields["practices"]


class EndForm(forms.Form):
    ends = forms.DateField(label="Last day")
