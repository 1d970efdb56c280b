"""What GOV.UK Notify tells us afterwards of a message that it took."""

import structlog
from django.db import transaction
from django.db.models import DateTimeField, Value
from django.db.models.functions import Coalesce
from django.utils import timezone

from hub.messages.models import Message

log = structlog.get_logger(__name__)

_OURS = "message-"
# Notify has given up on it and does not try again (docs.notifications.service.gov.uk, "Delivery receipts").
NOT_DELIVERED = ("permanent-failure", "temporary-failure", "technical-failure")
# Faults of the address itself: nothing sent there would arrive. The others are of the moment, or of the message.
NO_EMAIL, NO_NUMBER = "Notify: this is no email address", "Notify: this is no number that takes texts"
ADDRESS_IS_DEAD = ("permanent-failure", "SMTPRecipientsRefused", "Returned", NO_EMAIL, NO_NUMBER)


def notify_reference(message: Message) -> str:
    """What a message is called towards Notify: by number, without personal data."""
    return f"{_OURS}{message.pk}"


@transaction.atomic
def note_delivery(*, reference: str, status: str, provider_id: str = "") -> bool:
    """Note what became of a message: delivered, or failed, so that staff see it. It moves forward only: told twice,
    late or in another order, what is known already stays. True where that changed it.

    What is no message of ours changes nothing. A receipt may come before we have noted that the message was taken.
    """
    number = reference.removeprefix(_OURS)
    if number == reference or not number.isdecimal() or len(number) > 18:
        return False
    on_its_way = Message.objects.filter(pk=int(number), state__in=[Message.State.WAITING, Message.State.SENT])
    # One that no worker has begun with cannot have arrived anywhere: somebody makes it up.
    on_its_way = on_its_way.filter(attempts__gt=0)
    now, told = timezone.now(), {"provider_id": provider_id} if provider_id else {}
    if status == "delivered":
        sent = Coalesce("sent_at", Value(now), output_field=DateTimeField())
        return bool(
            on_its_way.update(
                state=Message.State.DELIVERED, sent_at=sent, delivered_at=now, last_fault="", seed="", **told
            )
        )
    if status not in NOT_DELIVERED:
        return False
    failed = on_its_way.update(
        state=Message.State.FAILED, sent_at=None, failed_at=now, last_fault=status, seed="", **told
    )
    if failed:
        log.warning("message_failed", message=int(number), fault=status)
    return bool(failed)
