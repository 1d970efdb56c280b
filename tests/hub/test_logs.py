"""What the logs may say: never a name, an address, a token or the text of a fault."""

import io
import json
import logging

import pytest
import structlog

from hub.logs import json_formatter


@pytest.fixture
def line():
    """line(logger, event, ...) logs as the product does and gives the JSON that came out."""

    def write(name: str, event: str, *, foreign: bool = False, **values):
        stream = io.StringIO()
        handler = logging.StreamHandler(stream)
        handler.setFormatter(json_formatter())
        logger = logging.getLogger(name)
        logger.addHandler(handler)
        level = logger.level
        logger.setLevel(logging.INFO)
        try:
            (logger if foreign else structlog.get_logger(name)).info(event, **values)
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
