"""What the logs may say: never a name, an address, a token or the text of a fault."""

import io
import json
import logging

import pytest
import structlog
from celery.app.trace import build_tracer

from hub.celery import app
from hub.logs import json_formatter
from hub.models import User


@pytest.fixture
def line():
    """line(logger, event, ...) logs as the product does and gives the JSON that came out."""

    def write(name: str, event: str, *filled_in, foreign: bool = False, **values):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(json_formatter())
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        level = logger.level
        logger.setLevel(logging.INFO)
        try:
            (logger if foreign else structlog.get_logger(name)).info(event, *filled_in, **values)
        finally:
            logger.removeHandler(handler)
            logger.setLevel(level)
        return json.loads(stream.getvalue())

    return write


def test_only_allowed_keys_come_out(line):
    written = line("hub.test", "message_sent", message=7, email="amina@example.org", person="Amina Khalid")
    assert written["message"] == 7
    assert "amina" not in json.dumps(written).lower()


def test_an_address_with_a_token_is_not_written(line):
    assert line("django.request", "Not Found: /journey/secret-token/", foreign=True)["event"] == "Not Found"


@pytest.mark.parametrize("foreign", [True, False])
def test_the_text_of_a_fault_is_not_written(line, foreign):
    try:
        raise ValueError("amina@example.org is not a number")
    except ValueError:
        written = line("hub.test", "failed", exc_info=True, foreign=foreign)
    assert "amina" not in json.dumps(written)
    assert written["fault"].startswith("ValueError test_logs.py")


@pytest.fixture
def all_lines():
    """Whatever anybody logs meanwhile, as the product writes it."""
    stream = io.StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(json_formatter())
    root = logging.getLogger()
    root.addHandler(handler)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.removeHandler(handler)


def quote_what_was_typed():
    raise ValueError("Invalid address amina@example.org")


def break_a_rule_of_the_database():
    for _ in range(2):
        User.objects.create_user("amina@example.org", None, name="A", role="hub_worker")


@pytest.mark.parametrize("failing", [quote_what_was_typed, break_a_rule_of_the_database])
@pytest.mark.django_db(transaction=True)
def test_a_task_that_fails_says_which_and_not_what_it_was_given(all_lines, failing):
    task = app.task(name="tests.fails")(failing)
    try:
        # As a worker runs it, its own logging included.
        build_tracer(task.name, task, app=app)("id", (), {}, {"id": "id"})
    finally:
        app.tasks.pop(task.name)
    written = next(line for line in all_lines() if line["logger"] == "celery.app.trace")
    assert "amina" not in json.dumps(all_lines())
    assert written["task"] == "tests.fails"
    assert written["fault"].startswith(("ValueError test_logs.py", "IntegrityError"))
    assert "event" not in written


def test_celerys_messages_come_without_what_is_filled_in(line):
    filled_in = {"id": "1", "name": "hub.tasks.send_message", "exc": "ValueError('amina@example.org')"}
    written = line("celery.app.trace", "Task %(name)s[%(id)s] retry: %(exc)s", filled_in, foreign=True)
    assert written["event"] == "Task %(name)s[%(id)s] retry: %(exc)s"
    assert written["task"] == "hub.tasks.send_message"
    assert "amina" not in json.dumps(written)


@pytest.mark.django_db
def test_a_fault_of_the_database_does_not_quote_its_values(client, all_lines, hub, monkeypatch):
    client.raise_request_exception = False

    monkeypatch.setattr("hub.context.SimpleLazyObject", lambda *_: break_a_rule_of_the_database())  # as any page does
    assert client.get("/accounts/login/").status_code == 500
    written = next(line for line in all_lines() if line["logger"] == "django.request")
    assert written["fault"].startswith(("UniqueViolation", "IntegrityError"))
    assert "amina" not in json.dumps(all_lines())
    assert "login" not in json.dumps(written)


@pytest.mark.parametrize("logger", ["django.request", "django.security.csrf"])
def test_django_names_no_address(line, logger):
    written = line(logger, "%s: %s", "Forbidden (CSRF token missing.)", "/journey/secret-token/", foreign=True)
    assert written["event"] == "Forbidden (CSRF token missing.)"
