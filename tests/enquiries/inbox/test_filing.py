"""What becomes of a message: a timeline, an enquiry, or set aside; and of a text the same."""

import datetime

import pytest
from django.conf import settings as project
from django.core import mail
from django.db import transaction
from django.urls import reverse
from django.utils import timezone
from hypothesis import HealthCheck, given, settings

from enquiries.inbox import filing
from enquiries.inbox.mailbox import Item
from enquiries.inbox.reading import take_item
from enquiries.inbox.services import take_in_message
from enquiries.inbox.texts import receive_text
from enquiries.inbox.words import asks_to_stop
from enquiries.models import Enquiry, InboundMessage
from enquiries.services import record_activity
from hub.messages.returned import message_id_of, message_of
from hub.messages.services import send_message_now
from hub.models import Message
from tests.factories import someone

from .conftest import a_letter
from .odd_emails import emails

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _hub(directory):
    """Everything happens at a hub."""


def arrive(letter, at=None) -> InboundMessage:
    raw = letter if isinstance(letter, bytes) else letter.as_bytes()
    return take_item(Item(raw, len(raw), at or timezone.now()), mailbox="hello INBOX")


def test_from_the_address_of_an_open_enquiry_it_goes_on_that_timeline_and_the_clock_runs(make_enquiry):
    enquiry = make_enquiry("in_touch")
    email = enquiry.applicants.first().email
    message = arrive(a_letter("Could you ring on Monday?", From=f"Amina <{email.upper()}>"))
    assert (message.state, message.enquiry) == ("filed", enquiry)
    fact = enquiry.activities.get(kind="message_received")
    assert fact.channel == "email" and fact.note == "Fostering\n\nCould you ring on Monday?"
    assert fact.who == "the enquirer"
    enquiry.refresh_from_db()
    assert (enquiry.clock, enquiry.turn) == ("answer", "hub")
    assert Enquiry.objects.count() == 1


def test_while_a_council_has_them_the_hub_answers(make_enquiry, gateshead):
    enquiry = make_enquiry("with_authority")
    arrive(a_letter("Hello?", From=enquiry.applicants.first().email))
    enquiry.refresh_from_db()
    assert (enquiry.clock, enquiry.turn) == ("answer", "hub")


def test_of_several_open_enquiries_the_latest_and_of_a_merged_one_that_which_it_is_part_of(make_enquiry):
    old, new = make_enquiry(), make_enquiry()
    email = new.applicants.first().email
    old.applicants.filter(position=2).update(email=email)
    assert arrive(a_letter("One", From=email)).enquiry == new
    record_activity(enquiry=new, kind="merged", by=someone("hub_worker"), reason="duplicate", into=old)
    Enquiry.objects.filter(pk=new.pk).update(merged_into=old)
    old.applicants.filter(position=2).update(email="")
    assert arrive(a_letter("Two", From=email)).enquiry == old


def test_from_nobody_we_know_it_is_a_new_enquiry_with_what_they_wrote(make_enquiry):
    message = arrive(a_letter("I have a spare room.", From='"Khalid, Amina" <amina.new@example.org>'))
    enquiry = message.enquiry
    assert message.state == "enquiry" and enquiry.channel == "email"
    assert enquiry.message == "Fostering\n\nI have a spare room."
    person = enquiry.applicants.get()
    assert (person.first_name, person.last_name, person.email) == ("Amina", "Khalid", "amina.new@example.org")
    assert Message.objects.get(template="acknowledgement").to == "amina.new@example.org"


def test_from_somebody_whose_enquiry_is_closed_it_is_a_new_one_with_a_clock(make_enquiry):
    closed = make_enquiry("closed")
    message = arrive(a_letter("We have changed our minds.", From=closed.applicants.first().email))
    assert message.state == "enquiry" and message.enquiry != closed and message.enquiry.due_at


@pytest.mark.parametrize(
    ("shown", "names"),
    [("Amina", ("Amina", "")), ("amina@example.org", ("", "")), ("", ("", "")), ("Dr A. B. C", ("Dr", "A. B. C"))],
)
def test_a_name_as_the_mail_program_shows_it(shown, names):
    person = arrive(
        a_letter("Hi", From=f'"{shown}" <x@example.org>' if shown else "x@example.org")
    ).enquiry.applicants.get()
    assert (person.first_name, person.last_name) == names


