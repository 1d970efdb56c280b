"""Whoever stops gives back the places that they have at events."""

import datetime

import pytest
from django.urls import reverse
from django.utils import timezone

from enquiries.events.services import book_event
from hub.models import Message
from tests.factories import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def event(hub):
    starts = timezone.now() + datetime.timedelta(days=7)
    return make_event(
        code="evening-in-june", title="Evening in June", starts_at=starts, ends_at=starts + datetime.timedelta(hours=2),
        place="Civic Centre, Gateshead", capacity=2,
    )  # fmt: skip


@pytest.fixture
def waits(event, make_enquiry):
    """A household on the waiting list behind `booked`."""

    def behind(enquiry):
        book_event(event=event, enquiry=enquiry, persons=2)
        booking = book_event(event=event, enquiry=make_enquiry("new"), persons=1)
        assert booking.state == "waiting"
        return booking

    return behind


def test_when_staff_close_the_next_in_line_moves_up_and_is_told(event, waits, make_enquiry, sign_in, worker):
    enquiry = make_enquiry("in_touch")
    next_in_line = waits(enquiry)
    enquiry.refresh_from_db()
    typed = {"reason": "work", "tell": "no", "version": enquiry.version}
    sign_in(worker).post(reverse("close", args=[enquiry.reference]), typed)
    enquiry.refresh_from_db()
    next_in_line.refresh_from_db()
    assert enquiry.stage == "closed" and enquiry.bookings.get().state == "cancelled"
    assert next_in_line.state == "booked"
    assert Message.objects.filter(template="event_news", idempotency_key__contains="moved_up").count() == 1


def test_when_closing_is_refused_the_place_stays(event, waits, make_enquiry, sign_in, worker):
    enquiry = make_enquiry("in_touch")
    waits(enquiry)
    sign_in(worker).post(reverse("close", args=[enquiry.reference]), {"reason": "work", "version": 0})
    assert enquiry.bookings.get().state == "booked"
