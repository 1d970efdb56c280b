"""An email as it came, read: who wrote, what is new in it, and whether a person wrote it at all.

Only what a person would read is kept. Attachments are counted and named, and stay in the mailbox.
"""

import datetime
import email
import hashlib
import re
from dataclasses import dataclass, field
from email.headerregistry import Address
from email.message import EmailMessage, Message
from email.policy import default
from email.utils import parsedate_to_datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.utils import timezone

from enquiries.inbox.words import plain_words, text_of_html, without_quotes

LONGEST = 20_000  # characters of a text that are kept


class Unreadable(ValueError):
    """Why a message cannot be read, as a sentence for staff; `letter` is what could be read of it."""

    def __init__(self, why: str, letter: "Letter | None" = None):
        super().__init__(why)
        self.letter = letter


@dataclass(frozen=True)
class Letter:
    """One email. `text` is what is new in it, `machine` why no person wrote it (empty where one did)."""

    message_id: str
    sender: str = ""
    sender_name: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime.datetime | None = None
    machine: str = ""
    answers: tuple[str, ...] = ()  # the Message-IDs that it answers, the nearest first
    attachments: tuple[str, ...] = field(default=())
    undelivered: bool = False  # a mail server says that a message did not and will not arrive
    returned: tuple[str, ...] = ()  # what looks like a Message-ID anywhere in such a report


def read_letter(raw: bytes) -> Letter:
    """Read one email. Raises `Unreadable` with a sentence where nobody could answer it or its text makes no sense."""
    message = email.message_from_bytes(raw, policy=default)
    if b"\x00" in raw:
        raise Unreadable("It holds bytes that no email may hold.", _outside(message, raw))
    letter = _outside(message, raw)
    if not letter.sender and not letter.machine:
        raise Unreadable("It does not say who sent it.", letter)
    text, problem = _text(message)
    if problem and not letter.machine:
        raise Unreadable(problem, letter)
    attachments = tuple(plain_words(part.get_filename() or "no name")[:100] for part in message.iter_attachments())
    is_answer = bool(letter.answers) or letter.subject.lower().startswith(("re:", "aw:"))
    new = without_quotes(text) if is_answer else text
    return _with(letter, text=_shortened(_and_attachments(new, attachments)), attachments=attachments,
                 returned=tuple(_ANY_ID.findall(_everything(message, raw))) if letter.machine else ())  # fmt: skip


def digest(raw: bytes) -> str:
    """The name of a message that has none of its own."""
    return "sha256:" + hashlib.sha256(raw).hexdigest()


def _outside(message: EmailMessage, raw: bytes) -> Letter:
    """What the headers say."""
    address = _sender(message)
    sent_at = _sent_at(message)
    return Letter(
        message_id=_header(message, "Message-ID").strip("<> ")[:254] or digest(raw),
        sender=_checked(address.addr_spec if address else ""),
        sender_name=plain_words(address.display_name if address else "")[:254],
        subject=plain_words(_header(message, "Subject"))[:254],
        sent_at=sent_at,
        machine=_machine(message, address.addr_spec if address else ""),
        answers=tuple(
            dict.fromkeys(
                [*_ANY_ID.findall(_header(message, "In-Reply-To")),
                 *reversed(_ANY_ID.findall(_header(message, "References")))]
            )
        )[:50],
        undelivered=_undelivered(message),
    )  # fmt: skip


_ANY_ID = re.compile(r"<([^<>\s@]{1,120}@[^<>\s]{1,120})>")


def _with(letter: Letter, **changes) -> Letter:
    return Letter(**{**vars(letter), **changes})


def _header(message: EmailMessage, name: str) -> str:
    try:
        return str(message.get(name) or "")
    except Exception:
        # Python's parser stumbles over some malformed headers (IndexError, AttributeError): as good as none.
        return ""


def _sender(message: EmailMessage) -> Address | None:
    try:
        addresses = getattr(message.get("From"), "addresses", ())
    except Exception:
        return None
    return addresses[0] if addresses else None


def _checked(address: str) -> str:
    """The address if it is one to which we could write, else nothing."""
    try:
        validate_email(address)
    except ValidationError:
        return ""
    return address if len(address) <= 254 else ""


