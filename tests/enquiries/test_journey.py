"""The whole table, walked: what it allows happens, the rest is refused, and the state kept is the state rebuilt."""

import datetime
import itertools

import pytest
import time_machine
from django.db import connection
from django.db.utils import Error
from django.utils import timezone

from enquiries import journey
from enquiries.journey import KINDS, MOVES, STAGES, Stage
from enquiries.models import Activity, Enquiry
from enquiries.services import assign_enquiry, keep_state, record_activity, standard_days_from_database, void_activity
from enquiries.state import STATE_FIELDS, state_of
from hub.errors import Refused
from hub.models import Standard
from hub.people.roles import HUB_ROLES, RIGHTS, Role, rights_of
from hub.working_time import working_time
from tests.conftest import moment
from tests.factories import someone

DETAILS = {
    "note": "Because",
    "reason": "timing",
    "authority": None,
    "outcome": "approved",
    "until": None,
}
RECORDABLE = sorted({m.kind for m in MOVES if m.right != journey.SYSTEM} - {"voided"})


def details_for(kind: str, outcome: str, council) -> dict:
    """What the kind needs, filled with something sensible."""
    outcome = outcome or {"council_heard": "yes"}.get(kind, "")
    values = {**DETAILS, "authority": council, "outcome": outcome, "until": datetime.date(2030, 1, 1)}
    values |= {"due": timezone.now() + datetime.timedelta(days=1), "into": Enquiry.objects.order_by("pk").first()}
    return {name: values[name] for name in KINDS[kind].needs}


def who_may(right: str, council) -> dict:
    """Who records it: somebody whose role holds the right, or the people themselves."""
    if right == journey.OWN:
        return {"by": None, "recorder": "enquirer"}
    role = next(role for role in Role.values if right in RIGHTS[role])
    return {"by": someone(role, council)}


def test_every_stage_and_kind_is_in_the_tables():
    assert set(STAGES) == set(Stage)
    assert {move.kind for move in MOVES} == set(KINDS)
    assert all(set(rule.next_kinds) <= set(KINDS) for rule in STAGES.values())
    assert all(rule.clock in ("", *journey.CLOCKS) for rule in STAGES.values())


@pytest.mark.parametrize("stage", list(Stage))
def test_each_allowed_move_leads_where_the_table_says(stage, make_enquiry, gateshead):
    for move in MOVES:
        if stage not in move.stages or move.right == journey.SYSTEM or move.kind == "voided" or move.held:
            continue
        enquiry = make_enquiry(stage)
        before = enquiry.closed_from or enquiry.stage
        record_activity(
            enquiry=enquiry,
            kind=move.kind,
            **who_may(move.right, gateshead),
            **details_for(move.kind, move.outcome, gateshead),
        )
        expected = {journey.STAYS: stage, journey.AS_BEFORE: before}.get(move.to, move.to)
        assert enquiry.stage == expected, f"{move.kind} from {stage}"
        assert_rebuilt_state_agrees(enquiry)


@pytest.mark.parametrize("stage", list(Stage))
def test_what_the_table_does_not_allow_is_refused_and_writes_nothing(stage, make_enquiry, gateshead):
    enquiry = make_enquiry(stage)
    people = [someone(role, gateshead) for role in Role.values]
    before = Activity.objects.count(), Enquiry.objects.get(pk=enquiry.pk).version
    for kind, person in itertools.product(RECORDABLE, people):
        for outcome in ("approved", "not_approved") if kind == "decided" else ("",):
            if journey.move_for(kind, enquiry.standing, can=person.can, outcome=outcome):
                continue
            with pytest.raises(Refused):
                record_activity(enquiry=enquiry, kind=kind, by=person, **details_for(kind, outcome, gateshead))
    assert (Activity.objects.count(), Enquiry.objects.get(pk=enquiry.pk).version) == before


def test_no_hub_role_may_record_the_authoritys_assessment():
    assessment = {"stage1_completed", "stage2_started", "panel_held", "decided"}
    for move in MOVES:
        if move.kind in assessment:
            assert not any(move.right in rights_of(role) for role in HUB_ROLES)


def assert_rebuilt_state_agrees(enquiry: Enquiry):
    kept = Enquiry.objects.get(pk=enquiry.pk)
    rebuilt = state_of(kept.activities.all(), calendar=working_time(), standard_days=standard_days_from_database())
    assert {name: getattr(kept, name) for name in STATE_FIELDS} == {
        name: getattr(rebuilt, name) for name in STATE_FIELDS
    }


def test_the_database_refuses_to_edit_or_delete_a_fact(make_enquiry):
    fact = make_enquiry("in_touch").activities.first()
    with pytest.raises(Error, match="append_only"), connection.cursor() as cursor:
        cursor.execute("UPDATE enquiries_activity SET note = 'changed' WHERE id = %s", [fact.pk])


