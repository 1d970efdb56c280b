import pytest

from handover.webhooks.services import add_endpoint
from tests.factories import someone
from tests.handover.webhooks.receiver import Serving


@pytest.fixture
def receiver():
    with Serving() as running:
        yield running


@pytest.fixture
def lead(gateshead):
    return someone("authority_lead", gateshead)


@pytest.fixture
def newcastle_lead(newcastle):
    return someone("authority_lead", newcastle)


@pytest.fixture
def loopback(settings):
    settings.WEBHOOKS_TO_LOOPBACK = True


@pytest.fixture
def endpoint(lead, receiver, loopback):
    """Gateshead's system, which is told everything; with its secret as `endpoint.secret`."""
    made, secret = add_endpoint(
        by=lead, url=receiver.url, events=["handover.sent", "handover.withdrawn", "enquiry.updated"]
    )
    made.secret = secret
    return made


@pytest.fixture
def no_worker(monkeypatch):
    """Nobody is told after the commit: what is sent, the sweep sends."""
    monkeypatch.setattr("handover.webhooks.services.tell", lambda task, *args: None)
