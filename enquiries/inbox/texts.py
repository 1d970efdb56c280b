"""Text messages that reach us through GOV.UK Notify: the same rules as for email."""

import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from enquiries.inbox.filing import file_or_receive, why_not_an_enquiry
from enquiries.inbox.words import plain_words
from enquiries.models import InboundMessage
from hub.contact import normalise_phone

MAILBOX = "texts"
LONGEST = 2_000


def receive_text(*, notify_id: str, number: str, text: str, at: datetime.datetime) -> InboundMessage:
    """Take one text message in; told twice under the same id it is one.

    From the number of an open enquiry it goes on that timeline, from another it is a new enquiry. A sender that is no
    telephone number (a shop, a parcel service) cannot be answered: it is set aside, and so is "STOP" of nobody we know.
    """
    message_id = notify_id.strip()[:254]
    try:
        with transaction.atomic():
            return _known(message_id) or _take(message_id, number, text, at)
    except IntegrityError:
        # Told twice at once: the other one won.
        known = _known(message_id)
        if known is None:
            raise
        return known


def _known(message_id: str) -> InboundMessage | None:
    return InboundMessage.objects.filter(mailbox=MAILBOX, message_id=message_id).first()


def _take(message_id: str, number: str, text: str, at: datetime.datetime) -> InboundMessage:
    message = InboundMessage(
        mailbox=MAILBOX, message_id=message_id, channel="text", sent_at=at, taken_at=min(at, timezone.now()),
        body=plain_words(text, lines=True)[:LONGEST],
    )  # fmt: skip
    try:
        message.sender = normalise_phone(number)
        message.why = why_not_an_enquiry(message)
    except ValueError:
        message.sender_name, message.why = plain_words(number)[:254], "Not from a telephone number that we could answer"
    if message.why:
        message.state = InboundMessage.State.SET_ASIDE
    else:
        message.state, message.enquiry = file_or_receive(message)
    message.save(force_insert=True)
    return message