def test_keeping_the_state_again_changes_nothing(make_enquiry):
    enquiry = make_enquiry("assessment")
    before = {name: getattr(enquiry, name) for name in STATE_FIELDS}
    keep_state(enquiry)
    assert {name: getattr(enquiry, name) for name in STATE_FIELDS} == before


def test_on_hold_only_what_the_table_says(make_enquiry, worker):
    enquiry = make_enquiry("in_touch")
    record_activity(enquiry=enquiry, kind="hold_started", by=worker, until=datetime.date(2030, 1, 7))
    assert enquiry.on_hold and enquiry.clock == "hold"
    with pytest.raises(Refused, match="while on hold"):
        record_activity(enquiry=enquiry, kind="eoi_submitted", by=worker)
    record_activity(enquiry=enquiry, kind="hold_ended", by=worker)
    assert not enquiry.on_hold and enquiry.stage == Stage.IN_TOUCH


def test_a_voided_fact_stays_and_the_state_is_as_without_it(make_enquiry, worker):
    enquiry = make_enquiry("in_touch")
    conversation = enquiry.activities.get(kind="conversation")
    void_activity(activity=conversation, by=worker, note="Wrong enquiry")
    enquiry.refresh_from_db()
    assert enquiry.stage == Stage.NEW
    assert enquiry.first_conversation_at is None
    assert enquiry.activities.filter(pk=conversation.pk).exists()
    assert_rebuilt_state_agrees(enquiry)
    with pytest.raises(Refused):
        void_activity(activity=conversation, by=worker, note="Again")


def test_the_hub_cannot_void_what_only_the_council_may_record(make_enquiry, worker, gateshead):
    enquiry = make_enquiry("approved")
    decision = enquiry.activities.get(kind="decided")
    with pytest.raises(Refused, match="cannot be voided by you"):
        void_activity(activity=decision, by=worker, note="No")
    void_activity(activity=decision, by=someone("authority_worker", gateshead), note="Wrong date")
    enquiry.refresh_from_db()
    assert enquiry.stage == Stage.ASSESSMENT


def test_one_received_fact_only(make_enquiry):
    enquiry = make_enquiry()
    with pytest.raises(Error, match="activity_received_once"):
        Activity.objects.create(enquiry=enquiry, kind="received", occurred_at=enquiry.received_at)


def test_dates_that_cannot_be_are_refused(make_enquiry, worker):
    enquiry = make_enquiry()
    day = datetime.timedelta(days=1)
    with pytest.raises(Refused, match="in the future"):
        record_activity(enquiry=enquiry, kind="conversation", by=worker, occurred_at=timezone.now() + day)
    with pytest.raises(Refused, match="before the enquiry was received"):
        record_activity(enquiry=enquiry, kind="conversation", by=worker, occurred_at=timezone.now() - day)


def test_a_stale_page_is_told_who_changed_what(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    seen = enquiry.version
    record_activity(enquiry=enquiry, kind="attempt", by=manager)
    with pytest.raises(Refused, match="Moira Manager recorded “Tried to reach them”"):
        record_activity(enquiry=enquiry, kind="conversation", by=worker, version=seen)


def test_an_automatic_message_is_no_contact(make_enquiry):
    enquiry = make_enquiry()
    assert enquiry.activities.filter(kind="message_sent").exists()
    assert enquiry.last_contact_at is None
    assert enquiry.stage == Stage.NEW


def test_the_first_clock_is_due_after_one_working_day(make_enquiry):
    with time_machine.travel(moment("2026-11-20 18:30"), tick=False):
        enquiry = make_enquiry()
    assert enquiry.due_at == moment("2026-11-24 17:00")


def test_a_standard_in_the_database_comes_before_the_default(make_enquiry):
    Standard.objects.create(clock="first_conversation", working_days=3)
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        enquiry = make_enquiry()
    assert enquiry.due_at == moment("2026-11-25 17:00")


def test_a_closing_undone_on_the_same_day_is_undone(make_enquiry, worker):
    enquiry = make_enquiry("in_touch")
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
    assert enquiry.stage == Stage.CLOSED
    record_activity(enquiry=enquiry, kind="reopened", by=worker, note="They rang back")
    assert enquiry.stage == Stage.IN_TOUCH
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="work")
    assert enquiry.closed_reason == "work"
    assert_rebuilt_state_agrees(enquiry)


def test_nothing_is_dated_before_what_it_answers_or_ends(make_enquiry, worker, gateshead):
    with time_machine.travel(moment("2026-09-01 10:00")):
        enquiry = make_enquiry("ready")
    with time_machine.travel(moment("2026-09-10 10:00")):
        record_activity(enquiry=enquiry, kind="handover_sent", by=worker, authority=gateshead)
    too_early = moment("2026-09-09 10:00")
    with pytest.raises(Refused, match="cannot be dated before “Sent to the council” on 10 September 2026"):
        record_activity(
            enquiry=enquiry,
            kind="handover_accepted",
            by=someone("authority_worker", gateshead),
            occurred_at=too_early,
        )


