from django import forms


def short_text(label: str, limit: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, max_length=limit, help_text=help_text)


def long_text(label: str, limit: int, rows: int = 3, help_text: str = "") -> forms.CharField:
    widget = forms.Textarea(attrs={"rows": rows})
    return forms.CharField(label=label, required=False, max_length=limit, widget=widget, help_text=help_text)
