"""The council's dates: in order, not in the future, corrected and never edited."""

import datetime

import pytest
import time_machine
from django.urls import reverse

from enquiries.events.services import book_event
from enquiries.models import Activity
from enquiries.services import keep_state, record_activity
from handover.following.transfer import transfer_handover
from handover.milestones import (
    AFTER,
    MILESTONES,
    Milestone,
    correct_milestone,
    next_milestone,
    record_milestone,
    record_milestones,
    recorded,
    still_to_come,
)
from handover.models import Agreement
from handover.services import answer_handover, send_handover
from hub.errors import Refused
from hub.working_time import today
from tests.conftest import moment
from tests.factories import make_event


def day(text: str) -> datetime.date:
    return datetime.date.fromisoformat(text)


@pytest.fixture
def with_gateshead(make_enquiry, agreement, gateshead, worker, gateshead_worker):
    """Sent on 1 and accepted on 2 October 2026; today is 20 November 2026."""
    with time_machine.travel(moment("2026-10-01 10:00"), tick=False):
        handover = send_handover(enquiry=make_enquiry("ready"), authority=gateshead, by=worker)
    with time_machine.travel(moment("2026-10-02 15:00"), tick=False):
        handover = answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        yield handover


def record(handover, by, **dates):
    found = [Milestone(kind, day(text)) for kind, text in dates.items() if kind in MILESTONES]
    return record_milestones(handover=handover, by=by, milestones=found)


def refused(handover, by, kind, on, **details):
    before = Activity.objects.count()
    with pytest.raises(Refused) as refusal:
        record_milestone(handover=handover, by=by, kind=kind, occurred_on=day(on), **details)
    assert Activity.objects.count() == before
    return str(refusal.value)


