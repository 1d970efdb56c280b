"""The outbox: a message is a row first, is claimed by a conditional update, and is sent after the commit."""

import datetime
import time
from collections.abc import Sequence

import structlog
from django.conf import settings
from django.db import transaction
from django.db.models import F
from django.template.loader import render_to_string
from django.utils import timezone

from hub.messages.models import Message
from hub.messages.sealed import unsealed
from hub.messages.ways.chosen import sent_by_itself, way_for
from hub.messages.ways.interface import GivenUp, NotNow
from hub.rows import insert
from hub.sweep import alone, while_time_lasts

log = structlog.get_logger(__name__)

# The claim lasts this long: a worker that dies while sending leaves the message to the next sweep.
CLAIM = datetime.timedelta(minutes=5)
# Messages of one process that follow one another more quickly than this, in seconds, come in a burst.
A_BURST = 0.2
_told_at = float("-inf")
RETRIES_AFTER = [datetime.timedelta(minutes=m) for m in (1, 5, 15, 60, 240, 720, 1440)]


def queue_message(
    *,
    template: str,
    to: str,
    context: dict,
    reference: str,
    key: str,
    by=None,
    to_household: bool = False,
    subject_prefix: str = "",
    seed: str = "",
) -> Message | None:
    """Put one email in the outbox, within the caller's transaction; the same key twice is one message.

    `template` names `templates/messages/<template>.txt`, whose first line is the subject. Returns None where the
    address is empty. The subject holds no personal data (style.md). `to_household`: it goes to the people who enquired,
    so that it is called back should they ask us not to email. `seed`: of what only the receiver may read
    (hub/messages/sealed.py).
    """
    if not to:
        return None
    text = render_to_string(f"messages/{template}.txt", {**context, "base_url": settings.BASE_URL})
    subject, _, body = text.strip().partition("\n")
    message = Message(
        idempotency_key=key,
        template=template,
        to=to,
        subject=f"{subject_prefix}{subject}".strip()[:200],
        body=body.strip() + "\n",
        reference=reference,
        to_household=to_household,
        seed=seed,
        created_by=by,
    )
    insert(message, once_by="idempotency_key")
    transaction.on_commit(lambda: _tell_worker(message.pk), robust=True)
    return message


def queue_words(*, key: str, by=None, **words) -> Message:
    """Put a message to a household, already in words, in the outbox, in the caller's transaction; the same key twice
    is one message. `words` are fields of `Message`."""
    message = Message(idempotency_key=key, created_by=by, to_household=True, **words)
    insert(message, once_by="idempotency_key")
    transaction.on_commit(lambda: _tell_worker(message.pk), robust=True)
    return message


def _tell_worker(message_id: int) -> None:
    """Tell the worker at once of a message by itself; of many at once the sweep has the rest within seconds, and
    whoever waits for a page is not kept for the telling."""
    global _told_at
    from hub.tasks import send_message

    now = time.monotonic()
    if now - _told_at >= A_BURST:
        _told_at = now
        tell(send_message, message_id)


def tell(task, *args) -> None:
    """Hand a job to the worker; when the broker is away, leave it to the sweep."""
    from kombu.exceptions import OperationalError

    try:
        task.apply_async(args, retry=False)
    except (OperationalError, ConnectionError, OSError):
        log.warning("broker_away", task=task.name)


def send_message_now(message_id: int, *, now: datetime.datetime | None = None) -> bool:
    """Send one waiting message; safe to call twice or from two workers: only one claims it. True when it was sent.

    No fault of one message is raised: it is noted, and the message waits for another try or has failed.
    """
    now = now or timezone.now()
    due = sent_by_itself(Message.objects.due(now).filter(pk=message_id))
    claimed = due.update(attempts=F("attempts") + 1, next_try_at=now + CLAIM)
    if not claimed:
        return False
    message = Message.objects.get(pk=message_id)
    way = way_for(message.channel)
    if way is None:
        return False
    try:
        provider_id = way.send(message, unsealed(message.body, message.seed))
    except Exception as fault:
        _note_fault(message, fault, now)
        return False
    sent = {"seed": "", "provider_id": provider_id}
    # Called back too late it says that it went; where a receipt overtook us, its state stays what it is.
    ours = Message.objects.filter(pk=message_id)
    before = ours.filter(state__in=[Message.State.WAITING, Message.State.CANCELLED])
    if not before.update(state=Message.State.SENT, sent_at=timezone.now(), last_fault="", **sent):
        ours.update(**sent)
    log.info("message_sent", message=message_id, template=message.template)
    return True


def _note_fault(message: Message, fault: Exception, now: datetime.datetime) -> None:
    # The text of a fault that is not ours may hold the address.
    said = str(fault) if isinstance(fault, GivenUp | NotNow) else type(fault).__name__
    # Asked for again: meanwhile it may have been cancelled.
    waiting = Message.objects.waiting().filter(pk=message.pk)
    if _is_permanent(message, fault):
        waiting.update(state=Message.State.FAILED, failed_at=now, last_fault=said, seed="")
        event = "message_failed"
    else:
        waiting.update(next_try_at=now + _pause_after(message.attempts), last_fault=said)
        event = "message_not_sent"
    log.warning(event, message=message.pk, template=message.template, attempts=message.attempts, fault=said)


def _is_permanent(message: Message, fault: Exception) -> bool:
    """Whether another try would be in vain.

    So it is when the way out says so. Every other fault of mail or network passes, however long it takes. What is
    neither is a fault of ours or of the message: it has a few tries.
    """
    if isinstance(fault, GivenUp):
        return True
    return not isinstance(fault, NotNow | OSError) and message.attempts > len(RETRIES_AFTER)


def _pause_after(attempts: int) -> datetime.timedelta:
    return RETRIES_AFTER[min(attempts, len(RETRIES_AFTER)) - 1]


def cancel_messages_to_household(*references: str, channels: Sequence[str] = ("email",)) -> int:
    """Call back, in the caller's transaction, what still waits for the people of these enquiries; gives how many.

    For when they ask us not to write to them that way. What a worker is sending at this moment may still go, and then
    says so.
    """
    waiting = Message.objects.waiting().filter(reference__in=references, to_household=True, channel__in=channels)
    return waiting.update(state=Message.State.CANCELLED, seed="")


def send_due_messages(*, limit: int = 1000) -> int:
    """Send what is waiting and due: the sweep that finds what nobody told the worker. Returns how many were sent.

    One sweep at a time, and a short one: the next follows soon, and a slow mail server must not outlast the task.
    """
    with alone("send_due_messages") as ours:
        if not ours:
            return 0
        messages = sent_by_itself(Message.objects.due(timezone.now()))
        due = messages.order_by("next_try_at").values_list("pk", flat=True)[:limit]
        return sum(send_message_now(pk) for pk in while_time_lasts(list(due)))
