"""Free text in forms is checked for what may identify a patient.

A hit is edited or overridden by a person, never hidden.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from django import forms
from django.core.files.uploadedfile import UploadedFile

from core.identifiers import Finding, Kind, find_identifiers

TICK = "This does not identify a patient"
LOOKS_LIKE: dict[Kind, str] = {
    Kind.NHS_NUMBER: "an NHS number",
    Kind.DATE_OF_BIRTH: "a date of birth",
    Kind.POSTCODE_WITH_AGE: "somebody’s postcode and age",
    Kind.TITLED_NAME: "a person’s name",
}


@dataclass(frozen=True, slots=True)
class IdentifierOverride:
    """What somebody declared harmless, for the audit: the field, the kinds and the reason, never the words
    themselves.
    """

    field: str
    kinds: tuple[str, ...]
    reason: str


def error_words(kind: Kind) -> str:
    """What the person sees beside the field, and what to do about it."""
    why = " and say why it is not one" if kind is Kind.NHS_NUMBER else ""
    return f"This looks like {LOOKS_LIKE[kind]}. Take it out, or tick “{TICK}”{why}."


if TYPE_CHECKING:
    Base = forms.BaseForm
else:
    Base = object


class IdentifierCheckMixin(Base):
    """Put before the form class: `class NoteForm(IdentifierCheckMixin, forms.ModelForm)`, naming `identifier_fields`.

    Fields of text and of files (their names) can be named.

    On a hit the field has an error, and two further fields appear, `identifier_override` (a tick) and
    `identifier_reason`; a crispy layout of one's own needs `render_unmentioned_fields = True` for them. An NHS number
    needs tick and reason, a softer sign the tick alone. `identifier_overrides` then holds what the service must write
    to the audit.
    """

    identifier_fields: tuple[str, ...] = ()

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.identifier_overrides: list[IdentifierOverride] = []
        self._identifiers: dict[str, list[Finding]] = self._look() if self.is_bound else {}
        if self._identifiers:
            self.fields["identifier_override"] = forms.BooleanField(label=TICK, required=False)
            self.fields["identifier_reason"] = forms.CharField(
                label="Why it is not one",
                required=False,
                max_length=200,
                help_text="For an NHS number, say what it is.",
            )

    def full_clean(self) -> None:
        """After all other cleaning, so that a form's own `clean` cannot leave the check out."""
        super().full_clean()
        self.identifier_overrides = []
        if self._identifiers and hasattr(self, "cleaned_data"):
            self._judge()

    def _look(self) -> dict[str, list[Finding]]:
        """The findings in what was sent, before cleaning: the two fields must be there when the form is cleaned."""
        found = {}
        for name in self.identifier_fields:
            sent = self.fields[name].widget.value_from_datadict(self.data, self.files, self.add_prefix(name))
            words = sent.name if isinstance(sent, UploadedFile) else sent
            findings = find_identifiers(words) if isinstance(words, str) else []
            if findings:
                found[name] = findings
        return found

    def _judge(self) -> None:
        ticked = bool(self.cleaned_data.pop("identifier_override", False))
        reason = str(self.cleaned_data.pop("identifier_reason", "") or "").strip()
        if find_identifiers(reason):
            self.add_error(
                "identifier_reason", "The reason must not hold what may identify a patient. Say it in other words."
            )
            return
        for name, findings in self._identifiers.items():
            kinds = list(dict.fromkeys(finding.kind for finding in findings))
            if ticked and (reason or Kind.NHS_NUMBER not in kinds):
                self.identifier_overrides.append(IdentifierOverride(name, tuple(kinds), reason))
            elif ticked:
                self.add_error(
                    "identifier_reason", "Say why it is not an NHS number, for instance “order number of the leaflets”."
                )
            else:
                for kind in kinds:
                    self.add_error(name, error_words(kind))
