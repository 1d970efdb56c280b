"""Events: planned, booked, moved, called off; who came. Places are counted in persons, under the event's lock."""

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from enquiries.inbox.services import hold_submission
from enquiries.intake.services import Intake, receive_enquiry
from enquiries.models import Activity, Booking, Enquiry, Event
from enquiries.services import record_activity, void_activity, write_to_household
from hub.errors import Refused
from hub.working_time import local_date, today

FULL = "There is no place left. You can go on the waiting list: we write to you as soon as a place is free."


@transaction.atomic
def save_event(*, event: Event, by) -> list[Booking]:
    """Keep a new event, or a changed one. Where its time or place changed everybody booked is told; where it has more
    room than before the waiting list moves up. Gives the bookings of those who could not be told by email."""
    before = Event.objects.select_for_update().filter(pk=event.pk).first()
    if before is not None and before.cancelled_at:
        raise Refused("This event is cancelled. Make a new one.")
    if before is not None and event.capacity < _taken(before):
        raise Refused(f"{_taken(before)} places are booked already. Cancel bookings first, or keep that many places.")
    event.save()
    if before is None:
        return []
    not_told = []
    if any(getattr(before, name) != getattr(event, name) for name in ("starts_at", "ends_at", "place")):
        key = f"{event.starts_at.timestamp():.0f}:{timezone.now().timestamp():.0f}"
        not_told = [booking for booking in _to_come(event) if not _tell(booking, "changed", key=key, by=by)]
    _move_up(event, by=by)
    return not_told


@transaction.atomic
def cancel_event(*, event: Event, by) -> list[Booking]:
    """Call it off: every booking is cancelled and everybody told. Gives the bookings of those who must be rung."""
    locked = _locked(event)
    if locked.cancelled_at:
        return []
    locked.cancelled_at = event.cancelled_at = timezone.now()
    locked.save(update_fields=["cancelled_at"])
    not_told = []
    for booking in _to_come(locked):
        _end(booking)
        if booking.household.is_open:
            note = f"{locked.title}: the event was cancelled"
            record_activity(enquiry=booking.household, kind="event_cancelled", by=by, note=note)
        if not _tell(booking, "cancelled", by=by):
            not_told.append(booking)
    return not_told


@transaction.atomic
def book_event(*, event: Event, enquiry: Enquiry, persons: int, by=None, recorder: str = "enquirer") -> Booking:
    """Book one or two places, or go on the waiting list where there are not as many left.

    Who is booked or waits already keeps that booking and its place in the queue, for as many persons as they say now.
    `Refused` where another person has no room: nobody loses the place that they have by asking for a second.
    """
    locked = _locked(event)
    _refuse_unless_bookable(locked)
    if persons not in (1, 2):
        raise Refused("Select how many of you come: one or two.")
    booking = Booking.objects.of(enquiry).filter(event=locked).to_come().first()
    if booking is not None:
        return _for_another_number(booking, locked, persons, by=by, recorder=recorder)
    waits = _taken(locked) + persons > locked.capacity or _somebody_waits(locked)
    booking = Booking.objects.create(
        event=locked,
        enquiry=enquiry,
        persons=persons,
        state=Booking.State.WAITING if waits else Booking.State.BOOKED,
        made_by=by,
    )
    _note_booking(booking, by=by, recorder=recorder)
    return booking


def _for_another_number(booking: Booking, event: Event, persons: int, *, by, recorder: str) -> Booking:
    if booking.persons == persons:
        return booking
    more = persons - booking.persons
    booked = booking.state == Booking.State.BOOKED
    if booked and more > 0 and (_somebody_waits(event) or _taken(event) + more > event.capacity):
        raise Refused("There is no place left for a second person. Your place for one is still yours.")
    booking.persons = persons
    booking.save(update_fields=["persons"])
    _note_booking(booking, by=by, recorder=recorder)
    _move_up(event, by=by)
    return booking


def _note_booking(booking: Booking, *, by, recorder: str) -> None:
    """On the timeline, and told to them: with the number, so that another number is another message."""
    event, waits = booking.event, booking.state == Booking.State.WAITING
    said = f"{event.title}, {_when(event)}, for {booking.persons}{': on the waiting list' if waits else ''}"
    record_activity(enquiry=booking.household, kind="event_booked", by=by, recorder=recorder, note=said)
    times = booking.household.facts.filter(kind="event_booked").count()
    _tell(booking, "waiting" if waits else "booked", key=str(times), by=by)


@transaction.atomic
def cancel_booking(*, booking: Booking, by=None, recorder: str = "enquirer") -> Booking:
    """Give the places back; the first on the waiting list who fit move up and are told. Twice is once."""
    event = _locked(booking.event)
    booking.refresh_from_db()
    if booking.state == Booking.State.CANCELLED:
        return booking
    if event.starts_at <= timezone.now():
        raise Refused("This event has begun already.")
    _end(booking)
    if booking.household.is_open:  # of one that has ended only the places matter
        note = f"{event.title}, {_when(event)}"
        record_activity(enquiry=booking.household, kind="event_cancelled", by=by, recorder=recorder, note=note)
    _move_up(event, by=by)
    return booking


