import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import F, Q

from core.querysets import AuditEventQuerySet, JobQuerySet
from core.request_memory import once


class PortalState(models.Model):
    """The one row that says what kind of figures the portal holds and how often they changed."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    illustrative = models.BooleanField(default=False)
    illustrative_seed = models.BigIntegerField(null=True, blank=True)
    data_version = models.PositiveBigIntegerField(default=0)

    class Meta:
        constraints = [models.CheckConstraint(condition=Q(id=1), name="portal_state_is_one_row")]

    def __str__(self) -> str:
        return f"data version {self.data_version}"

    @classmethod
    def current(cls) -> "PortalState":
        return cls.objects.get_or_create(id=1)[0]

    @classmethod
    def seen(cls) -> "PortalState":
        """The same, read once in a request however many parts of the page ask."""
        return once(("portal state",), cls.current)

    @classmethod
    def figures_changed(cls) -> None:
        """Makes every cached view stale; called in the transaction that changes figures."""
        cls.current()
        cls.objects.filter(id=1).update(data_version=F("data_version") + 1)


class Job(models.Model):
    """A piece of long work. The row holds the truth; a message only says that there may be something to do."""

    class State(models.TextChoices):
        QUEUED = "queued", "Waiting to start"
        RUNNING = "running", "Running"
        DONE = "done", "Done"
        FAILED = "failed", "Failed"
        CANCELLED = "cancelled", "Cancelled"

    FINISHED = (State.DONE, State.FAILED, State.CANCELLED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    kind = models.CharField(max_length=60)
    subject = models.CharField(max_length=64, blank=True)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="jobs")
    state = models.CharField(max_length=12, choices=State.choices, default=State.QUEUED)
    progress_done = models.PositiveBigIntegerField(default=0)
    progress_total = models.PositiveBigIntegerField(default=0)
    progress_words = models.CharField(max_length=200, blank=True)
    attempts = models.PositiveSmallIntegerField(default=0)
    lease_token = models.UUIDField(null=True, editable=False)
    lease_until = models.DateTimeField(null=True)
    result = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    error = models.TextField(blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    sent_at = models.DateTimeField(null=True)
    started_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)

    objects = JobQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [
            models.Index(fields=["state", "lease_until"], name="job_state_lease"),
            models.Index(fields=["kind", "subject"], name="job_kind_subject"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state="running", lease_token__isnull=False, lease_until__isnull=False)
                | (~Q(state="running") & Q(lease_token__isnull=True, lease_until__isnull=True)),
                name="job_runs_with_a_lease",
            ),
            models.CheckConstraint(
                condition=Q(state__in=["done", "failed", "cancelled"], finished_at__isnull=False)
                | Q(state__in=["queued", "running"], finished_at__isnull=True),
                name="job_finished_has_a_time",
            ),
        ]

    def __str__(self) -> str:
        return f"{self.kind} {self.subject}"

    @property
    def is_finished(self) -> bool:
        return self.state in self.FINISHED

    @property
    def percent(self) -> int | None:
        if not self.progress_total:
            return None
        return min(100, 100 * self.progress_done // self.progress_total)


class WorkerSign(models.Model):
    """The one row in which workers say that they are there. Not in PortalState: an import holds that row for long."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1, editable=False)
    at = models.DateTimeField()
    holds_until = models.DateTimeField()

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(id=1), name="worker_sign_is_one_row"),
            models.CheckConstraint(condition=Q(holds_until__gt=F("at")), name="worker_sign_holds_for_a_time"),
        ]

    def __str__(self) -> str:
        return f"a worker at {self.at}"


class AuditEvent(models.Model):
    """What was changed, by whom and when. Rows are only ever added: the database refuses the rest."""

    id = models.BigAutoField(primary_key=True)
    at = models.DateTimeField(auto_now_add=True, db_index=True)
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    actor_label = models.CharField(max_length=254)
    verb = models.CharField(max_length=60)
    object_type = models.CharField(max_length=60)
    object_id = models.CharField(max_length=64, blank=True)
    object_label = models.CharField(max_length=254, blank=True)
    before = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    after = models.JSONField(null=True, encoder=DjangoJSONEncoder)
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")
    request_id = models.CharField(max_length=36, blank=True)

    objects = AuditEventQuerySet.as_manager()

    class Meta:
        ordering = ("-id",)
        indexes = [models.Index(fields=["object_type", "object_id"], name="audit_object")]

    def __str__(self) -> str:
        return f"{self.verb} {self.object_type} {self.object_label}"
