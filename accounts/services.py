"""Writes on people: who comes in, with which role and scope, and when it ends."""

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.mail import send_mail
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from accounts.models import Invitation, ScopeGrant, User
from core import audit

INVITATION_LASTS = timedelta(days=7)
ROLES_WITH_SCOPE = {User.Role.FACILITATOR, User.Role.CCG_LEAD}


class InvitationSpentError(Exception):
    """The invitation was used, withdrawn or has expired."""


def digest_of(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


@transaction.atomic
def create_person(*, email: str, name: str, role: str, password: str | None, by: User | None) -> User:
    """A new person. ValidationError where the address is taken."""
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": "Somebody with this e-mail address is here already."})
    user = User.objects.create_user(email=email, password=password, name=name, role=role)
    audit.record(by=by, verb="added", instance=user, after={"role": role})
    return user


@transaction.atomic
def invite(*, email: str, name: str, role: str, ccgs: dict[str, str], by: User) -> Invitation:
    """Sends a link that lets one person in, once, within seven days. `ccgs` maps ODS codes to names."""
    if User.objects.filter(email__iexact=email).exists():
        raise ValidationError({"email": "Somebody with this e-mail address is here already."})
    token = secrets.token_urlsafe(32)
    invitation = Invitation.objects.create(
        email=email,
        name=name,
        role=role,
        ccgs=[[code, label] for code, label in ccgs.items()],
        token_digest=digest_of(token),
        invited_by=by,
        expires_at=timezone.now() + INVITATION_LASTS,
    )
    audit.record(by=by, verb="invited", instance=invitation, after={"role": role, "ccgs": list(ccgs)})
    link = settings.PORTAL_ADDRESS + reverse("accounts:invitation", args=[token])
    words = render_to_string("accounts/invitation_email.txt", {"invitation": invitation, "link": link})
    transaction.on_commit(
        lambda: send_mail("Your access to the London GP online services portal", words, None, [email])
    )
    return invitation


@transaction.atomic
def withdraw(*, invitation: Invitation, by: User) -> None:
    now = timezone.now()
    usable = Invitation.objects.usable(at=now).filter(pk=invitation.pk)
    if not usable.update(withdrawn_at=now, withdrawn_by=by):
        raise InvitationSpentError
    audit.record(by=by, verb="withdrew", instance=invitation)


@transaction.atomic
def accept(*, invitation: Invitation, password: str) -> User:
    """Makes the invited person; two clicks on one link make one."""
    if not Invitation.objects.usable(at=timezone.now()).filter(pk=invitation.pk).exists():
        raise InvitationSpentError
    user = create_person(
        email=invitation.email, name=invitation.name, role=invitation.role, password=password, by=invitation.invited_by
    )
    now = timezone.now()
    if not Invitation.objects.usable(at=now).filter(pk=invitation.pk).update(accepted_at=now, accepted_by=user):
        raise InvitationSpentError
    set_scope(user=user, ccgs=dict(invitation.ccgs), by=invitation.invited_by)
    audit.record(by=user, verb="accepted", instance=invitation)
    return user


@transaction.atomic
def change_person(*, user: User, name: str, role: str, by: User) -> None:
    """A new name or role. ValidationError where it would leave the portal without an administrator."""
    if user.is_administrator and role != User.Role.ADMINISTRATOR:
        _keep_one_administrator(besides=user)
    before = audit.snapshot(user, ("name", "role"))
    user.name, user.role = name, role
    user.save(update_fields=["name", "role"])
    after = audit.snapshot(user, ("name", "role"))
    if before != after:
        audit.record(by=by, verb="changed", instance=user, before=before, after=after)


@transaction.atomic
def set_scope(*, user: User, ccgs: dict[str, str], by: User | None, on: date | None = None) -> None:
    """From `on` (today) the person's CCGs are these: grants that are not among them end the day before."""
    day = on or timezone.localdate()
    wanted = ccgs if user.role in ROLES_WITH_SCOPE else {}
    open_grants = {grant.ccg_code: grant for grant in user.scope_grants.filter(ends__isnull=True)}
    for code in open_grants.keys() - wanted.keys():
        grant = open_grants[code]
        if grant.starts >= day:
            grant.delete()
        else:
            grant.ends = day - timedelta(days=1)
            grant.save(update_fields=["ends"])
    ScopeGrant.objects.bulk_create(
        ScopeGrant(user=user, ccg_code=code, ccg_name=wanted[code], starts=day, granted_by=by)
        for code in wanted.keys() - open_grants.keys()
    )
    if open_grants.keys() != wanted.keys():
        audit.record(
            by=by,
            verb="changed scope",
            instance=user,
            before={"ccgs": sorted(open_grants)},
            after={"ccgs": sorted(wanted), "from": day},
        )


@transaction.atomic
def disable(*, user: User, by: User) -> None:
    """Ends the person's sessions at once and lets nobody in under this address."""
    if user.is_administrator:
        _keep_one_administrator(besides=user)
    user.is_active = False
    user.save(update_fields=["is_active"])
    audit.record(by=by, verb="disabled", instance=user)


@transaction.atomic
def enable(*, user: User, by: User) -> None:
    user.is_active = True
    user.save(update_fields=["is_active"])
    audit.record(by=by, verb="enabled", instance=user)


@transaction.atomic
def sign_out_everywhere(*, user: User, by: User) -> None:
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    audit.record(by=by, verb="signed out everywhere", instance=user)


def _keep_one_administrator(*, besides: User) -> None:
    others = User.objects.active().filter(role=User.Role.ADMINISTRATOR).exclude(pk=besides.pk)
    if not others.exists():
        raise ValidationError("This is the only administrator. Make somebody else one first.")
