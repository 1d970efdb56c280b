"""A council's silence is noted once, asked after, and never answered for it."""

import datetime

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from enquiries.models import Activity, Task
from enquiries.services import record_activity, record_history
from handover.asking.services import record_heard
from handover.following import silence
from handover.following.silence import chase_council, note_silence
from handover.invariants import state_agrees_with_facts
from handover.milestones import record_milestone
from handover.services import adopt_history, answer_handover, open_handover, withdraw_handover
from hub.errors import Refused
from hub.models import Heartbeat, Message
from tests.conftest import moment

NOW = moment("2026-11-02 10:00")  # a Monday: five working days end on the next Monday at 17:00


@pytest.fixture
def clock():
    with time_machine.travel(NOW, tick=False) as traveller:
        yield traveller


@pytest.fixture
def waiting(clock, sent):
    return sent()


def late(clock):
    clock.move_to(moment("2026-11-09 17:01"))


def test_not_before_its_time_then_once(waiting, clock):
    clock.move_to(moment("2026-11-09 16:59"))
    assert note_silence() == 0
    late(clock)
    assert note_silence() == 1
    assert note_silence() == 0
    waiting.refresh_from_db()
    assert waiting.state == "no_reply" and waiting.answered_at is None and waiting.is_unanswered
    assert waiting.enquiry.facts.filter(kind="handover_no_reply").count() == 1
    waiting.enquiry.refresh_from_db()
    assert (waiting.enquiry.stage, waiting.enquiry.held_by) == ("handed_over", waiting.authority)
    task = Task.objects.get(kind="council_silent")
    assert task.assigned_to == waiting.enquiry.owner and "has not answered" in task.title
    assert Heartbeat.objects.filter(job="note_silence").exists()
    assert list(state_agrees_with_facts()) == []


def test_it_may_still_answer_and_nobody_need_ask(waiting, clock, gateshead_worker):
    late(clock)
    note_silence()
    opened = open_handover(handover=waiting, by=gateshead_worker)
    assert opened.state == "no_reply" and opened.opened_by == gateshead_worker
    assert note_silence() == 0
    answer_handover(handover=waiting, by=gateshead_worker, answer="accepted")
    waiting.refresh_from_db()
    assert waiting.state == "accepted"
    assert not Task.objects.open().filter(kind="council_silent").exists()


def test_whoever_answered_or_withdrew_in_time_is_left_alone(waiting, sent, clock, gateshead_worker, worker):
    answer_handover(handover=waiting, by=gateshead_worker, answer="accepted")
    withdraw_handover(handover=sent(), by=worker, reason="mistake")
    late(clock)
    assert note_silence() == 0


def test_history_is_noted_without_a_task(clock, make_enquiry, gateshead):
    enquiry = make_enquiry("new")
    facts = [
        Activity(kind="conversation", occurred_at=timezone.now()),
        Activity(kind="handover_sent", occurred_at=timezone.now(), authority=gateshead),
    ]
    record_history(enquiry=enquiry, facts=facts)
    (handover,) = adopt_history(enquiry=enquiry)
    late(clock)
    assert note_silence() == 1 and not Task.objects.filter(kind="council_silent").exists()
    handover.refresh_from_db()
    assert handover.state == "no_reply"


def test_asking_the_council_is_written_down(waiting, clock, worker, gateshead_worker):
    late(clock)
    note_silence()
    Message.objects.all().delete()
    day = datetime.date(2026, 11, 12)
    fact = chase_council(
        handover=waiting, by=worker, how="phone", note="Samir is back on Thursday.", again_on=day, remind=True
    )
    assert fact.about == waiting.sent_fact and "by telephone. Samir is back" in fact.note
    assert Task.objects.open().filter(kind="council_silent", due_on=day, assigned_to=worker).exists()
    (message,) = Message.objects.all()
    assert message.to == gateshead_worker.email and waiting.reference in message.body
    assert not any(word in message.body for word in ("Amina", "Khalid", "NE8"))
    withdraw_handover(handover=waiting, by=worker, reason="silent")
    assert not Task.objects.open().filter(kind="council_silent").exists()
    with pytest.raises(Refused, match="is not with Gateshead any more"):
        chase_council(handover=waiting, by=worker, how="phone", note="Again")


def test_the_page_of_asking(waiting, clock, worker, sign_in, gateshead_worker, newcastle_worker):
    late(clock)
    note_silence()
    client, page = sign_in(worker), reverse("handover_chase", args=[waiting.reference])
    html = client.post(page, {"note": "What I typed"}).content.decode()
    assert "Select how you asked" in html and "What I typed" in html
    answer = client.post(f"{page}?from=lists", {"how": "email", "note": "Asked"})
    assert answer["Location"] == reverse("with_councils")
    assert client.post(page, {"how": "email", "note": "Asked"})["Location"].endswith("/handover/")
    assert client.put(page).status_code == 405
    html = client.get(reverse("handover_prepare", args=[waiting.enquiry.reference])).content.decode()
    assert "has not answered in time" in html and "late since 9 November 2026" in html
    for person in (gateshead_worker, newcastle_worker):
        assert sign_in(person).get(page).status_code == 403
    html = sign_in(gateshead_worker).get(reverse("referrals")).content.decode()
    assert "Late: was due" in html


def test_one_that_breaks_stops_no_other(sent, clock, monkeypatch):
    first, second = sent(), sent()
    late(clock)

    def breaks(**details):
        if details["about"] == first.sent_fact:
            raise RuntimeError("its record is broken")
        return record_activity(**details)

    monkeypatch.setattr(silence, "record_activity", breaks)
    assert note_silence() == 1
    first.refresh_from_db(), second.refresh_from_db()
    assert (first.state, second.state) == ("sent", "no_reply")
    monkeypatch.undo()
    assert note_silence() == 1


def test_what_has_ended_needs_nobody_to_ask(accepted, clock, worker, gateshead_worker):
    handover = accepted()
    record_heard(handover=handover, by=worker, answer="no")
    assert Task.objects.open().filter(kind="council_not_heard").exists()
    record_milestone(handover=handover, by=gateshead_worker, kind="closed", occurred_on=NOW.date(), reason="no_reason")
    assert not Task.objects.open().filter(kind="council_not_heard").exists()
