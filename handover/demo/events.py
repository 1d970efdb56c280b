"""A few events of the demo: one long over with its attendance, one today, two to come, one full with a waiting list."""

import datetime

from django.db.models import QuerySet
from django.utils import timezone

from enquiries.models import Booking, Enquiry, Event
from enquiries.services import record_activity
from hub.models import Authority, User
from hub.working_time import LONDON, today, working_time

# Title, kind, working days from today, hours, place, places, GSS code of its council, how many households book.
PLANNED = (
    ("Could you foster?", "information", -6, (18, 20), "Civic Centre, Gateshead NE8 1HH", 40, "", 6),
    ("Drop in and ask", "open_day", 0, (10, 19), "City Library, Newcastle NE1 8AX", 60, "", 4),
    ("Could you foster? Online", "information", 4, (19, 20), "Online", 100, "", 3),
    ("Skills to Foster, first day", "training", 9, (10, 16), "Bede Centre, Durham DH1 5UE", 6, "", 5),
    ("Meet Sunderland’s foster carers", "open_day", 13, (14, 16), "Winter Gardens, SR1 1PP", 25, "E08000024", 2),
)  # fmt: skip


def make_events() -> int:
    """Events and who booked them; gives how many events. Nobody is written to: all this is history. No dice: the
    households are the earliest open ones, so that the same region has the same events."""
    staff = User.objects.get(email="worker@hub.example.org")
    enquiries = list(_able_to_come()[: max(row[-1] for row in PLANNED)])
    for title, kind, days, (begins, ends), place, capacity, council, households in PLANNED:
        day = _day(days)
        event = Event.objects.create(
            code=f"{kind.replace('_', '-')}-{day:%d-%b}".lower(), title=title, kind=kind, place=place,
            starts_at=_at(day, begins), ends_at=_at(day, ends), capacity=capacity,
            authority=Authority.objects.filter(gss_code=council).first(),
            about="Come as you are. You decide nothing by coming.",
        )  # fmt: skip
        for number, enquiry in enumerate(enquiries[:households]):
            _book(event, enquiry, came=days < 0 and number % 3 != 2, staff=staff)
    return len(PLANNED)


def _book(event: Event, enquiry: Enquiry, *, came: bool, staff: User) -> None:
    persons = min(2, enquiry.applicants.count()) or 1
    made_at = max(min(event.starts_at, timezone.now()) - datetime.timedelta(days=2), enquiry.received_at)
    full = event.capacity < persons + sum(one.persons for one in event.bookings.filter(state=Booking.State.BOOKED))
    booking = Booking.objects.create(
        event=event, enquiry=enquiry, persons=persons, made_at=made_at,
        state=Booking.State.WAITING if full else Booking.State.BOOKED,
    )  # fmt: skip
    said = f"{event.title}, for {persons}{': on the waiting list' if full else ''}"
    record_activity(enquiry=enquiry, kind="event_booked", by=None, recorder="enquirer", occurred_at=made_at, note=said)
    if event.ends_at > timezone.now():
        return
    booking.attended = came
    if came:
        note = f"{event.title}, {event.place}"
        booking.attended_fact = record_activity(
            enquiry=enquiry, kind="event_attended", by=staff, occurred_at=event.starts_at, note=note
        )
    booking.save(update_fields=["attended", "attended_fact"])


def _able_to_come() -> QuerySet[Enquiry]:
    """Open, with the hub still, and here some days before the first of the events."""
    since = _at(_day(PLANNED[0][2] - 3), 0)
    known = Enquiry.objects.open().filter(stage__in=["in_touch", "eoi"], on_hold=False, received_at__lt=since)
    return known.order_by("received_at", "pk")


def _day(working_days: int) -> datetime.date:
    calendar, day = working_time(), today()
    step = datetime.timedelta(days=1 if working_days > 0 else -1)
    while working_days:
        day += step
        if calendar.is_working_day(day):
            working_days -= 1 if working_days > 0 else -1
    return day


def _at(day: datetime.date, hour: int) -> datetime.datetime:
    return datetime.datetime.combine(day, datetime.time(hour), tzinfo=LONDON)
