"""What goes into the audit for ever must not hold what somebody, perhaps wrongly, declared to be no identifier."""

from typing import Any

from core.identifiers import find_identifiers

HIDDEN = "[hidden]"


def without_identifiers(text: str) -> str:
    """The text with everything that the identifier check finds in it covered."""
    pieces, end = [], 0
    for finding in find_identifiers(text):
        if finding.start >= end:
            pieces += [text[end : finding.start], HIDDEN]
        end = max(end, finding.end)
    return "".join([*pieces, text[end:]])


def masked(values: dict[str, Any]) -> dict[str, Any]:
    return {name: without_identifiers(value) if isinstance(value, str) else value for name, value in values.items()}
