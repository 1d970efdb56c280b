"""A booked first visit, and whose turn it is once something was agreed."""

import datetime

import pytest
from django.utils import timezone

from enquiries.models import Enquiry
from enquiries.services import record_activity
from hub.errors import Refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry("in_touch")


def in_days(days: int) -> datetime.datetime:
    return timezone.now() + datetime.timedelta(days=days)


def queue(turn: str) -> list[Enquiry]:
    return list(Enquiry.objects.waiting_on(turn))


def test_a_booked_visit_takes_the_place_of_the_follow_up(enquiry, worker):
    visit = in_days(9)
    record_activity(enquiry=enquiry, kind="visit_booked", by=worker, due=visit)
    assert (enquiry.clock, enquiry.due_at) == ("visit", visit)
    record_activity(enquiry=enquiry, kind="visit_cancelled", by=worker)
    assert enquiry.clock == "follow_up"


def test_a_visit_that_was_made_is_no_longer_due(enquiry, worker):
    record_activity(enquiry=enquiry, kind="visit_booked", by=worker, due=in_days(1))
    record_activity(enquiry=enquiry, kind="initial_visit", by=worker)
    assert enquiry.clock == "follow_up"


def test_a_later_booking_takes_the_place_of_an_earlier_one(enquiry, worker):
    record_activity(enquiry=enquiry, kind="visit_booked", by=worker, due=in_days(1))
    record_activity(enquiry=enquiry, kind="visit_booked", by=worker, due=in_days(3))
    assert enquiry.due_at.date() == in_days(3).date()


def test_a_visit_needs_its_time(enquiry, worker):
    with pytest.raises(Refused, match="needs: due"):
        record_activity(enquiry=enquiry, kind="visit_booked", by=worker)


def test_what_they_promised_waits_on_them_until_its_day_has_passed(enquiry, worker):
    tomorrow = in_days(1).date()
    record_activity(enquiry=enquiry, kind="conversation", by=worker, next_by="them", until=tomorrow)
    assert queue("household") == [enquiry] and queue("hub") == [] and enquiry.is_their_turn
    Enquiry.objects.update(due_at=in_days(-1))
    assert queue("household") == [] and queue("hub") == [enquiry]
    assert not Enquiry.objects.get().is_their_turn


def test_what_we_promised_waits_on_us(enquiry, worker):
    record_activity(enquiry=enquiry, kind="conversation", by=worker, next_by="us")
    assert queue("hub") == [enquiry] and queue("household") == []


def test_whoever_was_asked_for_the_form_does_it_next_until_we_speak_again(enquiry, worker):
    record_activity(enquiry=enquiry, kind="eoi_invited", by=worker)
    assert enquiry.turn == "household"
    record_activity(enquiry=enquiry, kind="conversation", by=worker)
    assert enquiry.turn == "hub"


def test_who_writes_to_us_waits_on_us_whatever_they_promised(enquiry, worker):
    record_activity(enquiry=enquiry, kind="conversation", by=worker, next_by="them")
    record_activity(enquiry=enquiry, kind="message_received", by=None, recorder="enquirer")
    assert enquiry.turn == "hub" and enquiry.clock == "answer"
