from typing import Any

from allauth.account.forms import LoginForm
from django import forms
from django.contrib.auth.password_validation import validate_password

from accounts.models import Invitation, User
from accounts.scope import grantable_ccgs
from accounts.services import ROLES_WITH_SCOPE


class ScopeMixin(forms.Form):
    role = forms.ChoiceField(label="Role", choices=User.Role.choices, widget=forms.RadioSelect)
    ccgs = forms.MultipleChoiceField(
        label="CCGs",
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text="For facilitators and CCG leads: whose visits, actions, returns and reports they see.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.ccg_names = grantable_ccgs()
        self.fields["ccgs"].choices = list(self.ccg_names.items())  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if cleaned.get("role") in ROLES_WITH_SCOPE and not cleaned.get("ccgs"):
            self.add_error("ccgs", "Choose at least one CCG for a facilitator or CCG lead.")
        return cleaned

    def chosen_ccgs(self) -> dict[str, str]:
        return {code: self.ccg_names[code] for code in self.cleaned_data["ccgs"]}


class InvitationForm(ScopeMixin, forms.ModelForm):
    field_order = ("name", "email", "role", "ccgs")

    class Meta:
        model = Invitation
        fields = ("name", "email", "role")
        widgets = {
            "name": forms.TextInput(attrs={"autocomplete": "off"}),
            "email": forms.EmailInput(attrs={"autocomplete": "off"}),
        }


class PersonForm(ScopeMixin, forms.ModelForm):
    field_order = ("name", "role", "ccgs")

    class Meta:
        model = User
        fields = ("name", "role")


class AcceptForm(forms.Form):
    password = forms.CharField(
        label="Choose a password",
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. It can be pasted, and must not be a common one.",
    )

    def __init__(self, *args: Any, invitation: Invitation, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.invitation = invitation

    def clean_password(self) -> str:
        password = self.cleaned_data["password"]
        validate_password(password, User(email=self.invitation.email, name=self.invitation.name))
        return str(password)


class SignInForm(LoginForm):
    """The sign-in in the portal's own words. Who forgot finds the way below the button, not before it."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["login"].label = "E-mail address"
        self.fields["password"].help_text = ""
