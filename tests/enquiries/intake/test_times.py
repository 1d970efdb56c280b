"""Times for the first call: offered by day, promised to no more people than can be rung, and lost by nobody."""

import threading

import pytest
import time_machine
from django.db import connections
from django.test import Client
from django.urls import reverse

from enquiries.callbacks import services as callbacks
from enquiries.models import CallbackHours, CallbackSlot, Enquiry
from hub.models import Message
from tests.conftest import moment

from .conftest import COUPLE, Visitor

NOW = moment("2026-11-20 10:00")  # a Friday
MONDAY_AT_TEN = moment("2026-11-23 10:00")
TEN = MONDAY_AT_TEN.isoformat()


def with_time(written: str = TEN) -> dict:
    return {**COUPLE["calls"], "callback_at": written}


def one_place_at_ten() -> None:
    CallbackHours.objects.create(weekday=0, starts_at="10:00", ends_at="11:00", minutes=60, capacity=1)
    CallbackHours.objects.create(weekday=1, starts_at="14:00", ends_at="15:00", minutes=60, capacity=1)


@pytest.fixture
def at_work():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.mark.django_db
def test_times_are_offered_by_day(visitor, at_work):
    one_place_at_ten()
    visitor.fill(until="calls")
    choices = visitor.page("calls").context["form"].fields["callback_at"].choices
    assert list(choices) == [
        ("", "No, ring me when you can"),
        ("Monday 23 November", [(TEN, "Monday 23 November, 10am")]),
        ("Tuesday 24 November", [(moment("2026-11-24 14:00").isoformat(), "Tuesday 24 November, 2pm")]),
    ]


@pytest.mark.django_db
def test_a_time_is_booked_and_said_everywhere(visitor, at_work):
    one_place_at_ten()
    visitor.fill(calls=with_time())
    assert "Monday 23 November at 10am" in visitor.client.get(reverse("enquire_check")).content.decode()
    visitor.send()
    enquiry = Enquiry.objects.get()
    assert (enquiry.callback_at, enquiry.due_at) == (MONDAY_AT_TEN, MONDAY_AT_TEN)
    assert CallbackSlot.objects.get().taken == 1
    page = visitor.client.get(reverse("enquire_sent")).content.decode()
    assert "We will ring you on Monday 23 November at 10am" in page and "ring you by" not in page
    body = Message.objects.get().body
    assert "We will ring you on Monday 23 November at 10am, from 0191 498 0100." in body and "ring you by" not in body


@pytest.mark.django_db
def test_a_time_that_went_while_they_looked_at_their_answers_is_asked_again(visitor, at_work, make_enquiry):
    one_place_at_ten()
    visitor.fill(calls=with_time())
    assert visitor.client.get(reverse("enquire_check")).status_code == 200
    callbacks.book_callback(enquiry=make_enquiry("new"), starts_at=MONDAY_AT_TEN)
    assert visitor.send().url == reverse("enquire_step", args=["calls"])


@pytest.mark.django_db
def test_a_time_that_went_meanwhile_is_asked_again_before_sending(visitor, at_work, make_enquiry):
    one_place_at_ten()
    visitor.fill(calls=with_time())
    callbacks.book_callback(enquiry=make_enquiry("new"), starts_at=MONDAY_AT_TEN)
    before = Enquiry.objects.count()
    for answer in (visitor.client.get(reverse("enquire_check")), visitor.send()):
        assert answer.url == reverse("enquire_step", args=["calls"])
    page = visitor.page("calls")
    assert "That time has just been taken. Choose another time, or let us choose" in page.content.decode()
    assert page.context["form"]["leave_message"].value() == COUPLE["calls"]["leave_message"]
    assert Enquiry.objects.count() == before
    visitor.answer("calls", **COUPLE["calls"])
    visitor.send()
    assert Enquiry.objects.count() == before + 1


def _send_together(drivers: list[Visitor], monkeypatch) -> None:
    """Each has found the place free before either claims it; then they go on."""
    both, claim = threading.Barrier(2, timeout=20), callbacks._claim

    def claim_together(*args, **kwargs):
        both.wait()
        return claim(*args, **kwargs)

    monkeypatch.setattr(callbacks, "_claim", claim_together)
    given = [(driver.draft_id, driver.client.cookies["sessionid"].value) for driver in drivers]

    def send(draft: str, cookie: str):
        client = Client()
        client.cookies["sessionid"] = cookie
        try:
            assert client.post(reverse("enquire_check"), {"draft": draft}).url == reverse("enquire_sent")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=send, args=one) for one in given]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