def test_all_the_way_to_approval(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    record(h, by, initial_visit="2026-10-05", application_received="2026-10-12", stage1_started="2026-10-12")
    record(h, by, stage2_started="2026-10-20", stage1_completed="2026-10-30", panel_held="2026-11-10")
    fact = record_milestone(
        handover=h, by=by, kind="decided", occurred_on=day("2026-11-12"), outcome="approved", places=2
    )
    h.refresh_from_db()
    assert h.state == "completed" and h.enquiry.stage == "approved" and h.enquiry.places == 2
    assert fact.occurred_on == day("2026-11-12") and h.ending == "Approved"
    assert h.shows_full_record


def test_not_approved_closes_and_completes(with_gateshead, gateshead_worker):
    record(with_gateshead, gateshead_worker, application_received="2026-10-12", stage2_started="2026-10-20")
    record_milestone(
        handover=with_gateshead, by=gateshead_worker, kind="decided", occurred_on=day("2026-11-12"),
        outcome="not_approved",
    )  # fmt: skip
    with_gateshead.refresh_from_db()
    assert with_gateshead.state == "completed" and with_gateshead.enquiry.stage == "closed"


def test_an_ending_by_the_council(with_gateshead, gateshead_worker):
    assert "needs: reason" in refused(with_gateshead, gateshead_worker, "closed", "2026-11-01")
    record_milestone(
        handover=with_gateshead, by=gateshead_worker, kind="closed", occurred_on=day("2026-11-01"), reason="health"
    )
    with_gateshead.refresh_from_db()
    assert with_gateshead.state == "completed" and with_gateshead.enquiry.closed_reason == "health"


def test_what_is_refused_and_why(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    assert "in the future" in refused(h, by, "application_received", "2026-11-21")
    assert "before" in refused(h, by, "application_received", "2026-09-30")
    assert "cannot be recorded" in refused(h, by, "panel_held", "2026-11-01")
    record(h, by, application_received="2026-10-12", stage1_started="2026-10-14")
    assert "before “Stage 1 started”" in refused(h, by, "stage2_started", "2026-10-13")
    assert "already recorded, on 12 October 2026" in refused(h, by, "application_received", "2026-10-15")
    assert "before" in refused(h, by, "closed", "2026-10-13", reason="health")
    assert "not a milestone" in refused(h, by, "conversation", "2026-10-15")
    assert "not a milestone" in refused(h, by, "handover_withdrawn", "2026-10-15")
    record(h, by, stage2_started="2026-10-20", panel_held="2026-10-30")
    assert "cannot be dated after “Panel held”" in refused(h, by, "stage1_completed", "2026-10-31")


def test_only_the_receiving_authority_and_only_once_accepted(with_gateshead, sent, newcastle_worker, worker, manager):
    for person in (newcastle_worker, worker, manager):
        assert "Only Gateshead" in refused(with_gateshead, person, "application_received", "2026-10-12")


def test_not_before_accepting(sent, gateshead_worker):
    handover = sent()
    on = handover.sent_at.date().isoformat()
    assert "is not with you: sent" in refused(handover, gateshead_worker, "application_received", on)


def test_several_dates_are_all_saved_or_none(with_gateshead, gateshead_worker):
    before = Activity.objects.count()
    with pytest.raises(Refused) as refusal:
        record(with_gateshead, gateshead_worker, application_received="2026-10-12", stage2_started="2026-10-11")
    assert refusal.value.kind == "stage2_started" and Activity.objects.count() == before


def test_what_comes_next(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker

    def coming():
        h.refresh_from_db()
        done = recorded(h.enquiry)
        return next_milestone(h.enquiry, done), still_to_come(h.enquiry, done)

    assert coming() == ("application_received", list(MILESTONES))
    record(h, by, application_received="2026-10-12")
    assert coming()[0] == "stage1_started"
    record(h, by, stage1_completed="2026-10-20")  # nobody noted that stage 1 started
    assert coming()[0] == "stage2_started"
    record(h, by, stage2_started="2026-10-21")
    assert coming() == ("panel_held", ["initial_visit", "panel_held", "decided"])
    record_milestone(handover=h, by=by, kind="decided", occurred_on=day("2026-11-01"), outcome="approved", places=1)
    assert coming() == ("", [])


def test_a_correction_voids_and_records_again_with_what_stands_on_it(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    record(h, by, application_received="2026-10-22", stage1_started="2026-10-23", stage2_started="2026-10-28")
    record_milestone(handover=h, by=by, kind="decided", occurred_on=day("2026-11-12"), outcome="approved", places=2)
    h.refresh_from_db()
    wrong = recorded(h.enquiry)["application_received"]
    right = Milestone("application_received", day("2026-10-12"))
    correct_milestone(handover=h, by=by, fact=wrong, why="Typed 22 for 12", instead=right)
    h.refresh_from_db()
    dates = {kind: fact.occurred_on for kind, fact in recorded(h.enquiry).items()}
    assert dates == {
        "application_received": day("2026-10-12"), "stage1_started": day("2026-10-23"),
        "stage2_started": day("2026-10-28"), "decided": day("2026-11-12"),
    }  # fmt: skip
    assert (h.state, h.enquiry.stage, h.enquiry.places) == ("completed", "approved", 2)
    assert h.enquiry.activities.get(voids=wrong).note == "Typed 22 for 12"
    version = h.enquiry.version
    keep_state(h.enquiry)
    assert h.enquiry.stage == "approved" and h.enquiry.version == version + 1


def test_a_correction_that_cannot_be_changes_nothing(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    record(h, by, application_received="2026-10-12", stage2_started="2026-10-28")
    fact, before = recorded(h.enquiry)["application_received"], Activity.objects.count()
    with pytest.raises(Refused, match="before “Application received”"):
        correct_milestone(
            handover=h, by=by, fact=fact, why="x", instead=Milestone("application_received", day("2026-10-30"))
        )
    with pytest.raises(Refused, match="comes after it"):
        correct_milestone(handover=h, by=by, fact=fact, why="x")
    assert Activity.objects.count() == before


def test_a_decision_entered_by_mistake_opens_the_handover_again(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    record(h, by, application_received="2026-10-12", stage2_started="2026-10-28")
    fact = record_milestone(
        handover=h, by=by, kind="decided", occurred_on=day("2026-11-12"), outcome="approved", places=2
    )
    correct_milestone(handover=h, by=by, fact=fact, why="Another family")
    h.refresh_from_db()
    assert (h.state, h.enquiry.stage) == ("accepted", "assessment")


def test_the_hubs_first_visit_is_not_the_councils_to_correct(make_enquiry, accepted, worker, gateshead_worker):
    handover = accepted()
    visit = record_activity(enquiry=handover.enquiry, kind="initial_visit", by=worker)
    sent_fact = handover.sent_fact
    for fact in (visit, sent_fact):
        with pytest.raises(Refused, match="not yours to correct"):
            correct_milestone(handover=handover, by=gateshead_worker, fact=fact, why="x")


def test_what_another_council_recorded_before_is_shown_as_theirs_to_correct_to_nobody_else(
    with_gateshead, gateshead_worker, newcastle, newcastle_worker, worker, sign_in
):
    Agreement.objects.create(authority=newcastle, version="1", signed_by="E. Dodds", starts_on=day("2024-04-01"))
    (visit,) = record(with_gateshead, gateshead_worker, initial_visit="2026-10-20")
    made = transfer_handover(handover=with_gateshead, to=newcastle, by=worker, reason="person_asked")
    answer_handover(handover=made, by=newcastle_worker, answer="accepted")
    client = sign_in(newcastle_worker)
    html = client.get(reverse("referral", args=[made.reference])).content.decode()
    correct = reverse("milestone_correct", args=[made.reference, visit.pk])
    assert "20 October 2026" in html and correct not in html
    assert client.get(correct).status_code == 404


def test_an_ending_entered_by_mistake_no_longer_stands_in_the_way(with_gateshead, gateshead_worker):
    h, by = with_gateshead, gateshead_worker
    fact = record_milestone(handover=h, by=by, kind="closed", occurred_on=day("2026-10-20"), reason="timing")
    correct_milestone(handover=h, by=by, fact=fact, why="They rang again")
    record(h, by, application_received="2026-11-15")
    h.refresh_from_db()
    assert (h.state, h.enquiry.stage) == ("accepted", "application")


def test_the_ending_shown_and_corrected_is_the_one_that_stands(
    make_enquiry, agreement, gateshead, worker, gateshead_worker
):
    with time_machine.travel(moment("2026-10-01 10:00"), tick=False):
        enquiry = make_enquiry("ready")
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="health")
        record_activity(enquiry=enquiry, kind="reopened", by=worker, note="They are well again")
    handover = send_handover(enquiry=enquiry, authority=gateshead, by=worker)
    handover = answer_handover(handover=handover, by=gateshead_worker, answer="accepted")
    assert "closed" not in recorded(handover.enquiry)
    fact = record_milestone(
        handover=handover, by=gateshead_worker, kind="closed", occurred_on=today(), reason="finances"
    )
    handover.enquiry.refresh_from_db()
    assert recorded(handover.enquiry)["closed"] == fact
    assert handover.enquiry.closed_reason == "finances"
    instead = Milestone("closed", today(), reason="moving_home")
    correct_milestone(handover=handover, by=gateshead_worker, fact=fact, why="Misheard", instead=instead)
    handover.enquiry.refresh_from_db()
    assert (handover.enquiry.stage, handover.enquiry.closed_reason) == ("closed", "moving_home")


def test_the_decision_shown_is_the_one_that_stands(with_gateshead, gateshead_worker):
    """As in a history from before the council alone could undo what it decided."""
    h, by = with_gateshead, gateshead_worker
    record(h, by, application_received="2026-10-12", stage2_started="2026-10-20")
    for kind, on, details in (
        ("decided", "2026-11-02", {"outcome": "not_approved"}),
        ("reopened", "2026-11-02", {"note": "The review panel asked for it"}),
        ("decided", "2026-11-12", {"outcome": "approved", "places": 1}),
    ):
        Activity.objects.create(
            enquiry=h.enquiry, kind=kind, occurred_at=moment(f"{on} 12:00"), recorded_by=by, **details
        )
    keep_state(h.enquiry)
    assert recorded(h.enquiry)["decided"].outcome == h.enquiry.decision == "approved"


def test_the_table_of_order_has_no_circle():
    order = list(AFTER)
    for kind, before in AFTER.items():
        for earlier in before:
            assert earlier not in order or earlier == "initial_visit" or order.index(earlier) < order.index(kind)


@pytest.mark.parametrize("several", [False, True], ids=["by their system", "in the portal"])
def test_whoever_the_council_ends_with_gives_back_their_place_at_an_event(several, with_gateshead, gateshead_worker):
    starts = moment("2026-12-01 18:00")
    event = make_event(
        code="evening", title="Evening", starts_at=starts, ends_at=starts + datetime.timedelta(hours=2),
        place="Civic Centre, Gateshead", capacity=2,
    )  # fmt: skip
    booking = book_event(event=event, enquiry=with_gateshead.enquiry, persons=2)
    ending = {"kind": "closed", "occurred_on": today(), "reason": "work"}
    if several:
        record_milestones(handover=with_gateshead, by=gateshead_worker, milestones=[Milestone(**ending)])
    else:
        record_milestone(handover=with_gateshead, by=gateshead_worker, **ending)
    booking.refresh_from_db()
    assert booking.state == "cancelled"
