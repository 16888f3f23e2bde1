from datetime import date
from typing import Any

from django import forms
from django.db.models import Q

from accounts.models import User
from core.identifier_forms import IdentifierCheckMixin
from core.months import month_key, month_label, parse_month
from practices import measures
from practices.models import Doubt, MonthlyFigures, Organisation
from practices.querysets.doubts import DoubtQuerySet

NO_SUCH_DOUBT = "One of those sent is no doubt that you may see, so nothing was changed. Look at the list below."
ME, NOBODY = "me", "nobody"
SORTS = {
    "month": ("month", "practice__name", "practice__code"),
    "practice": ("practice__name", "practice__code", "-month"),
    "kind": ("kind", "-month", "practice__name", "practice__code"),
    "supplier": ("supplier", "-month", "practice__name", "practice__code"),
    "raised": ("raised_at",),
}
DISPUTABLE = [(each.column, each.label) for each in measures.MEASURES if each.is_number]


class DoubtFilter(forms.Form):
    """Filters of the desk, each in the address; one that makes no sense is left out."""

    state = forms.ChoiceField(label="State", required=False)
    kind = forms.ChoiceField(label="Kind", required=False, choices=[("", "All kinds"), *Doubt.Kind.choices])
    ccg = forms.ChoiceField(label="CCG", required=False)
    supplier = forms.ChoiceField(label="Supplier", required=False)
    month = forms.ChoiceField(label="Month", required=False)
    assigned = forms.ChoiceField(label="With", required=False)

    def __init__(self, data: Any, *, doubts: DoubtQuerySet, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        some = doubts.order_by()
        ccgs = some.values_list("practice__ccg__code", "practice__ccg__name").distinct()
        suppliers = some.exclude(supplier="").values_list("supplier", flat=True).distinct()
        months = some.exclude(month=None).values_list("month", flat=True).distinct()
        people = User.objects.filter(pk__in=some.values("assigned_to")).values_list("pk", "name")
        self._offer("state", "Open", [(value, label) for value, label in Doubt.State.choices if value != "open"])
        self._offer("ccg", "All CCGs", sorted(((c, n) for c, n in ccgs if c), key=lambda each: each[1]))
        self._offer("supplier", "All suppliers", [(each, each) for each in sorted(suppliers)])
        self._offer("month", "All months", [(month_key(m), month_label(m)) for m in sorted(months, reverse=True)])
        self._offer("assigned", "Anybody", [(ME, "Me"), (NOBODY, "Nobody"), *((str(pk), name) for pk, name in people)])

    def _offer(self, name: str, nothing: str, choices: list[tuple[str, str]]) -> None:
        self.fields[name].choices = [("", nothing), *choices]  # type: ignore[attr-defined]

    def narrow(self, doubts: DoubtQuerySet, user: User) -> DoubtQuerySet:
        self.full_clean()
        wanted = {name: value for name, value in getattr(self, "cleaned_data", {}).items() if value}
        doubts = doubts.filter(state=wanted["state"]) if "state" in wanted else doubts.open()
        if "kind" in wanted:
            doubts = doubts.filter(kind=wanted["kind"])
        if "ccg" in wanted:
            doubts = doubts.filter(practice__ccg__code=wanted["ccg"])
        if "supplier" in wanted:
            doubts = doubts.filter(supplier=wanted["supplier"])
        if "month" in wanted:
            doubts = doubts.filter(month=parse_month(wanted["month"]))
        if "assigned" in wanted:
            doubts = doubts.filter(_with(wanted["assigned"], user))
        return doubts


def _with(assigned: str, user: User) -> Q:
    if assigned == NOBODY:
        return Q(assigned_to=None)
    return Q(assigned_to=user.pk if assigned == ME else int(assigned))


class DoubtsForm(IdentifierCheckMixin, forms.Form):
    """What is done with the ticked doubts."""

    identifier_fields = ("reason",)
    ASSIGN, SETTLE, ASK = "assign", "settle", "ask"

    doubts = forms.ModelMultipleChoiceField(
        queryset=Doubt.objects.none(),
        error_messages={
            "required": "Tick the doubts that you mean.",
            "invalid_choice": NO_SUCH_DOUBT,
            "invalid_pk_value": NO_SUCH_DOUBT,
        },
    )
    deed = forms.ChoiceField(
        label="What to do with them",
        choices=[(SETTLE, "Settle"), (ASSIGN, "Give to somebody"), (ASK, "Mark as asked of the supplier")],
        widget=forms.RadioSelect,
    )
    person = forms.ModelChoiceField(label="Give to", queryset=User.objects.none(), required=False, empty_label="Nobody")
    reason = forms.CharField(
        label="Reason",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Why the doubt is settled. It stays beside the figure.",
    )

    def __init__(self, *args: Any, doubts: DoubtQuerySet, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["doubts"].queryset = doubts  # type: ignore[attr-defined]
        self.fields["person"].queryset = User.objects.active().exclude(role="viewer")  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or self.cleaned_data
        if cleaned.get("deed") == self.SETTLE and not cleaned.get("reason"):
            self.add_error("reason", "Say why it is settled.")
        return cleaned


class DisputeForm(IdentifierCheckMixin, forms.Form):
    """This number is wrong."""

    identifier_fields = ("words",)

    month = forms.ChoiceField(label="Month")
    measure = forms.ChoiceField(label="Which figure", choices=DISPUTABLE)
    own_value = forms.IntegerField(
        label="The practice’s own figure",
        required=False,
        min_value=0,
        max_value=10_000_000,
        help_text="Leave it empty if it is not known yet.",
    )
    words = forms.CharField(
        label="What is wrong with it",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="How the practice counts, and on which day. Never anything about a patient.",
    )

    def __init__(self, *args: Any, practice: Organisation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = MonthlyFigures.objects.live().filter(practice=practice)
        months: list[date] = sorted(set(rows.values_list("month", flat=True)), reverse=True)
        self.fields["month"].choices = [(month_key(m), month_label(m)) for m in months]  # type: ignore[attr-defined]

    def clean_month(self) -> date:
        return parse_month(self.cleaned_data["month"])
