"""The portal's form for somebody who asked the council itself: they are passed on to the hub, which rings them."""

import datetime
import uuid

from django import forms
from django.core.paginator import Page, Paginator
from django.utils import timezone

from enquiries.diverted.services import passed_on_by
from enquiries.intake.services import Intake, Person
from enquiries.models import Consent
from hub.design.forms import DesignDateField, DesignForm, EmailField, Look, NameField, PhoneField, PostcodeField
from hub.isolation import for_the_hub
from hub.models import Authority
from hub.working_time import LONDON, today

A_PAGE = 50
LATE_AT_MOST = datetime.timedelta(days=90)
SHARE_QUESTION = "May the hub share their details with us when they are ready to go on?"
SHARE_ANSWERS = {"yes": "They said yes", "no": "They said no, or not yet", "not_asked": "We did not ask"}
MAY = {"yes": "Yes", "no": "No, or we did not ask"}


class PassOnForm(DesignForm):
    looks = {
        "phone": Look(width="20", mark_optional=False),
        "email": Look(width="two-thirds", mark_optional=False),
        "asked": Look(legend="s"),
        "received_on": Look(legend="s"),
        "message": Look(count=True),
        "leave_message": Look(legend="s", inline=True),
        "say_who": Look(legend="s", inline=True),
        "share": Look(legend="s"),
        "postcode": Look(width="10"),
        "notes": Look(count=True),
    }

    once = forms.CharField(max_length=32, required=False, widget=forms.HiddenInput)
    first_name = NameField(label="First name", error_messages={"required": "Enter their first name"})
    last_name = NameField(label="Last name", required=False)
    second_first_name = NameField(label="Partner’s first name", required=False)
    second_last_name = NameField(label="Partner’s last name", required=False)
    phone = PhoneField(required=False, help_text="Give a telephone number or an email address. Both is better.")
    email = EmailField(required=False)
    postcode = PostcodeField(required=False)
    asked = forms.ChoiceField(
        label="How did they ask you?",
        widget=forms.RadioSelect,
        choices=[("phone", "They rang"), ("email", "By email"), ("in_person", "In person"), ("other", "Another way")],
        initial="phone",
        error_messages={"required": "Select how they asked you"},
    )
    received_on = DesignDateField(
        label="Date on which they asked you",
        initial=today,
        latest=today,
        earliest=lambda: today() - LATE_AT_MOST,
        error_messages={"required": "Enter the date on which they asked you"},
    )
    message = forms.CharField(
        label="What did they say?", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    leave_message = forms.ChoiceField(
        label="If they do not answer, may we leave a message?",
        widget=forms.RadioSelect,
        choices=list(MAY.items()),
        initial="no",
        error_messages={"required": "Select if we may leave a message"},
    )
    say_who = forms.ChoiceField(
        label="If somebody else answers, may we say who is calling?",
        widget=forms.RadioSelect,
        choices=list(MAY.items()),
        initial="no",
        error_messages={"required": "Select if we may say who is calling"},
    )
    notes = forms.CharField(
        label="Anything else that makes it safe or easy to reach them?",
        required=False,
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="For example, only after 6pm, or they would like an interpreter.",
    )
    share = forms.ChoiceField(
        label=SHARE_QUESTION,
        widget=forms.RadioSelect,
        choices=list(SHARE_ANSWERS.items()),
        error_messages={"required": "Select what they said about sharing their details"},
    )

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["once"].initial = uuid.uuid4().hex

    def clean(self):
        self.require_when(
            not self.errors and not self.cleaned_data.get("email"),
            "phone",
            "Enter a telephone number or an email address, so that the hub can answer them",
        )
        return self.cleaned_data

    def intake(self) -> Intake:
        """What the one way in takes."""
        data = self.cleaned_data
        people = [Person(data["first_name"], data["last_name"], data["email"], data["phone"])]
        if data["second_first_name"] or data["second_last_name"]:
            people.append(Person(data["second_first_name"], data["second_last_name"]))
        said = f"{SHARE_QUESTION} {SHARE_ANSWERS[data['share']]}"
        return Intake(
            channel="authority",
            received_at=_moment(data["received_on"]),
            applicants=people,
            postcode=data["postcode"],
            message=data["message"],
            safe_contact={
                "leave_message": data["leave_message"] == "yes",
                "say_who": data["say_who"] == "yes",
                "notes": data["notes"],
            },
            consents={} if data["share"] == "not_asked" else {Consent.Purpose.SHARE: (data["share"] == "yes", said)},
        )


def _moment(day: datetime.date) -> datetime.datetime:
    """Today is now. Of an earlier day noon, which is within the opening hours, so that the clock counts from it."""
    if day == today():
        return timezone.now()
    return datetime.datetime.combine(day, datetime.time(12), tzinfo=LONDON)


def passed_on_page(authority: Authority, page: str | None) -> Page:
    """Whom the authority passed on, newest first, by reference and day: the record itself is the hub's."""
    with for_the_hub():  # most of them are not theirs to read
        shown = Paginator(passed_on_by(authority), A_PAGE).get_page(page)
        shown.object_list = list(shown.object_list)
    return shown
