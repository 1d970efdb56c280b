import pytest
import time_machine

from reporting.returns import drafting
from tests.conftest import moment
from tests.reporting.returns.kit import SEPTEMBER, confirm, signed_return


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def enquiry(make_enquiry):
    return make_enquiry(received_at=moment("2026-09-10 11:00"))


@pytest.fixture
def draft(enquiry, data_officer):
    return drafting.draft_return(period=SEPTEMBER, by=data_officer)


@pytest.fixture
def reviewed(draft, data_officer):
    return confirm(draft, data_officer)


@pytest.fixture
def signed(enquiry, manager, data_officer):
    return signed_return(manager, data_officer)
