"""The schema tells the truth: asked with whatever it allows and what it does not, the API answers as it says."""

import datetime
import io
from pathlib import Path

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.management import call_command
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from django.utils import timezone
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode
from standardwebhooks.webhooks import Webhook

from hub.wsgi import application
from tests.handover.api.test_schema import ADDRESSES as OF_COUNCILS

from .test_calls import SECRET
from .test_notify import TOKEN

COMMITTED = Path(__file__).resolve().parents[3] / "docs" / "openapi.yaml"


class WithCredentials:
    """The application as a system sees it that has what it needs: each call gets its token, or is signed."""

    def __init__(self, application, token: str):
        self.application, self.token = application, token

    def __call__(self, environ, start_response):
        path = environ["PATH_INFO"]
        environ["HTTP_HOST"] = "testserver"
        environ["HTTP_AUTHORIZATION"] = f"Bearer {TOKEN if '/notify/' in path else self.token}"
        if path.endswith("/calls/"):
            self._sign(environ)
        return self.application(environ, start_response)

    @staticmethod
    def _sign(environ) -> None:
        sent = environ["wsgi.input"].read(int(environ.get("CONTENT_LENGTH") or 0))
        environ["wsgi.input"] = io.BytesIO(sent)
        number, now = environ.get("HTTP_WEBHOOK_ID", ""), timezone.now().astimezone(datetime.UTC)
        environ["HTTP_WEBHOOK_TIMESTAMP"] = str(int(now.timestamp()))
        # What is not UTF-8 cannot be signed by the library: it is refused, whatever the signature.
        environ["HTTP_WEBHOOK_SIGNATURE"] = Webhook(SECRET).sign(number, now, sent.decode(errors="replace"))


@pytest.fixture
def schema(token, directory, monkeypatch):
    monkeypatch.setattr(django_settings, "TELEPHONE_WEBHOOK_SECRETS", [SECRET])
    monkeypatch.setattr(django_settings, "NOTIFY_CALLBACK_TOKENS", [TOKEN])
    monkeypatch.setattr(django_settings, "API_CALLS_A_MINUTE", 1_000_000)
    # As Django's own test client does: the end of a request must not close the connection of the test.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    generation = GenerationConfig(with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", WithCredentials(application, token[1]), config=config)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


# What the schema cannot say (a moment within 90 days, a council that is a member) is refused with 422, so that not all
# that it allows is taken. That nothing is answered without credentials is tests/test_access.py's.
LEFT_OUT = [checks.positive_data_acceptance, checks.ignored_auth]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example, HealthCheck.data_too_large]
MOMENTS = ("received_at", "at", "date_received")
ADDRESSES = ["enquiries/", "calls/", "notify/delivery-receipts/", "notify/inbound-texts/"]
OF_FEEDS = ["feeds/{name}.csv"]  # tests/reporting/feeds


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.name)
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_as_the_schema_says(address, mode, schema):
    operation = schema[f"/api/v1/{address}"]["post"]

    answered = set()

    @settings(max_examples=20, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode is GenerationMode.POSITIVE:
            case.body |= {name: timezone.now().isoformat() for name in MOMENTS if name in case.body}
        answered.add(case.call_and_validate(excluded_checks=LEFT_OUT).status_code)

    ask()
    if mode is GenerationMode.NEGATIVE:
        assert answered <= {400, 401, 415, 422}  # 401: a signature is also of its headers
    elif address != "enquiries/":  # of people that nobody can reach it takes none: test_properties.py
        assert 204 in answered


def test_no_address_is_left_out(schema):
    asked = {f"/api/v1/{one}" for one in (*ADDRESSES, *OF_COUNCILS, *OF_FEEDS)}
    assert {operation.ok().path for operation in schema.get_all_operations()} == asked


def test_the_committed_schema_is_that_of_the_code(tmp_path):
    made = tmp_path / "openapi.yaml"
    call_command("spectacular", file=str(made), validate=True, fail_on_warn=True)
    assert made.read_text() == COMMITTED.read_text()
