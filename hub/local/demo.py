"""Runs the demo: servers, data, web and worker, until Ctrl-C; then nothing of it is left."""

import ctypes
import fcntl
import os
import signal
import socket
import subprocess
import sys
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import TextIO

from hub.local import LocalFault
from hub.local.servers import (
    ROOT,
    VAR,
    ensure_environment,
    fill_in_local_settings,
    lock_file,
    make_writable,
    try_lock,
)

LOGS = VAR / "log"
# Seconds, for a machine that is busy with other things.
READY_WITHIN = 90
STOP_WITHIN = 20


class Demo:
    def __init__(self, port: int) -> None:
        self.port = port
        self.address = f"http://localhost:{port}"
        self.processes: dict[str, subprocess.Popen[bytes]] = {}
        self.stopping = threading.Event()

    def run(self) -> None:
        """Returns when asked to stop. LocalFault where it cannot start, or a part of it ends by itself."""
        for signal_number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(signal_number, lambda *_: self.stopping.set())
        self.fill_in_settings()
        only_one = lock_file(VAR / "run" / "demo.lock")
        if not try_lock(only_one, fcntl.LOCK_EX):
            raise LocalFault("The demo is already running from this folder.")
        with bound_socket(self.port) as web_socket:
            servers = ensure_environment()
            try:
                self.prepare()
                self.start_services(web_socket)
                self.wait_until_ready()
                self.announce()
                self.watch()
            finally:
                self.stop()
                if servers:
                    servers.leave()
                print("Stopped.", flush=True)

    def fill_in_settings(self) -> None:
        # Not DEBUG: the demo shows what people would see, error pages included.
        os.environ.update(HUB_DEMO="1", DEBUG="0", BASE_URL=self.address)
        fill_in_local_settings()
        make_writable(LOGS)
        os.environ.setdefault("ALLOWED_HOSTS", "localhost,127.0.0.1")
        # Nothing leaves the machine: what would have been sent is read at /demo/mailbox/.
        os.environ.setdefault("EMAIL_URL", "dummymail://")
        # The address that its pages give: whoever answers an email writes there.
        os.environ.setdefault("DEFAULT_FROM_EMAIL", "Fostering Together North East <hello@hub.example.org>")

    def prepare(self) -> None:
        """The database is up to date, and filled if it was empty; its sign-ins are in their file."""
        print("Bringing the database up to date.", flush=True)
        with (LOGS / "sign-ins.log").open("w") as sign_ins:
            process = self.start("set-up", ["hub.local.prepare"], stdout=sign_ins)
        while process.poll() is None and not self.stopping.wait(0.1):
            pass
        if process.returncode:
            raise LocalFault("The database could not be prepared, for the reason above.")
        if not self.stopping.is_set():
            del self.processes["set-up"]

    def start_services(self, web_socket: socket.socket) -> None:
        if self.stopping.is_set():
            return
        # Each start of Django is a second and a half of a laptop's time: one for all web workers, and
        # one for worker and beat together, which in production are two.
        web = ["gunicorn", "hub.wsgi", "--preload", "--workers=2", "--threads=4"]
        worker = ["celery", "--app=hub.celery", "--quiet", "worker"]
        commands = {
            "web": [*web, f"--bind=fd://{web_socket.fileno()}"],
            "worker": [*worker, "--beat", "--concurrency=2", "--without-mingle"],
        }
        for name, command in commands.items():
            with (LOGS / f"{name}.log").open("w") as log:
                self.start(name, command, stdout=log, stderr=log, pass_fds=[web_socket.fileno()])

    def start(
        self,
        name: str,
        module: list[str],
        stdout: TextIO,
        stderr: TextIO | None = None,
        pass_fds: list[int] | None = None,
    ) -> subprocess.Popen[bytes]:
        # In a group of its own: Ctrl-C reaches us alone, and each is stopped together with its children.
        self.processes[name] = subprocess.Popen(
            [sys.executable, "-m", *module],
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            pass_fds=pass_fds or [],
            start_new_session=True,
            preexec_fn=ending_with_parent(),
        )
        return self.processes[name]

    def wait_until_ready(self) -> None:
        until = time.monotonic() + READY_WITHIN
        while not self.stopping.is_set() and not self.is_ready():
            self.check_processes()
            if time.monotonic() > until:
                raise LocalFault(f"{self.address}/readyz is not content after {READY_WITHIN} seconds: {LOGS}.")
            self.stopping.wait(0.25)

    def is_ready(self) -> bool:
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=5) as answer:
                return bool(answer.status == 200)
        except (OSError, urllib.error.URLError):
            return False

    def announce(self) -> None:
        if not self.stopping.is_set():
            sign_ins = (LOGS / "sign-ins.log").read_text().rstrip()
            print(f"\nReady: {self.address}\n\n{sign_ins}\n\nCtrl-C stops everything and keeps the data.", flush=True)

    def watch(self) -> None:
        while not self.stopping.wait(0.5):
            self.check_processes()

    def check_processes(self) -> None:
        for name, process in self.processes.items():
            if process.poll() is not None:
                log = LOGS / f"{name}.log"
                raise LocalFault(f"The {name} process has ended: {last_line(log)} (see {log}).")

    def stop(self) -> None:
        """No process of ours, nor a child of one, is left when this returns."""
        self.signal_all(signal.SIGTERM)
        until = time.monotonic() + STOP_WITHIN
        for process in self.processes.values():
            with suppress(subprocess.TimeoutExpired):
                process.wait(max(0, until - time.monotonic()))
        self.signal_all(signal.SIGKILL)
        for process in self.processes.values():
            process.wait()

    def signal_all(self, signal_number: signal.Signals) -> None:
        for process in self.processes.values():
            # The group outlives its leader where a child does.
            with suppress(ProcessLookupError):
                os.killpg(process.pid, signal_number)


def bound_socket(port: int) -> socket.socket:
    """Ours from before anything is started, so that a busy port is known at once and stays ours."""
    web_socket = socket.socket()
    # As the web server would: a demo that has just stopped does not keep its port.
    web_socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        web_socket.bind(("127.0.0.1", port))
    except OSError as error:
        web_socket.close()
        raise LocalFault(
            f"Port {port} cannot be used ({error.strerror}): stop what uses it, or choose another with"
            f" `make demo PORT={port + 1}`."
        ) from error
    return web_socket


def ending_with_parent() -> Callable[[], None] | None:
    """To run in a child before its program: where Linux can, it is told to stop even if we are killed."""
    if sys.platform != "linux":
        return None
    set_option = ctypes.CDLL(None).prctl
    parent_death_signal = 1
    return lambda: set_option(parent_death_signal, signal.SIGTERM) and None


def last_line(log: Path) -> str:
    lines = log.read_text(errors="replace").split("\n")
    return next((line.strip() for line in reversed(lines) if line.strip()), "it gave no reason")


def chosen_port() -> int:
    text = os.environ.get("PORT") or "8000"
    if not text.isdecimal() or not 0 < int(text) < 65536:
        raise LocalFault(f"PORT must be a number from 1 to 65535, not {text!r}.")
    return int(text)


if __name__ == "__main__":
    try:
        Demo(chosen_port()).run()
    except LocalFault as fault:
        sys.exit(f"Cannot go on: {fault}")
