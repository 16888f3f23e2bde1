from typing import Any

from django import forms
from django.conf import settings

from core.identifier_forms import IdentifierCheckMixin


def megabytes(size: int) -> str:
    return f"{size // 1024**2:,} MB" if size >= 1024**2 else f"{size:,} bytes"


def too_large() -> str:
    limit = megabytes(settings.IMPORT_MAX_UPLOAD_BYTES)
    return f"The file is larger than {limit}, the most that the portal takes. Zip it, or split it by month."


class UploadForm(IdentifierCheckMixin, forms.Form):
    identifier_fields = ("file",)

    file = forms.FileField(
        label="File",
        max_length=200,
        error_messages={
            "required": "Choose a file to import.",
            "empty": "The file is empty.",
            "max_length": "The name of the file is longer than 200 characters. Rename it.",
        },
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        limit = megabytes(settings.IMPORT_MAX_UPLOAD_BYTES)
        self.fields["file"].help_text = f"CSV, zip or .xlsx, up to {limit}. Nothing counts before you confirm it."

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > settings.IMPORT_MAX_UPLOAD_BYTES:
            raise forms.ValidationError(too_large())
        return file


class ReasonForm(IdentifierCheckMixin, forms.Form):
    """Why somebody undoes an import, or brings one in that has fewer rows than it should."""

    identifier_fields = ("reason",)

    reason = forms.CharField(
        label="Reason",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 3}),
        error_messages={"required": "Say why."},
    )


class AnswerForm(forms.Form):
    """What each table is about that does not say so itself."""

    def __init__(self, *args: Any, questions: list[tuple[str, list[tuple[str, str]]]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.tables = {f"table_{number}": table for number, (table, _) in enumerate(questions)}
        for name, (table, choices) in zip(self.tables, questions, strict=True):
            self.fields[name] = forms.ChoiceField(
                label=f"Which service is {table} about?",
                choices=[("", "Choose one"), *choices],
                error_messages={"required": "Choose the service that the file is about."},
            )

    @property
    def answers(self) -> dict[str, str]:
        return {table: self.cleaned_data[name] for name, table in self.tables.items()}


class ConfirmForm(ReasonForm):
    def __init__(self, *args: Any, reason_needed: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if reason_needed:
            self.fields["reason"].label = "Why it is right all the same"
        else:
            del self.fields["reason"]
            self._identifiers = {}