def test_an_answer_to_our_message_from_another_address_finds_its_enquiry_and_names_the_address(make_enquiry):
    enquiry = make_enquiry()
    ours = Message.objects.get()
    answer = a_letter("Yes.", From="Tom <tom@example.org>", References=f"<{message_id_of(ours)}> <x@example.org>")
    assert arrive(answer).enquiry == enquiry
    assert enquiry.activities.get(kind="message_received").note.startswith("From tom@example.org.")


def test_a_made_up_message_id_finds_nothing(make_enquiry):
    make_enquiry()
    ours = message_id_of(Message.objects.get())
    forged = ours.replace(ours[10:20], "0" * 10)
    assert message_of(ours) and message_of(forged) is None and message_of("hub-1.zz@x") is None
    assert arrive(a_letter("Yes.", From="tom@example.org", In_Reply_To=f"<{forged}>")).state == "enquiry"


def test_what_is_sent_carries_that_message_id_and_asks_for_no_automatic_answer(make_enquiry):
    make_enquiry()
    ours = Message.objects.get()
    assert send_message_now(ours.pk)
    headers = mail.outbox[-1].message()
    assert headers["Message-ID"] == f"<{message_id_of(ours)}>" and headers["Auto-Submitted"] == "auto-generated"


@pytest.mark.parametrize("headers", [{"Auto_Submitted": "auto-replied"}, {"List_Id": "<n.example.org>"}])
def test_a_machines_letter_is_set_aside_and_nobody_is_written_to(make_enquiry, headers):
    enquiry = make_enquiry()
    sent = Message.objects.count()
    message = arrive(a_letter("I am away.", From=enquiry.applicants.first().email, **headers))
    assert message.state == "set_aside" and message.why and message.enquiry is None
    assert Enquiry.objects.count() == 1 and Message.objects.count() == sent


def test_our_own_address_and_very_old_letters_are_set_aside():
    own = arrive(a_letter("Loop", From=project.DEFAULT_FROM_EMAIL))
    old = arrive(a_letter("Old"), at=timezone.now() - datetime.timedelta(days=31))
    assert [one.state for one in (own, old)] == ["set_aside"] * 2
    assert own.why == "From our own address" and "30 days" in old.why


def bounce(message: Message, action="failed", message_id=None) -> bytes:
    message_id = message_id or message_id_of(message)
    return (
        "From: MAILER-DAEMON@mail.example.org\r\nReturn-Path: <>\r\nSubject: Undelivered\r\nMessage-ID: <b@mail>\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/report; report-type=delivery-status; boundary="b"\r\n\r\n'
        "--b\r\nContent-Type: text/plain\r\n\r\nIt did not arrive.\r\n"
        "--b\r\nContent-Type: message/delivery-status\r\n\r\nReporting-MTA: dns; mail.example.org\r\n\r\n"
        f"Final-Recipient: rfc822; a@example.org\r\nAction: {action}\r\nStatus: 5.1.1\r\n\r\n"
        f"--b\r\nContent-Type: text/rfc822-headers\r\n\r\nMessage-ID: <{message_id}>\r\nSubject: x\r\n\r\n--b--\r\n"
    ).encode()


def test_a_report_that_ours_did_not_arrive_marks_it_failed(make_enquiry):
    enquiry = make_enquiry()
    ours = Message.objects.get()
    send_message_now(ours.pk)
    report = arrive(bounce(ours))
    ours.refresh_from_db()
    assert (ours.state, ours.last_fault, ours.sent_at) == ("failed", "Returned", None)
    assert (report.state, report.enquiry) == ("filed", enquiry)
    assert not enquiry.activities.filter(kind="message_received").exists()


@pytest.mark.parametrize("change", [{"action": "delayed"}, {"message_id": "hub-1.00@example.org"}])
def test_a_report_of_a_delay_or_of_what_is_not_ours_fails_nothing(make_enquiry, change):
    make_enquiry()
    ours = Message.objects.get()
    send_message_now(ours.pk)
    assert arrive(bounce(ours, **change)).state == "set_aside"
    ours.refresh_from_db()
    assert ours.state == "sent"


