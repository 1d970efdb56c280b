"""An authority's own funnel: how far those sent in each month have come, with who is still open apart."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from handover.milestones import record_milestone
from handover.services import answer_handover, withdraw_handover
from tests.conftest import moment


@pytest.fixture
def told(sent, gateshead_worker, worker):
    """Of May: approved, applied and gone, declined, withdrawn after accepting; of June: accepted, waiting."""

    def record(handover, *steps):
        for kind, details in steps:
            record_milestone(handover=handover, by=gateshead_worker, kind=kind, **details)

    with time_machine.travel(moment("2026-05-05 10:00")):
        approved, gone, declined, withdrawn = (sent() for _ in range(4))
    with time_machine.travel(moment("2026-05-08 10:00")):
        for handover in (approved, gone, withdrawn):
            answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
        answer_handover(handover=declined, by=gateshead_worker, answer="declined", reason="capacity")
        withdraw_handover(handover=withdrawn, by=worker, reason="mistake")
    with time_machine.travel(moment("2026-06-09 10:00")):
        day = {"occurred_on": datetime.date(2026, 6, 9)}
        for handover in (approved, gone):
            record(handover, ("initial_visit", day), ("application_received", day))
        record(approved, ("stage2_started", day), ("decided", {**day, "outcome": "approved", "places": 1}))
        record(gone, ("closed", {**day, "reason": "health"}))
        answer_handover(handover=sent(), by=gateshead_worker, answer="accepted")
        sent()


@pytest.fixture
def look(sign_in, gateshead_worker):
    client = sign_in(gateshead_worker)

    def at(**asked):
        with time_machine.travel(moment("2026-06-20 10:00")):
            return client.get(reverse("portal_funnel"), asked)

    return at


def test_each_month_counts_those_that_were_sent_in_it(told, look):
    cohorts = {f"{one.month:%Y-%m}": one for one in look().context["cohorts"]}
    may, june = cohorts["2026-05"], cohorts["2026-06"]
    assert [step["count"] for step in may.steps] == [4, 4, 3, 2, 2, 1, 1]
    assert [step["count"] for step in june.steps] == [2, 1, 1, 0, 0, 0, 0]
    assert (may.still_open, may.ended, june.still_open, june.ended) == (0, 3, 2, 0)
    assert may.days_to_answer == 3 and june.days_to_answer == 0
    assert len(cohorts) == 12
    together = look().context["together"]
    assert [step["percent"] for step in together.steps] == [100, 83, 67, 33, 33, 17, 17]


def test_the_period_is_in_the_address(told, look):
    answer = look(first="2026-05", last="2026-05")
    assert answer.context["together"].counts["received"] == 4
    assert "May 2026 to May 2026" in answer.content.decode()
    assert "sent you nobody" in look(first="2025-01", last="2025-03").content.decode()


@pytest.mark.parametrize(
    "asked",
    [{"first": "2026-06", "last": "2026-05"}, {"first": "2023-01", "last": "2026-05"}, {"first": "x", "last": ""},
     {"first": "1999-01", "last": "2026-05"}],
)  # fmt: skip
def test_a_period_that_makes_no_sense_shows_the_usual_and_says_so(asked, told, look):
    answer = look(**asked)
    assert "There is a problem" in answer.content.decode() and len(answer.context["cohorts"]) == 12


def test_another_council_counts_nobody_of_theirs(told, sign_in, newcastle_worker):
    with time_machine.travel(moment("2026-06-20 10:00")):
        answer = sign_in(newcastle_worker).get(reverse("portal_funnel"))
    assert answer.context["together"].counts["received"] == 0


def test_the_facts_are_asked_of_the_database_a_few_times_however_many(told, look, django_assert_max_num_queries):
    look()
    with django_assert_max_num_queries(22):
        look()
