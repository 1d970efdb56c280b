"""Reading the mailbox: every item ends on a timeline, as an enquiry, set aside or in quarantine, once."""

import datetime
from dataclasses import dataclass

import structlog
from django.conf import settings
from django.db import DatabaseError, InterfaceError, OperationalError, transaction
from django.utils import timezone

from enquiries.inbox.filing import file_letter, known_message
from enquiries.inbox.letters import Letter, Unreadable, digest, read_letter
from enquiries.inbox.mailbox import LARGEST, Address, Folder, Item, MailboxAway, NotGiven, opened
from enquiries.models import InboundMessage, MailboxCursor
from hub.sweep import alone, while_time_lasts
from hub.throttle import allowed

log = structlog.get_logger(__name__)

KEPT = 256 * 1024  # bytes of what could not be read
# A message at which the connection breaks so many times is passed by, so that the others come through.
TRIES = 5
TRIES_COUNT_FOR = datetime.timedelta(days=1)
NO_ADDRESS = "There is no mailbox to read: INBOUND_IMAP_URL is not set."


@dataclass(frozen=True)
class Reading:
    """What one reading did: how many items it took, how many of them in quarantine, and what stopped it."""

    taken: int = 0
    quarantined: int = 0
    stopped: str = ""


def read_mailbox(*, url: str = "") -> Reading:
    """Take what is new in the mailbox, one item and one transaction at a time, for as long as a sweep lasts.

    Never raises for what a message holds or the mail server does. Each item and the place of the cursor are written
    together: killed in between, it is taken again and only then once. A mailbox made anew (UIDVALIDITY) is read again
    from its beginning; what we know by its Message-ID is not taken again. Leaves a heartbeat where it got through.
    """
    url = url or settings.INBOUND_IMAP_URL
    if not url:
        return Reading(stopped=NO_ADDRESS)
    done: list[InboundMessage | None] = []
    try:
        with alone("read_mailbox") as ours:
            if not ours:
                return Reading(stopped="Another process is reading it at this moment.")
            address = Address.of(url)
            with opened(address) as folder:
                _read(folder, address.name, done)
    except MailboxAway as away:
        log.warning("mailbox_away", job="read_mailbox", fault=str(away), count=len(done))
        return _told(done, f"The mailbox could not be reached, or was lost on the way ({away}).")
    return _told(done, "")


def _told(done: list[InboundMessage | None], stopped: str) -> Reading:
    quarantined = sum(one is not None and one.state == InboundMessage.State.QUARANTINED for one in done)
    return Reading(len(done), quarantined, stopped)


def _read(folder: Folder, mailbox: str, done: list[InboundMessage | None]) -> None:
    cursor = _cursor(mailbox, folder.uid_validity)
    try:
        uids = folder.uids_after(cursor.last_uid)
    except NotGiven as refusal:
        raise MailboxAway("no list of messages") from refusal
    for uid in while_time_lasts(uids):
        tries = f"{mailbox} {folder.uid_validity} {uid}"
        given = allowed("mailbox-tries", tries, TRIES, TRIES_COUNT_FOR)
        try:
            item = folder.item(uid) if given else None
        except NotGiven:
            item, given = None, False
        done.append(_take(cursor, uid, item, given=given))
    cursor.read_at = timezone.now()
    cursor.save(update_fields=["read_at"])


def _cursor(mailbox: str, uid_validity: int) -> MailboxCursor:
    """How far we have read. The numbers of a mailbox that was made anew mean nothing of what we knew."""
    cursor, _ = MailboxCursor.objects.get_or_create(mailbox=mailbox, defaults={"uid_validity": uid_validity})
    if cursor.uid_validity != uid_validity:
        cursor.uid_validity, cursor.last_uid = uid_validity, 0
        cursor.save(update_fields=["uid_validity", "last_uid"])
    return cursor


def _take(cursor: MailboxCursor, uid: int, item: Item | None, *, given: bool) -> InboundMessage | None:
    """File one item and move the cursor past it, both or neither. None where it was deleted meanwhile."""
    with transaction.atomic():
        message = None
        if item is not None:
            message = take_item(item, mailbox=cursor.mailbox)
        elif not given:
            letter = Letter(message_id=f"uid:{cursor.uid_validity}:{uid}")
            why = "The mail server does not give it to us. It is in the mailbox."
            message = _quarantine(letter, b"", why, cursor.mailbox, timezone.now())
        cursor.last_uid = uid
        cursor.save(update_fields=["last_uid"])
    return message


def take_item(item: Item, *, mailbox: str) -> InboundMessage:
    """File one email, in the caller's transaction; what cannot be filed is quarantined with the reason and the bytes.

    Raises only where the database itself is away.
    """
    letter = Letter(message_id=digest(item.raw))
    try:
        with transaction.atomic():
            letter = _letter(item)
            return file_letter(letter, mailbox=mailbox, arrived_at=item.arrived_at)
    except (OperationalError, InterfaceError):
        raise
    except Unreadable as unreadable:
        letter, why = unreadable.letter or letter, str(unreadable)
    except Exception as fault:
        # Whatever is wrong with one message is wrong with it alone.
        log.warning("message_not_read", job="read_mailbox", fault=type(fault).__name__)
        why = f"We could not read it ({type(fault).__name__})."
    return _quarantine(letter, item.raw, why, mailbox, item.arrived_at)


def _letter(item: Item) -> Letter:
    if item.size <= LARGEST:
        return read_letter(item.raw)
    megabytes = item.size / 1024 / 1024
    try:
        letter = read_letter(item.raw[:KEPT])
    except Unreadable as unreadable:
        letter = unreadable.letter or Letter(message_id=digest(item.raw))
    raise Unreadable(f"It is too large to be fetched: {megabytes:.0f} MB. It is in the mailbox.", letter)


def _quarantine(letter: Letter, raw: bytes, why: str, mailbox: str, at: datetime.datetime) -> InboundMessage:
    message = InboundMessage(
        mailbox=mailbox, message_id=letter.message_id, sender=letter.sender, sender_name=letter.sender_name,
        subject=letter.subject, body=letter.text, sent_at=letter.sent_at, taken_at=at,
        state=InboundMessage.State.QUARANTINED, why=why[:254], raw=raw[:KEPT] or None,
    )  # fmt: skip
    try:
        with transaction.atomic():
            known = known_message(message)
            if known is None:
                message.save(force_insert=True)
            return known or message
    except (OperationalError, InterfaceError):
        raise
    except (DatabaseError, ValueError):
        # Nothing of what it says of itself can be kept: its bytes can.
        bare = InboundMessage(
            mailbox=mailbox, message_id=digest(raw), taken_at=at, state=message.state, why=why[:254], raw=message.raw
        )
        return InboundMessage.objects.filter(mailbox=mailbox, message_id=bare.message_id).first() or _saved(bare)


def _saved(message: InboundMessage) -> InboundMessage:
    message.save(force_insert=True)
    return message
