"""Where a series breaks: no change, trend or effect is computed across it, and a chart draws it as a gap with a mark.

Knows no Django. `MeasureBreak.objects.known()` reads them, once a version of the figures:

    broken = MeasureBreak.objects.known()
    broken.between(("dcr_used",), "EMIS (I)", first, last)     breaks after the month `first`, up to the month `last`
    broken.comparable(("dcr_used",), "EMIS", first, last)      whether the two months may be compared
    broken.between(("dcr_used",), None, first, last)           the same for an area, with practices of any supplier
    broken.ahead("dcr_used", suppliers, months)                for tables: two values may be compared where it is equal

Months are first days. `source` is POMI where nothing else is said.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date

import numpy as np

from practices import measures


@dataclass(frozen=True)
class Break:
    """From `month` on the figures of `column` are not comparable with those before; `supplier` "" is all of them."""

    source: str
    column: str
    supplier: str
    month: date
    note: str

    def speaks_of(self, supplier: str) -> bool:
        """Spellings such as "EMIS (I)", which mergers left behind, belong to the supplier that they begin with."""
        return supplier.strip().casefold().startswith(self.supplier.casefold())


@dataclass(frozen=True)
class Breaks:
    every: tuple[Break, ...] = ()

    def of(self, columns: Iterable[str], source: str = measures.POMI.key) -> "Breaks":
        wanted = set(columns)
        return Breaks(tuple(each for each in self.every if each.source == source and each.column in wanted))

    def between(
        self,
        columns: Iterable[str],
        supplier: str | None,
        first: date,
        last: date,
        *,
        source: str = measures.POMI.key,
    ) -> tuple[Break, ...]:
        """Breaks that lie between a figure of the month `first` and one of the month `last`, the earliest first.

        supplier: the practice's, as its rows spell it; None for sums over practices of any supplier.
        """
        early, late = min(first, last), max(first, last)
        found = [
            each
            for each in self.of(columns, source).every
            if early < each.month <= late and (supplier is None or each.speaks_of(supplier))
        ]
        return tuple(sorted(found, key=lambda each: each.month))

    def comparable(
        self,
        columns: Iterable[str],
        supplier: str | None,
        first: date,
        last: date,
        *,
        source: str = measures.POMI.key,
    ) -> bool:
        return not self.between(columns, supplier, first, last, source=source)

    def ahead(
        self, column: str, suppliers: Sequence[str], months: Sequence[date], source: str = measures.POMI.key
    ) -> "np.ndarray":
        """How many breaks of its supplier each value of a column has still ahead of it.

        Values that have as many ahead of them are comparable, also where the practice changed its supplier: what
        another supplier counted was right all along.
        """
        found = np.zeros(len(months), dtype=np.int8)
        for each in self.of((column,), source).every:
            names = {name: each.speaks_of(name) for name in set(suppliers)}
            spoken_of = np.array([names[name] for name in suppliers], dtype=bool)
            found += spoken_of & np.array([month < each.month for month in months], dtype=bool)
        return found
