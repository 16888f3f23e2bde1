"""Why there is no data: the codes that Score.reason holds, in words."""

REASONS: dict[str, str] = {
    "no_file": "No POMI file for this month has been brought in",
    "not_in_file": "The practice is not in the POMI file for this month",
    "practice_not_reported": "The practice's system did not report this month, so its published counts mean nothing",
    "blank_value": "The figure is blank in the source",
    "impossible_value": "The source holds a figure that cannot be",
    "no_return": "No practice return or visit gives the figure for this month",
    "zero_denominator": "There was nothing to count: the denominator is 0",
    "status_unknown": "The supplier does not know whether the function is enabled",
    "no_evidence_asked": "No visit or return of the last twelve months asked for evidence",
}


def reason_words(code: str) -> str:
    """The sentence for a reason; an empty string for none."""
    return REASONS[code] if code else ""
