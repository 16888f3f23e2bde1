"""Finds in free text what may identify a patient: NHS numbers for certain, three softer signs beside them.

`static/portal/js/identifiers.js` is the same check for the browser, run before a draft is kept; a test holds the two
together. A finding says what kind and where, never what: the match must not reach a log, an audit entry or an error
report.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

# One of these, or two in a row, may part the groups: space, no-break and thin spaces, hyphens, dashes and the dot.
GAP = "[ \u00a0\u2009\u202f\\t.\u2010\u2011\u2013-]{0,2}"
NHS_NUMBER = re.compile(f"(?<![0-9])([0-9]{{3}}){GAP}([0-9]{{3}}){GAP}([0-9]{{4}})(?![0-9])")
# Numbers from 999 are made for tests and belong to nobody.
MADE_UP = "999"

MONTH = "(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]{0,6}"
DATE = (
    "(?:[0-9]{1,2}[/.-][0-9]{1,2}[/.-](?:[0-9]{4}|[0-9]{2})|[0-9]{4}-[0-9]{2}-[0-9]{2}"
    f"|[0-9]{{1,2}}(?:st|nd|rd|th)?[ -]{MONTH}[ ,-]{{1,2}}[0-9]{{2,4}})(?![0-9])"
)
DATE_OF_BIRTH = re.compile(
    f"(?<![a-z])(?:d\\.?o\\.?b\\.?|date of birth|birth ?date|born)[^0-9\\n]{{0,15}}{DATE}", re.IGNORECASE
)

POSTCODE = re.compile("(?<![a-z0-9])[a-z]{1,2}[0-9][a-z0-9]? ?[0-9][abd-hjlnp-uw-z]{2}(?![a-z0-9])", re.IGNORECASE)
AGE = re.compile(
    "(?<![a-z])(?:aged?|age:|age of) ?[0-9]{1,3}(?![0-9])"
    "|(?<![0-9])[0-9]{1,3}[ -]?(?:years?[ -]old|yrs?[ -]old|y/?o(?![a-z]))",
    re.IGNORECASE,
)
NEAR = 80

TITLED_NAME = re.compile("(?<![A-Za-z])(?:Mr|Mrs|Ms|Miss|Mx|MR|MRS|MS|MISS)\\.? {1,2}[A-ZÀ-ÖØ-Þ][A-Za-zÀ-ÖØ-öø-ÿ'’-]+")


class Kind(StrEnum):
    NHS_NUMBER = "nhs_number"
    DATE_OF_BIRTH = "date_of_birth"
    POSTCODE_WITH_AGE = "postcode_with_age"
    TITLED_NAME = "titled_name"


class Severity(StrEnum):
    """STOP: very likely an identifier. WARN: may well be harmless, a person must look."""

    STOP = "stop"
    WARN = "warn"


@dataclass(frozen=True, slots=True, order=True)
class Finding:
    """Where in the text: `text[start:end]`. The text itself is deliberately not held."""

    start: int
    end: int
    kind: Kind
    severity: Severity


def is_nhs_number(digits: str) -> bool:
    """Whether ten digits pass the check: weights 10 to 2, 11 less the remainder by 11, 11 counting as 0, 10 never
    valid.

    Ten digits all the same pass the sum and are not numbers that were ever given out.
    """
    if len(digits) != 10 or len(set(digits)) == 1:
        return False
    total = sum(int(digit) * weight for digit, weight in zip(digits, range(10, 1, -1), strict=False))
    check = 11 - total % 11
    return (0 if check == 11 else check) == int(digits[9])


def find_identifiers(text: str) -> list[Finding]:
    """All findings in the order of the text. One ten-digit string in eleven passes the check by chance."""
    return sorted([*_nhs_numbers(text), *_dates_of_birth(text), *_postcodes_with_age(text), *_titled_names(text)])


def _nhs_numbers(text: str) -> Iterator[Finding]:
    for match in NHS_NUMBER.finditer(text):
        if is_nhs_number("".join(match.groups())):
            severity = Severity.WARN if match[1] == MADE_UP else Severity.STOP
            yield Finding(match.start(), match.end(), Kind.NHS_NUMBER, severity)


def _dates_of_birth(text: str) -> Iterator[Finding]:
    for match in DATE_OF_BIRTH.finditer(text):
        yield Finding(match.start(), match.end(), Kind.DATE_OF_BIRTH, Severity.WARN)


def _postcodes_with_age(text: str) -> Iterator[Finding]:
    """A full postcode alone is a practice's address; with an age near by it is a person's."""
    ages = list(AGE.finditer(text))
    for postcode in POSTCODE.finditer(text):
        for age in ages:
            start, end = min(postcode.start(), age.start()), max(postcode.end(), age.end())
            if max(postcode.start(), age.start()) - min(postcode.end(), age.end()) <= NEAR:
                yield Finding(start, end, Kind.POSTCODE_WITH_AGE, Severity.WARN)
                break


def _titled_names(text: str) -> Iterator[Finding]:
    for match in TITLED_NAME.finditer(text):
        yield Finding(match.start(), match.end(), Kind.TITLED_NAME, Severity.WARN)
