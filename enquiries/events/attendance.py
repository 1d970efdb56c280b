"""Who came: recorded for each session, in persons. Training is done by whoever came to all of it, or made it up."""

import datetime

from django.db import transaction
from django.utils import timezone

from enquiries.events.services import locked_event
from enquiries.inbox.services import hold_submission
from enquiries.intake.services import Intake, receive_enquiry
from enquiries.models import Attendance, Booking, Enquiry, Event, Session
from enquiries.services import record_activity, void_activity
from hub.errors import Refused
from hub.working_time import today

MADE_UP = "made_up"
SAID = ("0", "1", "2", MADE_UP)


@transaction.atomic
def record_attendance(*, session: Session, came: dict[int, str], by) -> list[str]:
    """Who came to a session, by number of booking: "0", "1" or "2" persons, or "made_up" at another time.

    Who came has it on the timeline; an entry that proves wrong is voided. Who came to all sessions of a training, or
    made them up, has completed it, and has not any more once that proves wrong. Gives a sentence for each that could
    not be recorded.
    """
    event = locked_event(session.event)
    if session.starts_at > timezone.now():
        raise Refused("Record who came once the session has begun.")
    problems = []
    booked = event.bookings.exclude(state=Booking.State.CANCELLED).filter(pk__in=came)
    for booking in booked.select_related("enquiry__merged_into", "completed_fact"):
        try:
            with transaction.atomic():
                _note(booking, session, came[booking.pk], by)
                _note_completion(booking, event, by)
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
    locked = locked_event(event)
    session = session_of_today(locked)
    if session is None:
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
    if enquiry.is_open and not session.attendances.filter(booking=booking, persons__gt=0).exists():
        booking.refresh_from_db()
        _note(booking, session, str(persons), None)
    return enquiry


def session_of_today(event: Event) -> Session | None:
    """The session at which visitors can sign up: today's, from morning to midnight."""
    if event.cancelled_at is not None:
        return None
    return next((session for session in event.sessions.all() if session.is_on(today())), None)


def _note(booking: Booking, session: Session, said: str, by) -> None:
    row = Attendance.objects.filter(booking=booking, session=session).select_related("fact__voided_by").first()
    if said not in SAID or (row is not None and row.said == said):
        return
    row = row or Attendance(booking=booking, session=session)
    before = row.fact if row.fact is not None and not row.fact.is_voided else None
    row.persons, row.made_up = (0, True) if said == MADE_UP else (int(said), False)
    if before is not None:
        why = "Another number of them came" if row.persons else "They did not come to the event"
        void_activity(activity=before, by=by, note=why)
    row.fact = _came(booking, session, row.persons, before, by) if row.persons else None
    row.recorded_at, row.recorded_by = timezone.now(), by
    row.save()


def _came(booking: Booking, session: Session, persons: int, before, by):
    enquiry = booking.household
    return record_activity(
        enquiry=enquiry, kind="event_attended", by=by, recorder="person" if by else "enquirer",
        occurred_at=min(max(session.starts_at, enquiry.received_at), timezone.now()), replaces=before,
        note=f"{session.title}, {session.place}: {'one person' if persons == 1 else 'two persons'}",
    )  # fmt: skip


def _note_completion(booking: Booking, event: Event, by) -> None:
    """Right after who came is saved: completed, or no longer. What staff voided by hand stays voided until then."""
    if event.kind != Event.Kind.TRAINING:
        return
    rows = {row.session_id: row for row in booking.attendances.select_related("session")}
    done = all(one.pk in rows and (rows[one.pk].persons or rows[one.pk].made_up) for one in event.sessions.all())
    fact = booking.completed_fact
    if fact is not None and fact.is_voided:
        fact = None
    if done == (fact is not None):
        return
    if fact is not None:
        void_activity(activity=fact, by=by, note="They have not come to all sessions")
        booking.completed_fact = None
    else:
        booking.completed_fact = record_activity(
            enquiry=booking.household, kind="training_completed", by=by, note=event.title,
            occurred_at=_completed_at(list(rows.values()), booking.household),
        )  # fmt: skip
    booking.save(update_fields=["completed_fact"])


def _completed_at(rows: list[Attendance], enquiry: Enquiry) -> datetime.datetime:
    """With the last session; where they made one up, when we learned of it."""
    now = timezone.now()
    if any(row.made_up for row in rows):
        return now
    return min(max(enquiry.received_at, *(row.session.starts_at for row in rows)), now)