@pytest.mark.django_db(transaction=True)
def test_two_at_once_for_the_last_place_both_are_taken_in_and_one_is_promised(
    directory, broker_away, at_work, monkeypatch
):
    one_place_at_ten()
    other = {"email": "bea@example.org", "phone": "07700 900555"}
    drivers = [
        Visitor(Client()).fill(calls=with_time()),
        Visitor(Client()).fill(your_name={"first_name": "Bea"}, contact=other, calls=with_time()),
    ]
    _send_together(drivers, monkeypatch)
    assert CallbackSlot.objects.get().taken == 1
    assert sorted(bool(one.callback_at) for one in Enquiry.objects.all()) == [False, True]
    shown = [driver.client.get(reverse("enquire_sent")).content.decode() for driver in drivers]
    pages = sorted(shown, key=lambda page: "went to somebody else" in page)
    assert "We will ring you on Monday 23 November at 10am" in pages[0] and "somebody else a moment" not in pages[0]
    assert "went to somebody else a moment before" in pages[1]
    assert "We will ring you by Monday 23 November" in pages[1]
    assert reverse("enquire_time") in pages[1]
    letters = [message.body for message in Message.objects.all()]
    assert sum("The time that you chose went to somebody else" in body for body in letters) == 1


@pytest.mark.django_db
def test_another_time_may_be_chosen_after_sending(visitor, at_work):
    one_place_at_ten()
    visitor.fill(calls=with_time()).send()
    form = visitor.client.get(reverse("enquire_time"))
    assert "When shall we ring you?" in form.content.decode()
    two = moment("2026-11-24 14:00")
    answer = visitor.client.post(reverse("enquire_time"), {"callback_at": two.isoformat()})
    assert answer.url == reverse("enquire_sent")
    assert Enquiry.objects.get().callback_at == two
    assert dict(CallbackSlot.objects.values_list("starts_at", "taken")) == {MONDAY_AT_TEN: 0, two: 1}
    assert "We will ring you on Tuesday 24 November at 2pm" in visitor.client.get(answer.url).content.decode()


@pytest.mark.django_db
@pytest.mark.parametrize("typed", ["", "soon", "2026-11-23T10:00:00", "2026-11-28T10:00:00+00:00", "\x00", "🙂"])
def test_no_such_time(visitor, at_work, typed):
    one_place_at_ten()
    visitor.fill().send()
    answer = visitor.client.post(reverse("enquire_time"), {"callback_at": typed})
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert Enquiry.objects.get().callback_at is None


@pytest.mark.django_db
def test_the_last_place_may_go_while_another_time_is_chosen(visitor, at_work, make_enquiry, monkeypatch):
    one_place_at_ten()
    visitor.fill().send()
    others, book = make_enquiry("new"), callbacks.book_callback
    from enquiries.intake import again

    def somebody_was_quicker(**given):
        book(enquiry=others, starts_at=given["starts_at"])
        return book(**given)

    monkeypatch.setattr(again, "book_callback", somebody_was_quicker)
    answer = visitor.client.post(reverse("enquire_time"), {"callback_at": TEN})
    assert answer.status_code == 200 and "That time has just been taken" in answer.content.decode()


@pytest.mark.django_db
def test_nothing_to_choose_without_an_enquiry_or_for_who_must_not_be_rung(visitor):
    assert visitor.client.get(reverse("enquire_time")).url == reverse("enquire_sent")
    visitor.fill(reach={"ways": ["email"]}, calls=None).send()
    assert visitor.client.post(reverse("enquire_time"), {"callback_at": TEN}).url == reverse("enquire_sent")
    assert reverse("enquire_time") not in visitor.client.get(reverse("enquire_sent")).content.decode()


@pytest.mark.django_db
def test_who_waits_for_later_is_offered_no_time(visitor):
    later = {"ask_when": "3", "may_ask": "yes"}
    visitor.fill(until="calls", timing={"timing": "not_yet"}, not_yet={"timing_next": "later"}, later=later)
    assert "callback_at" not in visitor.page("calls").context["form"].fields


@pytest.mark.django_db
def test_pressed_twice_another_time_is_booked_once_and_not_said_to_be_taken(visitor, at_work):
    one_place_at_ten()
    visitor.fill().send()
    for _ in range(2):
        answer = visitor.client.post(reverse("enquire_time"), {"callback_at": TEN})
        assert answer.status_code == 302
    assert CallbackSlot.objects.get().taken == 1
    assert Enquiry.objects.get().facts.filter(kind="callback_booked").count() == 1


@pytest.mark.django_db
def test_a_time_that_the_household_has_from_elsewhere_is_not_shown(visitor, at_work):
    """Whoever gives the name and number of somebody we know must not find out when we ring them."""
    one_place_at_ten()
    visitor.fill(calls=with_time()).send()
    stranger = Visitor(Client())
    stranger.fill().send()
    assert Enquiry.objects.count() == 1 and Enquiry.objects.get().callback_at == MONDAY_AT_TEN
    assert TEN not in stranger.client.get(reverse("enquire_time")).content.decode()
    assert TEN in visitor.client.get(reverse("enquire_time")).content.decode()
