"""A message is a row first; it is sent once, whoever asks and whatever dies."""

import datetime
import threading

import pytest
from django.core import mail
from django.db import connection, transaction
from django.utils import timezone

from hub.messages import services
from hub.messages.services import queue_message, send_due_messages, send_message_now
from hub.models import Message


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
    send = services.EmailMessage.send

    def refuse_the_first(self, *args, **kwargs):
        if self.to == ["amina@example.org"]:
            raise ConnectionRefusedError("amina@example.org refused")
        return send(self, *args, **kwargs)

    monkeypatch.setattr(services.EmailMessage, "send", refuse_the_first)
    assert send_due_messages() == 1
    first.refresh_from_db()
    second.refresh_from_db()
    assert second.state == Message.State.SENT
    assert first.state == Message.State.WAITING
    assert first.next_try_at > timezone.now()
    assert first.last_fault == "ConnectionRefusedError"  # never the text, which may hold an address


@pytest.mark.django_db
def test_after_the_last_try_it_is_failed_not_dropped(monkeypatch):
    message = a_message(attempts=len(services.RETRIES_AFTER))

    def refuse(self, *args, **kwargs):
        raise TimeoutError

    monkeypatch.setattr(services.EmailMessage, "send", refuse)
    assert send_message_now(message.pk) is False
    message.refresh_from_db()
    assert message.state == Message.State.FAILED


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
    send = services.EmailMessage.send

    def hold(self, *args, **kwargs):
        sending.set()
        assert go_on.wait(10)
        return send(self, *args, **kwargs)

    monkeypatch.setattr(services.EmailMessage, "send", hold)

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
    with transaction.atomic():
        context = {"enquiry": None, "hub": None, "ring_by": timezone.now()}
        message = queue_message(template="acknowledgement", to="a@example.org", context=context, reference="X", key="k")
        assert asked == []
    assert asked == [(message.pk,)]
    assert send_due_messages() == 1
