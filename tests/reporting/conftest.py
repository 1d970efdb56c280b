import pytest

from reporting.households.upkeep import catch_up


@pytest.fixture
def make_enquiry(make_enquiry):
    """As everywhere, with the derived tables brought up to date, as the worker does every half minute."""

    def make(*args, **kwargs):
        enquiry = make_enquiry(*args, **kwargs)
        catch_up()
        return enquiry

    return make
