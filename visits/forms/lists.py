from datetime import date
from typing import Any

from django import forms
from django.db.models import Q
from django.utils import timezone

from accounts.models import User
from practices.geography import AreaKind, geography
from practices.models import Organisation
from visits.models import Action, CaseloadEntry, Visit
from visits.querysets import ActionQuerySet, VisitQuerySet

ANY = ("", "Any")


class NarrowingForm(forms.Form):
    """Filters that live in the address. A value that makes no sense narrows nothing."""

    def chosen(self) -> dict[str, Any]:
        self.full_clean()
        return {name: value for name, value in self.cleaned_data.items() if value not in (None, "")}


def practice_matches(text: str) -> Q:
    return Q(practice__in=Organisation.objects.practices().found_by(text).values("pk"))


class VisitFilter(NarrowingForm):
    whose = forms.ChoiceField(label="Whose", choices=[("", "All I may see"), ("mine", "Mine")], required=False)
    state = forms.ChoiceField(
        label="State", choices=[ANY, ("made", "Made (logged or signed off)"), *Visit.State.choices], required=False
    )
    kind = forms.ChoiceField(label="Kind", choices=[ANY, *Visit.Kind.choices], required=False)
    practice = forms.CharField(label="Practice, ODS code or postcode", required=False, max_length=80)
    since = forms.DateField(label="From", required=False)
    until = forms.DateField(label="To", required=False)

    def narrow(self, visits: VisitQuerySet, user: User) -> VisitQuerySet:
        chosen = self.chosen()
        if chosen.get("whose") == "mine":
            visits = visits.filter(facilitator=user)
        if chosen.get("state") == "made":
            visits = visits.made()
        elif "state" in chosen:
            visits = visits.filter(state=chosen["state"])
        if "kind" in chosen:
            visits = visits.filter(kind=chosen["kind"])
        if "practice" in chosen:
            visits = visits.filter(practice_matches(chosen["practice"]))
        if "since" in chosen:
            visits = visits.filter(on__gte=chosen["since"])
        if "until" in chosen:
            visits = visits.filter(on__lte=chosen["until"])
        return visits


class ActionFilter(NarrowingForm):
    DUE = (
        ("", "All that are unfinished"),
        ("overdue", "Overdue"),
        ("week", "Due within a week"),
        ("blocked", "Blocked"),
        ("finished", "Done or dropped"),
        ("all", "All"),
    )
    whose = forms.ChoiceField(label="Whose", choices=[("", "All I may see"), ("mine", "Mine")], required=False)
    due = forms.ChoiceField(label="Which", choices=DUE, required=False)
    ccg = forms.ModelChoiceField(
        label="CCG", queryset=Organisation.objects.none(), to_field_name="code", required=False, empty_label="Any"
    )
    owner = forms.ChoiceField(label="Who does it", choices=[ANY, *Action.OwnerRole.choices], required=False)
    practice = forms.CharField(label="Practice, ODS code or postcode", required=False, max_length=80)

    def __init__(self, *args: Any, user: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        ended = geography().ended(geography().of_kind(AreaKind.CCG))
        closed = [ccg for day, ccgs in ended.items() if day < timezone.localdate() for ccg in ccgs]
        ccgs = Organisation.objects.ccgs().exclude(pk__in=closed)
        if not user.sees_everything:
            ccgs = ccgs.filter(code__in=user.ccg_codes())
        self.fields["ccg"].queryset = ccgs  # type: ignore[attr-defined]

    def narrow(self, actions: ActionQuerySet, user: User, today: date) -> ActionQuerySet:
        chosen = self.chosen()
        if chosen.get("whose") == "mine":
            held = CaseloadEntry.objects.of(user).in_force(today).values("practice")
            actions = actions.filter(Q(owner=user) | Q(practice__in=held))
        match chosen.get("due"):
            case "overdue":
                actions = actions.overdue(on=today)
            case "week":
                actions = actions.due_within(days=7, on=today)
            case "blocked":
                actions = actions.filter(state=Action.State.BLOCKED)
            case "finished":
                actions = actions.exclude(state__in=Action.UNFINISHED)
            case "all":
                pass
            case _:
                actions = actions.unfinished()
        if "ccg" in chosen:
            actions = actions.filter(practice__ccg=chosen["ccg"])
        if "owner" in chosen:
            actions = actions.filter(owner_role=chosen["owner"])
        if "practice" in chosen:
            actions = actions.filter(practice_matches(chosen["practice"]))
        return actions
