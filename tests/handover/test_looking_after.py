"""Who at the council looks after a referral: named by its people, shown to the hub and the person, told by email."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.own_page.status import Standing
from handover.looking_after import name_worker
from handover.milestones import record_milestone
from handover.services import withdraw_handover
from hub.errors import Refused
from hub.models import Message, User
from hub.working_time import today
from tests.conftest import moment


@pytest.fixture
def colleague(gateshead):
    return User.objects.create_user(
        "joanne@example.org", None, name="Joanne Armitage", role="authority_lead", authority=gateshead
    )


def page(name: str, handover) -> str:
    return reverse(name, args=[handover.reference])


def test_one_click_makes_it_mine_and_everybody_can_see_who_it_is(accepted, sign_in, gateshead_worker, worker):
    handover = accepted()
    client = sign_in(gateshead_worker)
    assert "I look after them" in client.get(page("referral", handover)).content.decode()
    answer = client.post(page("referral_worker", handover), {"to": gateshead_worker.pk}, follow=True)
    html = answer.content.decode()
    assert "Samir Gateshead looks after them" in html and "I look after them" not in html
    handover.refresh_from_db()
    assert handover.worker == gateshead_worker
    fact = handover.enquiry.activities.get(kind="worker_named")
    assert (fact.note, fact.recorded_by, fact.about) == ("Samir Gateshead", gateshead_worker, handover.sent_fact)
    assert "Samir Gateshead" in client.get(reverse("referrals")).content.decode()
    assert Standing(handover.enquiry).at_the_council == "Samir Gateshead at Gateshead"
    told = Message.objects.get(template="worker_named")
    assert told.to_household and "Samir Gateshead at Gateshead looks after you" in told.body
    assert "Samir" not in told.subject
    sign_in(worker)
    assert "Samir Gateshead" in client.get(reverse("enquiry", args=[handover.enquiry.reference])).content.decode()


def test_a_colleague_is_chosen_from_those_who_can_sign_in(accepted, sign_in, gateshead_worker, colleague, worker):
    handover = accepted()
    gone = User.objects.create_user(
        "gone@example.org", None, name="Gone Away", role="authority_worker", authority=handover.authority,
        is_active=False,
    )  # fmt: skip
    client = sign_in(gateshead_worker)
    html = client.get(page("referral_worker", handover)).content.decode()
    assert "Joanne Armitage" in html and "Gone Away" not in html and worker.name not in html
    for wrong in ("", gone.pk, worker.pk, "x"):
        html = client.post(page("referral_worker", handover), {"to": wrong}).content.decode()
        assert "There is a problem" in html, wrong
    client.post(page("referral_worker", handover), {"to": colleague.pk})
    handover.refresh_from_db()
    assert handover.worker == colleague


def test_only_its_own_people_and_only_while_it_is_with_them(
    accepted, sent, gateshead_worker, newcastle_worker, colleague, worker
):
    handover = accepted()
    for by, to in (
        (newcastle_worker, newcastle_worker), (gateshead_worker, newcastle_worker), (gateshead_worker, worker),
        (worker, gateshead_worker),
    ):  # fmt: skip
        with pytest.raises(Refused):
            name_worker(handover=handover, by=by, to=to)
    waiting = sent()
    with pytest.raises(Refused):
        name_worker(handover=waiting, by=gateshead_worker, to=gateshead_worker)
    record_milestone(handover=handover, by=gateshead_worker, kind="closed", occurred_on=today(), reason="timing")
    with pytest.raises(Refused):
        name_worker(handover=handover, by=gateshead_worker, to=gateshead_worker)
    assert not Message.objects.filter(template="worker_named").exists()


def test_the_same_again_changes_nothing(accepted, gateshead_worker):
    handover = name_worker(handover=accepted(), by=gateshead_worker, to=gateshead_worker)
    with pytest.raises(Refused, match="already"):
        name_worker(handover=handover, by=gateshead_worker, to=gateshead_worker)
    assert handover.enquiry.activities.filter(kind="worker_named").count() == 1


def test_to_and_fro_in_a_day_tells_each_name_once(accepted, gateshead_worker, colleague):
    with time_machine.travel(moment("2026-03-03 10:00")):
        handover = accepted()
        for to in (gateshead_worker, colleague, gateshead_worker):
            name_worker(handover=handover, by=gateshead_worker, to=to)
    assert Message.objects.filter(template="worker_named").count() == 2
    assert Standing(handover.enquiry).at_the_council == "Samir Gateshead at Gateshead"


def test_nobody_is_emailed_where_it_is_not_safe(accepted, gateshead_worker):
    handover = accepted()
    handover.enquiry.safe_contact.by_email = False
    handover.enquiry.safe_contact.save()
    name_worker(handover=handover, by=gateshead_worker, to=gateshead_worker)
    assert not Message.objects.filter(template="worker_named").exists()


def test_of_one_that_cannot_sign_in_any_more_the_pages_say_so(accepted, sign_in, gateshead_worker, colleague):
    handover = name_worker(handover=accepted(), by=gateshead_worker, to=colleague)
    colleague.is_active = False
    colleague.save()
    client = sign_in(gateshead_worker)
    for address in (reverse("referrals"), page("referral", handover)):
        assert "Account suspended: choose somebody else" in client.get(address).content.decode()


def test_another_council_starts_without_a_name(accepted, gateshead_worker, worker):
    handover = name_worker(handover=accepted(), by=gateshead_worker, to=gateshead_worker)
    withdraw_handover(handover=handover, by=worker, reason="person_asked")
    assert Standing(handover.enquiry).at_the_council == ""


def test_reasons_are_shown_with_ofsteds_code(accepted, sign_in, gateshead_worker):
    handover = accepted()
    client = sign_in(gateshead_worker)
    html = client.get(page("referral_end", handover)).content.decode()
    assert "Ofsted: AW4" in html and "withdrawn by the applicants" in html and "withdrawn by the service" in html
    day = today() - datetime.timedelta(days=0)
    answer = {"reason": "finances", "occurred_on_day": day.day, "occurred_on_month": day.month,
              "occurred_on_year": day.year}  # fmt: skip
    html = client.post(page("referral_end", handover), answer, follow=True).content.decode()
    assert "Finances (AW4)" in html
