"""What a list of practices can be narrowed by; every filter lives in the address."""

from collections.abc import Iterable, Sequence
from typing import Any

import django_filters
from django import forms
from django.db.models import Exists, OuterRef, QuerySet

from practices.geography import AreaKind
from practices.models import Organisation
from targets.analysis import Peers
from targets.models import Score, State, Target
from targets.presenters.practice_table import PracticeRow
from targets.reading.page import Page
from targets.reading.peers import FIFTHS
from targets.reading.practices import suppliers

STATE_CHOICES = [*State.choices, ("within_margin", "Within margin")]


def state_field(target: str) -> str:
    return f"state_{target}"


class TableFilter(forms.Form):
    """Narrows the rows of an area's table, which the page has read already."""

    q = forms.CharField(label="Name or ODS code", required=False, max_length=80)
    supplier = forms.ChoiceField(label="System supplier", required=False)
    fifth = forms.ChoiceField(label="List size", required=False)
    visited = forms.ChoiceField(
        label="Visited", required=False, choices=[("", "Any"), ("yes", "Visited"), ("no", "Not visited yet")]
    )

    def __init__(self, *args: Any, targets: Sequence[str], suppliers: Iterable[str], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.targets = targets
        named = sorted({supplier for supplier in suppliers if supplier})
        self.fields["supplier"].choices = [("", "Any"), *((name, name) for name in named)]  # type: ignore[attr-defined]
        fifths = [(str(place), words.capitalize()) for place, words in enumerate(FIFTHS)]
        self.fields["fifth"].choices = [("", "Any"), *fifths]  # type: ignore[attr-defined]
        for target in targets:
            label = str(Target(target).label)
            self.fields[state_field(target)] = forms.ChoiceField(
                label=label, required=False, choices=[("", "Any"), *STATE_CHOICES]
            )

    @property
    def chosen(self) -> dict[str, str]:
        """What is asked for, without what cannot be: a wrong value in the address narrows nothing."""
        self.is_valid()
        return {name: value for name, value in self.cleaned_data.items() if value}

    def narrow(self, rows: Sequence[PracticeRow], peers: Peers | None) -> list[PracticeRow]:
        chosen = self.chosen
        return [row for row in rows if self._fits(row, chosen, peers)]

    def _fits(self, row: PracticeRow, chosen: dict[str, str], peers: Peers | None) -> bool:
        text = chosen.get("q", "").strip().casefold()
        if text and text not in row.name.casefold() and not row.code.casefold().startswith(text):
            return False
        if "supplier" in chosen and row.supplier != chosen["supplier"]:
            return False
        if "fifth" in chosen and (peers is None or peers.fifth(row.list_size) != int(chosen["fifth"])):
            return False
        if "visited" in chosen and (row.visited_on is not None) != (chosen["visited"] == "yes"):
            return False
        return all(
            self._has_state(row, target, chosen[state_field(target)])
            for target in self.targets
            if state_field(target) in chosen
        )

    @staticmethod
    def _has_state(row: PracticeRow, target: str, state: str) -> bool:
        score = row.scores.get(target)
        if state == "within_margin":
            return score is not None and score.within_margin
        return (score.state if score else State.NOT_APPLICABLE) == state


class PracticeFilter(django_filters.FilterSet):
    """Finds practices by name, ODS code, postcode, CCG, borough and the state of each target in the month shown."""

    q = django_filters.CharFilter(label="Name, ODS code or postcode", method="by_words")
    ccg = django_filters.ChoiceFilter(label="CCG", empty_label="Any", method="by_ccg")
    borough = django_filters.ChoiceFilter(label="Borough", empty_label="Any", field_name="borough__slug")
    supplier = django_filters.ChoiceFilter(label="System supplier", empty_label="Any", field_name="supplier")

    class Meta:
        model = Organisation
        fields: list[str] = []

    def __init__(self, *args: Any, page: Page, **kwargs: Any) -> None:
        self.page = page
        super().__init__(*args, **kwargs)
        question = page.question
        tree = question.frame.tree
        self.filters["ccg"].label = question.term(AreaKind.CCG).title
        self.filters["ccg"].extra["choices"] = [(area.code, area.short_name) for area in tree.of_kind("ccg")]
        self.filters["borough"].extra["choices"] = [(area.code, area.name) for area in tree.of_kind("borough")]
        self.filters["supplier"].extra["choices"] = [(name, name) for name in suppliers()]
        for rule in question.rules:
            name = state_field(rule.target)
            self.filters[name] = django_filters.ChoiceFilter(
                label=rule.name, empty_label="Any", choices=STATE_CHOICES, method=StateMethod(self, rule.pk)
            )
            self.filters[name].field_name = name
            self.filters[name].parent = self
            self.filters[name].model = Organisation

    def by_words(self, practices: Any, name: str, value: str) -> Any:
        return practices.found_by(value)

    def by_ccg(self, practices: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        """The CCG that the month's row names, else the register's."""
        named = Score.objects.for_user(self.page.user).filter(
            practice=OuterRef("pk"), month=self.page.question.month, ccg__code=value
        )
        return practices.filter(Exists(named)) if self.page.question.month else practices.filter(ccg__code=value)


class StateMethod:
    """Filters by the state of one rule; django-filter calls it as it would a function."""

    def __init__(self, filters: PracticeFilter, rule: int) -> None:
        self.filters = filters
        self.rule = rule

    def __call__(self, practices: QuerySet[Organisation], name: str, value: str) -> QuerySet[Organisation]:
        page = self.filters.page
        scores = Score.objects.for_user(page.user).filter(
            practice=OuterRef("pk"), month=page.question.month, rule_id=self.rule
        )
        wanted = scores.filter(within_margin=True) if value == "within_margin" else scores.filter(state=value)
        return practices.filter(Exists(wanted))
