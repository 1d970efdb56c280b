"""What staff type of an enquiry that came on paper or in person: what it says, and how and when it came."""

import datetime

from django import forms

from enquiries.casework.forms import NoteField
from enquiries.intake import wording
from enquiries.intake.services import Intake, Person
from enquiries.journey import CHANNELS, SOURCES
from hub.design.forms import DesignDateField, DesignForm, EmailField, Look, NameField, PhoneField, PostcodeField
from hub.working_time import LONDON, local_date, today

# How it came, in words for whoever holds the paper, and the channel that it counts as.
WAYS = {
    "letter": ("Letter or form on paper", "other"),
    "person": ("In person", "other"),
    "event": ("At an event", "event"),
    "referral": ("Passed on by somebody", "referral"),
    "email": ("Email", "email"),
}
assert {channel for _words, channel in WAYS.values()} <= CHANNELS.keys()
CONSENTS = {"yes": "They said yes", "no": "They said no, or not yet", "not_asked": "It does not say"}


def _a_year_ago() -> datetime.date:
    return today() - datetime.timedelta(days=365)


class PaperForm(DesignForm):
    mark_optional = False
    looks = {
        "way": Look(legend="m", small=True),
        "postcode": Look(width="10"),
        "share": Look(legend="m", small=True),
        "by": Look(legend="m", small=True),
    }
    key = forms.CharField(widget=forms.HiddenInput, max_length=40)
    way = forms.ChoiceField(
        label="How did it come?",
        widget=forms.RadioSelect,
        choices=[(code, words) for code, (words, _channel) in WAYS.items()],
        error_messages={"required": "Select how it came"},
    )
    received_on = DesignDateField(
        label="Day it reached us",
        earliest=_a_year_ago,
        latest=today,
        help_text="The day it came in, not the day you type it: our promise counts from there.",
        error_messages={"required": "Enter the day it reached us"},
    )
    first_name = NameField(label="First name", required=False)
    last_name = NameField(label="Last name", required=False)
    phone = PhoneField(label="Telephone", required=False)
    email = EmailField(label="Email", required=False)
    second_first_name = NameField(label="Other person’s first name", required=False)
    second_last_name = NameField(label="Other person’s last name", required=False)
    postcode = PostcodeField(label="Postcode", required=False)
    source = forms.ChoiceField(
        label="How they heard about us", required=False, choices=[("", "It does not say"), *SOURCES.items()]
    )
    by = forms.MultipleChoiceField(
        label="How we may reach them",
        widget=forms.CheckboxSelectMultiple,
        choices=[("phone", "By telephone"), ("text", "By text message"), ("email", "By email")],
        error_messages={"required": "Select at least one way in which we may reach them"},
    )
    message = NoteField(label="What they wrote or said", required=False)
    share = forms.ChoiceField(
        label=f"“{wording.SHARE_QUESTION}”",
        widget=forms.RadioSelect,
        choices=list(CONSENTS.items()),
        error_messages={"required": "Select what they said about sharing their details"},
    )

    def clean(self):
        data = self.cleaned_data
        reachable = data.get("phone") or data.get("email")
        self.require_when(not self.errors and not reachable, "phone", "Enter a telephone number or an email")

    def intake(self) -> Intake:
        data = self.cleaned_data
        first = Person(data["first_name"], data["last_name"], data["email"], data["phone"])
        second = Person(data["second_first_name"], data["second_last_name"])
        named = second.first_name or second.last_name
        said = data["share"]
        return Intake(
            channel=WAYS[data["way"]][1],
            received_at=self._moment(),
            applicants=[first, second] if named else [first],
            postcode=data["postcode"],
            source=data["source"],
            message=data["message"],
            safe_contact={f"by_{way}": way in data["by"] for way in ("phone", "text", "email")},
            consents={} if said == "not_asked" else {
                "share_with_authority": (said == "yes", wording.share_wording(said))
            },
        )  # fmt: skip

    def _moment(self) -> datetime.datetime:
        """Now where it came today; else the beginning of that working day, so that the promise counts from it."""
        now, day = datetime.datetime.now(tz=LONDON), self.cleaned_data["received_on"]
        return now if day == local_date(now) else datetime.datetime.combine(day, datetime.time(9), tzinfo=LONDON)
