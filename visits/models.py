import uuid
from datetime import date

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from practices.models import Organisation
from targets.models import Target
from visits.querysets import ActionQuerySet, CaseloadQuerySet, VisitQuerySet


class CaseloadEntry(models.Model):
    """A practice that a facilitator looks after between two days."""

    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="caseload")
    practice = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="caseload")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    given_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = CaseloadQuerySet.as_manager()

    class Meta:
        ordering = ("practice__name", "practice__code", "id")
        verbose_name_plural = "caseload entries"
        constraints = [
            models.UniqueConstraint(
                fields=["facilitator", "practice"], condition=Q(ends__isnull=True), name="caseload_open_once"
            ),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="caseload_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.facilitator}: {self.practice}"


class Visit(models.Model):
    """A contact with a practice: planned, then logged, then signed off."""

    class State(models.TextChoices):
        PLANNED = "planned", "Planned"
        LOGGED = "logged", "Logged"
        SIGNED_OFF = "signed_off", "Signed off"
        CANCELLED = "cancelled", "Cancelled"

    class Kind(models.TextChoices):
        FIRST = "first", "First visit"
        FOLLOW_UP = "follow_up", "Follow-up visit"
        PHONE = "phone", "Phone call"
        WEBINAR = "webinar", "Webinar"
        DROP_IN = "drop_in", "Drop-in"

    # Made by the browser, so that a save that is sent twice is one visit.
    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="visits")
    facilitator = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="visits")
    state = models.CharField(max_length=10, choices=State.choices, default=State.PLANNED)
    kind = models.CharField(max_length=10, choices=Kind.choices, default=Kind.FOLLOW_UP)
    on = models.DateField("date")
    starts_at = models.TimeField("start", null=True, blank=True)
    ends_at = models.TimeField("end", null=True, blank=True)
    purpose = models.CharField(max_length=300, blank=True)
    roles_met = models.JSONField("people met, by role", default=list, blank=True)
    readiness = models.PositiveSmallIntegerField("readiness, 1 to 5", null=True, blank=True)
    materials_left = models.CharField(max_length=300, blank=True)
    commitment = models.CharField("the practice's own commitment", max_length=500, blank=True)
    next_contact_on = models.DateField("next contact", null=True, blank=True)
    note = models.TextField(blank=True, max_length=10_000)
    # So that "asked, and found none" is told from "not asked".
    ecommunication_asked = models.BooleanField("promotion of e-communication was looked for", default=False)
    # Figures seen at the practice, by the columns of the monthly figures: visits.records.FIGURES_SEEN.
    observed = models.JSONField("figures seen at the practice", default=dict, blank=True)
    created_at = models.DateTimeField(auto_now_add=True)
    saved_at = models.DateTimeField(auto_now=True)
    signed_off_at = models.DateTimeField(null=True, blank=True)
    signed_off_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    cancelled_reason = models.CharField(max_length=300, blank=True)

    objects = VisitQuerySet.as_manager()

    class Meta:
        ordering = ("-on", "-starts_at", "id")
        indexes = [models.Index(fields=["practice", "-on"], name="visit_practice_on")]
        constraints = [
            models.CheckConstraint(
                condition=Q(ends_at__isnull=True) | Q(starts_at__isnull=True) | Q(ends_at__gte=F("starts_at")),
                name="visit_ends_after_start",
            ),
            models.CheckConstraint(
                condition=Q(signed_off_at__isnull=True, signed_off_by__isnull=True)
                | Q(signed_off_at__isnull=False, signed_off_by__isnull=False),
                name="visit_signed_off_paired",
            ),
            models.CheckConstraint(
                condition=Q(readiness__isnull=True) | Q(readiness__gte=1, readiness__lte=5),
                name="visit_readiness_1_to_5",
            ),
            models.CheckConstraint(
                condition=~Q(state="signed_off") | Q(signed_off_at__isnull=False), name="visit_signed_off_has_a_time"
            ),
            models.CheckConstraint(
                condition=~Q(state="cancelled") | ~Q(cancelled_reason=""), name="visit_cancelled_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} at {self.practice.name} on {self.on}"


class Discussion(models.Model):
    """What was said about one target at a visit."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="discussions")
    target = models.CharField(max_length=20, choices=Target.choices)
    words = models.TextField(max_length=2_000)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "target"], name="discussion_once_a_target")]

    def __str__(self) -> str:
        return f"{self.get_target_display()}: {self.words[:40]}"


class BarrierCode(models.TextChoices):
    RECEPTION = "reception", "Reception workload"
    GP_PARTNER = "gp_partner", "GP partner concern (control, missed appointments, fairness)"
    IDENTITY = "identity", "ID verification effort"
    RECORD_SAFETY = "record_safety", "Record access: safety or coercion worry"
    SYSTEM = "system", "System setting or supplier fault"
    STAFF = "staff", "Staff turnover or training"
    CAPACITY = "capacity", "No capacity to release slots"
    PATIENTS = "patients", "Patients offline, language or disability"
    DATA = "data", "Data disputed"
    MERGER = "merger", "Merger or system migration"
    NO_LEAD = "no_lead", "No named lead"


class Barrier(models.Model):
    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="barriers")
    code = models.CharField(max_length=16, choices=BarrierCode.choices)

    class Meta:
        constraints = [models.UniqueConstraint(fields=["visit", "code"], name="barrier_once_a_visit")]

    def __str__(self) -> str:
        return self.get_code_display()


class Action(models.Model):
    """Something that somebody promised to do, by a day."""

    class State(models.TextChoices):
        OPEN = "open", "Open"
        IN_PROGRESS = "in_progress", "In progress"
        BLOCKED = "blocked", "Blocked"
        DONE = "done", "Done"
        DROPPED = "dropped", "Dropped"

    class OwnerRole(models.TextChoices):
        PRACTICE_MANAGER = "practice_manager", "Practice manager"
        GP = "gp", "GP"
        RECEPTION = "reception", "Reception lead"
        FACILITATOR = "facilitator", "Facilitator"
        CCG = "ccg", "CCG"
        SUPPLIER = "supplier", "System supplier"

    UNFINISHED = (State.OPEN, State.IN_PROGRESS, State.BLOCKED)

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    version = models.PositiveIntegerField(default=1)
    practice = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="actions")
    visit = models.ForeignKey(Visit, on_delete=models.PROTECT, null=True, blank=True, related_name="actions")
    target = models.CharField(max_length=20, choices=Target.choices, blank=True)
    words = models.CharField("what is to be done", max_length=500)
    owner_role = models.CharField("who does it", max_length=20, choices=OwnerRole.choices)
    owner = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, blank=True, related_name="actions"
    )
    due_on = models.DateField("due")
    state = models.CharField(max_length=12, choices=State.choices, default=State.OPEN)
    barrier = models.CharField(max_length=16, choices=BarrierCode.choices, blank=True)
    evidence = models.CharField("evidence that it is done", max_length=500, blank=True)
    dropped_reason = models.CharField(max_length=300, blank=True)
    created_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField(auto_now_add=True)
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = ActionQuerySet.as_manager()

    class Meta:
        ordering = ("due_on", "id")
        indexes = [
            models.Index(fields=["state", "due_on"], name="action_state_due"),
            models.Index(fields=["practice", "state"], name="action_practice_state"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(state__in=["done", "dropped"], closed_at__isnull=False, closed_by__isnull=False)
                | Q(state__in=["open", "in_progress", "blocked"], closed_at__isnull=True, closed_by__isnull=True),
                name="action_closed_paired",
            ),
            models.CheckConstraint(condition=~Q(state="blocked") | ~Q(barrier=""), name="action_blocked_by_something"),
            models.CheckConstraint(condition=~Q(state="done") | ~Q(evidence=""), name="action_done_with_evidence"),
            models.CheckConstraint(
                condition=~Q(state="dropped") | ~Q(dropped_reason=""), name="action_dropped_with_reason"
            ),
        ]

    def __str__(self) -> str:
        return self.words

    def is_overdue(self, on: date) -> bool:
        return self.state in self.UNFINISHED and self.due_on < on


class Evidence(models.Model):
    """Dated proof that the practice promotes e-communication, seen at a visit."""

    class Where(models.TextChoices):
        WEBSITE = "website", "Website"
        PHONE = "phone", "Phone message"
        POSTERS = "posters", "Posters"
        TEXTS = "texts", "Texts to patients"
        SCRIPT = "script", "Reception script"

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="evidence")
    where = models.CharField(max_length=10, choices=Where.choices)
    seen_on = models.DateField()
    words = models.CharField(max_length=300, blank=True)

    class Meta:
        verbose_name_plural = "evidence"
        constraints = [models.UniqueConstraint(fields=["visit", "where"], name="evidence_once_a_place")]

    def __str__(self) -> str:
        return f"{self.get_where_display()}, {self.seen_on}"


class Addendum(models.Model):
    """What was added to a visit's record after it was signed off; the record itself stays as it was."""

    visit = models.ForeignKey(Visit, on_delete=models.CASCADE, related_name="addenda")
    words = models.TextField(max_length=4_000)
    added_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    added_at = models.DateTimeField(auto_now_add=True)

    class Meta:
        ordering = ("added_at", "id")
        verbose_name_plural = "addenda"

    def __str__(self) -> str:
        return self.words[:60]