@transaction.atomic
def record_attendance(*, event: Event, came: dict[int, bool], by) -> list[str]:
    """Who came, by number of booking: one who did is a fact on the timeline, one who did not is none.

    A tick that proves wrong voids the fact. Gives a sentence for each that could not be recorded.
    """
    locked = _locked(event)
    if locked.starts_at > timezone.now():
        raise Refused("Record who came once the event has begun.")
    problems = []
    booked = locked.bookings.exclude(state=Booking.State.CANCELLED)
    for booking in booked.select_related("enquiry__merged_into", "event", "attended_fact"):
        if booking.pk not in came or booking.attended == came[booking.pk]:
            continue
        try:
            with transaction.atomic():
                _note_attendance(booking, came[booking.pk], by)
        except Refused as refusal:
            problems.append(f"{booking.enquiry.reference}: {refusal}")
    return problems


@transaction.atomic
def sign_up_on_the_day(
    *, event: Event, intake: Intake, persons: int, idempotency_key: str, signs: list[str]
) -> Enquiry | None:
    """Somebody at the event gives their details: an enquiry, or a new contact on the open one of the same household
    (the one way in decides), with a place and with the fact that they came. The same key is the same sign-up.

    Where there are `signs` of a machine it is held for a person to judge, and None is given.
    """
    locked = _locked(event)
    if not is_open_for_sign_up(locked):
        raise Refused("Sign-up is open on the day of the event.")
    if signs:
        hold_submission(intake=intake, key=idempotency_key, why=signs)
        return None
    enquiry = receive_enquiry(intake=intake, recorder="enquirer", idempotency_key=idempotency_key)
    booking = locked.bookings.of(enquiry).exclude(state=Booking.State.CANCELLED).first()
    if booking is None:
        booking = Booking.objects.create(event=locked, enquiry=enquiry, persons=persons)
    elif booking.state == Booking.State.WAITING:  # they came all the same
        Booking.objects.filter(pk=booking.pk).update(state=Booking.State.BOOKED)
    if not booking.attended and enquiry.is_open:
        booking.refresh_from_db()
        _note_attendance(booking, True, None)
    return enquiry


def is_open_for_sign_up(event: Event) -> bool:
    """From morning to midnight of its day, or days."""
    first, last = local_date(event.starts_at), local_date(event.ends_at)
    return event.cancelled_at is None and first <= today() <= last


def _note_attendance(booking: Booking, came: bool, by) -> None:
    enquiry, event = booking.household, booking.event
    if came:
        at = min(max(event.starts_at, enquiry.received_at), timezone.now())
        fact: Activity | None = record_activity(
            enquiry=enquiry, kind="event_attended", by=by, recorder="person" if by else "enquirer",
            occurred_at=at, note=f"{event.title}, {event.place}",
        )  # fmt: skip
    else:
        if booking.attended_fact is not None and not booking.attended_fact.is_voided:
            void_activity(activity=booking.attended_fact, by=by, note="They did not come to the event")
        fact = None
    booking.attended, booking.attended_fact = came, fact
    booking.save(update_fields=["attended", "attended_fact"])


def _locked(event: Event) -> Event:
    """The event with its row locked until the transaction ends: places are counted by one at a time."""
    return Event.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _taken(event: Event) -> int:
    return event.bookings.filter(state=Booking.State.BOOKED).aggregate(taken=Sum("persons"))["taken"] or 0


def _to_come(event: Event) -> list[Booking]:
    return list(event.bookings.to_come().select_related("enquiry__merged_into", "event").order_by("made_at", "pk"))


def _somebody_waits(event: Event) -> bool:
    """Nobody is booked past those who wait, even where a place for one is left and two wait for it."""
    return event.bookings.filter(state=Booking.State.WAITING).exists()


def _end(booking: Booking) -> None:
    booking.state, booking.cancelled_at = Booking.State.CANCELLED, timezone.now()
    booking.save(update_fields=["state", "cancelled_at"])


def _move_up(event: Event, *, by) -> list[Booking]:
    """Places that are free go to those who wait, in order, as far as they fit; each is told, once."""
    moved: list[Booking] = []
    if event.starts_at <= timezone.now():
        return moved
    waiting = event.bookings.filter(state=Booking.State.WAITING).select_related("enquiry__merged_into", "event")
    for booking in waiting.order_by("made_at", "pk"):
        if _taken(event) + booking.persons > event.capacity:
            continue
        booking.state = Booking.State.BOOKED
        booking.save(update_fields=["state"])
        if booking.household.is_open:
            note = f"{event.title}: a place is free, from the waiting list"
            record_activity(enquiry=booking.household, kind="event_booked", by=None, recorder="enquirer", note=note)
        _tell(booking, "moved_up", by=by)
        moved.append(booking)
    return moved


def _refuse_unless_bookable(event: Event) -> None:
    if event.cancelled_at:
        raise Refused("This event is cancelled.")
    if not event.published or event.starts_at <= timezone.now():
        raise Refused("This event can no longer be booked.")


def _tell(booking: Booking, news: str, *, key: str = "", by=None) -> bool:
    """An email about their booking, where we may send one; whether it was put in the outbox."""
    about = {
        "booked": "Their place at an event", "waiting": "On the waiting list of an event",
        "moved_up": "A place at an event is free", "changed": "An event has moved", "cancelled": "An event is off",
    }  # fmt: skip
    return write_to_household(
        enquiry=booking.household,
        template="event_news",
        context={"booking": booking, "event": booking.event, "news": news},
        about=about[news],
        key=f"{news}:{booking.pk}:{key}",
        by=by,
    )


def _when(event: Event) -> str:
    day = local_date(event.starts_at)
    return f"{day.day} {day:%B %Y}"


def places_left(event: Event) -> int:
    """How many persons may still book; 0 while somebody waits."""
    return 0 if _somebody_waits(event) else max(0, event.capacity - _taken(event))
