"""What GOV.UK Notify tells us afterwards of a message that it took."""

import structlog
from django.db import transaction
from django.utils import timezone

from hub.messages.models import Message

log = structlog.get_logger(__name__)

_OURS = "message-"
# Notify has given up on it and does not try again (docs.notifications.service.gov.uk, "Delivery receipts").
NOT_DELIVERED = ("permanent-failure", "temporary-failure", "technical-failure")


def notify_reference(message: Message) -> str:
    """What a message is called towards Notify: by number, without personal data."""
    return f"{_OURS}{message.pk}"


@transaction.atomic
def note_delivery(*, reference: str, status: str) -> bool:
    """A message that was sent and not delivered has failed, and staff see it; told twice, it is noted once.

    True where that changed it. What is no message of ours, or was delivered, changes nothing.
    """
    number = reference.removeprefix(_OURS)
    if status not in NOT_DELIVERED or number == reference or not number.isdecimal() or len(number) > 18:
        return False
    failed = Message.objects.filter(pk=int(number), state=Message.State.SENT).update(
        state=Message.State.FAILED, sent_at=None, failed_at=timezone.now(), last_fault=status
    )
    if failed:
        log.warning("message_failed", message=int(number), fault=status)
    return bool(failed)
