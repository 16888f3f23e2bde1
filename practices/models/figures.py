from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import MonthField
from practices.models.organisations import Organisation
from practices.querysets.figures import MonthlyFiguresQuerySet


class MonthlyFigures(models.Model):
    """What one source says of one practice in one month. Only counts and statuses; percentages are computed.

    Each file, form or visit adds a version of the row. `standing` says what became of it: one version a practice, month
    and source is live; the others stay readable. Every column is null where the source is silent: missing is not zero.
    """

    class Source(models.TextChoices):
        POMI = "pomi", "POMI"
        RETURN = "return", "Practice return"
        VISIT = "visit", "Visit"
        LIST_SIZE = "list_size", "List sizes"

    class Standing(models.TextChoices):
        STAGED = "staged", "Waiting for confirmation"
        LIVE = "live", "Live"
        # Landed with the same values as the live version: a witness that counts if that version is undone.
        REPEAT = "repeat", "Says the same as the live one"
        SUPERSEDED = "superseded", "Superseded"
        WITHDRAWN = "withdrawn", "Undone"

    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="figures")
    month = MonthField()
    source = models.CharField(max_length=10, choices=Source.choices)
    standing = models.CharField(max_length=10, choices=Standing.choices, default=Standing.STAGED)

    # As the source names them for this month
    ccg = models.ForeignKey(Organisation, on_delete=models.PROTECT, null=True, related_name="+")
    practice_name = models.CharField(max_length=160, blank=True)
    supplier = models.CharField("system supplier", max_length=60, blank=True)

    # POMI: stocks, statuses and flows
    list_size = models.BigIntegerField(null=True)
    appointments_status = models.SmallIntegerField(null=True)
    prescriptions_status = models.SmallIntegerField(null=True)
    dcr_status = models.SmallIntegerField(null=True)
    appointments_enabled = models.BigIntegerField(null=True)
    prescriptions_enabled = models.BigIntegerField(null=True)
    dcr_enabled = models.BigIntegerField(null=True)
    appointments_used = models.BigIntegerField(null=True)
    prescriptions_used = models.BigIntegerField(null=True)
    dcr_used = models.BigIntegerField(null=True)
    online_patients = models.BigIntegerField(null=True)
    new_online_patients = models.BigIntegerField(null=True)
    online_transactions = models.BigIntegerField(null=True)

    # Practice return and visit
    routine_slots = models.BigIntegerField(null=True)
    routine_slots_online = models.BigIntegerField(null=True)
    bookings = models.BigIntegerField(null=True)
    bookings_online = models.BigIntegerField(null=True)
    cancellations = models.BigIntegerField(null=True)
    cancellations_online = models.BigIntegerField(null=True)
    routine_definition = models.CharField(max_length=300, blank=True)
    ecommunication_product = models.CharField(max_length=120, blank=True)
    ecommunication_promoted_where = models.CharField(max_length=200, blank=True)
    ecommunication_promoted_on = models.DateField(null=True)
    # True where the source answered the question, so that silence is not taken for "no".
    ecommunication_answered = models.BooleanField(default=False)
    summary_care_record = models.CharField(max_length=20, blank=True)
    gp2gp = models.CharField(max_length=20, blank=True)
    electronic_prescriptions = models.CharField(max_length=20, blank=True)
    ereferrals = models.CharField(max_length=20, blank=True)
    completed_by_role = models.CharField(max_length=80, blank=True)
    note = models.CharField(max_length=1000, blank=True)

    # Where it came from
    brought_by = models.ForeignKey(
        "practices.Import", on_delete=models.PROTECT, null=True, blank=True, related_name="figures"
    )
    file = models.ForeignKey("practices.ImportFile", on_delete=models.PROTECT, null=True, blank=True, related_name="+")
    row = models.PositiveIntegerField("row in the file", null=True)
    # Long files give a row a field: their row numbers, as differences from `row` in the order of figures.POMI_FIELDS.
    field_rows = models.CharField(max_length=200, blank=True)
    reference = models.CharField(max_length=64, blank=True, help_text="The visit or form that brought it, by its id")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    landed_at = models.DateTimeField(null=True)
    superseded_by = models.ForeignKey("self", on_delete=models.SET_NULL, null=True, related_name="superseded")

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
        indexes = [
            models.Index(fields=["month", "source", "standing"], name="figures_month_source"),
            models.Index(fields=["practice", "month", "source"], name="figures_practice_month"),
            models.Index(fields=["brought_by", "standing"], name="figures_import"),
        ]

    def __str__(self) -> str:
        return f"{self.practice} {self.month:%Y-%m} {self.get_source_display()}"
