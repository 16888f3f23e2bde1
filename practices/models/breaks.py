from django.db import models

from core.fields import MonthField
from practices import measures
from practices.querysets.breaks import MeasureBreakQuerySet


class MeasureBreak(models.Model):
    """From this month on a source's figures of a measure are not comparable with those before, all or one supplier's.

    Brought in from practices/reference/breaks.csv; practices/breaks.py says what follows from it.
    """

    source = models.CharField(max_length=10, choices=measures.source_choices())
    measure = models.CharField(max_length=40)
    # The beginning of the supplier's name: "EMIS" speaks of "EMIS (I)", too. Empty: every supplier.
    supplier = models.CharField(max_length=60, blank=True)
    month = MonthField()
    note = models.CharField(max_length=300)

    objects = MeasureBreakQuerySet.as_manager()

    class Meta:
        ordering = ("month", "measure", "supplier")
        constraints = [
            models.UniqueConstraint(fields=["source", "measure", "supplier", "month"], name="measure_break_once"),
        ]

    def __str__(self) -> str:
        return f"{measures.label(self.measure)}, {self.supplier or 'all suppliers'}, {self.month:%Y-%m}"
