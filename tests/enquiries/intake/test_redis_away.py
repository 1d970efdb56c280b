"""An enquiry is taken in while Redis is down; the acknowledgement follows when it is back."""

import threading
import time

import pytest
from django.urls import reverse

from enquiries.models import Enquiry
from hub.health import readiness
from hub.messages.services import send_due_messages
from hub.models import Message
from hub.tasks import send_message

from .conftest import Visitor


@pytest.mark.django_db(transaction=True)
def test_an_enquiry_is_taken_in_while_redis_is_down(client, directory, broker_away, mailoutbox):
    assert readiness()["broker"] != "ok"  # it is away indeed
    visitor = Visitor(client).fill()
    began = time.monotonic()
    assert visitor.send().url == reverse("enquire_sent")
    assert time.monotonic() - began < 3

    enquiry = Enquiry.objects.get()
    assert enquiry.reference in client.get(reverse("enquire_sent")).content.decode()
    assert Message.objects.get().state == Message.State.WAITING and mailoutbox == []

    assert send_due_messages() == 1
    assert [mail.to for mail in mailoutbox] == [["amina@example.org"]]
    assert enquiry.reference in mailoutbox[0].subject


def test_every_thread_hands_its_jobs_to_our_own_broker(settings):
    found = []
    thread = threading.Thread(target=lambda: found.append(send_message.app.conf.broker_url))
    thread.start()
    thread.join()
    assert found == [settings.CELERY_BROKER_URL] == [send_message.app.conf.broker_url]
