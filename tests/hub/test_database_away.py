"""With PostgreSQL away: commands end with one line, the probes answer, and pages say so in words."""

import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent.parent
# Asked as a browser would that was here before: the session's cookie makes every page look into the database.
ASK = """
import django, json
django.setup()
from django.conf import settings
from django.test import Client
client = Client(raise_request_exception=False)
client.cookies[settings.SESSION_COOKIE_NAME] = "x" * 32
answers = {}
for path in ["/healthz", "/readyz", "/", "/hub/", "/enquire/check-answers/"]:
    answer = client.post(path) if "check" in path else client.get(path)
    answers[path] = [answer.status_code, answer["Content-Type"], answer.content.decode()]
print("ANSWERS " + json.dumps(answers))
"""


@pytest.fixture(scope="module")
def away():
    """The environment of a deployment whose database address is a port where nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
    return {
        **os.environ,
        "DATABASE_URL": f"postgres://hub:secret@127.0.0.1:{port}/hub",
        "DJANGO_SETTINGS_MODULE": "hub.settings",
    }


@pytest.fixture(scope="module")
def answers(away):
    run = subprocess.run([sys.executable, "-c", ASK], cwd=ROOT, env=away, capture_output=True, text=True)
    line = next(line for line in run.stdout.splitlines() if line.startswith("ANSWERS "))
    return json.loads(line.removeprefix("ANSWERS "))


def test_the_probes_answer(answers):
    assert answers["/healthz"][0] == 200
    status, kind, text = answers["/readyz"]
    assert (status, kind) == (503, "application/json")
    assert json.loads(text)["database"] == "The database does not answer."


@pytest.mark.parametrize("path", ["/", "/hub/", "/enquire/check-answers/"])
def test_pages_say_so_in_words(answers, path):
    status, kind, text = answers[path]
    assert status == 503
    assert kind.startswith("text/html")
    assert "We cannot reach our records just now. Nothing you typed was saved." in text
    assert "Traceback" not in text


@pytest.mark.parametrize("command", ["migrate", "draft_return --month 2026-09", "check_invariants"])
def test_commands_end_with_one_line(away, command):
    run = subprocess.run(
        [sys.executable, "manage.py", *command.split()], cwd=ROOT, env=away, capture_output=True, text=True
    )
    assert run.returncode == 1
    assert run.stderr.startswith("Cannot go on: the database does not answer (")
    assert run.stderr.count("\n") == 1
    assert run.stdout == "" and "secret" not in run.stderr
