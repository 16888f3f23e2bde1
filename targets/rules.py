"""What a rule says, as a plain value: scoring, pages and reports all work with this one."""

from collections.abc import Mapping
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from typing import Any

from practices import measures

RATIO, STATUS, EVIDENCE = "ratio", "status", "evidence"
TARGETS = {
    "appointments": "Appointments online",
    "registration": "Registration",
    "dcr": "Detailed coded record",
    "ecommunication": "E-communication",
    "utilisation": "Utilisation",
}
"""What is measured, whatever a programme's rule asks of it, in the order of the guide."""
AT_LEAST, AT_MOST = "at_least", "at_most"


@dataclass(frozen=True, slots=True)
class Rule:
    """One version of what a programme asks, in force between two days (the last one included).

    pk: 0 for one that a file defines and the database does not hold yet.

    numerator, denominator: columns of the monthly figures that are added up. threshold: a share, exact; None where the
    rule is no ratio. published: anybody may see its figures, because all of its columns are the publisher's.
    """

    pk: int
    target: str
    version: int
    effective_from: date
    effective_to: date | None
    measured: str
    numerator: tuple[str, ...]
    denominator: tuple[str, ...]
    threshold: Decimal | None
    direction: str
    unit: str
    published: bool
    title: str = ""
    definition: str = ""
    numerator_words: str = ""
    denominator_words: str = ""
    note: str = ""
    source_words: str = ""
    author: str = ""

    @property
    def name(self) -> str:
        return TARGETS[self.target]

    @property
    def columns(self) -> tuple[str, ...]:
        return (*self.numerator, *self.denominator)

    @property
    def source(self) -> str:
        """The source that gives all of its columns; of several the one whose word counts first."""
        return measures.given_by(self.columns)[0]

    @property
    def is_ratio(self) -> bool:
        return self.measured == RATIO

    @property
    def asks_at_least(self) -> bool:
        return self.direction == AT_LEAST

    def is_in_force(self, on: date) -> bool:
        return self.effective_from <= on and (self.effective_to is None or self.effective_to >= on)


STORED = tuple(field.name for field in fields(Rule))


def rule_of(stored: Mapping[str, Any]) -> Rule:
    """From the columns STORED of a row; those of the figures are lists there."""
    return Rule(**{**stored, "numerator": tuple(stored["numerator"]), "denominator": tuple(stored["denominator"])})