def _sent_at(message: EmailMessage) -> datetime.datetime | None:
    try:
        sent_at = parsedate_to_datetime(_header(message, "Date"))
    except (ValueError, OverflowError):
        return None
    return timezone.make_aware(sent_at, datetime.UTC) if timezone.is_naive(sent_at) else sent_at


def _machine(message: EmailMessage, sender: str) -> str:
    """Why no person wrote it (RFC 3834 and what mail servers do besides); empty where one did."""
    local = sender.partition("@")[0].lower()
    subject = _header(message, "Subject").lower()
    if _header(message, "Return-Path").strip() == "<>" or local in ("mailer-daemon", "postmaster"):
        return "A mail server’s report"
    if message.get_content_type() == "multipart/report":
        return "A mail server’s report"
    if _header(message, "Auto-Submitted").strip().lower() not in ("", "no"):
        return "An automatic answer"
    if _header(message, "X-Autoreply") or _header(message, "X-Autorespond"):
        return "An automatic answer"
    if subject.startswith(("automatic reply:", "auto:", "autoreply:", "out of office:")):
        return "An automatic answer"
    if _header(message, "List-Id") or _header(message, "List-Unsubscribe"):
        return "A mailing list"
    if _header(message, "Precedence").strip().lower() in ("bulk", "list", "junk", "auto_reply"):
        return "Sent to many"
    if _is_called_spam(message):
        return "The mail server took it for spam"
    if local.replace("-", "").replace("_", "").replace(".", "") in ("noreply", "donotreply"):
        return "From an address that reads no answers"
    return ""


def _is_called_spam(message: EmailMessage) -> bool:
    """What SpamAssassin and its kin, and Microsoft's servers, write into what they let through all the same."""
    if _header(message, "X-Spam-Flag").strip().lower() == "yes":
        return True
    if _header(message, "X-Spam-Status").strip().lower().startswith("yes"):
        return True
    confidence = _header(message, "X-MS-Exchange-Organization-SCL").strip()
    return confidence.isdecimal() and len(confidence) < 3 and int(confidence) >= 5


def _undelivered(message: EmailMessage) -> bool:
    """Whether it is a report (RFC 3464) that a message did not arrive and will not."""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            blocks = [block for block in part.get_payload() if isinstance(block, Message)]
            return any(str(block.get("Action") or "").strip().lower() == "failed" for block in blocks)
    return False


def _text(message: EmailMessage) -> tuple[str, str]:
    """What it says, and what is wrong with it where that cannot be read."""
    part = message.get_body(preferencelist=("plain", "html"))
    if part is None:
        broken = message.is_multipart() or message.defects or message.get_content_maintype() == "multipart"
        return "", "Its parts do not hold together." if broken and not list(message.iter_attachments()) else ""
    try:
        text = part.get_content()
    except LookupError:
        name = plain_words(part.get_content_charset() or "unknown")[:40]
        return "", f"It is written in a character set that nobody knows: {name}."
    except UnicodeError:
        return "", "Its text is not in the character set that it names."
    if part.get_content_type() == "text/html":
        text = text_of_html(text)
    return plain_words(text, lines=True), ""


def _everything(message: EmailMessage, raw: bytes) -> str:
    """All text of a report, where our own message may be named anywhere."""
    parts = [raw.decode("utf-8", "replace")]
    for part in message.walk():
        payload = None if part.is_multipart() else part.get_payload(decode=True)
        if isinstance(payload, bytes):
            parts.append(payload.decode("utf-8", "replace"))
    return "\n".join(parts)[:1_000_000]


def _and_attachments(text: str, names: tuple[str, ...]) -> str:
    if not names:
        return text
    what = "1 attachment" if len(names) == 1 else f"{len(names)} attachments"
    listed = ", ".join(names[:10]) + (" and more" if len(names) > 10 else "")
    return f"{text}\n\n[{what}, in the mailbox and not kept here: {listed}]".strip()


def _shortened(text: str) -> str:
    return text if len(text) <= LONGEST else f"{text[:LONGEST]}\n\n[Shortened. The whole is in the mailbox.]"
