from typing import Any

from django.db import models

from core.cached import cached
from practices.breaks import Break, Breaks


class MeasureBreakQuerySet(models.QuerySet[Any]):
    def known(self) -> Breaks:
        """All of them as one value that asks no database any more."""
        return cached(("breaks",), self._read)

    def _read(self) -> Breaks:
        rows = self.order_by("month", "measure", "supplier")
        return Breaks(tuple(Break(*row) for row in rows.values_list("source", "measure", "supplier", "month", "note")))
