"""A booking as a calendar file (RFC 5545): one entry for each session, without a word about who comes."""

from urllib.parse import urlsplit

from django.conf import settings
from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from icalendar import Calendar, Event

from enquiries.models import Booking, Session
from hub.current import current
from hub.working_time import LONDON


def calendar_file(booking: Booking) -> bytes:
    """The sessions of a booking. An entry keeps its UID for good; whatever has changed has a higher SEQUENCE, so that
    calendars take it for news of the same entry. A booking that was given back cancels its entries."""
    calendar = Calendar()
    off = booking.state == Booking.State.CANCELLED
    calendar.add("prodid", "-//Fostering hub//Events//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "CANCEL" if off else "PUBLISH")
    sessions = list(booking.event.sessions.all())
    for session in sessions:
        calendar.add_component(_entry(booking, session, of=len(sessions), off=off))
    calendar.add_missing_timezones()
    return calendar.to_ical()


def _entry(booking: Booking, session: Session, *, of: int, off: bool) -> Event:
    event = booking.event
    entry = Event()
    entry.add("uid", f"session-{session.pk}-booking-{booking.pk}@{urlsplit(settings.BASE_URL).hostname}")
    # By place in London and not by offset: the file is right across the changes of the clocks.
    entry.add("dtstart", session.starts_at.astimezone(LONDON))
    entry.add("dtend", session.ends_at.astimezone(LONDON))
    entry.add("dtstamp", timezone.now())
    entry.add("sequence", session.sequence + off)
    entry.add("status", "CANCELLED" if off else "CONFIRMED" if booking.state == Booking.State.BOOKED else "TENTATIVE")
    entry.add("summary", event.title + (f" ({session.number} of {of})" if of > 1 else ""))
    entry.add("location", session.place)
    hub = current().hub
    ours = f"{hub.name}. " if hub else ""
    entry.add("description", f"{ours}To change or cancel: {settings.BASE_URL}{reverse('own_page')}")
    return entry


def calendar_response(booking: Booking) -> HttpResponse:
    """The file, to open in a calendar."""
    name = f'attachment; filename="{booking.event.code}.ics"'
    headers = {"Content-Disposition": name, "Cache-Control": "no-store"}
    return HttpResponse(calendar_file(booking), content_type="text/calendar; charset=utf-8", headers=headers)
