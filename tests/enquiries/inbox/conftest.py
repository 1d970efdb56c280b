"""A real IMAP server on loopback, a folder of its own for each test, and letters to put into it."""

import contextlib
import imaplib
import itertools
import socket
import subprocess
import sys
import threading
import time
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import quote

import pytest
from django.utils import timezone

USER, PASSWORD = "hello@example.org", "not a secret"
_names = itertools.count(1)


@pytest.fixture(scope="session")
def imap_server(tmp_path_factory):
    """The port of a mail server that runs for as long as the tests do."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    said = tmp_path_factory.mktemp("imap") / "said"
    program = ["-c", "from pymap.main import main; main()", "--host", "127.0.0.1", "--port", str(port), "--no-tls"]
    program += ["--no-service", "admin", "--no-service", "managesieve"]
    with said.open("w") as out:
        server = subprocess.Popen(
            [sys.executable, *program, "dict", "--demo-user", USER, "--demo-password", PASSWORD], stdout=out, stderr=out
        )
    try:
        _wait_for(port, server, said)
        yield port
    finally:
        server.terminate()
        server.wait(20)


def _wait_for(port, server, said):
    until = time.monotonic() + 30
    while time.monotonic() < until and server.poll() is None:
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), timeout=1):
            return
    raise AssertionError(f"The mail server did not start: {said.read_text()}")


class Mailbox:
    """A folder on the server, as whoever owns it sees it."""

    def __init__(self, port: int):
        self.port, self.folder = port, f"Folder{next(_names)}"
        self._as_owner(lambda imap: imap.create(self.folder))

    def url(self, port: int | None = None) -> str:
        return f"imap://{quote(USER)}:{quote(PASSWORD)}@127.0.0.1:{port or self.port}/{self.folder}"

    def put(self, *letters) -> None:
        def append(imap):
            for letter in letters:
                raw = letter if isinstance(letter, bytes) else letter.as_bytes()
                status, said = imap.append(self.folder, "", None, raw)
                assert status == "OK", said

        self._as_owner(append)

    def make_anew(self) -> None:
        """As after a restored backup: the same name, other numbers."""
        self._as_owner(lambda imap: (imap.delete(self.folder), imap.create(self.folder)))

    def flags(self) -> list:
        def fetch(imap):
            imap.select(self.folder, readonly=True)
            return imap.fetch("1:*", "(FLAGS)")[1]

        return self._as_owner(fetch)

    def remove(self, number: int) -> None:
        def expunge(imap):
            imap.select(self.folder)
            imap.store(str(number), "+FLAGS", r"(\Deleted)")
            imap.expunge()

        self._as_owner(expunge)

    def _as_owner(self, act):
        imap = imaplib.IMAP4("127.0.0.1", self.port, timeout=20)
        try:
            imap.login(USER, PASSWORD)
            return act(imap)
        finally:
            imap.logout()


@pytest.fixture
def mailbox(imap_server, settings):
    made = Mailbox(imap_server)
    settings.INBOUND_IMAP_URL = made.url()
    return made


class Wire:
    """A connection to the server that is cut as soon as so many of its bytes have come through."""

    def __init__(self, port: int):
        self.port, self.cut_after = port, None
        self._listening = socket.create_server(("127.0.0.1", 0))
        self.own_port = self._listening.getsockname()[1]
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self):
        while True:
            try:
                client, _ = self._listening.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.port))
            threading.Thread(target=self._pass_on, args=(client, server, None), daemon=True).start()
            threading.Thread(target=self._pass_on, args=(server, client, self.cut_after), daemon=True).start()

    @staticmethod
    def _pass_on(source, target, at_most):
        passed = 0
        with contextlib.suppress(OSError):
            while data := source.recv(256):
                passed += len(data)
                if at_most is not None and passed > at_most:
                    break
                target.sendall(data)
        for one in (source, target):
            with contextlib.suppress(OSError):
                one.shutdown(socket.SHUT_RDWR)
            one.close()

    def close(self):
        self._listening.close()
        self._thread.join(5)


@pytest.fixture
def wire(imap_server):
    made = Wire(imap_server)
    yield made
    made.close()


def a_letter(text="Could you ring me, please?", **headers) -> EmailMessage:
    """An email as a person writes it; header names with underscores, None leaves one out."""
    letter = EmailMessage()
    given = {
        "From": "Amina Khalid <amina.new@example.org>",
        "To": "hello@example.org",
        "Subject": "Fostering",
        "Message-ID": f"<{next(_names)}@mail.example.org>",
        "Date": format_datetime(timezone.now()),
    }
    given |= {name.replace("_", "-"): value for name, value in headers.items()}
    for name, value in given.items():
        if value is not None:
            letter[name] = value
    letter.set_content(text)
    return letter