def test_ending_a_hold_starts_the_clock_again(make_enquiry, worker):
    with time_machine.travel(moment("2026-05-04 10:00"), tick=False):
        enquiry = make_enquiry("in_touch")
    with time_machine.travel(moment("2026-05-05 10:00"), tick=False):
        record_activity(enquiry=enquiry, kind="hold_started", by=worker, until=datetime.date(2026, 9, 1))
    with time_machine.travel(moment("2026-09-01 10:00"), tick=False):
        record_activity(enquiry=enquiry, kind="hold_ended", by=worker)
    assert enquiry.due_at == moment("2026-09-08 17:00")


def test_on_the_day_we_said_we_would_ask_again_it_waits_on_us(make_enquiry, worker):
    with time_machine.travel(moment("2026-05-05 10:00"), tick=False):
        enquiry = make_enquiry("in_touch")
        record_activity(enquiry=enquiry, kind="hold_started", by=worker, until=datetime.date(2026, 9, 1))
    with time_machine.travel(moment("2026-08-31 10:00"), tick=False):
        assert not Enquiry.objects.waiting_on("hub").exists()
    with time_machine.travel(moment("2026-09-01 09:30"), tick=False):
        assert Enquiry.objects.waiting_on("hub").get() == enquiry


def test_the_hub_cannot_move_what_stands_with_a_council_by_voiding(make_enquiry, worker, gateshead):
    enquiry = make_enquiry("ready")
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
    reopened = record_activity(enquiry=enquiry, kind="reopened", by=worker, note="They rang")
    record_activity(enquiry=enquiry, kind="handover_sent", by=worker, authority=gateshead)
    with pytest.raises(Refused, match="cannot be voided while the enquiry stands with Gateshead"):
        void_activity(activity=reopened, by=worker, note="Mistake")
    enquiry.refresh_from_db()
    assert enquiry.stage == Stage.HANDED_OVER
    assert not hasattr(Activity.objects.get(pk=reopened.pk), "voided_by")


@pytest.mark.parametrize(
    ("stage", "kind", "details"),
    [("application", "closed", {"reason": "health"}), ("assessment", "decided", {"outcome": "not_approved"})],
)
def test_what_ended_at_the_council_is_the_councils_to_correct(make_enquiry, worker, gateshead, stage, kind, details):
    enquiry = make_enquiry(stage)
    council = someone("authority_worker", gateshead)
    ending = record_activity(enquiry=enquiry, kind=kind, by=council, **details)
    assert not enquiry.may("reopened", worker)
    with pytest.raises(Refused, match="It ended at Gateshead"):
        record_activity(enquiry=enquiry, kind="reopened", by=worker, note="They rang")
    with pytest.raises(Refused, match="cannot be voided by you"):
        void_activity(activity=ending, by=worker, note="No")
    void_activity(activity=ending, by=council, note="Wrong person")
    enquiry.refresh_from_db()
    assert enquiry.stage == stage


def test_a_voided_fact_binds_no_date(make_enquiry, gateshead):
    council = someone("authority_worker", gateshead)
    with time_machine.travel(moment("2026-09-01 10:00")):
        enquiry = make_enquiry("assessment")
    decided = {"enquiry": enquiry, "kind": "decided", "by": council, "outcome": "approved", "places": 1}
    with time_machine.travel(moment("2026-09-20 10:00")):
        wrong = record_activity(**decided, occurred_at=moment("2026-09-18 12:00"))
        void_activity(activity=wrong, by=council, note="The 11th")
        enquiry.refresh_from_db()
        record_activity(**decided, occurred_at=moment("2026-09-11 12:00"))
    assert enquiry.stage == Stage.APPROVED


def test_an_authority_sees_only_what_it_accepted(make_enquiry, worker, gateshead, newcastle):
    council = someone("authority_worker", gateshead)
    sent, accepted = make_enquiry("handed_over"), make_enquiry("with_authority")
    ended = make_enquiry("with_authority")
    record_activity(enquiry=ended, kind="closed", by=council, reason="health")
    assert set(Enquiry.objects.visible_to(council)) == {accepted, ended}
    assert not Enquiry.objects.visible_to(someone("authority_worker", newcastle)).exists()
    assert sent not in Enquiry.objects.visible_to(council)


def test_nobody_is_told_to_ring_people_who_must_not_be_rung(make_enquiry):
    enquiry = make_enquiry("new", safe_contact={"by_phone": False})
    assert enquiry.next_step == "Write to them"
    assert enquiry.due_in_words.startswith("Write by")


def test_the_hub_gives_no_reason_that_comes_of_an_assessment(make_enquiry, worker):
    enquiry = make_enquiry("in_touch")
    with pytest.raises(Refused, match="the council's work"):
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="stage1_not_suitable")
    assert enquiry.stage == Stage.IN_TOUCH


def test_giving_it_to_its_owner_changes_nothing(make_enquiry, worker):
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    with pytest.raises(Refused, match="owns it already"):
        assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    assert enquiry.activities.filter(kind="assigned").count() == 1
