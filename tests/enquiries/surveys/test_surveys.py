"""One question at each moment: asked once, answered by the link alone."""

import datetime
import re

import pytest
import time_machine
from django.core import mail
from django.test import Client
from django.utils import timezone

from enquiries.events.attendance import record_attendance
from enquiries.events.feedback import ask_how_events_were
from enquiries.events.services import book_event
from enquiries.letters.nudges import send_due_nudges
from enquiries.models import Activity, Survey
from enquiries.services import record_activity, record_history
from enquiries.surveys.moments import plan_surveys
from enquiries.surveys.services import answer_survey
from hub.errors import Refused
from hub.messages.services import send_due_messages
from hub.models import Message
from tests.conftest import moment
from tests.factories import make_event

pytestmark = pytest.mark.django_db


@pytest.fixture
def came(hub, make_enquiry, worker):
    """Who came to an evening, and who had booked and did not."""
    with time_machine.travel(moment("2026-10-13 09:00"), tick=False):
        evening = make_event(
            code="evening", title="Evening", starts_at=moment("2026-10-14 18:00"), ends_at=moment("2026-10-14 20:00"),
            place="Library", capacity=9,
        )  # fmt: skip
        came, stayed_away = (book_event(event=evening, enquiry=make_enquiry("in_touch"), persons=1) for _ in range(2))
    with time_machine.travel(moment("2026-10-14 21:00"), tick=False):
        record_attendance(session=evening.sessions.get(), came={came.pk: "1", stayed_away.pk: "0"}, by=worker)
    return came


@pytest.fixture
def next_morning(came):
    with time_machine.travel(moment("2026-10-15 09:30"), tick=False):
        yield came


def link() -> str:
    send_due_messages()
    body = next(one.body for one in mail.outbox if "/feedback/" in one.body)
    return re.search(r"/feedback/[\w-]{43}/", body).group()


def test_asked_on_the_next_morning_and_once(came):
    for at, asked in (("14 22:00", 0), ("15 08:00", 0), ("15 09:10", 1), ("16 09:10", 0)):
        with time_machine.travel(moment(f"2026-10-{at}"), tick=False):
            assert ask_how_events_were() == asked
    assert Survey.objects.get().booking == came
    kept = Message.objects.get(template="survey").body
    assert re.search(r"/feedback/[\w-]{43}/", kept) is None  # staff who read the outbox have no link


def test_answered_once_by_the_link_and_on_the_timeline(next_morning):
    ask_how_events_were()
    path, client = link(), Client()
    assert "checked" in client.get(path, {"score": "4"}).content.decode()
    assert Survey.objects.get().score is None  # looking answers nothing
    assert "Select how it was" in client.post(path, {"comment": "x"}).content.decode()
    assert "Thank you" in client.post(path, {"score": "4", "comment": "Warm"}, follow=True).content.decode()
    client.post(path, {"score": "1"})
    survey = Survey.objects.get()
    assert (survey.score, survey.comment) == (4, "Warm")
    fact = next_morning.household.facts.get(kind="feedback")
    assert "Good (4 of 5). Warm" in fact.note and fact.who == "the enquirer"


@pytest.mark.parametrize("typed", [{"score": "6"}, {"score": "🙂"}, {"score": "4", "comment": "x" * 3000}])
def test_bad_input_is_shown_again(next_morning, typed):
    ask_how_events_were()
    assert "There is a problem" in Client().post(link(), typed).content.decode()
    assert Survey.objects.get().score is None


def test_another_or_an_old_link_opens_nothing(next_morning):
    ask_how_events_were()
    path = link()
    assert Client().get("/feedback/not-ours/").status_code == 410
    with time_machine.travel(timezone.now() + datetime.timedelta(days=31)):
        assert Client().post(path, {"score": "5"}).status_code == 410
    assert Survey.objects.get().score is None


def test_not_of_whoever_must_not_be_emailed(next_morning):
    next_morning.enquiry.safe_contact.by_email = False
    next_morning.enquiry.safe_contact.save()
    assert ask_how_events_were() == 0 and not Survey.objects.exists()


def test_of_two_answers_at_once_one_counts(next_morning):
    ask_how_events_were()
    seen_by_both = Survey.objects.get()
    answer_survey(survey=seen_by_both, score=4)
    with pytest.raises(Refused):
        answer_survey(survey=seen_by_both, score=1)
    assert Survey.objects.get().score == 4
    assert next_morning.household.facts.filter(kind="feedback").count() == 1


@pytest.mark.parametrize(("stage", "asked"), [("new", 0), ("in_touch", 1), ("with_authority", 2)])
def test_each_moment_is_asked_on_the_next_working_day_and_once(make_enquiry, stage, asked):
    with time_machine.travel(moment("2026-10-16 15:00"), tick=False):  # a Friday
        enquiry = make_enquiry(stage)
        assert (plan_surveys(), plan_surveys()) == (asked, 0)
    with time_machine.travel(moment("2026-10-17 11:00"), tick=False):
        assert send_due_nudges() == 0
    with time_machine.travel(moment("2026-10-19 11:00"), tick=False):
        plan_surveys()
        assert (send_due_nudges(), send_due_nudges()) == (asked, 0)
        occasions = set(enquiry.surveys.values_list("occasion", flat=True))
        assert occasions == set(["first_contact", "handover"][:asked])


def test_history_that_was_imported_asks_nobody(make_enquiry):
    enquiry = make_enquiry("new")
    fact = Activity(kind="conversation", occurred_at=timezone.now(), channel="phone")
    record_history(enquiry=enquiry, facts=[fact])
    assert plan_surveys() == 0


def test_not_once_they_have_gone_back_or_ended(make_enquiry, worker):
    with time_machine.travel(moment("2026-10-16 15:00"), tick=False):
        enquiry = make_enquiry("in_touch")
        plan_surveys()
    with time_machine.travel(moment("2026-10-19 11:00"), tick=False):
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
        assert send_due_nudges() == 0 and not Survey.objects.exists()
