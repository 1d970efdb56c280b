"""The link of a check-in: looking does nothing, one tap brings them back, and it works once."""

import datetime

import pytest
from django.test import Client
from django.urls import reverse

from enquiries.models import Activity, ComeBackLink, Nudge, SafeContact
from enquiries.not_yet.services import ask_me_later, come_back, end_hold
from hub.errors import Refused
from hub.models import Message
from tests.enquiries.not_yet.conftest import THE_DAY

pytestmark = pytest.mark.django_db


def test_looking_does_nothing(asked, enquiry):
    path, before = asked(), Activity.objects.count()
    page = Client().get(path)
    html = page.content.decode()
    assert "Welcome back: shall we ring you?" in html and "Amina and Tom" in html and "ends in 123" in html
    assert enquiry.applicants.first().last_name not in html and "07700 900123" not in html
    assert page["Referrer-Policy"] == "strict-origin" and "no-store" in page["Cache-Control"]
    Client().head(path)
    assert Activity.objects.count() == before and ComeBackLink.objects.get().used_at is None


def test_the_token_is_nowhere_but_in_the_mail(asked):
    token = asked().split("/")[2]
    assert token not in Message.objects.get(template="not_yet_check_in").body
    assert ComeBackLink.objects.get().token_sha256 != token


def test_back_with_one_tap_and_the_clock_runs(asked, enquiry):
    client, path = Client(), asked()
    html = client.post(path, {"choice": "back"}, follow=True).content.decode()
    assert "Welcome back" in html and "We ring you by Wednesday 14 July" in html
    enquiry.refresh_from_db()
    assert (enquiry.on_hold, enquiry.clock, enquiry.stage) == (False, "answer", "in_touch")
    last = enquiry.facts.newest_first()
    assert {"hold_ended", "asked_again"} <= {one.kind for one in last[:4]}
    assert not Nudge.objects.planned().exists()
    assert Message.objects.filter(template="came_back").exists()


def test_whoever_came_back_may_choose_when_for_an_hour(asked, enquiry, clock):
    client, path = Client(), asked()
    page = client.post(path, {"choice": "back"}, follow=True)
    form = page.context["form"]
    slot = form.slots[0].starts_at.isoformat()
    assert "Select a time from the list" in client.post(path, {"at": "x", "version": "1"}).content.decode()
    html = client.post(path, {"at": slot, "version": "1"}, follow=True).content.decode()
    enquiry.refresh_from_db()
    assert enquiry.callback_at.isoformat() and "at the time you chose" in html
    clock.shift(datetime.timedelta(hours=2))
    assert client.get(path).context["form"] is None


def test_it_works_once(asked, enquiry):
    path = asked()
    Client().post(path, {"choice": "back"})
    before = Activity.objects.count()
    html = Client().post(path, {"choice": "stop"}).content.decode()
    enquiry.refresh_from_db()
    assert "Welcome back" in html and enquiry.is_open and Activity.objects.count() == before


def test_later_is_another_hold_with_another_yes(asked, enquiry):
    html = Client().post(asked(), {"choice": "later"}, follow=True).content.decode()
    enquiry.refresh_from_db()
    assert enquiry.on_hold and enquiry.hold_until == datetime.date(2028, 1, 13) and "January 2028" in html
    hold = enquiry.facts.filter(kind="hold_started").newest_first().first()
    assert (hold.reason, hold.who) == ("room", "the enquirer")
    assert Nudge.objects.planned().count() == 2
    consent = enquiry.ledger.filter(purpose="ask_again").first()
    assert consent.expires_on == datetime.date(2029, 1, 13) and "We ask you again in six months" in consent.wording


def test_no_longer_closes_with_their_reason(asked, enquiry):
    client, path = Client(), asked()
    assert "There is a problem" in client.post(path, {"choice": "stop", "reason": "age"}).content.decode()
    assert "We have stopped" in client.post(path, {"choice": "stop", "reason": "work"}, follow=True).content.decode()
    enquiry.refresh_from_db()
    assert (enquiry.stage, enquiry.closed_reason) == ("closed", "work")


@pytest.mark.parametrize("choice", ["", "approve", "🙂"])
def test_bad_input_is_shown_again(asked, enquiry, choice):
    html = Client().post(asked(), {"choice": choice}).content.decode()
    assert "Press one of the buttons" in html and ComeBackLink.objects.get().used_at is None


def test_old_or_not_ours_or_no_longer_safe_opens_nothing(asked, enquiry, clock, worker):
    path = asked()
    assert Client().get("/welcome-back/not-ours/").status_code == 410
    SafeContact.objects.update_or_create(enquiry=enquiry, defaults={"by_email": False})
    assert Client().post(path, {"choice": "back"}).status_code == 410
    SafeContact.objects.filter(enquiry=enquiry).update(by_email=True)
    clock.move_to(THE_DAY + datetime.timedelta(days=61))
    assert Client().post(path, {"choice": "back"}).status_code == 410
    clock.move_to(THE_DAY)
    assert Client().get(path).status_code == 200
    end_hold(enquiry=enquiry, by=worker)  # something else was agreed
    assert Client().post(path, {"choice": "back"}).status_code == 410
    enquiry.refresh_from_db()
    assert not enquiry.facts.filter(kind="asked_again").exists()


def test_the_link_opens_nothing_else(asked):
    token = asked().split("/")[2]
    assert Client().get(reverse("survey", args=[token])).status_code == 410
    assert "/journey/" not in Client().post(reverse("own_page_link", args=[token])).headers.get("Location", "")


def test_the_pipeline_tells_staff_who_comes_back_when(asked, enquiry, hold, make_enquiry, sign_in, worker, clock):
    asked()
    other = make_enquiry("in_touch")
    clock.shift(60)
    hold(other, may_ask=False, until=datetime.date(2027, 12, 1))
    client = sign_in(worker)
    html = client.get(reverse("not_yet")).content.decode()
    said = (
        "July 2027",
        "December 2027",
        "room is not ready",
        "They said no",
        "Yes, until 13 July 2028",
        "Sent 13 July",
    )
    assert [one for one in said if one not in html] == []
    only = client.get(reverse("not_yet"), {"month": "2027-12"}).content.decode()
    assert other.reference in only and enquiry.reference not in only
    clock.move_to(THE_DAY + datetime.timedelta(days=500))
    expired = sign_in(worker).get(reverse("not_yet"), {"only": "expired"}).content.decode()
    assert enquiry.reference in expired and "Ran out on 13 July 2028" in expired and other.reference not in expired
    assert client.get(reverse("not_yet"), {"month": "x", "page": "x"}).status_code == 200
    assert reverse("not_yet") in client.get(reverse("today"), {"queue": "hold"}).content.decode()


def test_the_pipeline_asks_as_much_for_many_as_for_one(
    enquiry, hold, make_enquiry, sign_in, worker, clock, django_assert_max_num_queries
):
    hold(enquiry)
    client = sign_in(worker)
    client.get(reverse("not_yet"))
    for _ in range(3):
        another = make_enquiry("in_touch")
        clock.shift(60)
        hold(another)
    with django_assert_max_num_queries(22):
        client.get(reverse("not_yet"))


def test_of_two_windows_one_counts(asked):
    asked()
    link, other = ComeBackLink.objects.get(), ComeBackLink.objects.get()
    ask_me_later(link=link)  # they are on hold again: only the link itself says that it was used
    with pytest.raises(Refused, match="answered this already"):
        come_back(link=other)
    assert ComeBackLink.objects.get().chose == "later"
