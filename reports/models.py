import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from core.fields import MonthField
from core.models import Job
from reports.querysets import ReportQuerySet
from targets.models import AreaScore, Programme


class Report(models.Model):
    """An area's report for a month: a snapshot of the figures, and the documents made from it."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Being made"
        READY = "ready", "Ready"
        FAILED = "failed", "Failed"

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    area_kind = models.CharField(max_length=8, choices=AreaScore.AreaKind.choices)
    area_code = models.CharField(max_length=60)
    area_name = models.CharField(max_length=160)
    month = MonthField()
    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="+")
    state = models.CharField(max_length=10, choices=State.choices, default=State.QUEUED)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    asked_at = models.DateTimeField(auto_now_add=True)
    made_at = models.DateTimeField(null=True)
    snapshot = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    data_version = models.PositiveBigIntegerField(null=True)
    pdf = models.CharField(max_length=200, blank=True)
    xlsx = models.CharField(max_length=200, blank=True)
    error = models.TextField(blank=True)
    illustrative = models.BooleanField(default=False)

    objects = ReportQuerySet.as_manager()

    class Meta:
        ordering = ("-month", "area_name", "-asked_at")
        indexes = [models.Index(fields=["area_kind", "area_code", "-month"], name="report_area_month")]
        constraints = [
            models.UniqueConstraint(
                fields=["area_kind", "area_code", "month", "programme"],
                condition=Q(state__in=["queued", "running"]),
                name="report_one_in_the_making",
            ),
            models.CheckConstraint(
                condition=~Q(state="ready") | (Q(made_at__isnull=False) & ~Q(pdf="") & ~Q(xlsx="")),
                name="report_ready_has_documents",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.area_name}, {self.month:%b %Y}"
