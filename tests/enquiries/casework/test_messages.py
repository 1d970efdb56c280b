"""Messages as casework meets them: not sent against people's wish, and seen by somebody when they do not arrive."""

import datetime
import smtplib

import pytest
from django.core import mail
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from enquiries.casework.queues import QUEUES, Viewer, count_queues
from enquiries.casework.services import change_safe_contact
from enquiries.models import Enquiry
from enquiries.reach import may_reach
from enquiries.services import record_activity
from hub.messages.services import send_due_messages
from hub.models import Message


@pytest.fixture
def undelivered(make_enquiry, monkeypatch):
    """An enquiry whose acknowledgement the mail server refused for good."""

    def refuse(self, *args, **kwargs):
        raise smtplib.SMTPRecipientsRefused({self.to[0]: (550, b"unknown")})

    enquiry = make_enquiry("new")
    with monkeypatch.context() as patch:
        patch.setattr(EmailMessage, "send", refuse)
        send_due_messages()
    return enquiry


def in_the_queue():
    return list(Enquiry.objects.undelivered())


def test_do_not_email_before_it_is_queued(make_enquiry):
    enquiry = make_enquiry("new", safe_contact={"by_email": False})
    assert not may_reach(enquiry, "email") and may_reach(enquiry, "phone")
    assert not Message.objects.exists()
    assert not enquiry.activities.filter(kind="message_sent").exists()


def test_do_not_email_after_it_was_queued(make_enquiry, worker):
    enquiry = make_enquiry("new")
    other = make_enquiry("new")
    change_safe_contact(enquiry=enquiry, by=worker, by_email=False)
    send_due_messages()
    assert [email.to for email in mail.outbox] == [[other.applicants.first().email]]
    message = Message.objects.about(enquiry.reference).get()
    assert message.get_state_display() == "Not sent: they asked us not to email"


def test_another_change_of_safe_contact_stops_no_message(make_enquiry, worker):
    enquiry = make_enquiry("new")
    change_safe_contact(enquiry=enquiry, by=worker, leave_message=False)
    assert send_due_messages() == 1


def test_what_goes_to_the_council_goes(make_enquiry, worker):
    enquiry = make_enquiry("new")
    Message.objects.create(
        template="referral_waiting", to="council@example.org", subject="s", body="b", reference=enquiry.reference,
        idempotency_key="k",
    )  # fmt: skip
    change_safe_contact(enquiry=enquiry, by=worker, by_email=False)
    assert send_due_messages() == 1
    assert mail.outbox[0].to == ["council@example.org"]


def test_the_timeline_says_that_it_waits_and_not_that_it_was_sent(make_enquiry):
    enquiry = make_enquiry("new")
    assert "put in the outbox" in enquiry.activities.get(kind="message_sent").note


def test_what_was_not_delivered_is_on_today_until_somebody_sees_to_it(undelivered, make_enquiry, sign_in, worker):
    make_enquiry("new")
    page = sign_in(worker).get(reverse("today"), {"queue": "undelivered"})
    assert [row.enquiry for row in page.context["work"].rows] == [undelivered]
    item = next(item for group in page.context["work"].groups for item in group["items"] if item["active"])
    assert (item["text"], item["count"], bool(item["late"])) == ("Messages not delivered", "1", True)
    assert undelivered.reference in page.content.decode()
    record_activity(enquiry=undelivered, kind="note", by=worker, note="Wrong address; rang them instead.")
    assert in_the_queue() == []


def test_what_was_recorded_before_it_failed_settles_nothing(make_enquiry, worker, undelivered):
    Message.objects.update(failed_at=timezone.now() + datetime.timedelta(minutes=1))
    record_activity(enquiry=undelivered, kind="note", by=worker, note="Looked at it.")
    assert in_the_queue() == [undelivered]


def test_closed_enquiries_ask_nobody_for_anything(undelivered, worker):
    Enquiry.objects.filter(pk=undelivered.pk).update(stage="closed", closed_on="2026-01-01", closed_reason="timing")
    assert in_the_queue() == []


def test_it_is_counted_in_the_same_query(undelivered, worker, django_assert_num_queries):
    with django_assert_num_queries(1):
        assert (
            count_queues(Enquiry.objects.all(), Viewer(worker, timezone.now(), timezone.now()), QUEUES)["undelivered"]
            == 1
        )


def test_the_messages_warn_of_it(undelivered, sign_in, worker):
    page = sign_in(worker).get(reverse("enquiry_messages", args=[undelivered.reference])).content.decode()
    assert "Not delivered" in page and "Reach them in another way" in page


def test_the_messages_warn_of_nothing_else(make_enquiry, sign_in, worker):
    page = sign_in(worker).get(reverse("enquiry_messages", args=[make_enquiry("new").reference])).content.decode()
    assert "Waiting to be sent" in page and "Not delivered" not in page
