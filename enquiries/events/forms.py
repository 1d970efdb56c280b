"""What staff type about an event and its sessions."""

import datetime
import secrets

from django import forms
from django.core.validators import URLValidator
from django.utils import timezone
from django.utils.text import slugify

from enquiries.casework.forms import RecordForm
from enquiries.models import Booking, Event, Session
from enquiries.models.sessions import ONLINE
from hub.current import current
from hub.design.forms import DesignDateField, DesignForm, DesignTimeField, Look
from hub.working_time import LONDON, today

MOST_SESSIONS = 12
EVERY = {"day": 1, "week": 7, "fortnight": 14}


def _in_two_years() -> datetime.date:
    return today() + datetime.timedelta(days=730)


class SessionForm(DesignForm):
    """One session: a day, its times, and where."""

    looks = {
        "where": Look(reveals={"place": ("place",), "online": ("join_link",)}),
        "place": Look(width="two-thirds", mark_optional=False),
        "join_link": Look(width="two-thirds"),
    }
    on = DesignDateField(label="Day", latest=_in_two_years, error_messages={"required": "Enter the day"})
    starts = DesignTimeField(
        label="Begins at", help_text="For example, 6pm or 18:00",
        error_messages={"required": "Enter the time at which it begins"},
    )  # fmt: skip
    ends = DesignTimeField(label="Ends at", error_messages={"required": "Enter the time at which it ends"})
    where = forms.ChoiceField(
        label="Where is it?", widget=forms.RadioSelect, choices=[("place", "At a place"), ("online", "Online")],
        error_messages={"required": "Select whether it is at a place or online"},
    )  # fmt: skip
    place = forms.CharField(label="Place", max_length=200, required=False, help_text="With its postcode.")
    join_link = forms.URLField(
        label="Link to join", max_length=500, required=False, assume_scheme="https",
        widget=forms.TextInput(attrs={"spellcheck": "false", "inputmode": "url"}),
        validators=[URLValidator(schemes=["https"])],
        help_text="Only those with a place get it: by email in the morning before, and on their own page.",
        error_messages={"invalid": "Enter a link that begins with https://"},
    )  # fmt: skip

    def __init__(self, data=None, *, session: Session | None = None, **kwargs):
        self.session = session
        kwargs["initial"] = {**_typed(session), **kwargs.get("initial", {})}
        super().__init__(data, **kwargs)

    def clean(self):
        data = self.cleaned_data
        starts, ends, day = data.get("starts"), data.get("ends"), data.get("on")
        if starts and ends and ends <= starts:
            self.add_error("ends", "Ends at must be later than it begins")
        is_new = self.session is None or self.session.pk is None
        if day and is_new and day < today():
            self.add_error("on", "Day must be today or later")
        self.require_when(data.get("where") == "place", "place", "Enter where it is")

    def result(self) -> Session:
        """The session as it is to be, unsaved."""
        session = self.session or Session()
        data = self.cleaned_data
        online = data["where"] == "online"
        session.starts_at, session.ends_at = _moments(data["on"], data["starts"], data["ends"])
        session.place = ONLINE if online else data["place"]
        session.join_link = data["join_link"] if online else ""
        return session


def _moments(day: datetime.date, *times: datetime.time) -> list[datetime.datetime]:
    return [datetime.datetime.combine(day, time, tzinfo=LONDON) for time in times]


def like(session: Session | None) -> dict:
    """What to begin with for another session like this one: all but the day and the link."""
    return {**_typed(session), "on": None, "join_link": ""}


def _typed(session: Session | None) -> dict:
    if session is None or session.starts_at is None:
        return {}
    start, end = session.starts_at.astimezone(LONDON), session.ends_at.astimezone(LONDON)
    where = {"where": "online"} if session.is_online else {"where": "place", "place": session.place}
    return {"on": start.date(), "starts": start.time(), "ends": end.time(), "join_link": session.join_link, **where}


