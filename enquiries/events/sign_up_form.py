"""What visitors of an event type on the tablet that goes round."""

import datetime
import secrets

from django import forms

from enquiries.intake import wording
from enquiries.intake.services import Intake, Person
from hub.design.forms import DesignForm, EmailField, Look, NameField, PhoneField, PostcodeField


class SignUpForm(DesignForm):
    """At the event, on a tablet that goes round: a name, one way to reach them, and what they agree to."""

    mark_optional = False
    _plain = {"autocomplete": "off", "spellcheck": "false"}  # the browser must not offer who was here before
    looks = {"persons": Look(inline=True, legend="s"), "share": Look(legend="s")}
    once = forms.CharField(widget=forms.HiddenInput, max_length=40, required=False)
    website = forms.CharField(required=False)
    first_name = NameField(
        label="First name", widget=forms.TextInput(attrs=_plain), error_messages={"required": "Enter your first name"}
    )
    last_name = NameField(label="Last name", required=False, widget=forms.TextInput(attrs=_plain))
    phone = PhoneField(required=False, widget=forms.TextInput(attrs={**_plain, "type": "tel"}))
    email = EmailField(required=False, widget=forms.EmailInput(attrs=_plain))
    postcode = PostcodeField(
        label="Postcode (optional)", required=False, help_text="So that we find your council.",
        widget=forms.TextInput(attrs=_plain),
    )  # fmt: skip
    persons = forms.TypedChoiceField(
        label="Are you here on your own?", widget=forms.RadioSelect, coerce=int, initial="1",
        choices=[("1", "On my own"), ("2", "With somebody")],
        error_messages={"required": "Select if you are here on your own"},
    )  # fmt: skip
    share = forms.ChoiceField(
        label=wording.SHARE_QUESTION, help_text=wording.SHARE_EXPLANATION, widget=forms.RadioSelect,
        choices=list(wording.SHARE_ANSWERS.items()),
        error_messages={"required": "Select yes if we may share your details with your council"},
    )  # fmt: skip
    keep_in_touch = forms.BooleanField(label=wording.KEEP_IN_TOUCH, required=False)

    def clean(self):
        data = self.cleaned_data
        self.require_when(
            "phone" not in self.errors and not data.get("phone"),
            "email",
            "Enter an email address or a telephone number, so that we can answer you",
        )

    def visible_fields(self):
        """Without the trap, which the page draws by itself."""
        return [bound for bound in super().visible_fields() if bound.name != "website"]

    @property
    def key(self) -> str:
        return f"event:{self.sent_once('once') or secrets.token_hex(16)}"

    def intake(self, received_at: datetime.datetime) -> Intake:
        data = self.cleaned_data
        share, news = data["share"], data["keep_in_touch"]
        return Intake(
            channel="event",
            received_at=received_at,
            applicants=[Person(data["first_name"], data["last_name"], data["email"], data["phone"])],
            postcode=data["postcode"],
            source="event",
            consents={
                "share_with_authority": (share == "yes", wording.share_wording(share)),
                "keep_in_touch": (news, wording.KEEP_IN_TOUCH),
            },
        )


def new_once() -> str:
    """For one empty form: pressed twice it is one sign-up."""
    return secrets.token_hex(16)
