from collections.abc import Iterable
from datetime import date
from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import MonthField
from practices import measures
from practices.measures import Measure
from practices.models.organisations import Organisation
from practices.querysets.figures import MonthlyFiguresQuerySet


class MonthlyFigures(models.Model):
    """What one source says of one practice in one month. Only counts and statuses; percentages are computed.

    Each file, form or visit adds a version of the row. `standing` says what became of it: one version a practice, month
    and source is live; the others stay readable. Every column is null where the source is silent: missing is not zero.
    """

    class Standing(models.TextChoices):
        STAGED = "staged", "Waiting for confirmation"
        LIVE = "live", "Live"
        # Landed with the same values as the live version: a witness that counts if that version is undone.
        REPEAT = "repeat", "Says the same as the live one"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Undone"

    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="figures", db_index=False)
    month = MonthField()
    source = models.CharField(max_length=10, choices=measures.source_choices())
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STAGED)

    # As the source names them for this month
    ccg = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    practice_name = models.CharField(max_length=160, blank=True)
    supplier = models.CharField("system supplier", max_length=60, blank=True)

    # What is said: a column for each measure of the catalogue. Those that code names are told to the type checker.
    list_size: int | None
    appointments_status: int | None
    prescriptions_status: int | None
    dcr_status: int | None
    appointments_enabled: int | None
    prescriptions_enabled: int | None
    dcr_enabled: int | None
    appointments_used: int | None
    prescriptions_used: int | None
    dcr_used: int | None
    online_patients: int | None
    new_online_patients: int | None
    online_transactions: int | None
    routine_slots: int | None
    routine_slots_online: int | None
    bookings: int | None
    bookings_online: int | None
    cancellations: int | None
    cancellations_online: int | None
    routine_definition: str
    ecommunication_product: str
    ecommunication_promoted_where: str
    ecommunication_promoted_on: date | None
    ecommunication_answered: bool
    summary_care_record: str
    gp2gp: str
    electronic_prescriptions: str
    ereferrals: str
    completed_by_role: str
    note: str

    # Where it came from
    brought_by = models.ForeignKey(
        "practices.Import", on_delete=models.PROTECT, null=True, blank=True, related_name="figures", db_index=False
    )
    file = models.ForeignKey("practices.ImportFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    row = models.PositiveIntegerField("row in the file", null=True)
    # Long files give a row a field: their row numbers, as measures.steps_texts() writes them.
    field_rows = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=64, blank=True, help_text="The visit or form that brought it, by its id")
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+", db_index=False
    )
    landed_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey(
        "self", on_delete=models.SET_NULL, null=True, related_name="superseded", db_index=False
    )

    objects = MonthlyFiguresQuerySet.as_manager()

    class Meta:
        ordering = ("practice", "month")
        verbose_name_plural = "monthly figures"
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "month", "source"], condition=Q(standing="live"), name="figures_one_live_version"
            ),
            models.CheckConstraint(
                condition=Q(standing="staged", landed_at__isnull=True)
                | (~Q(standing="staged") & Q(landed_at__isnull=False)),
                name="figures_landed_has_a_time",
            ),
        ]
        # A landing writes each of these for each row, so there is none that another one holds already.
        indexes = [
            models.Index(fields=["month", "source", "standing"], name="figures_month_source"),
            models.Index(fields=["practice", "month", "source"], name="figures_practice_month"),
            models.Index(fields=["brought_by", "standing"], name="figures_import"),
            models.Index(
                fields=["superseded_by"], condition=Q(superseded_by__isnull=False), name="figures_superseded_by"
            ),
            models.Index(fields=["recorded_by"], condition=Q(recorded_by__isnull=False), name="figures_recorded_by"),
        ]

    def __str__(self) -> str:
        return f"{self.practice} {self.month:%Y-%m} {self.get_source_display()}"

    def rows_of(self, columns: Iterable[str]) -> list[int]:
        """Rows of the file that hold these figures; a wide file has one row for all of them."""
        if self.row is None:
            return []
        return sorted({self.row + step for step in measures.steps_of(self.field_rows, columns)}) or [self.row]


def field_of(measure: Measure) -> "models.Field[Any, Any]":
    """The column of a measure: null, or "", where the source is silent."""
    if measure.kind == "date":
        return models.DateField(null=True)
    if measure.kind == "yes_no":
        return models.BooleanField(default=False)
    if measure.kind == "words":
        return models.CharField(max_length=measure.length, blank=True)
    return (models.SmallIntegerField if measure.kind == "status" else models.BigIntegerField)(null=True)


def silent_values() -> dict[str, str | bool]:
    """What a row says in columns that are never null and on which it is silent: past the ORM no default applies."""
    words = ("practice_name", "supplier", "field_rows", "reference", *measures.columns("words"))
    return dict.fromkeys(words, "") | dict.fromkeys(measures.columns("yes_no"), False)


for _measure in measures.MEASURES:
    MonthlyFigures.add_to_class(_measure.column, field_of(_measure))
