"""Emails, text messages and letters by GOV.UK Notify.

One generic template there for emails, ((subject)) and ((body)), one for texts, ((body)); a letter is a finished PDF.
Notify does not keep apart what it is given twice: so before a second try it is asked what it has under our reference.
"""

import io
import json
import logging

from django.conf import settings
from notifications_python_client.errors import APIError
from notifications_python_client.notifications import NotificationsAPIClient

from hub.messages.delivery import NO_EMAIL, NO_NUMBER, notify_reference
from hub.messages.letter import letter_pdf
from hub.messages.models import Message
from hub.messages.texts import plain_signs
from hub.messages.ways.interface import GivenUp, NotNow

TIMEOUT = 20  # seconds
# Its own account of a fault may repeat the address.
logging.getLogger("notifications_python_client").setLevel(logging.CRITICAL)

_OUR_FAULT = frozenset({401, 403})  # a wrong key, an account in trial mode: it passes once somebody has set it right
_SENTENCES = (
    ("not a valid email", NO_EMAIL),
    ("not a valid phone", NO_NUMBER),
    ("not enough digits", NO_NUMBER),
    ("too many digits", NO_NUMBER),
    ("too long", "Notify: the message is too long"),
    ("character count greater", "Notify: the message is too long"),
    ("missing personalisation", "Notify: its template wants other placeholders than ((subject)) and ((body))"),
    ("template not found", "Notify: it has no template with the number in the settings"),
)


class Notify:
    def send(self, message: Message, body: str) -> str:
        client = NotificationsAPIClient(settings.NOTIFY_API_KEY, settings.NOTIFY_URL, timeout=TIMEOUT)
        try:
            return (message.attempts > 1 and _taken_before(client, message)) or _hand_over(client, message, body)
        except APIError as fault:
            raise _judged(fault) from fault


def _hand_over(client: NotificationsAPIClient, message: Message, body: str) -> str:
    reference = notify_reference(message)
    if message.channel == Message.Channel.LETTER:
        taken = client.send_precompiled_letter_notification(reference, io.BytesIO(letter_pdf(message)), "second")
    elif message.channel == Message.Channel.TEXT:
        taken = client.send_sms_notification(
            message.to, settings.NOTIFY_SMS_TEMPLATE_ID, {"body": plain_signs(body)}, reference
        )
    else:
        words = {"subject": message.subject, "body": body}
        taken = client.send_email_notification(message.to, settings.NOTIFY_EMAIL_TEMPLATE_ID, words, reference)
    return str(taken["id"])


def _taken_before(client: NotificationsAPIClient, message: Message) -> str:
    """Notify's number for the message, where an earlier try reached it and we never learned so; else ""."""
    known = client.get_all_notifications(reference=notify_reference(message))["notifications"]
    return str(known[0]["id"]) if known else ""


def _judged(fault: APIError) -> Exception:
    """What the fault means for the message: 400 is of its content, all else passes (429, 5xx, no answer)."""
    if fault.status_code in _OUR_FAULT:
        return NotNow(f"Notify refuses our key ({fault.status_code})")
    if fault.status_code == 429:
        return NotNow("Notify has had enough for now (429)")
    if not 400 <= fault.status_code < 500:
        return NotNow(f"Notify does not answer ({fault.status_code})")
    said = json.dumps(fault.message).lower()
    return GivenUp(
        next((ours for theirs, ours in _SENTENCES if theirs in said), f"Notify refused it ({fault.status_code})")
    )
