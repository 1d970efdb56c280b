import signal
import socket
import subprocess
import sys

import pytest

from hub.local import LocalFault
from hub.local.demo import Demo, bound_socket, chosen_port


def test_a_port_in_use_is_named():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        with pytest.raises(LocalFault, match=f"Port {port} cannot be used .*PORT={port + 1}"):
            bound_socket(port)


@pytest.mark.parametrize("text", ["http", "0", "70000", "-1", "8000.5"])
def test_a_port_that_is_none_is_named(monkeypatch, text):
    monkeypatch.setenv("PORT", text)
    with pytest.raises(LocalFault, match="PORT must be a number"):
        chosen_port()


def test_an_empty_port_is_the_usual_one(monkeypatch):
    monkeypatch.setenv("PORT", "")
    assert chosen_port() == 8000


PARENT_AND_CHILD = """
import signal, subprocess, sys
signal.signal(signal.SIGTERM, signal.SIG_IGN)
child = subprocess.Popen([sys.executable, "-c", "import signal; signal.pause()"])
print(child.pid, flush=True)
signal.pause()
"""


@pytest.fixture
def started(tmp_path, monkeypatch):
    """A demo with one process that has a child and does not listen to SIGTERM; and the child's number."""
    (tmp_path / "stubborn.py").write_text(PARENT_AND_CHILD)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    demo = Demo(8000)
    with (tmp_path / "out").open("w") as out:
        demo.start("stubborn", ["stubborn"], stdout=out)
    while not (child := (tmp_path / "out").read_text().strip()):
        demo.stopping.wait(0.02)
    return demo, int(child)


def is_alive(pid):
    state = subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return state.stdout.strip() not in ("", "Z")


def test_stopping_leaves_no_child_behind(started, monkeypatch):
    monkeypatch.setattr("hub.local.demo.STOP_WITHIN", 0.3)
    demo, child = started
    demo.stop()
    demo.stopping.wait(0.1)
    assert demo.processes["stubborn"].returncode == -signal.SIGKILL
    assert not is_alive(child)


def test_a_process_that_ends_by_itself_is_named(tmp_path, monkeypatch):
    monkeypatch.setattr("hub.local.demo.LOGS", tmp_path)
    (tmp_path / "gone.py").write_text("import sys; sys.exit('the reason')")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    demo = Demo(8000)
    with (tmp_path / "web.log").open("w") as log:
        demo.start("web", ["gone"], stdout=log, stderr=log).wait()
    with pytest.raises(LocalFault, match=r"The web process has ended: the reason \(see .*web.log\)"):
        demo.check_processes()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells a child that its parent was killed")
def test_children_stop_when_the_runner_is_killed(tmp_path):
    code = (
        "import sys; from hub.local.demo import Demo\n"
        "process = Demo(8000).start('sleeper', ['http.server', '0'], stdout=sys.stderr)\n"
        "print(process.pid, flush=True); process.wait()"
    )
    runner = subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL)
    with runner:
        child = int(runner.stdout.readline())
        runner.kill()
    for _ in range(500):
        if not is_alive(child):
            return
        signal.sigtimedwait([], 0.02)
    pytest.fail("The child is still there.")
