from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime

from allauth.mfa.models import Authenticator
from django.db.models import Prefetch

from accounts.models import ScopeGrant, User


@dataclass(frozen=True)
class PersonRow:
    pk: int
    name: str
    email: str
    role: str
    scope: str
    last_sign_in: datetime | None
    second_factor: str
    state: str


def people(users: Iterable[User], *, on: date) -> list[PersonRow]:
    """One row a person, from three queries however many people there are."""
    grants = Prefetch("scope_grants", ScopeGrant.objects.in_force(on), to_attr="grants_today")
    guarded = set(Authenticator.objects.filter(type="totp").values_list("user_id", flat=True))
    return [
        PersonRow(
            pk=user.pk,
            name=user.name,
            email=user.email,
            role=user.get_role_display(),
            scope="London"
            if user.sees_everything
            else ", ".join(g.ccg_name for g in user.grants_today) or "No CCG yet",
            last_sign_in=user.last_login,
            second_factor="Yes" if user.pk in guarded else "No",
            state="Active" if user.is_active else "Disabled",
        )
        for user in users.prefetch_related(grants)  # type: ignore[attr-defined]
    ]
