"""The schema tells the truth of a council's addresses too: asked with whatever it allows and what it does not, about
referrals that wait, are theirs, were given back, are another council's or are not there, each answers as it says."""

import itertools

import pytest
import schemathesis
from django.conf import settings as django_settings
from django.core.signals import request_finished, request_started
from django.db import close_old_connections
from hypothesis import HealthCheck, given, settings
from schemathesis import checks
from schemathesis.config import GenerationConfig, ProjectConfig, ProjectsConfig, SchemathesisConfig
from schemathesis.generation import GenerationMode

from handover.models import Handover
from hub.wsgi import application

ADDRESSES = {
    "handovers/": "get",
    "handovers/{reference}/": "get",
    "handovers/{reference}/package.pdf": "get",
    "handovers/{reference}/accept/": "post",
    "handovers/{reference}/decline/": "post",
    "handovers/{reference}/return/": "post",
    "handovers/{reference}/milestones/": "post",
    "figures/{month}/": "put",
}
# What the schema cannot say (a cursor of ours, a date after another) is refused: not all that it allows is taken. That
# nothing is answered without a token is tests/test_access.py's.
LEFT_OUT = [checks.positive_data_acceptance, checks.ignored_auth]
QUIET = [HealthCheck.too_slow, HealthCheck.filter_too_much, HealthCheck.large_base_example, HealthCheck.data_too_large]


class WithToken:
    """The application as a council's system sees it."""

    def __init__(self, secret: str):
        self.secret = secret

    def __call__(self, environ, start_response):
        environ |= {"HTTP_HOST": "testserver", "HTTP_AUTHORIZATION": f"Bearer {self.secret}"}
        return application(environ, start_response)


@pytest.fixture
def schema(gateshead_system, monkeypatch):
    monkeypatch.setattr(django_settings, "API_CALLS_A_MINUTE", 1_000_000)
    # As Django's own test client does: the end of a request must not close the connection of the test.
    request_started.disconnect(close_old_connections)
    request_finished.disconnect(close_old_connections)
    generation = GenerationConfig(with_security_parameters=False)
    config = SchemathesisConfig(projects=ProjectsConfig(default=ProjectConfig(generation=generation)))
    yield schemathesis.openapi.from_wsgi("/api/v1/schema/", WithToken(gateshead_system.secret), config=config)
    request_started.connect(close_old_connections)
    request_finished.connect(close_old_connections)


@pytest.mark.parametrize("mode", GenerationMode, ids=lambda mode: mode.name)
@pytest.mark.parametrize("address", ADDRESSES)
def test_every_address_answers_as_the_schema_says(
    address, mode, schema, sent, accepted, declined, withdrawn, of_newcastle
):
    method = ADDRESSES[address]
    operation = schema[f"/api/v1/{address}"][method]
    made = [*(sent() for _ in range(4)), accepted(), accepted(), declined(), withdrawn(), of_newcastle]
    references = itertools.cycle([one.reference for one in made])
    others = Handover.objects.filter(pk=of_newcastle.pk).values_list("state", "opened_at")
    answered: set[int] = set()

    @settings(max_examples=15, derandomize=True, deadline=None, database=None, suppress_health_check=QUIET)
    @given(case=operation.as_strategy(generation_mode=mode))
    def ask(case):
        if mode is GenerationMode.POSITIVE and "reference" in (case.path_parameters or {}):
            case.path_parameters["reference"] = next(references)
        answered.add(case.call_and_validate(excluded_checks=LEFT_OUT).status_code)

    ask()
    if mode is GenerationMode.NEGATIVE:
        assert answered <= {400, 404, 405, 409, 415, 422}
    elif not address.endswith(("pdf", "milestones/")):  # which depend on what nobody guesses
        assert answered & {200, 422}
    assert list(others) == [("sent", None)]
