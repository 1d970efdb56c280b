"""How an event was for those who came: asked once, on the morning after it."""

import datetime

from django.db.models import Exists, OuterRef
from django.utils import timezone

from enquiries.models import Attendance, Booking, Survey
from enquiries.surveys.services import ask_survey
from hub.sweep import alone, while_time_lasts
from hub.working_time import LONDON, today, working_time

NO_LATER_THAN = datetime.timedelta(days=14)  # who is asked after weeks no longer knows


def ask_how_events_were() -> int:
    """Ask those who came to an event that ended before today, once we are open; gives how many were asked."""
    with alone("ask_how_events_were") as ours:
        calendar, now = working_time(), timezone.now()
        if not ours or now.astimezone(LONDON).time() < calendar.opens_at:
            return 0
        midnight = datetime.datetime.combine(today(), datetime.time(), tzinfo=LONDON)
        came = Attendance.objects.filter(booking=OuterRef("pk"), persons__gt=0)
        asked = Survey.objects.filter(booking=OuterRef("pk"))
        over = Booking.objects.filter(event__ends_at__lt=midnight, event__ends_at__gt=now - NO_LATER_THAN)
        waiting = over.filter(Exists(came), ~Exists(asked)).select_related("enquiry__merged_into", "event")
        return sum(_ask(booking) for booking in while_time_lasts(list(waiting)))


def _ask(booking: Booking) -> bool:
    asked = ask_survey(
        enquiry=booking.enquiry, occasion=Survey.Occasion.EVENT, booking=booking,
        about=f"“{booking.event.title}”", key=f"event:{booking.pk}",
    )  # fmt: skip
    return asked is not None
