"""What people came to us with, beside the clock of the stage: what answers it, and what it must not hide."""

import datetime

import pytest
import time_machine

from enquiries.callbacks.services import promise_callback
from enquiries.models import Enquiry
from enquiries.own_page.status import Standing
from enquiries.services import record_activity
from hub.working_time import working_time
from tests.conftest import moment
from tests.factories import make_enquiry, someone

pytestmark = pytest.mark.django_db
MONDAY = moment("2026-11-16 10:00")


@pytest.fixture(autouse=True)
def region(directory):
    """The councils and the places of the tests."""


def test_an_evening_among_many_is_no_call(hub):
    enquiry = make_enquiry("in_touch")
    at = working_time().next_opening(enquiry.received_at + datetime.timedelta(days=3))
    promise_callback(enquiry=enquiry, at=at)
    record_activity(enquiry=enquiry, kind="event_attended", by=someone("hub_worker"))
    assert (enquiry.callback_at, enquiry.clock) == (at, "callback")
    record_activity(enquiry=enquiry, kind="conversation", by=someone("hub_worker"))
    assert (enquiry.callback_at, enquiry.clock) == (None, "follow_up")


def test_our_own_delay_is_not_the_councils_silence():
    with time_machine.travel(MONDAY) as clock:
        enquiry = make_enquiry("handed_over")
        record_activity(enquiry=enquiry, kind="message_received", by=None, recorder="enquirer", note="When?")
        clock.move_to(moment("2026-11-18 18:00"))
        now = moment("2026-11-18 18:00")
        assert enquiry.clock == "answer" and Enquiry.objects.overdue(now).exists()
        assert not Enquiry.objects.silent(now).exists()


def test_a_call_booked_for_later_does_not_hide_the_councils_silence():
    with time_machine.travel(MONDAY):
        enquiry = make_enquiry("handed_over")
        promise_callback(enquiry=enquiry, at=moment("2026-11-30 10:00"))
        assert Enquiry.objects.silent(moment("2026-11-24 10:00")).get() == enquiry
        assert enquiry.callback_at == moment("2026-11-30 10:00")
        promise_callback(enquiry=enquiry, at=moment("2026-11-17 10:00"))
        assert enquiry.clock == "callback"


def test_nobody_without_a_number_is_promised_a_call():
    enquiry = make_enquiry()
    assert enquiry.next_step == "Ring them" and "rings you" in Standing(enquiry).now_text
    enquiry.applicants.update(phone="")
    enquiry = Enquiry.objects.get(pk=enquiry.pk)
    assert enquiry.next_step == "Write to them" and "We write to you by" in Standing(enquiry).now_text
