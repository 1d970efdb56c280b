"""The outbox: a message is a row first, is claimed by a conditional update, and is sent after the commit."""

import datetime

import structlog
from django.conf import settings
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from hub.messages.models import Message

log = structlog.get_logger(__name__)

# The claim lasts this long: a worker that dies while sending leaves the message to the next sweep.
CLAIM = datetime.timedelta(minutes=5)
RETRIES_AFTER = [datetime.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720)]


def queue_message(
    *, template: str, to: str, context: dict, reference: str, key: str, by=None, subject_prefix: str = ""
) -> Message | None:
    """Put one email in the outbox, within the caller's transaction; the same key twice is one message.

    `template` names `templates/messages/<template>.txt`, whose first line is the subject. Returns None where the
    address is empty. The subject holds no personal data (style.md).
    """
    if not to:
        return None
    text = render_to_string(f"messages/{template}.txt", {**context, "base_url": settings.BASE_URL})
    subject, _, body = text.strip().partition("\n")
    message, created = Message.objects.get_or_create(
        idempotency_key=key,
        defaults={
            "template": template,
            "to": to,
            "subject": f"{subject_prefix}{subject}".strip()[:200],
            "body": body.strip() + "\n",
            "reference": reference,
            "created_by": by,
        },
    )
    if created:
        transaction.on_commit(lambda: _tell_worker(message.pk), robust=True)
    return message


def _tell_worker(message_id: int) -> None:
    from hub.tasks import send_message

    tell(send_message, message_id)


def tell(task, *args) -> None:
    """Hand a job to the worker; when the broker is away, leave it to the sweep."""
    from kombu.exceptions import OperationalError

    try:
        task.apply_async(args, retry=False)
    except (OperationalError, ConnectionError, OSError):
        log.warning("broker_away", task=task.name)


def send_message_now(message_id: int, *, now: datetime.datetime | None = None) -> bool:
    """Send one waiting message; safe to call twice or from two workers: only one claims it. True when it was sent."""
    now = now or timezone.now()
    claimed = Message.objects.due(now).filter(pk=message_id).update(attempts=F("attempts") + 1, next_try_at=now + CLAIM)
    if not claimed:
        return False
    message = Message.objects.get(pk=message_id)
    try:
        EmailMessage(message.subject, message.body, settings.DEFAULT_FROM_EMAIL, [message.to]).send()
    except OSError as fault:  # smtplib's and socket's errors are OSErrors
        _note_failure(message, fault, now)
        return False
    Message.objects.filter(pk=message_id).update(state=Message.State.SENT, sent_at=timezone.now(), last_fault="")
    log.info("message_sent", message=message_id, template=message.template)
    return True


def _note_failure(message: Message, fault: Exception, now: datetime.datetime) -> None:
    fault_name = type(fault).__name__  # the text of a mail server's answer may hold the address
    if message.attempts > len(RETRIES_AFTER):
        Message.objects.filter(pk=message.pk).update(state=Message.State.FAILED, last_fault=fault_name)
    else:
        Message.objects.filter(pk=message.pk).update(
            next_try_at=now + RETRIES_AFTER[message.attempts - 1], last_fault=fault_name
        )
    log.warning("message_not_sent", message=message.pk, attempts=message.attempts, fault=fault_name)


def send_due_messages(*, limit: int = 500) -> int:
    """Send what is waiting and due: the sweep that finds what nobody told the worker. Returns how many were sent."""
    due = Message.objects.due(timezone.now()).order_by("next_try_at").values_list("pk", flat=True)[:limit]
    return sum(send_message_now(pk) for pk in list(due))