def test_no_loop_with_a_program_that_answers_everything_as_a_person_would():
    """It answers every answer of ours: from the second on it goes on the timeline, and we write no more."""
    for n in range(6):
        arrive(a_letter(f"Thank you for your message no. {n}", From="robot@example.org"))
    assert Enquiry.objects.count() == 1 and Message.objects.count() == 1


# --- texts ---


def text(number, said="Please ring me", notify_id="n1", at=None):
    return receive_text(notify_id=notify_id, number=number, text=said, at=at or timezone.now())


def test_closed_between_looking_and_writing_they_are_begun_anew(make_enquiry, worker, monkeypatch):
    enquiry, look = make_enquiry("in_touch"), filing.open_enquiry_of_sender

    def look_and_somebody_closes(message):
        found = look(message)
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
        return found

    monkeypatch.setattr(filing, "open_enquiry_of_sender", look_and_somebody_closes)
    message = text("07700 900123", said="We would like to go on after all")
    assert message.state == "enquiry" and message.enquiry.clock == "first_conversation"


def test_a_text_goes_on_the_timeline_of_its_number_once(make_enquiry):
    enquiry = make_enquiry()
    for _ in range(2):
        assert text("07700 900123").enquiry == enquiry
    fact = enquiry.activities.get(kind="message_received")
    assert fact.note == "Please ring me" and fact.who == "the enquirer"


def test_a_text_from_nobody_we_know_is_an_enquiry_that_may_be_answered_by_text():
    made = text("+447700900999", said="Hi, can I foster? \x00\u202e")
    assert made.state == "enquiry"
    assert made.enquiry.message == "Hi, can I foster?" and made.enquiry.safe_contact.by_text
    assert made.enquiry.applicants.get().phone == "+447700900999"


@pytest.mark.parametrize("sender", ["EXAMPLE", "60006 is not one", "", "x" * 400])
def test_a_text_from_no_number_is_set_aside(sender):
    assert text(sender).state == "set_aside"
    assert not Enquiry.objects.exists()


def test_a_text_dated_tomorrow_came_now(make_enquiry):
    make_enquiry()
    late = text("+447700900123", at=timezone.now() + datetime.timedelta(days=2))
    assert late.taken_at <= timezone.now()


# --- whatever comes ---


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(emails())
def test_whatever_looks_like_an_email_ends_somewhere(raw):
    with transaction.atomic():
        message = arrive(raw)
        assert InboundMessage.objects.get(pk=message.pk).state in ("filed", "enquiry", "set_aside", "quarantined")
        assert arrive(raw).pk == message.pk
        transaction.set_rollback(True)


# --- "stop" ---


@pytest.mark.parametrize(
    ("said", "stops"),
    [
        ("STOP", True),
        (" Stop. ", True),
        ("Please stop texting me", True),
        ("stop all", True),
        ("UNSUBSCRIBE", True),
        ("Stop\n\nSent from my iPhone", True),
        ("opt-out", True),
        ("Remove me from your list please", True),
        ("We live by the bus stop, please ring", False),
        ("Stop by on Monday if you can, we are at home from ten and would love to talk", False),
        ("Nonstop questions! Please ring me", False),
        ("", False),
        ("stop " * 400, False),
    ],
)
def test_what_asks_us_to_stop(said, stops):
    assert asks_to_stop(said) is stops


def test_stop_is_the_first_thing_that_staff_see(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("in_touch")
    text("07700 900123", said="STOP")
    assert (
        enquiry.activities.get(kind="message_received").title == "They wrote to us: they ask us to stop, text message"
    )
    client = sign_in(worker)
    for name in ("enquiry", "enquiry_details", "log_call"):
        page = client.get(reverse(name, args=[enquiry.reference])).content.decode()
        assert "They asked us to stop on" in page and "STOP" in page, name
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    assert "They asked us to stop" not in client.get(reverse("enquiry", args=[enquiry.reference])).content.decode()


def test_stop_of_nobody_we_know_promises_no_call(make_enquiry, worker):
    by_text = text("07700 900999", said="Stop")
    by_email = arrive(a_letter("Unsubscribe", From="nobody@example.org"))
    assert [by_text.state, by_email.state] == ["set_aside", "set_aside"]
    assert "ask us to stop" in by_text.why and by_text.why == by_email.why and not Enquiry.objects.exists()
    assert take_in_message(message=by_text, by=worker).channel == "other"  # a person may know better
