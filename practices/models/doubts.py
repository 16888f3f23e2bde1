import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from core.fields import MonthField
from practices.models.imports import Import
from practices.models.organisations import Organisation
from practices.querysets.doubts import DoubtQuerySet


class Doubt(models.Model):
    """A reason not to trust a figure, open until somebody settles it with a reason. The figure itself stays."""

    class Kind(models.TextChoices):
        NOT_REPORTED = "not_reported", "Not reported"
        IMPOSSIBLE = "impossible", "Impossible"
        ODD = "odd", "Odd"
        DISPUTED = "disputed", "Disputed"
        REGISTER = "register", "Register"

    class State(models.TextChoices):
        OPEN = "open", "Open"
        ASKED = "asked", "Asked the supplier"
        RESOLVED = "resolved", "Settled"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=12, choices=Kind.choices)
    code = models.CharField(max_length=40)
    practice = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="doubts")
    month = MonthField(null=True, blank=True)
    measure = models.CharField("figure", max_length=40, blank=True)
    words = models.CharField(max_length=500)
    published_value = models.BigIntegerField(null=True, blank=True)
    own_value = models.BigIntegerField("the practice's own figure", null=True, blank=True)
    supplier = models.CharField(max_length=60, blank=True)
    raised_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    raised_at = models.DateTimeField(auto_now_add=True)
    brought_by = models.ForeignKey(Import, on_delete=models.CASCADE, null=True, related_name="doubts")
    state = models.CharField(max_length=10, choices=State.choices, default=State.OPEN)
    assigned_to = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="doubts"
    )
    resolution = models.CharField(max_length=500, blank=True)
    resolved_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    resolved_at = models.DateTimeField(null=True)

    objects = DoubtQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "practice__name")
        indexes = [models.Index(fields=["state", "kind"], name="doubt_state_kind")]
        constraints = [
            models.UniqueConstraint(
                fields=["practice", "month", "code", "measure"],
                condition=~Q(kind="disputed") & ~Q(state="resolved"),
                name="doubt_open_once",
            ),
            models.CheckConstraint(
                condition=Q(state="resolved", resolved_at__isnull=False)
                | (~Q(state="resolved") & Q(resolved_at__isnull=True, resolved_by__isnull=True)),
                name="doubt_resolved_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.words
