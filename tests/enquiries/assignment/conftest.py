import pytest

from hub.models import User
from tests.enquiries.clocks.conftest import at

__all__ = ["at"]


@pytest.fixture
def colleague(hub):
    """Priya, a second hub worker beside Ruth."""
    return User.objects.create_user("priya@example.org", None, name="Priya Colleague", role="hub_worker")


@pytest.fixture
def third(hub):
    return User.objects.create_user("callum@example.org", None, name="Callum Third", role="hub_worker")
