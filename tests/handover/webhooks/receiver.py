"""A real HTTP server on loopback that answers as a council's system may, well or badly."""

import socket
import threading
import time
from contextlib import suppress
from dataclasses import dataclass, field


@dataclass
class Asked:
    """One request as it came in."""

    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Receiver:
    """`answer` is the bytes that it answers with, or a function that is given the connection; each request is kept."""

    port: int
    answer: object = b"HTTP/1.1 204 No Content\r\nConnection: close\r\n\r\n"
    asked: list[Asked] = field(default_factory=list)
    wrap: object = None  # makes a plain connection a secured one

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}/from-the-hub?who=us"

    def answers(self, status: int, *headers: str, body: bytes = b"") -> None:
        head = "\r\n".join([f"HTTP/1.1 {status} So it is", f"Content-Length: {len(body)}", *headers])
        self.answer = f"{head}\r\n\r\n".encode() + body


class Serving:
    """with Serving() as receiver: …"""

    def __enter__(self) -> Receiver:
        self.listening = socket.create_server(("127.0.0.1", 0))
        self.receiver = Receiver(self.listening.getsockname()[1])
        self.over = False
        self.loop = threading.Thread(target=self._serve, daemon=True)
        self.loop.start()
        return self.receiver

    def __exit__(self, *_fault) -> None:
        self.over = True
        with suppress(OSError):
            socket.create_connection(("127.0.0.1", self.receiver.port), timeout=1).close()
        self.listening.close()
        self.loop.join(5)

    def _serve(self) -> None:
        while not self.over:
            try:
                connection, _from = self.listening.accept()
            except OSError:
                return
            with connection, suppress(OSError):
                self._answer(connection)

    def _answer(self, connection: socket.socket) -> None:
        connection.settimeout(5)
        if self.receiver.wrap:
            connection = self.receiver.wrap(connection)
        with connection:
            read = b""
            while b"\r\n\r\n" not in read:
                more = connection.recv(65536)
                if not more:
                    return
                read += more
            head, _, body = read.partition(b"\r\n\r\n")
            first, *lines = head.decode().split("\r\n")
            headers = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
            while len(body) < int(headers.get("content-length", 0)):
                body += connection.recv(65536)
            self.receiver.asked.append(Asked(first.split(" ")[1], headers, body))
            if callable(self.receiver.answer):
                self.receiver.answer(connection)
            else:
                connection.sendall(self.receiver.answer)


def drip(connection: socket.socket) -> None:
    """A byte now and then, for ever: no single read takes long."""
    for _ in range(200):
        connection.sendall(b"H")
        time.sleep(0.05)


def hang(connection: socket.socket) -> None:
    """Nothing, until the other side has had enough."""
    connection.settimeout(5)
    with suppress(TimeoutError):
        connection.recv(1)
