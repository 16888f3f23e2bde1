from typing import Any

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from core.fields import MonthField
from practices import measures
from practices.geography import AreaKind
from practices.models import MonthlyFigures, Organisation
from targets import rules, sums
from targets.querysets import AreaScoreQuerySet, RuleQuerySet, ScoreQuerySet


class Programme(models.Model):
    """A named set of target rules, such as ETTF London or National 2018/19."""

    slug = models.SlugField(unique=True)
    name = models.CharField(max_length=80)
    words = models.TextField()
    is_default = models.BooleanField(default=False)
    position = models.PositiveSmallIntegerField(default=0)

    class Meta:
        ordering = ("position", "name")
        constraints = [
            models.UniqueConstraint(fields=["is_default"], condition=Q(is_default=True), name="programme_one_default")
        ]

    def __str__(self) -> str:
        return self.name


class Target(models.TextChoices):
    """What is measured, whatever a programme's rule asks of it."""

    APPOINTMENTS = "appointments", rules.TARGETS["appointments"]
    REGISTRATION = "registration", rules.TARGETS["registration"]
    DCR = "dcr", rules.TARGETS["dcr"]
    ECOMMUNICATION = "ecommunication", rules.TARGETS["ecommunication"]
    UTILISATION = "utilisation", rules.TARGETS["utilisation"]


class TargetRule(models.Model):
    """One version of what a programme asks for, in force between two days. Versions are added, never changed."""

    class Measured(models.TextChoices):
        # A ratio of two sums of figures against a threshold.
        RATIO = rules.RATIO, "Share"
        # A function that the practice has enabled.
        STATUS = rules.STATUS, "Function enabled"
        # Dated evidence within twelve months.
        EVIDENCE = rules.EVIDENCE, "Evidence"

    class Direction(models.TextChoices):
        AT_LEAST = rules.AT_LEAST, "at least"
        AT_MOST = rules.AT_MOST, "at most"

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="rules")
    target = models.CharField(max_length=20, choices=Target.choices)
    version = models.PositiveSmallIntegerField()
    effective_from = models.DateField()
    effective_to = models.DateField(null=True, blank=True)
    measured = models.CharField(max_length=10, choices=Measured.choices)
    numerator = models.JSONField(default=list, blank=True, help_text="Columns of the monthly figures that are added up")
    denominator = models.JSONField(default=list, blank=True)
    threshold = models.DecimalField(max_digits=5, decimal_places=4, null=True, blank=True)
    direction = models.CharField(max_length=8, choices=Direction.choices, default=Direction.AT_LEAST)
    # Whether anybody may see its figures. Follows from the columns; stored, so that rows are masked as they are read.
    published = models.BooleanField(default=False, editable=False)
    unit = models.CharField(
        max_length=40, help_text="What a shortfall counts: patients, slots, transactions, practices"
    )
    title = models.CharField(max_length=120)
    definition = models.TextField()
    numerator_words = models.CharField(max_length=200, blank=True)
    denominator_words = models.CharField(max_length=200, blank=True)
    note = models.TextField(blank=True)
    source_words = models.CharField(max_length=200)
    author = models.CharField(max_length=120)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = RuleQuerySet.as_manager()

    class Meta:
        ordering = ("programme", "target", "version")
        constraints = [
            models.UniqueConstraint(fields=["programme", "target", "version"], name="rule_version_once"),
            models.CheckConstraint(
                condition=Q(effective_to__isnull=True) | Q(effective_to__gte=F("effective_from")),
                name="rule_ends_after_start",
            ),
            models.CheckConstraint(
                condition=~Q(measured="ratio") | Q(threshold__gt=0, threshold__lte=1), name="rule_ratio_has_threshold"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.programme}: {self.title} (version {self.version})"

    def save(self, *args: Any, **kwargs: Any) -> None:
        self.published = measures.published((*self.numerator, *self.denominator))
        super().save(*args, **kwargs)

    def as_rule(self) -> rules.Rule:
        return rules.rule_of({name: getattr(self, name) for name in rules.STORED})


class State(models.TextChoices):
    """Exhaustive and disjoint. Missing is "no data", never "not met"."""

    MET = sums.MET, "Met"
    NOT_MET = sums.NOT_MET, "Not met"
    NO_DATA = sums.NO_DATA, "No data"
    NOT_APPLICABLE = sums.NOT_APPLICABLE, "Not applicable"


class Score(models.Model):
    """How a practice stood in a month against a rule. Derived: `manage.py rescore` makes the same rows again.

    A whole-England half-year writes a quarter of a million rows in the import's transaction. The keys are copied from
    rows that the database holds to, so they are not checked again, and only columns that pages search by have an index.
    """

    practice = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, related_name="scores", db_constraint=False, db_index=False
    )
    month = MonthField()
    rule = models.ForeignKey(
        TargetRule, on_delete=models.PROTECT, related_name="scores", db_constraint=False, db_index=False
    )
    # The CCG that the month's row names, else the one of the register; and the borough that follows from it.
    ccg = models.ForeignKey(
        Organisation, on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    borough = models.ForeignKey(
        "practices.Borough", on_delete=models.CASCADE, null=True, related_name="+", db_constraint=False, db_index=False
    )
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    state = models.CharField(max_length=14, choices=State.choices)
    reason = models.CharField(max_length=40, blank=True, help_text="Why there is no data, by code")
    within_margin = models.BooleanField(default=False)
    shortfall = models.BigIntegerField(null=True)
    figures = models.ForeignKey(
        MonthlyFigures, on_delete=models.SET_NULL, null=True, related_name="+", db_constraint=False, db_index=False
    )

    objects = ScoreQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["practice", "month", "rule"], name="score_once")]
        indexes = [
            models.Index(fields=["month", "rule", "ccg"], name="score_month_ccg"),
            models.Index(fields=["month", "rule", "borough"], name="score_month_borough"),
        ]

    def __str__(self) -> str:
        return f"{self.practice_id} {self.month:%Y-%m} {self.rule_id}: {self.state}"


