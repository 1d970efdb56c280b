"""The mailbox over IMAP: looked at and never changed, one item after another, as far as the cursor says."""

import imaplib
import ipaddress
import re
import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import unquote, urlsplit

from django.utils import timezone

SECONDS = 20  # without a word from the server
LARGEST = 10 * 1024 * 1024  # bytes of a message that are fetched; photographs come larger, and stay in the mailbox


class MailboxAway(Exception):
    """The mailbox cannot be reached, or was lost on the way; what was not taken is taken the next time."""


class NotGiven(Exception):
    """The server does not give this one message."""


@dataclass(frozen=True)
class Address:
    """Where the mailbox is, from `imaps://user:password@host:993/INBOX`."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    encrypted: bool

    @classmethod
    def of(cls, url: str) -> "Address":
        parts = urlsplit(url)
        encrypted = parts.scheme == "imaps"
        return cls(
            host=parts.hostname or "",
            port=parts.port or (993 if encrypted else 143),
            user=unquote(parts.username or ""),
            password=unquote(parts.password or ""),
            folder=unquote(parts.path.strip("/")) or "INBOX",
            encrypted=encrypted,
        )

    @property
    def name(self) -> str:
        """What the mailbox is called in our records."""
        return f"{self.user} {self.folder}"[:100]

    @property
    def is_here(self) -> bool:
        """On this very machine, as in the tests: nobody listens on the way."""
        with suppress(ValueError):
            return ipaddress.ip_address(self.host).is_loopback
        return self.host == "localhost"


@dataclass(frozen=True)
class Item:
    """One message as the server gave it. `raw` is cut off at `LARGEST`; `size` says how large it is."""

    raw: bytes
    size: int
    arrived_at: datetime


class Folder:
    """An opened folder. Every method may raise `MailboxAway`."""

    def __init__(self, connection: imaplib.IMAP4, uid_validity: int):
        self._connection = connection
        self.uid_validity = uid_validity

    def uids_after(self, uid: int) -> list[int]:
        """The messages that came after that one, the oldest first."""
        answer = self._ask("SEARCH", f"UID {uid + 1}:*")
        found = {int(one) for line in answer if isinstance(line, bytes) for one in line.split() if one.isdigit()}
        # "n:*" always names the last message, even when it came before n.
        return sorted(one for one in found if one > uid)

    def item(self, uid: int) -> Item | None:
        """One message, left unread for whoever reads the mailbox too; None where it was deleted meanwhile."""
        answer = self._ask("FETCH", str(uid), f"(UID INTERNALDATE RFC822.SIZE BODY.PEEK[]<0.{LARGEST}>)")
        pieces = [piece for piece in answer if isinstance(piece, tuple)]
        if not pieces:
            return None
        said = b" ".join(piece[0] if isinstance(piece, tuple) else piece for piece in answer if piece)
        size = re.search(rb"RFC822\.SIZE (\d+)", said)
        raw = pieces[0][1]
        return Item(raw, int(size[1]) if size else len(raw), _arrived(said))

    def _ask(self, command: str, *arguments: str) -> list:
        with _lost_connections():
            try:
                status, answer = self._connection.uid(command, *arguments)
            except imaplib.IMAP4.abort:
                raise
            except imaplib.IMAP4.error as refusal:
                raise NotGiven from refusal
            if status != "OK":
                raise NotGiven
            return answer


@contextmanager
def opened(address: Address) -> Iterator[Folder]:
    """The folder, read-only; closed at the end however that comes. Raises `MailboxAway`."""
    connection = None
    try:
        with _lost_connections():
            connection = _connected(address)
            connection.login(address.user, address.password)
            status, _ = connection.select(f'"{address.folder}"', readonly=True)
            if status != "OK":
                raise MailboxAway("There is no such folder.")
            (validity,) = connection.response("UIDVALIDITY")[1] or [b"0"]
        yield Folder(connection, int(validity or 0))
    finally:
        if connection is not None:
            _close(connection)


def _close(connection: imaplib.IMAP4) -> None:
    try:
        connection.logout()
    except (OSError, imaplib.IMAP4.error):
        # A connection that was lost cannot say goodbye, and keeps its socket until it is told.
        with suppress(OSError):
            connection.shutdown()


def _connected(address: Address) -> imaplib.IMAP4:
    if address.encrypted:
        context = ssl.create_default_context()
        return imaplib.IMAP4_SSL(address.host, address.port, ssl_context=context, timeout=SECONDS)
    connection = imaplib.IMAP4(address.host, address.port, timeout=SECONDS)
    if not address.is_here:
        try:
            connection.starttls(ssl.create_default_context())
        except (OSError, imaplib.IMAP4.error):
            _close(connection)
            raise
    return connection


@contextmanager
def _lost_connections() -> Iterator[None]:
    """The text of a fault may hold the password or a line of a message: its kind is all that is told."""
    try:
        yield
    except (imaplib.IMAP4.error, OSError, EOFError) as fault:
        raise MailboxAway(type(fault).__name__) from None


def _arrived(said: bytes) -> datetime:
    """When the mail server took it: the letter's own date is whatever the sender's clock says."""
    parts = imaplib.Internaldate2tuple(said)
    now = timezone.now()
    if parts is None:
        return now
    with suppress(ValueError, OverflowError):
        return min(datetime.fromtimestamp(time.mktime(parts), tz=UTC), now)
    return now
