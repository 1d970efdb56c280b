"""A message is a row first; it is sent once, whoever asks and whatever dies."""

import datetime
import threading
from smtplib import (
    SMTPAuthenticationError,
    SMTPDataError,
    SMTPRecipientsRefused,
    SMTPSenderRefused,
    SMTPServerDisconnected,
)

import pytest
import structlog
import time_machine
from django.core import mail
from django.core.mail import EmailMessage
from django.db import connection, transaction
from django.utils import timezone

from hub import sweep
from hub.messages import services
from hub.messages.services import (
    cancel_messages_to_household,
    queue_message,
    send_due_messages,
    send_message_now,
)
from hub.models import Heartbeat, Message
from hub.sweep import alone


def a_message(key="key-1", **changes) -> Message:
    fields = {"template": "acknowledgement", "to": "amina@example.org", "subject": "Thank you", "body": "Hello"}
    return Message.objects.create(idempotency_key=key, **{**fields, **changes})


@pytest.mark.django_db
def test_a_waiting_message_is_sent_once():
    message = a_message()
    assert send_message_now(message.pk) is True
    assert send_message_now(message.pk) is False
    assert len(mail.outbox) == 1
    message.refresh_from_db()
    assert message.state == Message.State.SENT
    assert message.sent_at is not None


@pytest.mark.django_db
def test_the_same_key_is_the_same_message(make_enquiry):
    enquiry = make_enquiry()
    assert Message.objects.about(enquiry.reference).count() == 1
    context = {"enquiry": enquiry, "hub": None, "ring_by": timezone.now()}
    for _ in range(2):
        queue_message(template="acknowledgement", to="a@example.org", context=context, reference="X", key="same")
    assert Message.objects.filter(idempotency_key="same").count() == 1


@pytest.mark.django_db
def test_no_address_no_message():
    assert queue_message(template="acknowledgement", to="", context={}, reference="X", key="none") is None


@pytest.mark.django_db
def test_a_mail_server_that_is_away_is_tried_again_later_and_others_still_go(monkeypatch):
    first, second = a_message("1"), a_message("2", to="tom@example.org")
    send = EmailMessage.send

    def refuse_the_first(self, *args, **kwargs):
        if self.to == ["amina@example.org"]:
            raise ConnectionRefusedError("amina@example.org refused")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse_the_first)
    assert send_due_messages() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.state == Message.State.SENT
    assert first.state == Message.State.WAITING
    assert first.next_try_at > timezone.now()
    assert first.last_fault == "ConnectionRefusedError"  # never the text, which may hold an address