class EventForm(SessionForm):
    """An event with its first session, or its sessions one like the other. Those of a course that is there already
    are changed one by one."""

    field_order = (
        "title", "kind", "on", "starts", "ends", "sessions", "every", "where", "place", "join_link", "about",
        "capacity", "authority", "published",
    )  # fmt: skip
    OF_A_SESSION = ("on", "starts", "ends", "where", "place", "join_link")
    looks = {
        **SessionForm.looks,
        "kind": Look(small=True),
        "capacity": Look(width="4", suffix="persons"),
        "sessions": Look(width="2"),
        "every": Look(inline=True, mark_optional=False),
        "about": Look(count=True),
    }
    seen = forms.CharField(widget=forms.HiddenInput, required=False, max_length=32)
    title = forms.CharField(label="Title", max_length=120, error_messages={"required": "Enter a title"})
    kind = forms.ChoiceField(
        label="Kind", widget=forms.RadioSelect, choices=Event.Kind.choices,
        error_messages={"required": "Select what kind of event it is"},
    )  # fmt: skip
    sessions = forms.IntegerField(
        label="How many sessions?", min_value=1, max_value=MOST_SESSIONS, initial=1,
        help_text="For a course. Each can be moved afterwards by itself.",
        error_messages={
            "required": "Enter how many sessions there are, 1 for an evening",
            "min_value": "Sessions must be 1 or more",
            "max_value": f"Sessions must be {MOST_SESSIONS} or fewer",
        },
    )  # fmt: skip
    every = forms.ChoiceField(
        label="Of a course: how often?", widget=forms.RadioSelect, required=False, initial="week",
        choices=[("day", "Every day"), ("week", "Every week"), ("fortnight", "Every two weeks")],
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

    def __init__(self, data=None, *, event: Event | None = None, copy: Event | None = None):
        self.event = event
        sessions = list((event or copy).sessions.all()) if event or copy else []
        session = sessions[0] if event and len(sessions) == 1 else None
        initial = _said_of(event or copy) if event or copy else {"published": True}
        initial |= {"seen": event.fingerprint if event else ""}
        if copy and sessions:  # the day is what they come to type
            initial |= {**like(sessions[0]), "sessions": len(sessions)}
        super().__init__(data, session=session, initial=initial)
        councils = [(str(council.pk), council.name) for council in current().members_on(today())]
        self.fields["authority"].choices = [("", "For everybody"), *councils]
        left_out = ("sessions", "every") if event else ()
        for name in (*left_out, *(self.OF_A_SESSION if event and session is None else ())):
            del self.fields[name]

    def clean(self):
        if "on" in self.fields:
            super().clean()

    def refuse(self, reason: str) -> None:
        """Show why the service refused; the next try is made knowing the event as it is now."""
        self.add_error(None, reason)
        if self.event is not None:
            self.data = {**self.data.dict(), "seen": Event.objects.get(pk=self.event.pk).fingerprint}

    def result(self) -> Event:
        """The event as it is to be, unsaved."""
        data = self.cleaned_data
        event = self.event or Event(code=_new_code(data["title"], data["on"]))
        event.authority_id = int(data["authority"]) if data["authority"] else None
        for name in ("title", "kind", "about", "capacity", "published"):
            setattr(event, name, data[name])
        return event

    def result_sessions(self) -> list[Session]:
        """Its sessions as they are to be, unsaved; none of a course whose sessions are changed one by one."""
        if "on" not in self.fields:
            return []
        first, data = self.result_session(), self.cleaned_data
        made = [first]
        for number in range(1, data.get("sessions") or 1):
            day = data["on"] + datetime.timedelta(days=EVERY[data["every"] or "week"] * number)
            starts, ends = _moments(day, data["starts"], data["ends"])
            made.append(
                Session(number=number + 1, starts_at=starts, ends_at=ends, place=first.place, join_link=first.join_link)
            )
        return made

    def result_session(self) -> Session:
        return super().result()


def _said_of(event: Event) -> dict:
    return {
        "title": event.title, "kind": event.kind, "about": event.about, "capacity": event.capacity,
        "authority": str(event.authority_id or ""), "published": event.published,
    }  # fmt: skip


def _new_code(title: str, day: datetime.date) -> str:
    """For its address: sayable, and never given twice."""
    words = slugify(title)[:20].strip("-") or "event"
    code = f"{words}-{day:%d-%b}".lower()
    return f"{code}-{secrets.token_hex(2)}" if Event.objects.filter(code=code).exists() else code


class AttendanceForm(forms.Form):
    """For each booking how many came; where nothing is chosen nothing is known."""

    def __init__(self, data=None, *, bookings):
        super().__init__(data)
        self.bookings = bookings

    @property
    def came(self) -> dict[int, str]:
        said = {booking.pk: self.data.get(f"came_{booking.pk}", "") for booking in self.bookings}
        return {pk: answer for pk, answer in said.items() if answer}


class BookEventForm(RecordForm):
    """What is to come, with the places that are left; what they have booked already can be changed in the same way."""

    event = forms.ChoiceField(
        label="Which event?", widget=forms.RadioSelect, error_messages={"required": "Select an event"}
    )
    persons = forms.TypedChoiceField(
        label="How many of them come?", widget=forms.RadioSelect, coerce=int, choices=[("1", "One"), ("2", "Two")],
        error_messages={"required": "Select how many of them come"},
    )  # fmt: skip

    def first_values(self) -> dict:
        return {"persons": min(2, self.enquiry.applicants.count()) or 1}

    def set_up(self) -> None:
        now = timezone.now()
        self.events = {
            str(one.pk): one for one in Event.objects.to_come(now).filter(starts_at__gt=now).with_places()
        }  # fmt: skip
        booked = {one.event_id: one for one in Booking.objects.of(self.enquiry).to_come()}
        self.fields["event"].choices = [(key, one.title) for key, one in self.events.items()]
        self.looks = {
            "event": Look(legend="m", hints={key: _said(one, booked.get(one.pk)) for key, one in self.events.items()}),
            "persons": Look(legend="m", inline=True),
        }

    def details(self) -> dict:
        data = self.cleaned_data
        return {"version": data["version"], "event": self.events[data["event"]], "persons": data["persons"]}


def _said(event: Event, booking: Booking | None) -> str:
    """When and where it is, and whether there is room."""
    left = 0 if event.waiting else max(0, event.capacity - event.booked)
    room = f"{left} places left" if left else "full: they go on the waiting list"
    if booking is not None:
        room = f"{booking.get_state_display().lower()} for {booking.persons}"
    return f"{event.when}. {event.where}. {room[:1].upper()}{room[1:]}"
