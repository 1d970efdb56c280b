from django import forms
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError

from hub.design.forms import DesignForm, EmailField, Look, NameField
from hub.people.models import User
from hub.people.roles import AUTHORITY_ROLES, Role
from hub.places.models import Authority
from hub.working_time import today

WHAT_ROLES_DO = {
    Role.HUB_WORKER: "Looks after enquiries and hands them over.",
    Role.HUB_MANAGER: "Also authorises, shares out, signs the return, and lets people in.",
    Role.DATA_OFFICER: "Also drafts the return and imports past enquiries.",
    Role.AUTHORITY_WORKER: "Answers referrals and records what happens with them.",
    Role.AUTHORITY_LEAD: "Also looks after the council’s team.",
    Role.CLUSTER_LEAD: "Sees reports, and nobody’s record.",
    Role.ADMINISTRATOR: "Lets people and systems in, and sees nobody’s record.",
}
_OF_A_COUNCIL = {Role.AUTHORITY_WORKER: "Worker", Role.AUTHORITY_LEAD: "Lead"}


def roles_open_to(by: User, person: User | None = None) -> list[tuple[str, str]]:
    """The roles that `by` may give: to this person, or to somebody new."""
    if not by.can("manage_access"):
        return [(role.value, text) for role, text in _OF_A_COUNCIL.items()]
    roles = [role for role in Role if person is None or (role in AUTHORITY_ROLES) == (person.role in AUTHORITY_ROLES)]
    return [(role.value, role.label) for role in roles]


class RoleForm(DesignForm):
    role = forms.ChoiceField(
        label="What do they do?", widget=forms.RadioSelect, error_messages={"required": "Select what they do"}
    )

    def __init__(self, *args, by: User, person: User | None = None, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["role"].choices = roles_open_to(by, person)
        hints = {role.value: text for role, text in WHAT_ROLES_DO.items()}
        self.looks = {"role": Look(legend="s", hints=hints)}


class InviteForm(RoleForm):
    """By name and email; the hub's says for which council, where the role belongs to one."""

    name = NameField(label="Name", max_length=150, error_messages={"required": "Enter their name"})
    email = EmailField(help_text="At work. We send a link there to choose a password.")
    council = forms.ChoiceField(label="Council", required=False)

    field_order = ("name", "email", "role", "council")

    def __init__(self, *args, by: User, **kwargs):
        super().__init__(*args, by=by, **kwargs)
        if not by.can("manage_access"):
            del self.fields["council"]
            return
        self.councils = {one.gss_code: one for one in Authority.objects.members_on(today())}
        self.fields["council"].choices = [("", "Choose one"), *((code, str(c)) for code, c in self.councils.items())]
        look = Look(mark_optional=False)
        self.looks = {**self.looks, "council": look}
        self.fields["council"].help_text = "For a council’s worker or lead."

    def clean(self):
        data = super().clean()
        if "council" in self.fields:
            of_a_council = data.get("role") in AUTHORITY_ROLES
            self.require_when(of_a_council, "council", "Select which council they work for")
            if data.get("role") and not of_a_council and data.get("council"):
                self.add_error("council", "Leave the council out: this role is not a council’s")
        return data

    def details(self) -> dict:
        """What `invite_person` takes."""
        data = self.cleaned_data
        authority = self.councils.get(data["council"]) if "council" in self.fields else None
        return {"name": data["name"], "email": data["email"], "role": data["role"], "authority": authority}


class SuspendForm(DesignForm):
    looks = {"why": Look(width="two-thirds")}
    why = forms.CharField(
        label="Why?",
        max_length=200,
        help_text="Those who look after the team see it. For example, “Has left”.",
        error_messages={"required": "Enter why, like “Has left”"},
    )


class ChoosePasswordForm(DesignForm):
    looks = {"password": Look(width="two-thirds"), "again": Look(width="two-thirds")}
    password = forms.CharField(
        label="Password",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="At least 12 characters. Three words that do not belong together are a good one.",
        error_messages={"required": "Enter a password"},
    )
    again = forms.CharField(
        label="The same password again",
        strip=False,
        max_length=200,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        error_messages={"required": "Enter the password again"},
    )

    def __init__(self, *args, person: User, **kwargs):
        super().__init__(*args, **kwargs)
        self.person = person

    def clean(self):
        data = super().clean()
        password = data.get("password")
        if password and data.get("again") and password != data["again"]:
            self.add_error("again", "Enter the same password twice")
        elif password:
            try:
                password_validation.validate_password(password, self.person)
            except ValidationError as fault:
                self.add_error("password", fault)
        return data
