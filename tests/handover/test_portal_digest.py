"""The morning email to councils' people: once, in numbers alone, only to whom something waits and who wants it."""

import time_machine
from django.urls import reverse

from handover.digest import send_portal_digests
from handover.looking_after import name_worker
from hub.models import Authority, Membership, Message
from tests.conftest import moment

THURSDAY, MONDAY = moment("2026-02-26 10:00"), moment("2026-03-02 09:05")


def digests() -> list[Message]:
    return list(Message.objects.filter(template="portal_digest").order_by("to"))


def send(at=MONDAY) -> int:
    with time_machine.travel(at, tick=False):
        return send_portal_digests()


def test_it_counts_and_names_nobody(sent, accepted, gateshead_worker):
    with time_machine.travel(THURSDAY, tick=False):
        waiting, theirs, mine = sent(), accepted(), accepted()
        name_worker(handover=mine, by=gateshead_worker, to=gateshead_worker)
    assert send() == 1
    (message,) = digests()
    assert message.to == gateshead_worker.email and message.reference == ""
    assert (
        "wait for your council's answer: 1\n" in message.body
        and "nobody is named to look after them: 1" in message.body
    )
    assert "Looked after by you" not in message.body and reverse("referrals") in message.body
    for handover in (waiting, theirs, mine):
        for text in (handover.reference, handover.enquiry.reference, handover.enquiry.applicants.first().last_name):
            assert text not in message.subject + message.body


def test_what_is_late_says_so(sent, accepted, gateshead_worker):
    with time_machine.travel(moment("2026-01-05 10:00"), tick=False):
        sent()
        name_worker(handover=accepted(), by=gateshead_worker, to=gateshead_worker)
    assert send() == 1
    body = digests()[0].body
    assert "answer: 1, 1 of them late" in body and "Looked after by you: 1 late" in body


def test_once_a_day_on_working_mornings(sent):
    with time_machine.travel(THURSDAY, tick=False):
        sent()
    at = ("2026-02-28 10:00", "2026-03-02 08:55", "2026-03-02 09:05", "2026-03-02 09:10", "2026-03-03 09:00")
    assert [send(moment(text)) for text in at] == [0, 0, 1, 0, 1]


def test_nobody_at_a_council_that_is_not_ready_or_has_left(sent, gateshead):
    with time_machine.travel(THURSDAY, tick=False):
        sent()
    Authority.objects.filter(pk=gateshead.pk).update(portal="not_ready")
    assert send() == 0
    Authority.objects.filter(pk=gateshead.pk).update(portal="live")
    Membership.objects.filter(authority=gateshead).update(ends_on="2026-02-28")
    assert send(moment("2026-03-03 09:05")) == 0


def test_a_council_that_is_paused_is_told_of_the_people_it_has(sent, gateshead):
    with time_machine.travel(THURSDAY, tick=False):
        sent()
    Authority.objects.filter(pk=gateshead.pk).update(portal="paused")
    assert send() == 1


def test_suspended_people_and_who_does_not_want_it_get_none(sent, sign_in, gateshead_worker, newcastle_worker):
    with time_machine.travel(THURSDAY, tick=False):
        sent()
    client, address = sign_in(gateshead_worker), reverse("portal_settings")
    assert "Stop the morning email" in client.get(address).content.decode()
    html = client.post(address, {"wanted": "no"}, follow=True).content.decode()
    assert "no morning email" in html and "Email me what waits" in html
    assert send() == 0
    client.post(address, {"wanted": "yes"})
    gateshead_worker.refresh_from_db()
    assert gateshead_worker.task_digest
    gateshead_worker.is_active = False
    gateshead_worker.save()
    assert send(moment("2026-03-03 09:05")) == 0


def test_the_page_is_for_councils_people(sign_in, worker, gateshead_worker):
    assert sign_in(worker).get(reverse("portal_settings")).status_code == 403
    assert sign_in(gateshead_worker).put(reverse("portal_settings")).status_code == 405
