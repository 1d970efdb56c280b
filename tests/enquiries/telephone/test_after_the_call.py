"""Messages that are ticked on the page of a call go with it, or nothing is logged."""

import pytest

from enquiries.models import SafeContact
from hub.models import Message
from tests.enquiries.telephone.test_log_call import REACHED, at, facts, log, staff, url  # noqa: F401

pytestmark = pytest.mark.django_db


@pytest.fixture
def enquiry(make_enquiry, hub):
    return make_enquiry()


def sent() -> set[str]:
    return set(Message.objects.filter(created_by__isnull=False).values_list("template", flat=True))


def test_after_we_spoke_the_pack_and_the_invitation(staff, enquiry):  # noqa: F811
    page = staff.get(url(enquiry)).content.decode()
    assert "Information pack, by email" in page and "We tried to ring you, by email" in page
    ticked = {"send_reached": ["information_pack", "eoi_invitation"], "send_not_reached": ["tried_to_ring"]}
    assert log(staff, enquiry, **REACHED, **ticked).status_code == 302
    assert sent() == {"information_pack", "eoi_invitation"}
    assert {"conversation", "eoi_invited", "written"} <= set(facts(enquiry))


def test_after_nobody_was_reached_that_we_tried(staff, enquiry):  # noqa: F811
    ticked = {"send_reached": ["information_pack"], "send_not_reached": ["tried_to_ring"]}
    assert log(staff, enquiry, outcome="no_answer", **ticked).status_code == 302
    assert sent() == {"tried_to_ring"} and facts(enquiry) == ["attempt", "written"]


def test_only_what_we_may_send_is_offered_and_nothing_is_half_done(staff, enquiry):  # noqa: F811
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False})
    assert "send_not_reached" not in staff.get(url(enquiry)).content.decode()
    SafeContact.objects.update(by_email=True)
    page = log(staff, enquiry, outcome="no_answer", send_not_reached=["closing"]).content.decode()
    assert "look again" in page and facts(enquiry) == [] and sent() == set()
