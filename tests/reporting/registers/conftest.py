import pytest
import time_machine

from reporting.registers.defaults import make_kinds
from reporting.registers.models import SupportKind
from tests.conftest import moment


@pytest.fixture(autouse=True)
def in_october():
    with time_machine.travel(moment("2026-10-05 10:00"), tick=False) as traveller:
        yield traveller


@pytest.fixture
def kinds(db):
    """The default kinds by code. The migration makes them; a test with transactions of its own clears them away."""
    make_kinds(SupportKind)
    return {kind.code: kind for kind in SupportKind.objects.all()}
