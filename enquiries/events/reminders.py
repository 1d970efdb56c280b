"""Reminders of what people have booked: two for each session, planned with it (enquiries/letters/nudges.py)."""

from django.utils import timezone

from enquiries.events.telling import ask_staff
from enquiries.letters.nudges import plan_nudge
from enquiries.letters.placeholders import with_session
from enquiries.letters.services import may_write, send_template, template_of
from enquiries.models import Booking, Enquiry, Nudge, Session
from enquiries.reach import asked_to_stop
from hub.errors import Refused
from hub.models import Message
from hub.working_time import working_time

_KEY = "event"


def plan_reminders(booking: Booking) -> None:
    """Plan, in the caller's transaction, to remind who has a place two working days and the morning before each session
    to come. What is planned already stays one; of a session that has moved the old ones no longer hold."""
    if booking.state != Booking.State.BOOKED:
        return
    now, calendar, enquiry = timezone.now(), working_time(), booking.household
    for session in booking.event.sessions.to_come(now):
        moments = {"days": session.days_before(calendar), "morning": session.morning_before(calendar)}
        for which, at in moments.items():
            if at > now:
                plan_nudge(
                    enquiry=enquiry, kind="event", at=at, good_until=session.starts_at,
                    template="event_reminder",
                    key=f"{_KEY}:{which}:{booking.pk}:{session.pk}:{session.starts_at.timestamp():.0f}",
                )  # fmt: skip


def send_reminder(nudge: Nudge, home: Enquiry) -> Message:
    """By email or by text, as it is safe by now, of the session that it was planned for. Where neither may be staff are
    asked, once for each session, to ring: `Refused` then says so."""
    _, _, booking, session, _ = nudge.key.split(":")
    for template in ("event_reminder", "event_reminder_text"):
        found = template_of(template)
        if may_write(home, found.channel, found.purpose):
            # Another may come before it, for which they have a place too.
            words = with_session(found.body, Session.objects.select_related("event").get(pk=int(session)))
            return send_template(enquiry=home, template=found, by=None, body=words, key=f"nudge:{nudge.key}")
    ask_staff(
        Booking.objects.select_related("event", "enquiry__merged_into").get(pk=int(booking)),
        "Remind them, who take neither emails nor texts, of the event", key=f"reminder:{booking}:{session}",
    )  # fmt: skip
    raise Refused("They can be neither emailed nor texted. A task asks our team to remind them.")


def why_not_remind(nudge: Nudge) -> str:
    """Why a reminder no longer holds: the place was given back, the session has moved, or they asked us to stop. ""
    where it does."""
    if asked_to_stop(nudge.enquiry.stands_for):
        return "They asked us to stop."
    _, _, booking, session, starts = nudge.key.split(":")
    booked = Booking.objects.filter(pk=int(booking), state=Booking.State.BOOKED, event__cancelled_at__isnull=True)
    if not booked.exists():
        return "They have no place at the event any more."
    planned = Session.objects.filter(pk=int(session)).first()
    if planned is None or f"{planned.starts_at.timestamp():.0f}" != starts:
        return "The session has moved."
    return ""
