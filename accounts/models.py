import uuid
from datetime import date

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser, BaseUserManager
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower
from django.utils import timezone
from django.utils.crypto import salted_hmac

from accounts.querysets import InvitationQuerySet, ScopeGrantQuerySet, UserQuerySet
from core.request_memory import once

# More than these are counted, not named, in the header of every page.
FEW_CCGS = 2


class UserManager(BaseUserManager.from_queryset(UserQuerySet)):  # type: ignore[misc]
    def get_by_natural_key(self, email: str) -> "User":
        return self.get(email__iexact=email)

    def create_user(self, email: str, password: str | None = None, **fields: object) -> "User":
        user = self.model(email=self.normalize_email(email), **fields)
        user.set_password(password)
        user.save(using=self._db)
        return user


class User(AbstractBaseUser):
    """A person with one role. People are disabled, never deleted: the audit names them."""

    class Role(models.TextChoices):
        ADMINISTRATOR = "administrator", "Administrator"
        FACILITATOR = "facilitator", "Facilitator"
        CCG_LEAD = "ccg_lead", "CCG lead"
        VIEWER = "viewer", "Viewer"

    # What Django's model backends ask of a user; the portal decides by role and scope instead.
    is_staff = False
    is_superuser = False

    email = models.EmailField("e-mail address", unique=True)
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=Role.choices)
    is_active = models.BooleanField(default=True)
    date_joined = models.DateTimeField(default=timezone.now)
    # Part of every session's fingerprint: one more, and all sessions of this person end.
    session_epoch = models.PositiveIntegerField(default=0)

    objects = UserManager()

    USERNAME_FIELD = "email"
    REQUIRED_FIELDS = ["name", "role"]

    class Meta:
        ordering = ("name", "email")
        constraints = [models.UniqueConstraint(Lower("email"), name="user_email_once_whatever_case")]

    def __str__(self) -> str:
        return self.name or self.email

    def get_full_name(self) -> str:
        return self.name

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        return salted_hmac(
            "accounts.User.session", f"{self.password}:{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def is_administrator(self) -> bool:
        return self.role == self.Role.ADMINISTRATOR

    @property
    def is_facilitator(self) -> bool:
        return self.role == self.Role.FACILITATOR

    @property
    def is_ccg_lead(self) -> bool:
        return self.role == self.Role.CCG_LEAD

    @property
    def is_viewer(self) -> bool:
        return self.role == self.Role.VIEWER

    @property
    def sees_everything(self) -> bool:
        """Administrators and viewers read all of London; the others what their CCGs cover."""
        return self.role in {self.Role.ADMINISTRATOR, self.Role.VIEWER}

    def ccg_codes(self, on: date | None = None) -> frozenset[str]:
        """ODS codes of the CCGs granted to this person on a day (today), read afresh."""
        return frozenset(self.scope_grants.in_force(on or timezone.localdate()).values_list("ccg_code", flat=True))

    def scope_names(self) -> list[str]:
        if self.sees_everything:
            return ["London"]
        names = self.scope_grants.in_force(timezone.localdate()).values_list("ccg_name", flat=True)
        return once(("scope names", self.pk), lambda: list(names))

    def scope_label(self) -> str:
        names = self.scope_names()
        if len(names) > FEW_CCGS:
            return f"{len(names)} CCGs"
        return ", ".join(names) if names else "No CCG yet"


class ScopeGrant(models.Model):
    """A CCG, by its ODS code, that a facilitator or CCG lead may see between two days."""

    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="scope_grants")
    ccg_code = models.CharField("ODS code of the CCG", max_length=12)
    ccg_name = models.CharField(max_length=160)
    starts = models.DateField()
    ends = models.DateField(null=True, blank=True)
    granted_by = models.ForeignKey(User, on_delete=models.PROTECT, null=True, related_name="+")
    granted_at = models.DateTimeField(auto_now_add=True)

    objects = ScopeGrantQuerySet.as_manager()

    class Meta:
        ordering = ("ccg_name", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(ends__isnull=True) | Q(ends__gte=F("starts")), name="scope_ends_after_start"
            ),
            models.UniqueConstraint(
                fields=["user", "ccg_code"], condition=Q(ends__isnull=True), name="scope_one_open_grant_a_ccg"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.user}: {self.ccg_name}"


class Invitation(models.Model):
    """A way in for one person, once, until it expires; role and scope are set by the inviter."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4, editable=False)
    email = models.EmailField("e-mail address")
    name = models.CharField(max_length=120)
    role = models.CharField(max_length=20, choices=User.Role.choices)
    ccgs = models.JSONField("CCGs", default=list, help_text="ODS code and name of each CCG in scope")
    token_digest = models.CharField(max_length=64, unique=True)
    invited_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    invited_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    accepted_at = models.DateTimeField(null=True)
    accepted_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")
    withdrawn_at = models.DateTimeField(null=True)
    withdrawn_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True, related_name="+")

    objects = InvitationQuerySet.as_manager()

    class Meta:
        ordering = ("-invited_at", "id")
        constraints = [
            models.CheckConstraint(
                condition=Q(accepted_at__isnull=True, accepted_by__isnull=True)
                | Q(accepted_at__isnull=False, accepted_by__isnull=False),
                name="invitation_accepted_paired",
            ),
            models.CheckConstraint(
                condition=Q(withdrawn_at__isnull=True, withdrawn_by__isnull=True)
                | Q(withdrawn_at__isnull=False, withdrawn_by__isnull=False),
                name="invitation_withdrawn_paired",
            ),
        ]

    def __str__(self) -> str:
        return self.email
