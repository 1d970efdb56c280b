"""Messages by GOV.UK Notify: the real client, a real server on loopback that speaks Notify's protocol."""

import datetime
import io

import pytest
from django.core import mail
from django.utils import timezone
from pypdf import PdfReader

from hub.messages import services
from hub.messages.delivery import notify_reference
from hub.messages.services import send_due_messages, send_message_now
from hub.models import Message
from tests.notify_server import API_KEY, EMAIL_TEMPLATE, SECRET, SERVICE, SMS_TEMPLATE, NotifyServer

TOKEN = "agreed-with-notify-in-settings"
pytestmark = pytest.mark.django_db


@pytest.fixture
def notify(settings):
    server = NotifyServer()
    server.start()
    settings.NOTIFY_URL, settings.NOTIFY_API_KEY = server.url, API_KEY
    settings.NOTIFY_EMAIL_TEMPLATE_ID, settings.NOTIFY_SMS_TEMPLATE_ID = EMAIL_TEMPLATE, SMS_TEMPLATE
    settings.NOTIFY_LETTERS, settings.NOTIFY_CALLBACK_TOKENS = True, [TOKEN]
    yield server
    server.stop()


def a_message(key="key-1", **changes) -> Message:
    fields = {
        "template": "closing",
        "to": "amina@example.org",
        "subject": "Thank you",
        "body": "Hello",
        "reference": "X",
    }
    return Message.objects.create(idempotency_key=key, **{**fields, "reference": "X", **changes})


def a_text(key="key-1", **changes) -> Message:
    return a_message(key, **{"channel": "text", "to": "+447700900123", "subject": "", **changes})


def later(message: Message) -> datetime.datetime:
    return Message.objects.get(pk=message.pk).next_try_at + datetime.timedelta(seconds=1)


def test_an_email_a_text_and_a_letter_go_with_our_reference(notify, hub):
    email, text = a_message("1"), a_text("2", body="We’ll ring – soon…")
    letter = a_message("3", channel="letter", to="Amina Khalid\n1 Amber Street\nGateshead\nNE8 1AA")
    assert send_due_messages() == 3
    by_type = {one["type"]: one for one in notify.taken}
    assert by_type["email"]["personalisation"] == {"subject": "Thank you", "body": "Hello"}
    assert by_type["sms"]["personalisation"] == {"body": "We'll ring - soon..."}  # one part, not two
    printed = PdfReader(io.BytesIO(by_type["letter"]["pdf"])).pages[0].extract_text()
    assert "1 Amber Street" in printed and "Thank you" in printed
    for message, kind in ((email, "email"), (text, "sms"), (letter, "letter")):
        message.refresh_from_db()
        assert by_type[kind]["reference"] == notify_reference(message)
        assert (message.state, message.provider_id) == ("sent", by_type[kind]["id"])
    assert mail.outbox == []


def test_only_what_is_set_goes_that_way(notify, settings):
    settings.NOTIFY_EMAIL_TEMPLATE_ID = ""
    send_message_now(a_message().pk)
    assert len(mail.outbox) == 1 and notify.taken == []


def test_the_address_stands_in_the_window_of_the_envelope(notify, hub):
    lines = ["Amina Khalid", "Flat 7", "The Old Bakery", "1 Amber Street", "Low Fell", "Gateshead", "NE8 1AA"]
    send_message_now(a_message(channel="letter", to="\n".join(lines), body="One line.\n\n" * 60).pk)
    reader = PdfReader(io.BytesIO(notify.taken[0]["pdf"]))
    where = []

    def note(text, cm, tm, _font, _size):
        x, y = (tm[4] * cm[0] + cm[4]) / 72 * 25.4, 297 - (tm[5] * cm[3] + cm[5]) / 72 * 25.4
        if text.strip():
            where.append((text.strip(), x, y))

    reader.pages[0].extract_text(visitor_text=note)
    window = [(text, x, y) for text, x, y in where if 40 <= y <= 66.3 and x < 120]
    assert [text for text, _x, _y in window] == lines
    assert all(abs(x - 24.6) < 1 for _text, x, _y in window)
    assert [text for text, x, y in where if 66.3 < y < 95 and x < 120] == []  # and nothing beneath it
    assert len(reader.pages) > 1 and "page 2 of" in reader.pages[1].extract_text()


@pytest.mark.parametrize("status", [429, 500, 503])
def test_what_passes_is_tried_again_later(notify, status):
    message = a_message()
    notify.answers = [(status, "RateLimitError", "Exceeded rate limit")]
    now = timezone.now()
    assert send_message_now(message.pk, now=now) is False
    message.refresh_from_db()
    assert (message.state, message.next_try_at) == ("waiting", now + services.RETRIES_AFTER[0])
    assert str(status) in message.last_fault
    assert send_message_now(message.pk, now=later(message)) and len(notify.taken) == 1


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"to": "amina.example.org"}, "Notify: this is no email address"),
        ({"channel": "text", "to": "+44770090012x"}, "Notify refused it (400)"),
        ({"channel": "text", "to": "+447700900123", "body": "x" * 919}, "Notify: the message is too long"),
    ],
)
def test_what_is_wrong_with_the_message_itself_fails_with_a_sentence(notify, changes, said):
    message = a_message(**changes)
    send_message_now(message.pk)
    message.refresh_from_db()
    assert (message.state, message.last_fault) == ("failed", said)
    assert message.to not in message.last_fault and Message.objects.failed().count() == 1