class AreaScore(models.Model):
    """The sums of an area's practices in a month against a rule, with how many of them reported."""

    area_kind = models.CharField(max_length=8, choices=AreaKind.choices)
    area_code = models.CharField(max_length=60, help_text="ODS code, or slug of the borough")
    month = MonthField()
    rule = models.ForeignKey(TargetRule, on_delete=models.PROTECT, related_name="area_scores")
    numerator = models.BigIntegerField(null=True)
    denominator = models.BigIntegerField(null=True)
    met = models.PositiveIntegerField(default=0)
    not_met = models.PositiveIntegerField(default=0)
    no_data = models.PositiveIntegerField(default=0)
    not_applicable = models.PositiveIntegerField(default=0)
    within_margin = models.PositiveIntegerField(default=0)
    practices = models.PositiveIntegerField(default=0)
    reported = models.PositiveIntegerField(default=0)
    shortfall = models.BigIntegerField(null=True)

    objects = AreaScoreQuerySet.as_manager()

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["area_kind", "area_code", "month", "rule"], name="area_score_once"),
            models.CheckConstraint(
                condition=Q(practices=F("met") + F("not_met") + F("no_data") + F("not_applicable")),
                name="area_score_states_add_up",
            ),
        ]
        indexes = [models.Index(fields=["month", "area_kind", "rule"], name="area_score_month")]

    def __str__(self) -> str:
        return f"{self.area_kind} {self.area_code} {self.month:%Y-%m} {self.rule_id}"


class ScoredMonth(models.Model):
    """A month that has scores. Derived with them, in the same transaction."""

    month = MonthField(unique=True)
    published = models.BooleanField("whether any practice has published figures")
    practices = models.PositiveIntegerField("how many practices are counted")

    def __str__(self) -> str:
        return f"{self.month:%Y-%m}"
