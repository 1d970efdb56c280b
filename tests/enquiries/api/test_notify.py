"""GOV.UK Notify tells us what became of a message, and passes texts on."""

import json
import uuid

import pytest
from django.utils import timezone

from enquiries.models import Enquiry, InboundMessage
from hub.messages.delivery import NOT_DELIVERED, notify_reference
from hub.messages.services import send_message_now
from hub.models import Message
from tests.factories import make_enquiry

from .test_enquiries import said

RECEIPTS, TEXTS = "/api/v1/notify/delivery-receipts/", "/api/v1/notify/inbound-texts/"
TOKEN = "agreed-with-notify-in-settings"


@pytest.fixture
def notify(client, settings, directory):
    settings.NOTIFY_CALLBACK_TOKENS = [TOKEN]

    def post(address, sent, token=TOKEN):
        headers = {"Authorization": f"Bearer {token}"}
        return client.post(address, json.dumps(sent), content_type="application/json", headers=headers)

    return post


@pytest.fixture
def message(directory):
    """One that was sent."""
    make_enquiry()
    message = Message.objects.get()
    assert send_message_now(message.pk)
    message.refresh_from_db()
    return message


def receipt(message, **changes) -> dict:
    return {
        "id": str(uuid.uuid4()), "reference": notify_reference(message), "to": message.to,
        "status": "permanent-failure", "created_at": "2026-11-20T09:30:00.000000Z", "completed_at": None,
        "sent_at": None,
        "notification_type": "email", "template_id": str(uuid.uuid4()), "template_version": 1, **changes,
    }  # fmt: skip


@pytest.mark.parametrize("status", NOT_DELIVERED)
def test_what_was_not_delivered_has_failed_and_staff_see_it(notify, message, status, sign_in, worker):
    assert notify(RECEIPTS, receipt(message, status=status)).status_code == 204
    message.refresh_from_db()
    assert (message.state, message.sent_at, message.last_fault) == ("failed", None, status)
    assert Enquiry.objects.undelivered().exists()


def test_told_twice_it_is_noted_once(notify, message):
    notify(RECEIPTS, receipt(message))
    failed_at = Message.objects.get().failed_at
    assert notify(RECEIPTS, receipt(message)).status_code == 204
    assert Message.objects.get().failed_at == failed_at


@pytest.mark.parametrize("status", ["sending", "something-new"])
def test_anything_else_changes_nothing(notify, message, status):
    assert notify(RECEIPTS, receipt(message, status=status)).status_code == 204
    assert Message.objects.get().state == "sent"


@pytest.mark.parametrize(
    "reference", [None, "", "invoice-7", "message-", "message-٣", "message-9999", "message-" + "9" * 40]
)
def test_a_message_that_is_not_ours(notify, message, reference):
    assert notify(RECEIPTS, receipt(message, reference=reference)).status_code == 204
    assert Message.objects.get().state == "sent"


def text(**changes) -> dict:
    return {
        "id": "t-1", "source_number": "447700900912", "destination_number": "07700900111", "message": "Yes please",
        "date_received": timezone.now().isoformat(), "service_id": str(uuid.uuid4()), **changes,
    }  # fmt: skip


def test_a_text_is_taken_in_once(notify):
    assert notify(TEXTS, text()).status_code == notify(TEXTS, text()).status_code == 204
    taken = InboundMessage.objects.get()
    assert (taken.sender, taken.body, taken.message_id) == ("+447700900912", "Yes please", "t-1")
    assert taken.enquiry == Enquiry.objects.get()


@pytest.mark.parametrize("sender", ["Parcels", "‮", "0"])
def test_a_text_from_what_is_no_number_is_set_aside(notify, sender):
    assert notify(TEXTS, text(source_number=sender)).status_code == 204
    assert InboundMessage.objects.get().state == "set_aside"


@pytest.mark.parametrize("changes", [{"message": None}, {"id": 7}, {"source_number": ""}, {"date_received": "now"}])
def test_a_text_that_is_not_as_agreed(notify, changes):
    assert said(notify(TEXTS, text(**changes)))
    assert not InboundMessage.objects.exists()


@pytest.mark.parametrize("address", [RECEIPTS, TEXTS])
class TestGuard:
    @pytest.mark.parametrize("token", ["", "wrong", TOKEN + "x", "é"])
    def test_another_token_is_401(self, notify, address, token):
        answer = notify(address, {}, token)
        assert answer.status_code == 401
        said(answer)

    def test_two_while_one_is_changed(self, notify, address, settings):
        settings.NOTIFY_CALLBACK_TOKENS = [TOKEN, "the-one-that-comes-next"]
        assert notify(address, {}, "the-one-that-comes-next").status_code == notify(address, {}).status_code == 422

    def test_not_set_up_says_what_to_set(self, notify, address, settings):
        settings.NOTIFY_CALLBACK_TOKENS = []
        answer = notify(address, {})
        assert answer.status_code == 503 and "NOTIFY_CALLBACK_TOKEN" in answer.json()["detail"]

    def test_what_is_missing_is_named(self, notify, address):
        assert "#/id" in said(notify(address, {}))
