"""What is known of an area or a practice in a month against a rule. Plain values: no database, no request."""

from dataclasses import dataclass, fields
from datetime import date

MET, NOT_MET, NO_DATA, NOT_APPLICABLE = "met", "not_met", "no_data", "not_applicable"
JUDGED = frozenset({MET, NOT_MET})


def share_of(numerator: int | None, denominator: int | None) -> float | None:
    """A proportion; None where a part is missing or there is nothing to divide by."""
    return None if numerator is None or not denominator else numerator / denominator


@dataclass(frozen=True, slots=True)
class Sums:
    """An area in a month against a rule: sums over the practices that reported, counts over all of them.

    numerator, denominator, shortfall: None where nobody reported, and where the reader may not see them: then `seen` is
    False. rule: the id of the rule version.
    """

    area_kind: str
    area_code: str
    month: date
    rule: int
    numerator: int | None
    denominator: int | None
    met: int
    not_met: int
    no_data: int
    not_applicable: int
    within_margin: int
    practices: int
    reported: int
    shortfall: int | None
    seen: bool = True

    @property
    def share(self) -> float | None:
        return share_of(self.numerator, self.denominator)

    @property
    def judged(self) -> int:
        return self.met + self.not_met


STORED = tuple(field.name for field in fields(Sums) if field.name != "seen")


@dataclass(frozen=True, slots=True)
class PracticeScore:
    """A practice in a month against a rule. Its state is open to all; its numbers are None where not `seen`."""

    practice: int
    code: str
    name: str
    supplier: str
    closed: date | None
    ccg: int | None
    rule: int
    month: date
    numerator: int | None
    denominator: int | None
    state: str
    reason: str
    within_margin: bool
    shortfall: int | None
    seen: bool = True

    @property
    def share(self) -> float | None:
        return share_of(self.numerator, self.denominator)

    @property
    def is_judged(self) -> bool:
        return self.state in JUDGED
