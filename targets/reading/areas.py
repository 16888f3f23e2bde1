"""Where the page of an area is."""

from django.urls import reverse

from practices.geography import Area, AreaKind


def path_of(area: Area) -> str:
    """The address says what the area was called in the month that it is shown of; the home region has its own."""
    if area.is_home:
        return reverse("targets:london")
    name = "targets:region" if area.kind == AreaKind.REGION else f"targets:{area.term.address}"
    return reverse(name, args=[area.code])
