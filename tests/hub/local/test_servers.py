"""The embedded servers, real ones, in a folder of the test's own."""

import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

import psycopg
import pytest

from hub.local import LocalFault, servers
from hub.local.servers import ROOT, Servers, ensure_environment


@pytest.fixture
def var(tmp_path):
    """A path with a space, and too long for a socket."""
    return tmp_path / "a folder" / ("x" * 60) / "var"


@pytest.fixture
def embedded(var):
    embedded = Servers(var)
    yield embedded
    embedded.leave()


def database(embedded):
    return embedded.use("DATABASE_URL")["DATABASE_URL"]


def ask(url, question):
    with psycopg.connect(url) as connection:
        return connection.execute(question).fetchone()


def postmaster_pid(embedded):
    return int((embedded.postgres.data / "postmaster.pid").read_text().split()[0])


def wait_until(condition, patience=10):
    until = time.monotonic() + patience
    while not condition():
        assert time.monotonic() < until
        time.sleep(0.02)


def test_the_database_is_utf8_and_its_owner_no_superuser(embedded):
    row = ask(
        database(embedded),
        "SELECT pg_encoding_to_char(encoding), datlocale, usesuper, usecreatedb"
        " FROM pg_database, pg_user WHERE datname = 'hub' AND usename = current_user",
    )
    assert row == ("UTF8", "C.UTF-8", False, True)


def test_both_stop_when_the_only_user_leaves(embedded):
    embedded.use("DATABASE_URL", "REDIS_URL")
    assert embedded.redis.is_running()
    embedded.leave()
    assert not embedded.postgres.is_running()
    assert not embedded.redis.is_running()
    assert not embedded.sockets.exists()


def test_data_outlive_a_stop(embedded):
    with psycopg.connect(database(embedded)) as connection:
        connection.execute("CREATE TABLE kept (word text)")
        connection.execute("INSERT INTO kept VALUES ('still here')")
    embedded.leave()
    assert ask(database(embedded), "SELECT word FROM kept") == ("still here",)


def other_process(var):
    """Another program that uses the same servers until its input closes."""
    code = (
        "import sys; from pathlib import Path; from hub.local.servers import Servers\n"
        f"Servers(Path({str(var)!r})).use('DATABASE_URL', 'REDIS_URL'); print('up', flush=True); sys.stdin.read()"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", code], cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    assert process.stdout.readline() == "up\n"
    return process


def test_a_process_that_ends_does_not_stop_them_under_another(embedded, var):
    url = database(embedded)
    with other_process(var) as other:
        other.stdin.close()
    assert ask(url, "SELECT 1") == (1,)
    embedded.leave()
    assert not embedded.postgres.is_running()


def test_leaving_does_not_wait_for_another_user(embedded, var):
    database(embedded)
    with other_process(var) as other:
        embedded.leave()
        assert embedded.postgres.is_running()
        other.stdin.close()
    wait_until(lambda: not embedded.postgres.is_running())


def test_they_stop_after_a_user_that_was_killed(embedded, var):
    with other_process(var) as other:
        assert embedded.postgres.is_running()
        other.kill()
    wait_until(lambda: not embedded.has_keeper())
    assert not embedded.postgres.is_running()
    assert not embedded.redis.is_running()


def test_a_crashed_server_is_started_again_though_its_number_is_now_another_programs(embedded):
    url = database(embedded)
    pid_file = embedded.postgres.data / "postmaster.pid"
    pid, _, rest = pid_file.read_text().partition("\n")
    os.kill(int(pid), signal.SIGKILL)
    wait_until(lambda: not embedded.postgres.is_running())
    pid_file.write_text(f"{os.getpid()}\n{rest}")
    assert database(embedded) == url
    assert ask(url, "SELECT 1") == (1,)


def test_a_database_whose_making_was_interrupted_is_made_again(embedded):
    unfinished = embedded.var / "postgres.unfinished"
    unfinished.mkdir()
    (unfinished / "PG_VERSION").write_text("18\n")
    assert ask(database(embedded), "SELECT 1") == (1,)
    assert not unfinished.exists()


def test_what_is_no_database_is_named_and_kept(embedded):
    stranger = embedded.postgres.data / "somebody's file"
    stranger.parent.mkdir()
    stranger.touch()
    with pytest.raises(LocalFault, match="holds no PostgreSQL database: move it away"):
        database(embedded)
    assert stranger.exists()


def test_another_versions_database_is_named_and_kept(embedded):
    embedded.postgres.data.mkdir()
    (embedded.postgres.data / "PG_VERSION").write_text("17\n")
    with pytest.raises(LocalFault, match="made by PostgreSQL 17 and this is 18"):
        database(embedded)


def test_a_socket_left_by_a_crashed_redis_is_replaced(embedded):
    embedded.sockets.mkdir(mode=0o700)
    with socket.socket(socket.AF_UNIX) as left:
        left.bind(str(embedded.redis.socket))
    embedded.use("REDIS_URL")
    assert embedded.redis.is_running()


def test_a_folder_that_cannot_be_made_is_named(tmp_path):
    (tmp_path / "var").touch()
    with pytest.raises(LocalFault, match=f"{tmp_path}/var/run cannot be made"):
        Servers(tmp_path / "var")


def test_a_socket_folder_that_others_may_enter_is_refused(embedded):
    embedded.sockets.mkdir(mode=0o755)
    with pytest.raises(LocalFault, match="belongs to somebody else"):
        database(embedded)
    embedded.sockets.rmdir()


def test_addresses_that_are_set_are_used(monkeypatch):
    monkeypatch.setenv("DATABASE_URL", "postgres://elsewhere/hub")
    monkeypatch.setenv("REDIS_URL", "redis://elsewhere")
    assert ensure_environment() is None
    assert os.environ["DATABASE_URL"] == "postgres://elsewhere/hub"


def test_a_missing_address_without_the_packages_is_one_sentence(monkeypatch, tmp_path):
    monkeypatch.setattr(servers, "VAR", tmp_path)
    monkeypatch.delenv("DATABASE_URL", raising=False)
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    with pytest.raises(SystemExit, match=r"^Cannot start: DATABASE_URL is not set\."):
        ensure_environment()


def test_the_secret_key_stays_the_same(monkeypatch, tmp_path):
    def filled_in():
        monkeypatch.delenv("SECRET_KEY", raising=False)
        servers.fill_in_local_settings(tmp_path)
        return os.environ["SECRET_KEY"]

    first = filled_in()
    assert len(first) > 40
    assert filled_in() == first
    assert Path(tmp_path / "secret_key").stat().st_mode & 0o077 == 0
