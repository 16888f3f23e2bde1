"""The practice return as a form: its fields come from the one list of headings."""

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone

from core.identifier_forms import IdentifierCheckMixin
from core.months import add_months, month_key, month_label, month_of, parse_month
from practices.models import MonthlyFigures
from practices.returns import headings
from practices.returns.headings import Heading

MONTHS_BACK = 36


def field_of(heading: Heading) -> forms.Field:
    common: dict[str, Any] = {"label": heading.heading, "help_text": heading.meaning, "required": False}
    if heading.kind == "count":
        narrow = forms.NumberInput(attrs={"class": "nhsuk-input--width-5"})
        return forms.IntegerField(min_value=0, max_value=10_000_000, widget=narrow, **common)
    if heading.kind == "date":
        return forms.DateField(widget=forms.DateInput(attrs={"type": "date"}), **common)
    if heading.kind == "choice":
        return forms.ChoiceField(choices=[("", "Not said"), *((each, each) for each in heading.choices)], **common)
    if heading.kind == "several":
        choices = [(each, each) for each in heading.choices]
        return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **common)
    widget = forms.Textarea(attrs={"rows": 3}) if heading.length > 200 else forms.TextInput()
    return forms.CharField(max_length=heading.length, widget=widget, **common)


class ReturnForm(IdentifierCheckMixin, forms.Form):
    identifier_fields = ("note", "routine_definition", "ecommunication_product")

    def __init__(self, *args: Any, month: date, stands: MonthlyFigures | None = None, **kwargs: Any) -> None:
        self.month = month
        kwargs.setdefault("initial", initial_of(stands) if stands else {})
        super().__init__(*args, **kwargs)
        places = self.fields["ecommunication_promoted_where"]
        known = {value for value, _ in places.choices}  # type: ignore[attr-defined]
        others = [each for each in self.initial.get("ecommunication_promoted_where", []) if each not in known]
        places.choices += [(each, each) for each in others]  # type: ignore[attr-defined]

    def groups(self) -> list[tuple[str, list[forms.BoundField]]]:
        """Fields under their headings, and what the identifier check asks below them all."""
        found = [(title, [self[column] for column in columns]) for title, columns in headings.GROUPS]
        rest = [field for field in self if field.name not in headings.COLUMNS]
        return [*found, ("Patient identifiers", rest)] if rest else found

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        where = cleaned.get("ecommunication_promoted_where")
        if where is not None:
            cleaned["ecommunication_promoted_where"] = "; ".join(where)
        for problem in headings.problems(cleaned, self.month):
            if problem.column in self.fields and problem.column not in self.errors:
                self.add_error(problem.column, forms.ValidationError(problem.message, problem.code))
        return cleaned


ReturnForm.base_fields.update({heading.column: field_of(heading) for heading in headings.FIGURES})


def initial_of(stands: MonthlyFigures) -> dict[str, Any]:
    values = {heading.column: getattr(stands, heading.column) for heading in headings.FIGURES}
    places = values["ecommunication_promoted_where"].replace(",", ";").split(";")
    return values | {"ecommunication_promoted_where": [each.strip() for each in places if each.strip()]}


def recent_months() -> list[tuple[str, str]]:
    last = month_of(timezone.localdate())
    months = [add_months(last, -number) for number in range(MONTHS_BACK)]
    return [(month_key(month), month_label(month)) for month in months]


class MonthForm(forms.Form):
    """Which month, in the address. A month further back than the list may be asked for by its address."""

    month = forms.ChoiceField(label="Month")

    def __init__(self, *args: Any, month: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        choices = recent_months()
        chosen = (month_key(month), month_label(month))
        self.fields["month"].choices = choices if chosen in choices else [*choices, chosen]  # type: ignore[attr-defined]
        self.initial["month"] = month_key(month)


def month_asked_for(text: str | None, otherwise: date) -> date:
    """The month of the address, or `otherwise` where it names none that can be."""
    try:
        month = parse_month(text or "")
    except ValueError:
        return otherwise
    return min(month, month_of(timezone.localdate()))
