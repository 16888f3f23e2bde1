from collections.abc import Mapping
from typing import Any

from django import forms

from targets.reading.areas import Area
from targets.reading.frame import Frame

KIND_LABELS = {"borough": "Boroughs", "ccg": "CCGs", "stp": "STPs", "london": "London"}


class GridFilter(forms.Form):
    """Which reports the grid shows; anything else in the address falls back to the first of each."""

    kind = forms.ChoiceField(label="Areas", required=False)
    programme = forms.ChoiceField(label="Programme", required=False)

    def __init__(self, data: Mapping[str, Any], *, areas: Mapping[str, list[Area]], frame: Frame) -> None:
        kinds = [(kind, KIND_LABELS[kind]) for kind, found in areas.items() if found]
        programmes = [(info.slug, info.name) for info in frame.programmes]
        default = frame.default_programme
        asked = {"kind": data.get("kind", ""), "programme": data.get("programme", "")}
        if asked["kind"] not in dict(kinds):
            asked["kind"] = kinds[0][0] if kinds else ""
        if asked["programme"] not in dict(programmes):
            asked["programme"] = default.slug if default else ""
        super().__init__(asked)
        self.chosen_kind, self.chosen_programme = asked["kind"], asked["programme"]
        self.fields["kind"].choices = kinds  # type: ignore[attr-defined]
        self.fields["programme"].choices = programmes  # type: ignore[attr-defined]
