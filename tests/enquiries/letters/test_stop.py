"""A reply that says stop, by the door that texts come in by: nobody is written to after it."""

import datetime

import pytest
from django.utils import timezone

from enquiries.inbox.texts import receive_text
from enquiries.letters.nudges import plan_nudge, send_nudge_now
from enquiries.letters.services import send_template
from enquiries.models import Applicant, Enquiry, InboundMessage, Task
from enquiries.reach import may_reach
from enquiries.services import record_activity
from hub.models import Message


@pytest.fixture
def texts():
    def send(text: str, number: str = "447700900123", key: str = "1") -> InboundMessage:
        return receive_text(notify_id=key, number=number, text=text, at=timezone.now())

    return send


def test_stop_stands_on_the_timeline_and_stops_every_message(enquiry, texts, worker):
    at = timezone.now() + datetime.timedelta(days=400)
    nudge = plan_nudge(enquiry=enquiry, kind="reminder", at=at, template="gentle_reminder", key="k")
    assert may_reach(enquiry, "text")
    send_template(enquiry=enquiry, template="tried_to_ring_letter", by=worker)
    assert texts("STOP").enquiry == enquiry
    assert not Message.objects.waiting().exists() and not Task.objects.open().exists()  # nobody posts the letter
    enquiry = Enquiry.objects.get(pk=enquiry.pk)
    assert enquiry.facts.get(kind="message_received").outcome == "stop"
    for channel in ("text", "email", "letter", "phone"):
        assert "asked us to stop" in may_reach(enquiry, channel).why
    assert not send_nudge_now(nudge.pk, now=at)
    nudge.refresh_from_db()
    assert nudge.why == "Since it was planned: They wrote to us: they ask us to stop, text message."


def test_whoever_is_with_us_no_longer_is_heard_too_and_nobody_has_to_act(enquiry, texts, worker):
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
    kept = texts("Please stop texting me")
    closed = Enquiry.objects.get(pk=enquiry.pk)
    assert (kept.state, kept.enquiry, closed.stage, closed.due_at) == ("filed", enquiry, "closed", None)
    assert "asked us to stop" in may_reach(closed, "text", "keep_in_touch").why
    assert Enquiry.objects.count() == 1


def test_of_nobody_we_know_it_waits_in_the_inbox(enquiry, texts):
    kept = texts("STOP", number="447700900999")
    assert (kept.state, kept.enquiry) == ("set_aside", None) and "no enquiry is theirs" in kept.why


def test_an_unknown_number_that_asks_is_a_new_enquiry(enquiry, texts):
    kept = texts("Hello, could I foster?", number="447700900999")
    assert kept.enquiry != enquiry and Applicant.objects.filter(phone="+447700900999", enquiry=kept.enquiry).exists()


def test_whoever_writes_again_may_be_answered(enquiry, texts):
    texts("STOP")
    texts("Sorry, I meant the newsletter. When is the visit?", key="2")
    assert may_reach(Enquiry.objects.get(pk=enquiry.pk), "text")
