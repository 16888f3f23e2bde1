import uuid

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.db import models
from django.db.models import Q

from core.models import Job
from practices.models.organisations import Organisation
from practices.querysets.imports import ImportQuerySet


class Import(models.Model):
    """A file on its way in: what it is, what it would change, who confirmed it, and what became of it."""

    class State(models.TextChoices):
        CHECKING = "checking", "Checking"
        ASKING = "asking", "Waiting for an answer"
        REFUSED = "refused", "Refused"
        PREVIEW = "preview", "Waiting for confirmation"
        LANDING = "landing", "Being brought in"
        LANDED = "landed", "Brought in"
        UNDOING = "undoing", "Being undone"
        UNDONE = "undone", "Undone"
        CANCELLED = "cancelled", "Cancelled"
        FAILED = "failed", "Failed"

    UNDER_WAY = (State.CHECKING, State.LANDING, State.UNDOING)
    WAITING = (State.ASKING, State.PREVIEW)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    state = models.CharField(max_length=10, choices=State.choices, default=State.CHECKING)
    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="imports")
    job = models.ForeignKey(Job, on_delete=models.PROTECT, null=True, related_name="+")

    file_name = models.CharField(max_length=200)
    upload = models.CharField("stored file", max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64, blank=True)
    size = models.PositiveBigIntegerField("bytes", default=0)
    format_key = models.CharField(max_length=40, blank=True)
    format_words = models.CharField(max_length=300, blank=True)
    regions = models.JSONField(default=list, blank=True)
    months = models.JSONField(default=list, blank=True)
    # Table of the upload -> key of the format that a person said it has, where its own words do not tell.
    answers = models.JSONField(default=dict, blank=True)

    rows = models.PositiveBigIntegerField(default=0)
    new = models.PositiveIntegerField(default=0)
    changed = models.PositiveIntegerField(default=0)
    unchanged = models.PositiveIntegerField(default=0)
    refused = models.PositiveIntegerField(default=0)
    warned = models.PositiveIntegerField(default=0)
    skipped = models.PositiveIntegerField("out of scope", default=0)
    preview = models.JSONField(default=dict, blank=True, encoder=DjangoJSONEncoder)
    # PortalState.data_version on which the preview was computed; another import in between makes it stale.
    previewed_version = models.PositiveBigIntegerField(null=True)
    reason_needed = models.CharField(max_length=1000, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    error = models.TextField(blank=True)

    created_at = models.DateTimeField(auto_now_add=True)
    previewed_at = models.DateTimeField(null=True)
    confirmed_at = models.DateTimeField(null=True)
    confirmed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    landed_at = models.DateTimeField(null=True)
    undone_at = models.DateTimeField(null=True)
    undone_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    undo_reason = models.CharField(max_length=500, blank=True)
    seconds_checking = models.FloatField(null=True)
    seconds_landing = models.FloatField(null=True)
    illustrative = models.BooleanField(default=False)

    objects = ImportQuerySet.as_manager()

    class Meta:
        ordering = ("-created_at",)
        indexes = [models.Index(fields=["state", "-created_at"], name="import_state")]
        constraints = [
            models.CheckConstraint(
                condition=~Q(state__in=["landed", "undoing", "undone"]) | Q(landed_at__isnull=False),
                name="import_landed_has_a_time",
            ),
            models.CheckConstraint(
                condition=~Q(state="undone") | Q(undone_at__isnull=False), name="import_undone_has_a_time"
            ),
        ]

    def __str__(self) -> str:
        return self.file_name


class ImportFile(models.Model):
    """A file inside an import: the upload itself, or a member of its archive."""

    brought_by = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="files")
    name = models.CharField(max_length=200)
    sha256 = models.CharField("SHA-256", max_length=64)
    rows = models.PositiveBigIntegerField(default=0)
    months = models.JSONField(default=list, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return self.name


class ImportIssue(models.Model):
    """A refusal or a warning about one row, with the row number that a spreadsheet shows."""

    class Severity(models.TextChoices):
        REFUSAL = "refusal", "Refused"
        WARNING = "warning", "Warning"

    brought_by = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="issues")
    severity = models.CharField(max_length=8, choices=Severity.choices)
    code = models.CharField(max_length=40)
    file = models.ForeignKey(ImportFile, on_delete=models.CASCADE, null=True, related_name="+")
    row = models.PositiveIntegerField(null=True)
    column = models.CharField(max_length=80, blank=True)
    value = models.CharField(max_length=120, blank=True)
    message = models.CharField(max_length=400)
    allowed = models.CharField(max_length=200, blank=True)
    practice_code = models.CharField(max_length=12, blank=True)
    month = models.DateField(null=True)
    # The refused line as it stood, so that it can be mended and imported again.
    line = models.JSONField(null=True, blank=True)

    class Meta:
        ordering = ("id",)
        indexes = [models.Index(fields=["brought_by", "severity", "code"], name="import_issue_kind")]

    def __str__(self) -> str:
        return f"{self.get_severity_display()}: {self.message}"


class RegisterChange(models.Model):
    """What an ODS file changes in one organisation: kept before and after, so that it can be shown and undone."""

    class Action(models.TextChoices):
        CREATE = "create", "New"
        UPDATE = "update", "Changed"
        RELATE = "relate", "New relation"
        END_RELATION = "end_relation", "Relation ended"

    brought_by = models.ForeignKey(Import, on_delete=models.CASCADE, related_name="register_changes")
    action = models.CharField(max_length=14, choices=Action.choices)
    code = models.CharField("ODS code", max_length=12)
    organisation = models.ForeignKey(Organisation, on_delete=models.SET_NULL, null=True, related_name="+")
    before = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    after = models.JSONField(default=dict, encoder=DjangoJSONEncoder)
    row = models.PositiveIntegerField(null=True)
    landed = models.BooleanField(default=False)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.get_action_display()} {self.code}"
