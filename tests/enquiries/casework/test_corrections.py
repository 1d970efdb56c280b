"""Putting an entry right: the old one voided, the right one in its place, in one step and in sight."""

import datetime
import threading

import pytest
import time_machine
from django.db import connection
from django.urls import reverse

from enquiries.casework import corrections
from enquiries.casework.corrections import correct_activity
from enquiries.casework.services import record_visit
from enquiries.models import Activity
from enquiries.services import record_activity, void_activity
from hub.errors import Refused
from tests.conftest import moment
from tests.handover.test_answer import wait_until_somebody_waits_for_us


@pytest.fixture
def called(make_enquiry, worker):
    """An attempt that was none: they spoke on Monday, and it stands as a conversation of Tuesday by telephone."""
    with time_machine.travel(moment("2026-03-02 09:00"), tick=False):
        enquiry = make_enquiry()
    with time_machine.travel(moment("2026-03-03 10:15"), tick=False):
        return record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone", note="A dog")


def test_the_old_is_voided_the_new_replaces_it_and_the_state_follows(called, worker):
    with time_machine.travel(moment("2026-03-03 11:00"), tick=False):
        right = correct_activity(
            activity=called, by=worker, why="It was Monday", occurred_at=moment("2026-03-02 16:00"), channel="video"
        )
    assert (right.replaces, right.note, right.channel, right.recorded_by) == (called, "A dog", "video", worker)
    assert Activity.objects.get(pk=called.pk).voided_by.note == "It was Monday"
    enquiry = right.enquiry
    enquiry.refresh_from_db()
    assert (enquiry.stage, enquiry.first_conversation_at) == ("in_touch", moment("2026-03-02 16:00"))


def test_the_timeline_shows_both_and_leads_from_one_to_the_other(called, worker, sign_in):
    right = correct_activity(activity=called, by=worker, why="Two dogs", note="Two dogs")
    page = sign_in(worker).get(reverse("enquiry", args=[right.enquiry.reference])).content.decode()
    assert "<s>Spoke with them: by telephone</s>" in page and "Two dogs (Ruth Worker" in page
    for fact, other in ((called, right), (right, called)):
        assert f'id="fact-{fact.pk}"' in page and f"?start={other.pk}#fact-{other.pk}" in page
    assert "Corrected: Two dogs." in page


def test_the_form_comes_filled_and_saves(called, worker, sign_in):
    client, url = sign_in(worker), reverse("correct", args=[called.enquiry.reference, called.pk])
    form = client.get(url).context["form"]
    assert list(form.fields) == ["version", "on", "at", "channel", "next_by", "until", "note", "why"]
    assert (form.initial["channel"], form.initial["note"], form.initial["on"]) == (
        "phone", "A dog", datetime.date(2026, 3, 3)
    )  # fmt: skip
    typed = {
        "version": called.enquiry.version, "on_day": 3, "on_month": 3, "on_year": 2026, "at": "10:15",
        "channel": "phone", "note": "Two dogs", "why": "",
    }  # fmt: skip
    again = client.post(url, typed).content.decode()
    assert "Enter why it is corrected" in again and "Two dogs" in again
    assert client.post(url, {**typed, "why": "Misheard"}).url == reverse("enquiry", args=[called.enquiry.reference])
    right = Activity.objects.get(replaces=called)
    assert (right.note, right.occurred_at) == ("Two dogs", called.occurred_at)


def test_a_day_that_cannot_be_is_refused_and_what_was_typed_stays(called, worker, sign_in):
    client, url = sign_in(worker), reverse("correct", args=[called.enquiry.reference, called.pk])
    typed = {
        "version": called.enquiry.version, "on_day": 1, "on_month": 3, "on_year": 2026, "at": "10:15",
        "channel": "phone", "note": "Two dogs", "why": "Wrong day",
    }  # fmt: skip
    shown = client.post(url, typed).content.decode()
    assert "Two dogs" in shown and not Activity.objects.filter(kind="voided").exists()
    stale = client.post(url, {**typed, "on_day": 3, "version": 1}).content.decode()
    assert "has changed since you opened it: Ruth Worker recorded “Spoke with them” (" in stale and "Two dogs" in stale
    assert not Activity.objects.filter(kind="voided").exists()


def test_an_early_fact_is_put_right_although_the_enquiry_has_moved_on(make_enquiry, worker):
    enquiry = make_enquiry("ready")
    submitted = enquiry.facts.get(kind="eoi_submitted")
    first = correct_activity(activity=submitted, by=worker, why="A note was missing", note="By post")
    second = correct_activity(activity=first, by=worker, why="Not by post", note="By hand")
    enquiry.refresh_from_db()
    assert enquiry.stage == "ready" and second.replaces == first and first.replaces == submitted


