"""PostgreSQL and Redis for a laptop and the tests, shared by whoever needs them and gone with the last.

Every process that uses the servers holds a shared lock on one file for as long as it lives. A small
keeper process waits for the exclusive lock on it, which it gets when the last of them has ended,
however that came about; it then stops the servers and ends. Nothing is counted, so nothing can be
miscounted by a crash.
"""

import fcntl
import hashlib
import os
import secrets
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hub.local import LocalFault, postgres, redis
from hub.local.postgres import Postgres
from hub.local.redis import Redis

ROOT = Path(__file__).resolve().parent.parent.parent
VAR = ROOT / "var"

# Each tells what to do where its packages are not installed, as in production.
PROGRAMS = {"DATABASE_URL": postgres.programs, "REDIS_URL": redis.program}


def ensure_environment() -> "Servers | None":
    """DATABASE_URL and REDIS_URL are set when this returns, for this process and its children.

    Where one was missing it names the embedded server, which runs for as long as this process does;
    the servers are returned for whoever leaves them sooner. Without DATABASE_URL this is a laptop or
    a test, and what else it needs is filled in too. Ends the process with one sentence where
    something stands in the way.
    """
    missing = [name for name in ("DATABASE_URL", "REDIS_URL") if not os.environ.get(name)]
    if not missing:
        return None
    try:
        for name in missing:
            PROGRAMS[name]()
        if "DATABASE_URL" in missing:
            fill_in_local_settings()
        servers = Servers(VAR)
        os.environ.update(servers.use(*missing))
    except LocalFault as fault:
        sys.exit(f"Cannot start: {fault}")
    return servers


def fill_in_local_settings(var: Path = VAR) -> None:
    """Settings that production must give and a laptop need not. What is set already stays."""
    make_writable(var / "run")
    key = var / "secret_key"
    with locked(var / "run" / "start.lock"):
        if not key.exists():
            key.touch(mode=0o600)
            key.write_text(secrets.token_urlsafe(48))
        os.environ.setdefault("SECRET_KEY", key.read_text())
    os.environ.setdefault("DEBUG", "1")


class Servers:
    """The embedded servers of one var/ folder."""

    def __init__(self, var: Path) -> None:
        make_writable(var / "run", var / "log")
        self.var = var
        # A socket's path may not be longer than 107 bytes, and a checkout's often is. The inode
        # tells a var/ from the one that was deleted under a running server.
        name = hashlib.sha256(f"{var} {var.stat().st_ino}".encode()).hexdigest()[:12]
        self.sockets = Path("/tmp") / f"fostering-hub-{name}"
        self.postgres = Postgres(var, self.sockets)
        self.redis = Redis(var, self.sockets)
        self._using: int | None = None

    def use(self, *names: str) -> dict[str, str]:
        """Start what is not running; the addresses by name (DATABASE_URL, REDIS_URL).

        Both keep running until leave() or the end of this process.
        """
        if self._using is None:
            self._using = lock_file(self.var / "run" / "users.lock")
            fcntl.flock(self._using, fcntl.LOCK_SH)
        with locked(self.var / "run" / "start.lock"):
            make_private(self.sockets)
            self._ensure_keeper()
            chosen: dict[str, Postgres | Redis] = {"DATABASE_URL": self.postgres, "REDIS_URL": self.redis}
            for name in names:
                chosen[name].start()
            return {name: chosen[name].url for name in names}

    def leave(self, patience: float = 30) -> None:
        """Use them no more. Unless somebody else does, they have stopped when this returns."""
        if self._using is not None:
            os.close(self._using)
            self._using = None
        until = time.monotonic() + patience
        while self.has_keeper() and not self._others_use():
            if time.monotonic() > until:
                raise LocalFault(f"The embedded servers have not stopped (see {self.var / 'log'}).")
            time.sleep(0.02)

    def keep(self) -> None:
        """The keeper's life. Returns at once where there is a keeper already."""
        mine = lock_file(self.var / "run" / "keeper.lock")
        if not try_lock(mine, fcntl.LOCK_EX):
            return
        # Whoever started us goes on as soon as we hold the lock; the child keeps it.
        if os.fork():
            os._exit(0)
        os.setsid()
        users = lock_file(self.var / "run" / "users.lock")
        fcntl.flock(users, fcntl.LOCK_EX)
        try:
            self.redis.stop()
            self.postgres.stop()
            if not any(self.sockets.iterdir()):
                self.sockets.rmdir()
        finally:
            # In this order: the next user, let in by the second, must not find a keeper that is leaving.
            os.close(mine)
            os.close(users)

    def has_keeper(self) -> bool:
        probe = lock_file(self.var / "run" / "keeper.lock")
        try:
            return not try_lock(probe, fcntl.LOCK_EX)
        finally:
            os.close(probe)

    def _ensure_keeper(self) -> None:
        if self.has_keeper():
            return
        with (self.var / "log" / "keeper.log").open("ab") as log:
            subprocess.run(
                [sys.executable, "-m", "hub.local.servers", self.var],
                check=True,
                cwd=ROOT,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )

    def _others_use(self) -> bool:
        # The keeper's lock is exclusive and a user's shared, so this is not misled by a keeper at work.
        probe = lock_file(self.var / "run" / "users.lock")
        try:
            return not try_lock(probe, fcntl.LOCK_EX) and try_lock(probe, fcntl.LOCK_SH)
        finally:
            os.close(probe)


def make_writable(*folders: Path) -> None:
    for folder in folders:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise LocalFault(f"{folder} cannot be made: {error.strerror}.") from error
        if not os.access(folder, os.W_OK):
            raise LocalFault(f"{folder} cannot be written to: change its owner, or use another checkout.")


def make_private(folder: Path) -> None:
    """A folder that only we can enter: there is no password on what listens in it."""
    folder.mkdir(mode=0o700, exist_ok=True)
    found = folder.lstat()
    if found.st_uid != os.geteuid() or found.st_mode & 0o077:
        raise LocalFault(f"{folder} belongs to somebody else: remove it and start again.")


def lock_file(path: Path) -> int:
    return os.open(path, os.O_RDWR | os.O_CREAT, 0o600)


def try_lock(file: int, kind: int) -> bool:
    try:
        fcntl.flock(file, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


@contextmanager
def locked(path: Path) -> Iterator[None]:
    file = lock_file(path)
    try:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield
    finally:
        os.close(file)


if __name__ == "__main__":
    Servers(Path(sys.argv[1])).keep()
