"""What people are told by email of what they have booked, and of its changes."""

from django.conf import settings
from django.core import signing
from django.urls import reverse

from enquiries.letters.outbox import write_to_household
from enquiries.models import Booking
from enquiries.tasks.services import add_task
from hub.working_time import today, working_time

_CALENDAR = "enquiries.events.calendar"
_ABOUT = {
    "booked": "Their place at an event", "waiting": "On the waiting list of an event",
    "moved_up": "A place at an event is free", "changed": "An event has moved", "cancelled": "An event is off",
}  # fmt: skip
# The same as staff say it.
_BY_HAND = {
    "moved_up": "a place at the event is free and theirs", "changed": "the event has moved",
    "cancelled": "the event does not take place",
}  # fmt: skip


def tell(booking: Booking, news: str, *, key: str = "", by=None) -> bool:
    """An email about their booking, where we may send one; whether it was put in the outbox."""
    event = booking.event
    return write_to_household(
        enquiry=booking.household,
        template="event_news",
        context={
            "booking": booking,
            "event": event,
            "sessions": list(event.sessions.all()),
            "news": news,
            "calendar": calendar_address(booking),
        },
        about=_ABOUT[news],
        key=f"{news}:{booking.pk}:{key}",
        by=by,
        purpose="asked",  # they booked it: also once their enquiry is closed
    )


def tell_or_ask(booking: Booking, news: str, *, key: str = "", by=None) -> bool:
    """The same; where they cannot be emailed whoever looks after them is asked to tell them in another way."""
    if tell(booking, news, key=key, by=by):
        return True
    ask_staff(booking, f"Tell them, who cannot be emailed, that {_BY_HAND[news]}", key=f"{news}:{booking.pk}:{key}")
    return False


def ask_staff(booking: Booking, what: str, *, key: str) -> None:
    """A task about a booking, once for each key, in the caller's transaction: for who cannot be told by a message."""
    if booking.household.is_open:
        calendar, day = working_time(), today()
        add_task(
            title=f"{what}: “{booking.event.title}”, {booking.event.when}"[:200],
            due_on=day if calendar.is_working_day(day) else calendar.next_working_day(day),
            enquiry=booking.household, kind="event", key=f"event:{key}",
        )  # fmt: skip


def calendar_address(booking: Booking) -> str:
    """Where the calendar file of a booking is fetched: the address holds its number, signed, and nobody's name."""
    return settings.BASE_URL + reverse("event_calendar", args=[signing.dumps(booking.pk, salt=_CALENDAR)])


def booking_of(token: str) -> Booking | None:
    """The booking whose calendar file may be fetched with this token; None where it is none of ours."""
    try:
        number = signing.loads(token, salt=_CALENDAR)
    except signing.BadSignature:
        return None
    return Booking.objects.filter(pk=number).select_related("event").first()
