from typing import Any

from django import forms
from django.core.validators import RegexValidator
from django.utils import timezone

from practices.models import Borough, Organisation

CODE = RegexValidator(r"^[A-Za-z][0-9]{5}$", "Enter a practice’s ODS code: a letter and five digits, such as F84010.")


def day(label: str, hint: str = "") -> forms.DateField:
    return forms.DateField(label=label, help_text=hint, widget=forms.DateInput(attrs={"type": "date"}))


def reason() -> forms.CharField:
    return forms.CharField(label="Reason", max_length=200, help_text="For the audit: where you know it from.")


class DeedForm(forms.Form):
    """A form about one practice. `arguments()` is what its service takes."""

    def __init__(self, *args: Any, practice: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.practice = practice

    def arguments(self) -> dict[str, Any]:
        return dict(self.cleaned_data)


class CloseForm(DeedForm):
    on = day("Last day")
    reason = reason()


class MergeForm(DeedForm):
    successor = forms.CharField(
        label="ODS code of the practice that takes over", max_length=6, validators=[CODE], help_text="Such as F84010."
    )
    on = day("From", "The first day on which the other practice stands for this one.")
    reason = reason()

    def clean_successor(self) -> Organisation:
        found = Organisation.objects.practices().filter(code=self.cleaned_data["successor"].upper()).first()
        if found is None:
            raise forms.ValidationError("The register has no practice under this code. Open it first.")
        return found


class RenameForm(DeedForm):
    name = forms.CharField(label="New name", max_length=160)
    on = day("From")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("name", self.practice.name)


class ReopenForm(DeedForm):
    reason = reason()


class MoveForm(DeedForm):
    ccg = forms.ModelChoiceField(label="CCG", queryset=Organisation.objects.none(), empty_label="Choose a CCG")
    on = day("From", "The first day in the other CCG.")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["ccg"].queryset = Organisation.objects.ccgs()  # type: ignore[attr-defined]


class BoroughForm(DeedForm):
    borough = forms.ModelChoiceField(
        label="Borough",
        queryset=Borough.objects.all(),
        required=False,
        empty_label="By postcode or CCG",
        help_text="A borough set here stays, whatever files say.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.practice.borough_source == Organisation.BoroughSource.HAND:
            self.initial.setdefault("borough", self.practice.borough_id)


class OpenForm(forms.Form):
    code = forms.CharField(label="ODS code", max_length=6, validators=[CODE], help_text="Such as F84010.")
    name = forms.CharField(label="Name", max_length=160)
    ccg = forms.ModelChoiceField(label="CCG", queryset=Organisation.objects.none(), empty_label="Choose a CCG")
    on = day("Opens on")
    postcode = forms.CharField(label="Postcode", max_length=8, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        today = timezone.localdate()
        self.fields["ccg"].queryset = Organisation.objects.ccgs().order_by("name")  # type: ignore[attr-defined]
        self.initial.setdefault("on", today)

    def clean_code(self) -> str:
        return str(self.cleaned_data["code"]).upper()

    def clean_postcode(self) -> str:
        return str(self.cleaned_data["postcode"]).upper()