def failing(monkeypatch, fault: Exception, to: str = "amina@example.org") -> None:
    """Sending to this address raises the fault; to others it works."""
    send = EmailMessage.send

    def refuse(self, *args, **kwargs):
        if self.to == [to]:
            raise fault
        return send(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", refuse)


@pytest.mark.parametrize(
    "fault",
    [
        SMTPRecipientsRefused({"amina@example.org": (550, b"amina@example.org unknown")}),
        SMTPDataError(554, b"amina@example.org refused"),
    ],
)
@pytest.mark.django_db
def test_a_refusal_for_good_is_failed_at_once(monkeypatch, fault):
    message = a_message()
    failing(monkeypatch, fault)
    assert send_message_now(message.pk) is False
    message.refresh_from_db()
    assert (message.state, message.attempts) == (Message.State.FAILED, 1)
    assert message.failed_at is not None
    assert message.last_fault == type(fault).__name__


@pytest.mark.parametrize(
    "fault",
    [
        TimeoutError(),
        ConnectionRefusedError(),
        SMTPServerDisconnected(),
        SMTPAuthenticationError(535, b"wrong password"),
        SMTPRecipientsRefused({"amina@example.org": (451, b"greylisted")}),
        SMTPSenderRefused(550, b"not you", "hub@example.org"),
    ],
)
@pytest.mark.django_db
def test_a_fault_that_passes_never_gives_up(monkeypatch, fault):
    message = a_message(attempts=200)
    failing(monkeypatch, fault)
    now = timezone.now()
    assert send_message_now(message.pk, now=now) is False
    message.refresh_from_db()
    assert message.state == Message.State.WAITING
    assert message.next_try_at == now + datetime.timedelta(days=1)


@pytest.mark.django_db
def test_a_message_that_breaks_the_sending_stops_no_other_and_is_counted(monkeypatch):
    broken, good = a_message("1"), a_message("2", to="tom@example.org")
    failing(monkeypatch, ValueError("Invalid address amina@example.org"))
    # `structlog.testing.capture_logs` hears nothing of a logger that an earlier test used.
    heard = structlog.testing.LogCapture()
    monkeypatch.setattr(services, "log", structlog.wrap_logger(None, processors=[heard]))
    assert send_due_messages() == 1
    broken.refresh_from_db()
    good.refresh_from_db()
    assert (broken.state, good.state) == (Message.State.WAITING, Message.State.SENT)
    noted = next(line for line in heard.entries if line["event"] == "message_not_sent")
    assert (noted["message"], noted["fault"]) == (broken.pk, "ValueError")
    assert "amina" not in str(heard.entries)


@pytest.mark.django_db
def test_a_message_that_breaks_the_sending_every_time_is_failed_not_dropped(monkeypatch):
    message = a_message(attempts=len(services.RETRIES_AFTER))
    failing(monkeypatch, ValueError())
    assert send_message_now(message.pk) is False
    message.refresh_from_db()
    assert message.state == Message.State.FAILED


@pytest.mark.django_db
def test_what_is_called_back_goes_to_the_household_alone_and_is_not_sent():
    theirs = a_message("1", reference="HKTR-4829", to_household=True)
    a_message("2", reference="HKTR-4829", to="council@example.org")
    a_message("3", reference="XXXX-2222", to_household=True, to="tom@example.org")
    assert cancel_messages_to_household("HKTR-4829") == 1
    assert send_due_messages() == 2
    assert {to for email in mail.outbox for to in email.to} == {"council@example.org", "tom@example.org"}
    theirs.refresh_from_db()
    assert theirs.state == Message.State.CANCELLED
    assert cancel_messages_to_household("HKTR-4829") == 0


@pytest.mark.django_db
def test_what_is_called_back_while_a_worker_fails_at_it_stays_called_back(monkeypatch):
    message = a_message(reference="HKTR-4829", to_household=True)

    def called_back(self, *args, **kwargs):
        cancel_messages_to_household("HKTR-4829")
        raise TimeoutError

    monkeypatch.setattr(EmailMessage, "send", called_back)
    assert send_message_now(message.pk) is False
    message.refresh_from_db()
    assert message.state == Message.State.CANCELLED


@pytest.mark.django_db(transaction=True)
def test_one_sweep_at_a_time():
    a_message()
    taken, go_on = threading.Event(), threading.Event()

    def other_beat():
        try:
            with alone("send_due_messages") as ours:
                assert ours
                taken.set()
                assert go_on.wait(10)
        finally:
            connection.close()

    other = threading.Thread(target=other_beat)
    other.start()
    assert taken.wait(10)
    assert send_due_messages() == 0
    go_on.set()
    other.join(10)
    assert send_due_messages() == 1
    assert Heartbeat.objects.filter(job="send_due_messages").exists()


@pytest.mark.django_db
def test_a_sweep_ends_within_its_time(monkeypatch):
    for number in range(3):
        a_message(str(number))
    send = EmailMessage.send
    with time_machine.travel("2026-11-20 10:00", tick=False) as clock:
        Message.objects.update(next_try_at=timezone.now())

        def slow(self, *args, **kwargs):
            clock.shift(sweep.LASTS + datetime.timedelta(seconds=1))
            return send(self, *args, **kwargs)

        monkeypatch.setattr(EmailMessage, "send", slow)
        assert send_due_messages() == 1
        assert send_due_messages() == 1  # the next one goes on


@pytest.mark.django_db
def test_a_worker_that_died_while_sending_leaves_it_to_the_next_sweep():
    message = a_message()
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(attempts=1, next_try_at=now + services.CLAIM)
    assert send_message_now(message.pk, now=now) is False
    later = now + services.CLAIM + datetime.timedelta(seconds=1)
    assert send_message_now(message.pk, now=later) is True


@pytest.mark.django_db(transaction=True)
def test_two_workers_at_once_send_one_email(monkeypatch):
    message = a_message()
    sending, go_on = threading.Event(), threading.Event()
    send = EmailMessage.send

    def hold(self, *args, **kwargs):
        sending.set()
        assert go_on.wait(10)
        return send(self, *args, **kwargs)

    monkeypatch.setattr(EmailMessage, "send", hold)

    def first_worker():
        try:
            send_message_now(message.pk)
        finally:
            connection.close()

    worker = threading.Thread(target=first_worker)
    worker.start()
    assert sending.wait(10)
    assert send_message_now(message.pk) is False  # the first holds it
    go_on.set()
    worker.join(10)
    assert len(mail.outbox) == 1


@pytest.mark.django_db(transaction=True)
def test_the_worker_is_told_after_the_commit_and_a_broker_that_is_away_stops_nothing(monkeypatch):
    from kombu.exceptions import OperationalError

    from hub.tasks import send_message

    asked = []

    def away(args, **kwargs):
        asked.append(args)
        raise OperationalError("broker away")

    monkeypatch.setattr(send_message, "apply_async", away)
    monkeypatch.setattr(services, "_told_at", float("-inf"))
    with transaction.atomic():
        context = {"enquiry": None, "hub": None, "ring_by": timezone.now()}
        message = queue_message(template="acknowledgement", to="a@example.org", context=context, reference="X", key="k")
        assert asked == []
    assert asked == [(message.pk,)]
    assert send_due_messages() == 1


@pytest.mark.django_db(transaction=True)
def test_of_many_at_once_the_worker_is_told_once_and_the_sweep_sends_them_all(monkeypatch):
    from hub.tasks import send_message

    asked = []
    monkeypatch.setattr(send_message, "apply_async", lambda args, **kwargs: asked.append(args))
    monkeypatch.setattr(services, "_told_at", float("-inf"))
    monkeypatch.setattr(services, "A_BURST", 3600)
    context = {"enquiry": None, "hub": None, "ring_by": timezone.now()}
    for key in "abc":
        queue_message(template="acknowledgement", to=f"{key}@example.org", context=context, reference="X", key=key)
    assert len(asked) == 1
    assert send_due_messages() == 3
