"""The demo's events: an evening over with its attendance, a day today, an evening online, an open day, and Skills to
Foster twice: three sessions that are over, and three to come with a waiting list."""

import datetime
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from enquiries.events.attendance import record_attendance
from enquiries.models import Booking, Enquiry, Event, Session
from enquiries.models.sessions import ONLINE
from enquiries.services import record_activity
from hub.models import Authority, User
from hub.working_time import LONDON, today, working_time


@dataclass(frozen=True)
class Told:
    """One event: `days` are the working days from today of its sessions, `council` the GSS code of its council."""

    title: str
    kind: str
    days: tuple[int, ...]
    hours: tuple[int, int]
    place: str
    capacity: int
    households: int
    council: str = ""
    join_link: str = ""


PLANNED = (
    Told("Could you foster?", "information", (-6,), (18, 20), "Civic Centre, Gateshead NE8 1HH", 40, 6),
    Told("Skills to Foster", "training", (-5, -3, -1), (10, 15), "Bede Centre, Durham DH1 5UE", 14, 5),
    Told("Drop in and ask", "open_day", (0,), (10, 19), "City Library, Newcastle NE1 8AX", 60, 4),
    Told(
        "Could you foster? Online", "information", (4,), (19, 20), ONLINE, 100, 3,
        join_link="https://meet.example.org/could-you-foster",
    ),
    Told("Skills to Foster", "training", (9, 11, 13), (10, 15), "Bede Centre, Durham DH1 5UE", 6, 5),
    Told("Meet Sunderland’s foster carers", "open_day", (14,), (14, 16), "Winter Gardens, SR1 1PP", 25, 2, "E08000024"),
)  # fmt: skip
# Of the course that is over, by household: what the register says of each of its three sessions.
REGISTER = (("2", "2", "2"), ("1", "1", "1"), ("2", "0", "2"), ("1", "made_up", "1"), ("0", "0", "0"))


def make_events() -> int:
    """Events and who booked them; gives how many events. Nobody is written to: all this is history. No dice: the
    households are the earliest open ones, so that the same region has the same events."""
    staff = User.objects.get(email="worker@hub.example.org")
    enquiries = list(_able_to_come()[: max(told.households for told in PLANNED)])
    for told in PLANNED:
        event = _plan(told)
        bookings = [_book(event, enquiry) for enquiry in enquiries[: told.households]]
        for session in event.sessions.filter(ends_at__lt=timezone.now()):
            came = {booking.pk: _said(booking, session, number) for number, booking in enumerate(bookings)}
            record_attendance(session=session, came=came, by=staff)
    return len(PLANNED)


def _plan(told: Told) -> Event:
    days = [_day(number) for number in told.days]
    begins, ends = told.hours
    event = Event.objects.create(
        code=f"{told.kind.replace('_', '-')}-{days[0]:%d-%b}".lower(), title=told.title, kind=told.kind,
        starts_at=_at(days[0], begins), ends_at=_at(days[-1], ends), place=told.place, capacity=told.capacity,
        authority=Authority.objects.filter(gss_code=told.council).first(),
        about="Come as you are. You decide nothing by coming.",
    )  # fmt: skip
    for number, day in enumerate(days, start=1):
        Session.objects.create(
            event=event, number=number, starts_at=_at(day, begins), ends_at=_at(day, ends), place=told.place,
            join_link=told.join_link,
        )  # fmt: skip
    return event


def _book(event: Event, enquiry: Enquiry) -> Booking:
    persons = min(2, enquiry.applicants.count()) or 1
    made_at = max(min(event.starts_at, timezone.now()) - datetime.timedelta(days=2), enquiry.received_at)
    full = event.capacity < persons + sum(one.persons for one in event.bookings.filter(state=Booking.State.BOOKED))
    booking = Booking.objects.create(
        event=event, enquiry=enquiry, persons=persons, made_at=made_at,
        state=Booking.State.WAITING if full else Booking.State.BOOKED,
    )  # fmt: skip
    said = f"{event.title}, for {persons}{': on the waiting list' if full else ''}"
    record_activity(enquiry=enquiry, kind="event_booked", by=None, recorder="enquirer", occurred_at=made_at, note=said)
    return booking


def _said(booking: Booking, session: Session, number: int) -> str:
    if session.event.kind == Event.Kind.TRAINING:
        said = REGISTER[number % len(REGISTER)][session.number - 1]
        return str(min(int(said), booking.persons)) if said.isdigit() else said
    return str(booking.persons) if number % 3 != 2 else "0"


def _able_to_come() -> QuerySet[Enquiry]:
    """Open, with the hub still, and here some days before the first of the events."""
    since = _at(_day(PLANNED[0].days[0] - 3), 0)
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
