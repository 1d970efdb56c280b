"""Messages of ours that come back: each has a name of its own, by which a mail server's report tells which it was."""

import re
from email.utils import parseaddr

from django.conf import settings
from django.utils import timezone
from django.utils.crypto import constant_time_compare, salted_hmac

from hub.messages.models import Message

_OURS = re.compile(r"hub-(\d{1,18})\.([0-9a-f]{32})@")


def message_id_of(message: Message) -> str:
    """The Message-ID under which it is sent: nobody can make up that of another."""
    domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2] or "localhost"
    return f"hub-{message.pk}.{_seal(message.pk)}@{domain}"


def message_of(message_id: str) -> Message | None:
    """The message of ours that has this Message-ID, or None."""
    found = _OURS.match(message_id)
    if found is None or not constant_time_compare(found[2], _seal(int(found[1]))):
        return None
    return Message.objects.filter(pk=int(found[1])).first()


def fail_returned_message(*, message: Message) -> bool:
    """A mail server took it and then reported that it cannot be delivered: it has failed. True when it had not yet."""
    gone = Message.objects.filter(pk=message.pk, state=Message.State.SENT)
    return bool(gone.update(state=Message.State.FAILED, sent_at=None, failed_at=timezone.now(), last_fault="Returned"))


def _seal(pk: int) -> str:
    return salted_hmac("message-id", str(pk), algorithm="sha256").hexdigest()[:32]


def sent_as(message: Message) -> dict[str, str]:
    """The headers by which mail servers name it, and by which automatic answers know to keep quiet (RFC 3834)."""
    return {"Message-ID": f"<{message_id_of(message)}>", "Auto-Submitted": "auto-generated"}
