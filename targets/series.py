"""Which months of a series may be compared: where a break of definition lies between two, nothing is.

Plain values, read once with the frame. Every change, trend, pace and crossing asks here, and charts draw what
this says.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from core.months import month_label
from practices import measures
from practices.breaks import Break, Breaks
from targets.rules import Rule

AreaKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Course:
    """The breaks that one series may meet.

    supplier: the practice's; None for an area's sums. suppliers: what its rows of single months name instead: what
    another supplier counted was right all along, so a practice that changed its system breaks where it did.
    """

    breaks: tuple[Break, ...] = ()
    supplier: str | None = None
    suppliers: Mapping[date, str] = field(default_factory=dict)

    def _ahead(self, month: date) -> frozenset[Break]:
        supplier = self.suppliers.get(month) or self.supplier
        return frozenset(
            each for each in self.breaks if month < each.month and (supplier is None or each.speaks_of(supplier))
        )

    def comparable(self, first: date, last: date) -> bool:
        return not self.breaks or self._ahead(first) == self._ahead(last)

    def why_not(self, first: date, last: date) -> str:
        """Empty where the two months may be compared."""
        lost = sorted(self._ahead(first) ^ self._ahead(last), key=lambda each: each.month)
        return " ".join(dict.fromkeys(break_words(each) for each in lost))

    def beginnings(self, months: Iterable[date]) -> dict[date, str]:
        """Of the months that have figures those with which the series begins anew, each with the reason."""
        if not self.breaks:
            return {}
        found = {after: self.why_not(before, after) for before, after in pairwise(sorted(months))}
        return {month: words for month, words in found.items() if words}


def break_words(broken: Break) -> str:
    return f"{broken.note.rstrip('.')}. Nothing is compared across {month_label(broken.month)}."


@dataclass(frozen=True, slots=True)
class SeriesBreaks:
    """All breaks, with the areas whose sums held practices that a break speaks of, by kind and code.

    An area in which no practice had the break's supplier runs on: what its sums held was right all along. One practice
    is enough to break them, since nobody can tell how much of a sum it made up.
    """

    known: Breaks = field(default_factory=Breaks)
    areas: Mapping[Break, frozenset[AreaKey]] = field(default_factory=dict)

    def of_area(self, rule: Rule, kind: str, code: str) -> Course:
        found = self._of(rule.columns, rule.source)
        return Course(tuple(each for each in found if (str(kind), code) in self.areas.get(each, ())))

    def of_practice(self, rule: Rule, supplier: str, suppliers: Mapping[date, str] | None = None) -> Course:
        return self.of_columns(rule.columns, supplier, suppliers, source=rule.source)

    def of_columns(
        self,
        columns: Iterable[str],
        supplier: str,
        suppliers: Mapping[date, str] | None = None,
        *,
        source: str = measures.POMI.key,
    ) -> Course:
        return Course(self._of(columns, source), supplier, suppliers or {})

    def why_not(self, rule: Rule, first: date, last: date) -> str:
        """For lists that hold practices of any supplier: why some of them cannot be compared."""
        return Course(self._of(rule.columns, rule.source)).why_not(first, last)

    def _of(self, columns: Iterable[str], source: str) -> tuple[Break, ...]:
        return tuple(sorted(self.known.of(columns, source).every, key=lambda each: each.month))
