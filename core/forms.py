from typing import Any

from django import forms

from core.querysets import AuditEventQuerySet


class AuditFilter(forms.Form):
    """Filters of the audit page; each may be empty, and one that makes no sense is left out."""

    who = forms.CharField(label="Who", required=False, max_length=120)
    verb = forms.CharField(label="What was done", required=False, max_length=60)
    kind = forms.CharField(label="To what", required=False, max_length=60)
    since = forms.DateField(label="From", required=False, widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(label="To", required=False, widget=forms.DateInput(attrs={"type": "date"}))

    LOOKUPS = {
        "who": "actor_label__icontains",
        "verb": "verb__icontains",
        "kind": "object_type__icontains",
        "since": "at__date__gte",
        "until": "at__date__lte",
    }

    def narrow(self, events: AuditEventQuerySet) -> AuditEventQuerySet:
        if not self.is_bound:
            return events
        self.full_clean()
        wanted: dict[str, Any] = {
            lookup: self.cleaned_data[name] for name, lookup in self.LOOKUPS.items() if self.cleaned_data.get(name)
        }
        return events.filter(**wanted)
