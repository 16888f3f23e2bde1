from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login, logout
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from accounts import presenters, services
from accounts.access import PersonRequest, administrators_only
from accounts.forms import AcceptForm, InvitationForm, PersonForm
from accounts.models import Invitation, User

BACKEND = "allauth.account.auth_backends.AuthenticationBackend"


@require_safe
def account(request: PersonRequest) -> HttpResponse:
    return render(request, "accounts/account.html", {"has_second_factor": is_mfa_enabled(request.user)})


@require_POST
def sign_out_everywhere(request: PersonRequest) -> HttpResponse:
    services.sign_out_everywhere(user=request.user, by=request.user)
    logout(request)
    messages.success(request, "You are signed out on every device.")
    return redirect("account_login")


@administrators_only
@require_safe
def people(request: PersonRequest) -> HttpResponse:
    context = {
        "people": presenters.people(User.objects.for_user(request.user), on=timezone.localdate()),
        "invitations": Invitation.objects.for_user(request.user).usable(at=timezone.now()),
    }
    return render(request, "accounts/people.html", context)


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def invite(request: PersonRequest) -> HttpResponse:
    form = InvitationForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            services.invite(
                email=form.cleaned_data["email"],
                name=form.cleaned_data["name"],
                role=form.cleaned_data["role"],
                ccgs=form.chosen_ccgs(),
                by=request.user,
            )
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"An invitation is on its way to {form.cleaned_data['email']}.")
            return redirect("accounts:people")
    return render(request, "accounts/invite.html", {"form": form})


@administrators_only
@require_POST
def withdraw(request: PersonRequest, invitation_id: str) -> HttpResponse:
    invitation = get_object_or_404(Invitation.objects.for_user(request.user), pk=invitation_id)
    try:
        services.withdraw(invitation=invitation, by=request.user)
        messages.success(request, f"The invitation to {invitation.email} is withdrawn.")
    except services.InvitationSpentError:
        messages.error(request, "That invitation was used, withdrawn or has expired already.")
    return redirect("accounts:people")


@administrators_only
@require_http_methods(["GET", "HEAD", "POST"])
def person(request: PersonRequest, user_id: int) -> HttpResponse:
    subject = get_object_or_404(User.objects.for_user(request.user), pk=user_id)
    held = {"ccgs": list(subject.ccg_codes())}
    form = PersonForm(request.POST or None, instance=subject, initial=held)
    if request.method == "POST" and form.is_valid():
        subject.refresh_from_db()
        try:
            services.change_person(
                user=subject, name=form.cleaned_data["name"], role=form.cleaned_data["role"], by=request.user
            )
            services.set_scope(user=subject, ccgs=form.chosen_ccgs(), by=request.user)
        except ValidationError as error:
            form.add_error(None, error)
        else:
            messages.success(request, f"{subject.name} is changed.")
            return redirect("accounts:people")
    return render(request, "accounts/person.html", {"form": form, "subject": subject})


@administrators_only
@require_POST
def set_active(request: PersonRequest, user_id: int) -> HttpResponse:
    subject = get_object_or_404(User.objects.for_user(request.user), pk=user_id)
    wanted = request.POST.get("active") == "yes"
    try:
        (services.enable if wanted else services.disable)(user=subject, by=request.user)
        messages.success(request, f"{subject.name} is {'enabled' if wanted else 'disabled'}.")
    except ValidationError as error:
        messages.error(request, error.messages[0])
    return redirect("accounts:person", user_id=subject.pk)


@login_not_required
@never_cache
@require_safe
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """Keeps the token in the session, so that it stands in no address that a page could pass on."""
    request.session["invitation"] = services.digest_of(token)
    return redirect("accounts:accept")


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def accept(request: HttpRequest) -> HttpResponse:
    digest = request.session.get("invitation", "")
    invited = Invitation.objects.usable(at=timezone.now()).filter(token_digest=digest).first()
    if invited is None:
        return render(request, "accounts/invitation_spent.html", status=404)
    form = AcceptForm(request.POST or None, invitation=invited)
    if request.method == "POST" and form.is_valid():
        try:
            user = services.accept(invitation=invited, password=form.cleaned_data["password"])
        except (services.InvitationSpentError, ValidationError):
            return render(request, "accounts/invitation_spent.html", status=404)
        login(request, user, backend=BACKEND)
        return redirect(settings.LOGIN_REDIRECT_URL)
    return render(request, "accounts/accept.html", {"form": form, "invitation": invited})