def test_a_conversation_at_a_visit_moves_with_the_visit(make_enquiry, worker):
    with time_machine.travel(moment("2026-03-02 09:00"), tick=False):
        enquiry = make_enquiry("in_touch")
    with time_machine.travel(moment("2026-03-06 09:00"), tick=False):
        visit = record_visit(enquiry=enquiry, by=worker, on=datetime.date(2026, 3, 5), spoke=True)
        right = correct_activity(
            activity=visit, by=worker, why="It was the 4th", occurred_at=moment("2026-03-04 12:00")
        )
    spoken = enquiry.facts.not_voided().get(kind="conversation", about__isnull=False)
    assert (spoken.about, spoken.occurred_at) == (right, moment("2026-03-04 12:00"))


def test_what_was_voided_or_is_not_theirs_is_refused(called, make_enquiry, worker, gateshead_worker, sign_in):
    received = called.enquiry.facts.get(kind="received")
    with pytest.raises(Refused, match="cannot be corrected by you"):
        correct_activity(activity=received, by=worker, why="No")
    taken = make_enquiry("application").facts.get(kind="application_received")
    with pytest.raises(Refused, match="cannot be corrected by you"):
        correct_activity(activity=taken, by=worker, why="No")
    void_activity(activity=called, by=worker, note="Another household")
    with pytest.raises(Refused, match="Ruth Worker voided this entry already"):
        correct_activity(activity=Activity.objects.get(pk=called.pk), by=worker, why="No")
    url = reverse("correct", args=[called.enquiry.reference, called.pk])
    assert sign_in(worker).get(url).status_code == 409
    assert sign_in(gateshead_worker).get(url).status_code == 403
    assert Activity.objects.filter(replaces__isnull=False).count() == 0


def test_it_lies_with_the_enquiry_that_the_wrong_one_lay_with(make_enquiry, worker):
    from enquiries.duplicates.merging import merge_enquiries

    survivor, absorbed = make_enquiry(), make_enquiry()
    call = record_activity(enquiry=absorbed, kind="attempt", by=worker, outcome="no_answer")
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    right = correct_activity(activity=Activity.objects.get(pk=call.pk), by=worker, why="No", outcome="left_message")
    assert right.enquiry == absorbed
    survivor.refresh_from_db()
    assert survivor.attempts == 1


@pytest.mark.django_db(transaction=True)
def test_two_who_put_it_right_at_once_and_the_second_is_told(called, worker, manager, monkeypatch):
    first_has_checked, results = threading.Event(), {}
    real = corrections.record_activity

    def slow(**details):
        # The first stands here between its check and its write until the second waits for the lock.
        if not first_has_checked.is_set():
            first_has_checked.set()
            wait_until_somebody_waits_for_us()
        return real(**details)

    monkeypatch.setattr(corrections, "record_activity", slow)

    def correct(name, by, note):
        try:
            mine = Activity.objects.get(pk=called.pk)
            results[name] = correct_activity(activity=mine, by=by, why="Misheard", note=note).note
        except (Refused, AssertionError) as fault:
            results[name] = str(fault)
        finally:
            connection.close()

    first = threading.Thread(target=correct, args=("first", worker, "Two dogs"))
    first.start()
    assert first_has_checked.wait(20)
    second = threading.Thread(target=correct, args=("second", manager, "A cat"))
    second.start()
    first.join(20), second.join(20)
    assert results == {"first": "Two dogs", "second": "Ruth Worker voided this entry already. Look again."}
    assert Activity.objects.filter(replaces=called).count() == 1


def test_the_reason_of_a_closing_is_put_right(make_enquiry, worker, sign_in):
    enquiry = make_enquiry("closed")
    closed = enquiry.facts.get(kind="closed")
    url = reverse("correct", args=[enquiry.reference, closed.pk])
    client = sign_in(worker)
    day = client.get(url).context["form"].initial["on"]
    typed = {
        "version": enquiry.version, "on_day": day.day, "on_month": day.month, "on_year": day.year,
        "reason": "moving_home", "why": "They are moving",
    }  # fmt: skip
    assert client.post(url, typed).status_code == 302
    enquiry.refresh_from_db()
    assert (enquiry.stage, enquiry.closed_reason) == ("closed", "moving_home")
