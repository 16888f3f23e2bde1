from collections.abc import Mapping
from typing import Any

from django import forms

from practices.geography import Area, AreaKind, term_of
from targets.reading.frame import Frame


class GridFilter(forms.Form):
    """Which reports the grid shows; anything else in the address falls back to the first of each."""

    kind = forms.ChoiceField(label="Areas", required=False)
    programme = forms.ChoiceField(label="Programme", required=False)

    def __init__(self, data: Mapping[str, Any], *, areas: Mapping[str, list[Area]], frame: Frame) -> None:
        kinds = [(kind, _label(kind, found, frame)) for kind, found in areas.items() if found]
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


def _label(kind: str, areas: list[Area], frame: Frame) -> str:
    """As the areas are called, in the latest month where not all by one name; the region by its own."""
    if kind == AreaKind.REGION:
        return areas[0].name
    terms = {area.term for area in areas}
    return (terms.pop() if len(terms) == 1 else term_of(kind, frame.tree.day)).heading
