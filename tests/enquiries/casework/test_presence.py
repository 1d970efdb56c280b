"""Who else has an enquiry open: told on opening, kept true by asking, gone two minutes after the last sign of life."""

import time_machine
from django.urls import reverse

from enquiries.casework.presence import forget_presence, look_in
from enquiries.models import Presence
from hub.models import AccessLog
from tests.conftest import moment


def test_it_says_who_has_it_open_and_since_when(make_enquiry, sign_in, worker, manager):
    enquiry = make_enquiry()
    url, form = (reverse(name, args=[enquiry.reference]) for name in ("enquiry", "note"))
    with time_machine.travel(moment("2026-03-02 14:02"), tick=False):
        assert "has this open" not in sign_in(worker).get(url).content.decode()
    with time_machine.travel(moment("2026-03-02 14:03"), tick=False):
        sign_in(worker).get(form)
        for address in (url, form):
            page = sign_in(manager).get(address).content.decode()
            assert "Ruth Worker has this open (since 14:02)" in page and "Moira Manager has" not in page


def test_two_minutes_after_the_last_sign_of_life_they_are_gone(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    with time_machine.travel(moment("2026-03-02 14:02"), tick=False):
        look_in(enquiry=enquiry, user=worker)
    for minute, there in (("14:03", True), ("14:04", False)):
        with time_machine.travel(moment(f"2026-03-02 {minute}"), tick=False):
            assert bool(look_in(enquiry=enquiry, user=manager)) is there, minute
    with time_machine.travel(moment("2026-03-02 14:30"), tick=False):
        look_in(enquiry=enquiry, user=worker)
    assert Presence.objects.get(user=worker).since == moment("2026-03-02 14:30")


def test_the_open_page_asks_again_cheaply_and_is_no_look(
    make_enquiry, sign_in, worker, manager, gateshead_worker, django_assert_max_num_queries
):
    enquiry = make_enquiry("assessment")
    look_in(enquiry=enquiry, user=manager)
    url, client = reverse("presence", args=[enquiry.reference]), sign_in(worker)
    with django_assert_max_num_queries(5):
        said = client.post(url).content.decode()
    assert "Moira Manager has this open" in said and "<html" not in said
    assert not AccessLog.objects.exists()
    assert client.get(url).status_code == 405
    assert client.post(reverse("presence", args=["ZZZZ-9999"])).status_code == 404
    assert sign_in(gateshead_worker).post(url).status_code == 403


def test_those_of_yesterday_are_swept_away(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    with time_machine.travel(moment("2026-03-02 14:02"), tick=False):
        look_in(enquiry=enquiry, user=worker)
    with time_machine.travel(moment("2026-03-03 15:00"), tick=False):
        look_in(enquiry=enquiry, user=manager)
        assert forget_presence() == 1
    assert [row.user for row in Presence.objects.all()] == [manager]
