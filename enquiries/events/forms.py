"""What staff type about an event, and visitors at it."""

import datetime
import secrets

from django import forms
from django.utils.text import slugify

from enquiries.intake import wording
from enquiries.intake.services import Intake, Person
from enquiries.models import Event
from hub.current import current
from hub.design.forms import (
    DesignDateField,
    DesignForm,
    DesignTimeField,
    EmailField,
    Look,
    NameField,
    PhoneField,
    PostcodeField,
)
from hub.working_time import LONDON, today


def _in_two_years() -> datetime.date:
    return today() + datetime.timedelta(days=730)


class EventForm(DesignForm):
    looks = {
        "kind": Look(small=True),
        "capacity": Look(width="4", suffix="persons"),
        "place": Look(width="two-thirds"),
        "about": Look(count=True),
    }
    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Enter a title"})
    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, choices=Event.Kind.choices,
        error_messages={"required": "Select what kind of event it is"},
    )  # fmt: skip
    on = DesignDateField(label="Day", latest=_in_two_years, error_messages={"required": "Enter the day"})
    starts = DesignTimeField(
        label="Begins at", help_text="For example, 6pm or 18:00",
        error_messages={"required": "Enter the time at which it begins"},
    )  # fmt: skip
    ends = DesignTimeField(label="Ends at", error_messages={"required": "Enter the time at which it ends"})
    place = forms.CharField(
        label="Place", max_length=200, help_text="With its postcode, or “Online”.",
        error_messages={"required": "Enter where it is, or “Online”"},
    )  # fmt: skip
    about = forms.CharField(
        label="What people should know", required=False, max_length=2000, widget=forms.Textarea(attrs={"rows": 4})
    )
    capacity = forms.IntegerField(
        label="Places",
        min_value=1,
        max_value=2000,
        error_messages={
            "required": "Enter how many places there are",
            "min_value": "Places must be 1 or more",
            "max_value": "Places must be 2,000 or fewer",
        },
    )
    authority = forms.ChoiceField(label="For one council only", required=False)
    published = forms.BooleanField(label="Show it on the website, where people can book it", required=False)

    def __init__(self, data=None, *, event: Event | None = None):
        self.event = event
        super().__init__(data, initial=self._first_values(event) if event else {"published": True})
        councils = [(str(council.pk), council.name) for council in current().members_on(today())]
        self.fields["authority"].choices = [("", "For everybody"), *councils]

    @staticmethod
    def _first_values(event: Event) -> dict:
        start, end = event.starts_at.astimezone(LONDON), event.ends_at.astimezone(LONDON)
        return {
            "title": event.title, "kind": event.kind, "on": start.date(), "starts": start.time(), "ends": end.time(),
            "place": event.place, "about": event.about, "capacity": event.capacity,
            "authority": str(event.authority_id or ""), "published": event.published,
        }  # fmt: skip

    def clean(self):
        starts, ends = self.cleaned_data.get("starts"), self.cleaned_data.get("ends")
        if starts and ends and ends <= starts:
            self.add_error("ends", "Ends at must be later than it begins")
        day = self.cleaned_data.get("on")
        if day and self.event is None and day < today():
            self.add_error("on", "Day must be today or later")

    def result(self) -> Event:
        """The event as it is to be, unsaved."""
        data = self.cleaned_data
        event = self.event or Event(code=_new_code(data["title"], data["on"]))
        moment = {name: datetime.datetime.combine(data["on"], data[name], tzinfo=LONDON) for name in ("starts", "ends")}
        event.starts_at, event.ends_at = moment["starts"], moment["ends"]
        event.authority_id = int(data["authority"]) if data["authority"] else None
        for name in ("title", "kind", "place", "about", "capacity", "published"):
            setattr(event, name, data[name])
        return event


def _new_code(title: str, day: datetime.date) -> str:
    """For its address: sayable, and never given twice."""
    words = slugify(title)[:20].strip("-") or "event"
    code = f"{words}-{day:%d-%b}".lower()
    return f"{code}-{secrets.token_hex(2)}" if Event.objects.filter(code=code).exists() else code


class AttendanceForm(forms.Form):
    """One box for each booking; a box that is not ticked is nobody who came."""

    def __init__(self, data=None, *, bookings):
        super().__init__(data)
        self.bookings = bookings

    @property
    def came(self) -> dict[int, bool]:
        ticked = set(self.data.getlist("came"))
        return {booking.pk: str(booking.pk) in ticked for booking in self.bookings}


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
