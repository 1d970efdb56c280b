"""One try to tell an endpoint: one POST, bounded in time, that follows nothing and reads next to nothing."""

import http.client
import socket
import ssl
import threading
import time
from contextlib import suppress
from dataclasses import dataclass

from django.utils import timezone
from standardwebhooks.webhooks import Webhook

from handover.webhooks.addresses import NotAllowed, NotFound, Target, addresses_of, target_of

SECONDS = 10.0
_AGENT = "fostering-hub-webhooks/1"


@dataclass(frozen=True)
class Answer:
    """How a try went: the HTTP status where one came, else what was in the way, as a sentence."""

    status: int | None
    milliseconds: int
    fault: str = ""

    @property
    def went(self) -> bool:
        return not self.fault

    @property
    def is_gone(self) -> bool:
        """The other side says that it wants nothing more, ever (Standard Webhooks)."""
        return self.status == http.client.GONE


def send(*, url: str, event_id: str, body: str, secrets: list[str]) -> Answer:
    """POST the body, signed with each secret, and say how it went. No fault of network or receiver is raised."""
    began = time.monotonic()
    status, fault = None, ""
    try:
        status = _post(target_of(url), body.encode(), _headers(event_id, body, secrets), until=began + SECONDS)
        fault = _fault_of(status)
    except (NotAllowed, NotFound) as refusal:
        fault = str(refusal)
    except ssl.SSLCertVerificationError as problem:
        fault = f"Its certificate is not good: {problem.verify_message}."
    except (OSError, http.client.HTTPException, ValueError) as problem:
        fault = _in_words(problem, time.monotonic() - began)
    return Answer(status, round((time.monotonic() - began) * 1000), fault[:300])


def _headers(event_id: str, body: str, secrets: list[str]) -> dict[str, str]:
    # The moment of this try and not of the event: a receiver refuses what is older than five minutes.
    now = timezone.now()
    return {
        "Content-Type": "application/json",
        "User-Agent": _AGENT,
        "Connection": "close",
        "webhook-id": event_id,
        "webhook-timestamp": str(int(now.timestamp())),
        # While a secret is being changed there are two signatures: receivers take the one that they can check.
        "webhook-signature": " ".join(Webhook(secret).sign(event_id, now, body) for secret in secrets),
    }


class _Pinned(http.client.HTTPConnection):
    """A connection to an IP address that was checked, in the name of its host.

    Any client that is given the URL asks for the name again, and who owns the name may answer "127.0.0.1" the second
    time. So the socket is opened to the checked address itself; name and certificate are still those of the host. The
    standard library's client does no more than we say: it follows no redirect and asks no proxy of the environment.
    """

    def __init__(self, target: Target, addresses: list[str], until: float):
        super().__init__(target.host, target.port)
        self.target, self.addresses, self.until = target, addresses, until

    def connect(self) -> None:
        plain = self._reach()
        # A limit for each read is none for the whole: who sends a byte every second would keep us for hours. It is cut
        # through a handle of its own, for the secured socket takes the plain one's away.
        self.handle = plain.dup()
        self.watch = threading.Timer(max(self.until - time.monotonic(), 0.01), _cut, [self.handle])
        self.watch.daemon = True
        self.watch.start()
        try:
            self.sock = _secured(plain, self.target.host) if self.target.secure else plain
        except BaseException:
            plain.close()
            raise

    def _reach(self) -> socket.socket:
        for address in self.addresses:
            last = address == self.addresses[-1]
            try:
                left = max(self.until - time.monotonic(), 0.01)
                return socket.create_connection((address, self.target.port), timeout=left if last else left / 2)
            except OSError:
                if last:
                    raise
        raise NotFound("The name of the address could not be found.")

    def close(self) -> None:
        super().close()
        if watch := getattr(self, "watch", None):
            watch.cancel()
            self.handle.close()


def _secured(plain: socket.socket, host: str) -> socket.socket:
    # Certificates of the machine's own list, name checked.
    return ssl.create_default_context().wrap_socket(plain, server_hostname=host)


def _cut(connection: socket.socket) -> None:
    with suppress(OSError):
        connection.shutdown(socket.SHUT_RDWR)


def _post(target: Target, body: bytes, headers: dict[str, str], *, until: float) -> int:
    """The status of the answer. Its body is left unread: nothing in it matters to us, however long it is."""
    addresses = addresses_of(target, seconds=until - time.monotonic())
    connection = _Pinned(target, addresses, until)
    try:
        connection.request("POST", target.path, body=body, headers=headers)
        return connection.getresponse().status
    finally:
        connection.close()


def _fault_of(status: int) -> str:
    if 200 <= status < 300:
        return ""
    if 300 <= status < 400:
        return f"It answered {status} and sends us elsewhere, which we do not follow. Set up the address that answers."
    return f"It answered {status}{_named(status)}."


def _named(status: int) -> str:
    name = http.client.responses.get(status, "")
    return f" ({name})" if name else ""


def _in_words(problem: Exception, seconds: float) -> str:
    if seconds >= SECONDS - 0.5 or isinstance(problem, TimeoutError):
        return f"No answer within {SECONDS:.0f} seconds."
    if isinstance(problem, ConnectionRefusedError):
        return "Nothing answers at that address."
    if isinstance(problem, ssl.SSLError):
        return "No secure connection came about."
    if isinstance(problem, http.client.RemoteDisconnected | ConnectionError):
        return "It closed the connection without an answer."
    return "What it answered is no HTTP." if isinstance(problem, http.client.HTTPException) else "It was not reached."
