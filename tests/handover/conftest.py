import datetime

import pytest

from handover.models import Agreement
from handover.services import answer_handover, send_handover


@pytest.fixture
def agreement(gateshead):
    """Gateshead has a current data-sharing agreement; nobody else has."""
    return Agreement.objects.create(
        authority=gateshead, version="2.1", signed_by="Joanne Armitage", starts_on=datetime.date(2024, 4, 1)
    )


@pytest.fixture
def sent(make_enquiry, agreement, gateshead, worker, gateshead_worker):
    """sent() gives a handover that waits for Gateshead's answer."""

    def make(**changes):
        return send_handover(enquiry=make_enquiry("ready", **changes), authority=gateshead, by=worker)

    return make


@pytest.fixture
def accepted(sent, gateshead_worker):
    """accepted() gives a handover that Gateshead has accepted."""

    def make(**changes):
        return answer_handover(handover=sent(**changes), by=gateshead_worker, answer="accepted")

    return make
