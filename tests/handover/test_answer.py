"""Answering: once, by the receiving authority, with one winner when two try at the same moment."""

import threading
import time

import pytest
from django.db import DatabaseError, connection, transaction
from django.urls import reverse

from handover import services
from handover.models import Handover
from handover.services import answer_handover, open_handover, withdraw_handover
from hub.errors import Refused


def test_accepting(sent, gateshead_worker):
    handover = answer_handover(handover=sent(), by=gateshead_worker, answer="accepted")
    handover.refresh_from_db()
    assert handover.state == "accepted" and handover.answered_by == gateshead_worker and handover.answered_at
    assert handover.enquiry.stage == "with_authority" and handover.shows_full_record


@pytest.mark.parametrize("answer", ["declined", "returned"])
def test_giving_back_needs_a_reason_and_restarts_the_hubs_clock(answer, sent, gateshead_worker):
    handover = sent()
    for reason in ("", "because"):
        with pytest.raises(Refused, match="Choose a reason"):
            answer_handover(handover=handover, by=gateshead_worker, answer=answer, reason=reason)
    answer_handover(handover=handover, by=gateshead_worker, answer=answer, reason="capacity", note="Full until May")
    handover.refresh_from_db()
    enquiry = handover.enquiry
    assert (handover.state, handover.reason, handover.note) == (answer, "capacity", "Full until May")
    assert (enquiry.stage, enquiry.clock, enquiry.held_by) == ("ready", "handover", None)
    assert enquiry.owner is not None and enquiry.due_at is not None
    assert not handover.shows_full_record


def test_only_the_receiving_authority_answers(sent, newcastle_worker, worker, manager):
    handover = sent()
    for person in (newcastle_worker, worker, manager):
        with pytest.raises(Refused, match="Only Gateshead"):
            answer_handover(handover=handover, by=person, answer="accepted")
    handover.refresh_from_db()
    assert handover.state == "sent"


def test_answered_once(sent, gateshead_worker):
    handover = sent()
    answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    for answer, reason in [("accepted", ""), ("declined", "capacity")]:
        with pytest.raises(Refused, match="no longer waiting"):
            answer_handover(handover=handover, by=gateshead_worker, answer=answer, reason=reason)
    assert handover.enquiry.activities.filter(kind__startswith="handover_acc").count() == 1


def test_not_after_it_was_withdrawn(sent, gateshead_worker, worker):
    stale = sent()
    withdraw_handover(handover=stale, by=worker, reason="person_asked")
    with pytest.raises(Refused, match="no longer waiting for an answer: withdrawn"):
        answer_handover(handover=stale, by=gateshead_worker, answer="accepted")
    assert not stale.enquiry.activities.filter(kind="handover_accepted").exists()
    assert open_handover(handover=stale, by=gateshead_worker).state == "withdrawn"


@pytest.mark.parametrize("state", ["accepted", "completed", "declined", "returned", "withdrawn"])
def test_the_page_and_the_service_ask_the_same_whether_it_may_be_withdrawn(state, accepted, sign_in, worker):
    handover = accepted()
    Handover.objects.filter(pk=handover.pk).update(state=state, reason="capacity")
    handover.refresh_from_db()
    link = reverse("handover_withdraw", args=[handover.reference])
    shown = link in sign_in(worker).get(reverse("handover_prepare", args=[handover.enquiry.reference])).content.decode()
    try:
        withdraw_handover(handover=handover, by=worker, reason="person_asked")
        withdrawn = True
    except Refused:
        withdrawn = False
    assert shown == withdrawn == (state in ("accepted", "completed"))


def test_withdrawing_takes_the_record_away_and_needs_the_hub_and_a_reason(accepted, gateshead_worker, worker):
    handover = accepted()
    with pytest.raises(Refused, match="Choose a reason"):
        withdraw_handover(handover=handover, by=worker, reason="")
    with pytest.raises(Refused):
        withdraw_handover(handover=handover, by=gateshead_worker, reason="other")
    withdraw_handover(handover=handover, by=worker, reason="other", note="Moved")
    handover.refresh_from_db()
    assert handover.state == "withdrawn" and handover.answered_at is not None
    assert handover.enquiry.stage == "ready" and not handover.shows_full_record
    with pytest.raises(Refused, match="already ended"):
        withdraw_handover(handover=handover, by=worker, reason="other")


def test_an_unknown_answer_is_refused(sent, gateshead_worker):
    with pytest.raises(Refused, match="Answer with"):
        answer_handover(handover=sent(), by=gateshead_worker, answer="opened")


def wait_until_somebody_waits_for_us() -> None:
    """Until another connection is blocked by a lock that this one holds."""
    deadline = time.monotonic() + 20
    with connection.cursor() as cursor:
        while time.monotonic() < deadline:
            cursor.execute(
                "SELECT count(*) FROM pg_locks WHERE NOT granted AND pg_backend_pid() = ANY(pg_blocking_pids(pid))"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody waits: the first holds no lock between its check and its write")


@pytest.mark.django_db(transaction=True)
def test_two_people_answer_at_once_and_the_second_is_told(sent, gateshead_worker, monkeypatch):
    handover = sent()
    first_has_checked, results = threading.Event(), {}
    real = services.record_under_lock

    def slow(**details):
        # The first stands here between its check and its write until the second waits for the lock.
        if not first_has_checked.is_set():
            first_has_checked.set()
            wait_until_somebody_waits_for_us()
        return real(**details)

    monkeypatch.setattr(services, "record_under_lock", slow)

    def answer(name, **details):
        try:
            mine = Handover.objects.get(pk=handover.pk)
            results[name] = answer_handover(handover=mine, by=gateshead_worker, **details).state
        except (Refused, AssertionError) as fault:
            results[name] = str(fault)
        finally:
            connection.close()

    first = threading.Thread(target=answer, args=("first",), kwargs={"answer": "accepted"})
    first.start()
    assert first_has_checked.wait(20)
    second = threading.Thread(target=answer, args=("second",), kwargs={"answer": "declined", "reason": "capacity"})
    second.start()
    first.join(20), second.join(20)
    assert results["first"] == "accepted" and "no longer waiting for an answer: accepted" in results["second"]
    handover.refresh_from_db()
    assert handover.state == "accepted" and handover.reason == ""
    kinds = handover.enquiry.activities.values_list("kind", flat=True)
    assert "handover_accepted" in kinds and "handover_declined" not in kinds


@pytest.mark.parametrize(
    ("statement", "rule"),
    [
        ("UPDATE handover_handover SET state = 'nonsense'", "handover_state_known"),
        ("DELETE FROM handover_handover", "kept"),
        ("UPDATE handover_handover SET package = '{\"x\": 1}'", "package_frozen"),
        (
            "INSERT INTO enquiries_activity (enquiry_id, kind, occurred_at, recorded_at, recorder, note, reason, "
            "outcome, channel, next_by, about_id) SELECT enquiry_id, 'handover_declined', now(), now(), 'system', '', "
            "'known', '', '', '', about_id FROM enquiries_activity WHERE kind = 'handover_accepted'",
            "activity_handover_answered_once",
        ),
    ],
)
def test_the_database_keeps_the_rules_even_against_raw_sql(sent, gateshead_worker, statement, rule):
    answer_handover(handover=sent(), by=gateshead_worker, answer="accepted")
    with pytest.raises(DatabaseError, match=rule), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)
