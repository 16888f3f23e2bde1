from datetime import date
from functools import cached_property

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from practices.geography import parent_on, read_memberships
from practices.querysets.organisations import (
    BoroughShareQuerySet,
    OrganisationQuerySet,
    OrganisationRelationQuerySet,
)


class Borough(models.Model):
    """A London borough or the City, with its place on the tile map."""

    gss_code = models.CharField("ONS code", max_length=9, unique=True)
    name = models.CharField(max_length=60, unique=True)
    slug = models.SlugField(max_length=60, unique=True)
    tile_row = models.PositiveSmallIntegerField()
    tile_column = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class Organisation(models.Model):
    """A practice, CCG, STP, ICB or region under its ODS code; relations between organisations have dates."""

    class Kind(models.TextChoices):
        PRACTICE = "practice", "Practice"
        CCG = "ccg", "CCG"
        STP = "stp", "STP"
        ICB = "icb", "ICB"
        REGION = "region", "Region"
        # Named by a file that waits for confirmation or was undone. No list of practices or CCGs shows it.
        AWAITED = "awaited", "Not yet brought in"

    class Status(models.TextChoices):
        ACTIVE = "active", "Active"
        CLOSED = "closed", "Closed"
        DORMANT = "dormant", "Dormant"
        PROPOSED = "proposed", "Proposed"
        # Named by a published file but not yet by the register.
        PROVISIONAL = "provisional", "Not yet in the ODS register"

    class BoroughSource(models.TextChoices):
        CCG = "ccg", "principal borough of the CCG"
        POSTCODE = "postcode", "postcode lookup"
        HAND = "hand", "set by hand"

    kind = models.CharField(max_length=10, choices=Kind.choices)
    code = models.CharField("ODS code", max_length=12, unique=True)
    name = models.CharField(max_length=160)
    status = models.CharField(max_length=12, choices=Status.choices, default=Status.ACTIVE)
    opened = models.DateField(null=True, blank=True)
    closed = models.DateField(null=True, blank=True)
    ons_code = models.CharField("ONS code", max_length=9, blank=True)

    # Regions only
    is_home = models.BooleanField("the region whose portal this is", default=False)

    # Practices only
    address = models.CharField(max_length=320, blank=True)
    postcode = models.CharField(max_length=8, blank=True)
    telephone = models.CharField(max_length=40, blank=True)
    prescribing_setting = models.CharField(max_length=5, blank=True)
    supplier = models.CharField("system supplier", max_length=60, blank=True)
    borough = models.ForeignKey(Borough, on_delete=models.PROTECT, null=True, blank=True, related_name="practices")
    borough_source = models.CharField(max_length=10, choices=BoroughSource.choices, default=BoroughSource.CCG)
    # Derived from the relations by practices.services.places: the parent of today, or the last one.
    ccg = models.ForeignKey("self", on_delete=models.PROTECT, null=True, blank=True, related_name="practices")
    illustrative = models.BooleanField(default=False)

    objects = OrganisationQuerySet.as_manager()

    class Meta:
        ordering = ("name",)
        indexes = [
            models.Index(fields=["kind", "name"], name="organisation_kind_name"),
            models.Index(fields=["postcode"], name="organisation_postcode"),
        ]
        constraints = [
            models.CheckConstraint(
                condition=Q(closed__isnull=True) | Q(opened__isnull=True) | Q(closed__gte=F("opened")),
                name="organisation_closes_after_it_opens",
            ),
            models.UniqueConstraint(fields=["is_home"], condition=Q(is_home=True), name="organisation_one_home"),
            models.CheckConstraint(condition=Q(is_home=False) | Q(kind="region"), name="organisation_home_is_a_region"),
        ]

    def __str__(self) -> str:
        return f"{self.name} ({self.code})"

    @cached_property
    def both_ways(self) -> list["OrganisationRelation"]:
        """All relations to other organisations, from either side, read once in one query."""
        relations = OrganisationRelation.objects.filter(Q(child=self) | Q(parent=self))
        named = (f"{side}__{name}" for side in ("child", "parent") for name in ("name", "code", "kind"))
        return list(relations.select_related("child", "parent").only("kind", "starts", "ends", *named))

    def is_open(self, on: date) -> bool:
        return (self.opened is None or self.opened <= on) and (self.closed is None or self.closed >= on)

    def ccg_on(self, day: date) -> "Organisation | None":
        """The CCG that the practice was a member of on a day, or the one that it has now where no membership says."""
        found = parent_on(read_memberships([self.pk]).get(self.pk, []), day)
        return Organisation.objects.get(pk=found) if found else self.ccg


class OrganisationRelation(models.Model):
    """A dated fact between two organisations: the child is a member of, or was succeeded by, the parent."""

    class Kind(models.TextChoices):
        MEMBER_OF = "member_of", "Member of"
        SUCCEEDED_BY = "succeeded_by", "Succeeded by"

    class Source(models.TextChoices):
        REFERENCE = "reference", "Reference data"
        ODS = "ods", "ODS file"
        FIGURES = "figures", "Named in a file of figures"
        HAND = "hand", "Entered by hand"

    kind = models.CharField(max_length=12, choices=Kind.choices)
    child = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="relations")
    parent = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="relations_in")
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    reason = models.CharField(max_length=200, blank=True)
    source = models.CharField(max_length=10, choices=Source.choices)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    recorded_at = models.DateTimeField(auto_now_add=True)

    objects = OrganisationRelationQuerySet.as_manager()

    class Meta:
        ordering = ("starts",)
        constraints = [
            models.UniqueConstraint(fields=["kind", "child", "parent", "starts"], name="relation_once"),
            models.CheckConstraint(condition=~Q(child=F("parent")), name="relation_is_between_two"),
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="relation_ends_after_start"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.child} {self.get_kind_display().lower()} {self.parent} from {self.starts}"


class BoroughShare(models.Model):
    """Which part of a borough and of a CCG the two have in common, by small areas (LSOA)."""

    borough = models.ForeignKey(Borough, on_delete=models.CASCADE, related_name="shares")
    ccg = models.ForeignKey(Organisation, on_delete=models.CASCADE, related_name="borough_shares")
    percent_of_borough = models.DecimalField(max_digits=4, decimal_places=1)
    percent_of_ccg = models.DecimalField(max_digits=4, decimal_places=1)

    objects = BoroughShareQuerySet.as_manager()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["borough", "ccg"], name="borough_share_once")]

    def __str__(self) -> str:
        return f"{self.borough} and {self.ccg}"


class PostcodeBorough(models.Model):
    """A row of an imported postcode lookup."""

    postcode = models.CharField(max_length=8, primary_key=True)
    borough = models.ForeignKey(Borough, on_delete=models.CASCADE, related_name="+")

    def __str__(self) -> str:
        return self.postcode


class ReferenceStamp(models.Model):
    """Which version of a table of the project's own the database holds, so that a second start loads nothing."""

    name = models.CharField(max_length=40, unique=True)
    digest = models.CharField("SHA-256", max_length=64)
    loaded_at = models.DateTimeField(auto_now=True)

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"
