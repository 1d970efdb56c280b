"""Events: planned, booked, moved, called off. Places are counted in persons, under the event's lock."""

from collections.abc import Sequence
from itertools import pairwise

from django.db import transaction
from django.db.models import Sum
from django.utils import timezone

from enquiries.events.reminders import plan_reminders
from enquiries.events.telling import tell, tell_or_ask
from enquiries.models import Booking, Enquiry, Event, Session
from enquiries.services import record_activity
from hub.errors import Refused
from hub.rows import take_turns
from hub.working_time import local_date, today

SEVERAL_PLACES = "Several places"


@transaction.atomic
def save_event(*, event: Event, by, sessions: Sequence[Session] = (), seen: str = "") -> list[Booking]:
    """Keep a new event with its sessions, or a changed one with those of its sessions that are given. Where a session
    has moved everybody booked is told; where there is more room than before the waiting list moves up. Gives the
    bookings of those who could not be told by email. `seen` is its `fingerprint` when somebody began to change it.
    `Refused` where a colleague has changed it since, and for one that is planned just so already."""
    before = Event.objects.select_for_update().filter(pk=event.pk).first()
    if before is None:
        _keep_span(event, sessions)
        _refuse_twice(event)
        event.save()
        _keep_sessions(event, sessions)
        return []
    _refuse_unless_changeable(before)
    if seen and seen != before.fingerprint:
        raise Refused(
            "A colleague has changed this event since you opened it. Nothing of yours was saved. Look at it, and press "
            "Save once more if yours is right."
        )
    if event.capacity < _taken(before):
        raise Refused(f"{_taken(before)} places are booked already. Cancel bookings first, or keep that many places.")
    event.save()
    moved = _keep_sessions(event, sessions)
    not_told = _tell_of_change(event, by=by) if moved else []
    _move_up(event, by=by)
    return not_told


@transaction.atomic
def save_session(*, session: Session, by) -> list[Booking]:
    """Keep a further session of a course, or one that has moved: everybody booked is told, and who cannot be told by
    email is given."""
    event = locked_event(session.event)
    _refuse_unless_changeable(event)
    return _tell_of_change(event, by=by) if _keep_sessions(event, [session]) else []


@transaction.atomic
def remove_session(*, session: Session, by) -> None:
    """Take a session out of a course that nobody has booked yet; where somebody has it is moved, or all is off."""
    event = locked_event(session.event)
    if event.bookings.exclude(state=Booking.State.CANCELLED).exists():
        raise Refused("People have booked this course. Move the session, or cancel the event and plan a new one.")
    if event.sessions.count() == 1:
        raise Refused("An event needs a session. Cancel the event instead.")
    session.delete()
    _keep_sessions(event, [])


def _refuse_twice(event: Event) -> None:
    """A form that is pressed twice, and two who plan the same evening, make one event."""
    take_turns(f"event {event.title}")
    same = {name: getattr(event, name) for name in ("title", "starts_at", "ends_at", "place")}
    if Event.objects.filter(**same, cancelled_at__isnull=True).exists():
        raise Refused(f"“{event.title}” is planned for that time and place already.")


def _refuse_unless_changeable(event: Event) -> None:
    if event.cancelled_at:
        raise Refused("This event is cancelled. Make a new one.")


def _keep_sessions(event: Event, changed: Sequence[Session]) -> bool:
    """Whether there is anything of which those who have booked have to be told."""
    # Asked for again, and never of those in hand, which the form has changed already.
    before = {session.pk: session for session in Session.objects.filter(event=event)}
    news = False
    for session in changed:
        session.event = event
        was = before.get(session.pk)
        moved = was is None or any(
            getattr(was, name) != getattr(session, name) for name in ("starts_at", "ends_at", "place")
        )
        if moved:
            _refuse_to_rewrite(session, was)
        if moved and was is not None:
            session.sequence = was.sequence + 1
        # Of a link that nobody has yet nobody need be told that it is another.
        news = news or moved or bool(was and was.join_link != session.join_link and session.link_now)
        session.save()
    sessions = list(event.sessions.order_by("starts_at", "pk"))
    for earlier, later in pairwise(sessions):
        if later.starts_at < earlier.ends_at:
            raise Refused(f"Two sessions overlap: {earlier.when}, and {later.when}.")
    for number, session in enumerate(sessions, start=1):
        if session.number != number:
            Session.objects.filter(pk=session.pk).update(number=number)
    _keep_span(event, sessions)
    event.save(update_fields=["starts_at", "ends_at", "place"])
    return news


def _keep_span(event: Event, sessions: Sequence[Session]) -> None:
    if not sessions:
        raise Refused("An event needs a session: a day with its times.")
    event.starts_at = min(session.starts_at for session in sessions)
    event.ends_at = max(session.ends_at for session in sessions)
    places = {session.place for session in sessions}
    event.place = places.pop() if len(places) == 1 else SEVERAL_PLACES


def _refuse_to_rewrite(session: Session, was: Session | None) -> None:
    if was is not None and was.attendances.exists():
        raise Refused("It is recorded who came to this session, so it stays where it was.")
    if session.ends_at <= session.starts_at:
        raise Refused("A session must end later than it begins.")
    if local_date(session.starts_at) < today():
        raise Refused("A session cannot be planned for a day that is over.")


def _tell_of_change(event: Event, *, by) -> list[Booking]:
    key, not_told = f"{timezone.now().timestamp():.0f}", []
    for booking in _not_over(event):
        plan_reminders(booking)
        if not tell_or_ask(booking, "changed", key=key, by=by):
            not_told.append(booking)
    return not_told