def test_a_template_that_is_not_there_is_named(notify, settings):
    settings.NOTIFY_EMAIL_TEMPLATE_ID = SMS_TEMPLATE.replace("0a", "ff")
    message = a_message()
    send_message_now(message.pk)
    message.refresh_from_db()
    assert message.last_fault == "Notify: it has no template with the number in the settings"


def test_a_wrong_key_loses_nothing(notify, settings):
    settings.NOTIFY_API_KEY = f"hub-{SERVICE}-{SECRET[::-1]}"
    message = a_message()
    send_message_now(message.pk)
    message.refresh_from_db()
    assert (message.state, message.last_fault) == ("waiting", "Notify refuses our key (403)")
    settings.NOTIFY_API_KEY = API_KEY
    assert send_message_now(message.pk, now=later(message))


def test_nobody_at_the_other_end(notify, settings):
    settings.NOTIFY_URL = "http://127.0.0.1:1"
    message = a_message()
    send_message_now(message.pk)
    message.refresh_from_db()
    assert (message.state, message.last_fault) == ("waiting", "Notify does not answer (503)")


def test_what_notify_took_although_we_never_heard_is_not_sent_twice(notify):
    message = a_text()
    notify.hangs_up = True
    assert send_message_now(message.pk) is False
    notify.hangs_up = False
    assert send_message_now(message.pk, now=later(message))
    message.refresh_from_db()
    assert len(notify.taken) == 1 and notify.asked == [notify_reference(message)]
    assert (message.state, message.provider_id) == ("sent", notify.taken[0]["id"])


def test_a_worker_that_died_before_sending_leaves_it_to_the_next(notify):
    message = a_text()
    now = timezone.now()
    Message.objects.filter(pk=message.pk).update(attempts=1, next_try_at=now + services.CLAIM)
    assert send_message_now(message.pk, now=now) is False
    assert send_message_now(message.pk, now=now + services.CLAIM) and len(notify.taken) == 1


def test_receipts_move_it_forward_only_told_in_any_order_and_twice(notify, client):
    message = a_text()
    send_message_now(message.pk)
    (taken,) = notify.taken
    for status, state in [("sending", "sent"), ("delivered", "delivered"), ("delivered", "delivered"),
                          ("permanent-failure", "delivered"), ("sending", "delivered")]:  # fmt: skip
        assert notify.deliver(client, taken, status, token=TOKEN).status_code == 204
        assert Message.objects.get().state == state
    assert Message.objects.get().delivered_at


@pytest.mark.parametrize("status", ["permanent-failure", "temporary-failure"])
def test_what_did_not_arrive_has_failed_and_stays_so(notify, client, status):
    send_message_now(a_text().pk)
    for told in (status, "delivered"):
        assert notify.deliver(client, notify.taken[0], told, token=TOKEN).status_code == 204
    message = Message.objects.failed().get()
    assert (message.last_fault, message.sent_at) == (status, None)


def test_a_receipt_that_overtakes_us_is_kept(notify, client, monkeypatch):
    """Notify tells that it is delivered while the worker has not yet noted that it was taken."""
    from hub.messages.ways.notify import Notify

    message, send = a_text(), Notify.send

    def overtaken(self, message, body):
        number = send(self, message, body)
        notify.deliver(client, notify.taken[0], "delivered", token=TOKEN)
        return number

    monkeypatch.setattr(Notify, "send", overtaken)
    assert send_message_now(message.pk)
    message.refresh_from_db()
    assert (message.state, message.provider_id) == ("delivered", notify.taken[0]["id"]) and message.sent_at


def test_nobody_may_make_receipts_up(notify, client):
    message = a_text()
    assert notify.deliver(client, {"id": "1", "reference": notify_reference(message), "to": "", "type": "sms",
                                   "template_id": ""}, "delivered", token="guessed").status_code == 401  # fmt: skip
    made_up = {"id": "1", "reference": notify_reference(message), "to": "", "type": "sms", "template_id": ""}
    assert notify.deliver(client, made_up, "delivered", token=TOKEN).status_code == 204
    message.refresh_from_db()
    assert message.state == "waiting"  # no worker has sent it yet
    unknown = {**made_up, "reference": "message-999999"}
    assert notify.deliver(client, unknown, "delivered", token=TOKEN).status_code == 204


@pytest.mark.parametrize(
    ("before", "after"), [("delivered", "sent"), ("failed", "waiting"), ("sent", "waiting"), ("failed", "sent")]
)
def test_the_database_lets_no_state_go_back(before, after):
    from django.db import DatabaseError, transaction

    times = {"waiting": {}, "sent": {"sent_at": timezone.now()}, "failed": {"failed_at": timezone.now()}}
    times["delivered"] = {**times["sent"], "delivered_at": timezone.now()}
    none = dict.fromkeys(("sent_at", "failed_at", "delivered_at"))
    message = a_message(state=before, **times[before])
    with pytest.raises(DatabaseError, match="Invalid transition"), transaction.atomic():
        Message.objects.filter(pk=message.pk).update(state=after, **{**none, **times[after]})


def test_without_notify_a_text_waits_and_nothing_breaks(settings):
    message = a_text()
    assert send_due_messages() == 0 and send_message_now(message.pk) is False
    message.refresh_from_db()
    assert (message.state, message.attempts) == ("waiting", 0)


def test_what_waits_for_staff_makes_nothing_unready(settings):
    from hub.health import _outbox, beat

    beat("send_due_messages")
    long_ago = timezone.now() - datetime.timedelta(days=3)
    a_message("1", channel="letter", to="Amina\nNE8 1AA", next_try_at=long_ago)
    assert _outbox() == "ok"
    a_message("2", next_try_at=long_ago)
    assert "nobody has tried" in _outbox()
