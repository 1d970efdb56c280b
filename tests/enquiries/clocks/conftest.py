import pytest
import time_machine

from tests.conftest import moment


@pytest.fixture
def at(hub):
    """at("2026-03-02 10:15") moves the clock there; it begins on a Thursday in March 2026."""
    with time_machine.travel(moment("2026-03-05 10:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(moment(text))