@transaction.atomic
def cancel_event(*, event: Event, by) -> list[Booking]:
    """Call it off: every booking is cancelled and everybody told. Gives the bookings of those who must be rung."""
    locked = locked_event(event)
    if locked.cancelled_at:
        return []
    if locked.starts_at <= timezone.now():
        raise Refused("This event has begun already. Move the sessions that are still to come.")
    locked.cancelled_at = event.cancelled_at = timezone.now()
    locked.save(update_fields=["cancelled_at"])
    not_told = []
    for booking in _not_over(locked):
        _end(booking)
        if booking.household.is_open:
            note = f"{locked.title}: the event was cancelled"
            record_activity(enquiry=booking.household, kind="event_cancelled", by=by, note=note)
        if not tell_or_ask(booking, "cancelled", by=by):
            not_told.append(booking)
    return not_told


@transaction.atomic
def book_event(
    *, event: Event, enquiry: Enquiry, persons: int, by=None, recorder: str = "enquirer", version: int | None = None
) -> Booking:
    """Book one or two places, or go on the waiting list where there are not as many left. Staff (`by`) may also book
    what is not on the website.

    Who is booked or waits already keeps that booking and its place in the queue, for as many persons as they say now.
    `Refused` where another person has no room: nobody loses the place that they have by asking for a second.
    """
    locked, enquiry = locked_event(event), enquiry.stands_for
    _refuse_unless_bookable(locked, by=by)
    if persons not in (1, 2):
        raise Refused("Select how many of you come: one or two.")
    booking = Booking.objects.of(enquiry).filter(event=locked).to_come().first()
    if booking is not None:
        return _for_another_number(booking, locked, persons, by=by, recorder=recorder, version=version)
    waits = _taken(locked) + persons > locked.capacity or _somebody_waits(locked)
    booking = Booking.objects.create(
        event=locked,
        enquiry=enquiry,
        persons=persons,
        state=Booking.State.WAITING if waits else Booking.State.BOOKED,
        made_by=by,
    )
    _note_booking(booking, by=by, recorder=recorder, version=version)
    plan_reminders(booking)
    return booking


def _for_another_number(
    booking: Booking, event: Event, persons: int, *, by, recorder: str, version: int | None
) -> Booking:
    if booking.persons == persons:
        return booking
    more = persons - booking.persons
    booked = booking.state == Booking.State.BOOKED
    if booked and more > 0 and (_somebody_waits(event) or _taken(event) + more > event.capacity):
        raise Refused("There is no place left for a second person. Your place for one is still yours.")
    booking.persons = persons
    booking.save(update_fields=["persons"])
    _note_booking(booking, by=by, recorder=recorder, version=version)
    _move_up(event, by=by)
    return booking


def _note_booking(booking: Booking, *, by, recorder: str, version: int | None) -> None:
    """On the timeline, and told to them: with the number, so that another number is another message."""
    event, waits = booking.event, booking.state == Booking.State.WAITING
    said = f"{event.title}, {_when(event)}, for {booking.persons}{': on the waiting list' if waits else ''}"
    record_activity(
        enquiry=booking.household, kind="event_booked", by=by, recorder=recorder, version=version, note=said
    )
    times = booking.household.facts.filter(kind="event_booked").count()
    tell(booking, "waiting" if waits else "booked", key=str(times), by=by)


@transaction.atomic
def cancel_booking(*, booking: Booking, by=None, recorder: str = "enquirer") -> Booking:
    """Give the places back; the first on the waiting list who fit move up and are told. Twice is once."""
    event = locked_event(booking.event)
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


def locked_event(event: Event) -> Event:
    """The event with its row locked until the transaction ends: places are counted by one at a time."""
    return Event.objects.select_for_update(of=("self",)).get(pk=event.pk)


def _taken(event: Event) -> int:
    return event.bookings.filter(state=Booking.State.BOOKED).aggregate(taken=Sum("persons"))["taken"] or 0


def _not_over(event: Event) -> list[Booking]:
    found = Booking.objects.not_over().filter(event=event.pk)
    return list(found.select_related("enquiry__merged_into", "event").order_by("made_at", "pk"))


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
    waiting = Booking.objects.filter(event=event.pk, state=Booking.State.WAITING)
    waiting = waiting.select_related("enquiry__merged_into", "event")
    for booking in waiting.order_by("made_at", "pk"):
        if _taken(event) + booking.persons > event.capacity:
            continue
        booking.state = Booking.State.BOOKED
        booking.save(update_fields=["state"])
        if booking.household.is_open:
            note = f"{event.title}: a place is free, from the waiting list"
            record_activity(enquiry=booking.household, kind="event_booked", by=None, note=note)
        tell_or_ask(booking, "moved_up", by=by)
        plan_reminders(booking)
        moved.append(booking)
    return moved


def _refuse_unless_bookable(event: Event, *, by) -> None:
    if event.cancelled_at:
        raise Refused("This event is cancelled.")
    if (not event.published and by is None) or event.starts_at <= timezone.now():
        raise Refused("This event can no longer be booked.")


def _when(event: Event) -> str:
    day = local_date(event.starts_at)
    return f"{day.day} {day:%B %Y}"


def places_left(event: Event) -> int:
    """How many persons may still book; 0 while somebody waits."""
    return 0 if _somebody_waits(event) else max(0, event.capacity - _taken(event))
