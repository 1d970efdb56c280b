"""The first visit, booked, moved, cancelled, and what their own page says of it."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.casework.actions import next_steps
from enquiries.casework.services import record_visit
from enquiries.clocks.states import ClockState
from enquiries.models import Task
from enquiries.not_yet.services import start_hold
from enquiries.own_page.status import Standing
from enquiries.services import record_activity
from enquiries.visits.services import book_visit, booked_visit, cancel_visit
from hub.errors import Refused
from hub.working_time import today
from tests.conftest import moment
from tests.enquiries.clocks.conftest import at

__all__ = ["at"]

TUESDAY = moment("2026-03-10 18:30")


@pytest.fixture
def enquiry(make_enquiry, at):
    return make_enquiry("in_touch")


def book(enquiry, by, **changes):
    return book_visit(enquiry=enquiry, by=by, **{"at": TUESDAY, "visitor": by, "place": "home", **changes})


def test_booked_it_is_what_comes_next_and_made_it_is_over(enquiry, worker, at):
    fact = book(enquiry, worker, note="Two dogs")
    assert (enquiry.clock, enquiry.due_at) == ("visit", TUESDAY)
    assert fact.title == "First visit booked: at their home"
    assert fact.note_shown == "For Tuesday 10 March, 18:30, Ruth Worker. Two dogs"
    assert enquiry.due_in_words == "First visit Tuesday 10 March at 18:30" and enquiry.next_step == "First visit"
    steps = [step.text for step in next_steps(enquiry, worker)]
    assert steps == ["Record the first visit", "Cancel the first visit", "Log a call"]
    at("2026-03-10 18:31")
    assert enquiry.due_in_words == "First visit: late since 18:30"
    assert enquiry.clock_state == ClockState.BREACHED and booked_visit(enquiry)
    at("2026-03-11 09:00")
    record_visit(enquiry=enquiry, by=worker, on=today(), spoke=True)
    assert enquiry.clock == "follow_up" and booked_visit(enquiry) is None
    with pytest.raises(Refused, match="made already"):
        book(enquiry, worker, at=moment("2026-03-20 10:00"))


def test_moved_and_cancelled(enquiry, worker, manager):
    book(enquiry, worker)
    with pytest.raises(Refused, match="just so already"):
        book(enquiry, worker)
    assert book(enquiry, worker, note="Park behind the house").note == "Park behind the house"
    book(enquiry, worker, at=moment("2026-03-12 10:00"), visitor=manager, place="video")
    assert booked_visit(enquiry).visitor == manager and enquiry.due_at == moment("2026-03-12 10:00")
    cancel_visit(enquiry=enquiry, by=worker, note="They have a cold")
    assert enquiry.clock == "follow_up" and booked_visit(enquiry) is None
    with pytest.raises(Refused, match="no first visit to cancel"):
        cancel_visit(enquiry=enquiry, by=worker, note="Again")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"at": moment("2026-03-05 09:59")}, "a time to come"),
        ({"at": moment("2026-12-05 09:59")}, "within half a year"),
        ({"place": "moon"}, "where"),
    ],
)
def test_what_cannot_be_booked(changes, words, enquiry, worker):
    with pytest.raises(Refused, match=words):
        book(enquiry, worker, **changes)
    assert booked_visit(enquiry) is None


def test_a_council_sends_nobody_by_our_page(enquiry, worker, gateshead_worker):
    with pytest.raises(Refused, match="of the hub"):
        book(enquiry, worker, visitor=gateshead_worker)


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("home", "Ruth visits you at your home on Tuesday 10 March at 6:30pm."),
        ("video", "Ruth meets you by video call on Tuesday 10 March at 6:30pm."),
        ("office", "You come to our office on Tuesday 10 March at 6:30pm, and meet Ruth."),
    ],
)
def test_their_own_page_says_when_where_and_who_and_no_note_of_ours(place, words, enquiry, worker):
    book(enquiry, worker, place=place, note="Smells of smoke")
    standing = Standing(enquiry)
    assert standing.visit == standing.now_text == words and standing.now.title == "Your first visit is booked"


def test_it_is_said_beside_what_else_comes_first(enquiry, worker, at):
    book(enquiry, worker)
    at("2026-03-05 11:00")
    record_activity(enquiry=enquiry, kind="called_us", by=None)
    standing = Standing(enquiry)
    assert standing.now.title == "We owe you an answer" and standing.visit.startswith("Ruth visits you")
    at("2026-03-10 19:00")
    assert Standing(enquiry).visit == ""


def test_by_page_with_what_is_booked_filled_in(enquiry, sign_in, worker):
    client, url = sign_in(worker), reverse("book_visit", args=[enquiry.reference])
    typed = {"version": enquiry.version, "on_day": "10", "on_month": "3", "on_year": "2026", "at": "6:30pm",
             "visitor": worker.pk, "place": "home", "note": ""}  # fmt: skip
    said = client.post(url, {**typed, "on_day": "5", "at": "9am"}).content.decode()
    assert "The time of the visit must be to come" in said
    assert "Enter the time of the visit" in client.post(url, {**typed, "at": ""}).content.decode()
    assert client.post(url, typed).status_code == 302
    page = client.get(url).content.decode()
    assert 'value="18:30"' in page and 'value="2026"' in page
    cancel = reverse("cancel_visit", args=[enquiry.reference])
    enquiry.refresh_from_db()
    assert "Enter why it is cancelled" in client.post(cancel, {"version": enquiry.version}).content.decode()
    client.post(cancel, {"version": enquiry.version, "note": "A cold"})
    assert booked_visit(enquiry) is None


def test_another_council_and_a_data_reader_cannot(enquiry, sign_in, newcastle_worker, cluster_lead):
    for who in (newcastle_worker, cluster_lead):
        assert sign_in(who).get(reverse("book_visit", args=[enquiry.reference])).status_code == 403


def test_a_first_visit_answers_them_and_the_follow_up_begins_anew(make_enquiry, worker):
    with time_machine.travel(moment("2026-11-02 10:00"), tick=False) as clock:
        enquiry = make_enquiry("in_touch")
        clock.move_to(moment("2026-11-17 10:00"))
        assert enquiry.is_overdue()
        record_visit(enquiry=enquiry, by=worker, on=today(), spoke=False)
        assert (enquiry.clock, enquiry.is_overdue()) == ("follow_up", False)
        assert enquiry.facts.filter(kind="conversation").count() == 1  # one record is one fact


class TestNotYet:
    """A booked visit does not stand beside “not yet”."""

    @pytest.fixture
    def booked(self, enquiry, worker):
        book(enquiry, worker)
        return enquiry

    def test_staff_put_it_on_hold(self, booked, worker):
        start_hold(enquiry=booked, by=worker, until=datetime.date(2026, 9, 1), reason="work", version=booked.version)
        assert booked_visit(booked) is None and Standing(booked).visit == "" and booked.on_hold
        assert booked.facts.get(kind="visit_cancelled").note == "They said “not yet”"
        assert not Task.objects.exists()

    def test_they_say_it_themselves_and_whoever_visits_is_told(self, booked, worker):
        start_hold(enquiry=booked, by=None, recorder="enquirer", until=datetime.date(2026, 9, 1))
        task = Task.objects.get()
        assert booked_visit(booked) is None and task.assigned_to == worker
        assert task.title == "They said “not yet”: the first visit of Tuesday 10 March at 18:30 is called off"

    def test_a_stale_page_calls_nothing_off(self, booked, worker):
        seen = booked.version - 1
        with pytest.raises(Refused):
            start_hold(enquiry=booked, by=worker, until=datetime.date(2026, 9, 1), reason="work", version=seen)
        assert booked_visit(booked) is not None


def test_the_head_keeps_the_visit_when_another_clock_runs(enquiry, worker, sign_in):
    book(enquiry, worker)
    record_activity(enquiry=enquiry, kind="eoi_submitted", by=worker)
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert "Tuesday 10 March, 18:30, Ruth Worker" in page
