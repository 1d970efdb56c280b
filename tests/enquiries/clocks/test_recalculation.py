"""Clocks in working time, and worked out again when a holiday, a closure, the hours or a standard change."""

import datetime

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from enquiries import journey
from enquiries.clocks.recalculation import ask_recalculation, moves_of, recalculate_clocks
from enquiries.clocks.services import add_closure, change_hours, plan_closure, remove_closure, set_standard
from enquiries.clocks.states import ClockState
from enquiries.invariants import state_kept_is_state_rebuilt
from enquiries.journey import HUB_STAGES, MOVES, Stage
from enquiries.models import Enquiry, Recalculation
from enquiries.services import record_activity
from hub import working_time
from hub.current import current
from hub.health import Heartbeat
from hub.models import Closure, Hub, Standard
from tests.conftest import moment
from tests.enquiries.test_journey import details_for
from tests.factories import make_enquiry as make
from tests.factories import someone

day = datetime.date.fromisoformat


def due(enquiry) -> datetime.datetime:
    enquiry.refresh_from_db()
    return enquiry.due_at


@pytest.mark.parametrize(
    ("received", "due_by"),
    [
        ("2026-10-23 10:00", "2026-10-26 17:00"),  # Friday, the clocks go back on Sunday: 17:00 is an hour later in UTC
        ("2026-10-25 01:30", "2026-10-27 17:00"),  # the hour that happens twice, on a Sunday
        ("2026-03-27 16:59", "2026-03-30 17:00"),  # over the night on which they go forward
        ("2026-04-02 17:00", "2026-04-08 17:00"),  # Maundy Thursday after hours: Good Friday, Easter Monday
        ("2026-04-02 16:59", "2026-04-07 17:00"),
        ("2026-12-24 18:00", "2026-12-30 17:00"),  # Christmas, with a substitute day for Boxing Day on a Saturday
        ("2027-12-31 09:00", "2028-01-04 17:00"),  # New Year's Day on a Saturday, its substitute on Monday
        ("2028-02-28 12:00", "2028-02-29 17:00"),
        ("2028-02-29 12:00", "2028-03-01 17:00"),
    ],
)
def test_the_first_conversation_is_due_in_working_time(received, due_by, make_enquiry, at):
    at(received)
    assert due(make_enquiry()) == moment(due_by)


def test_a_holiday_added_late_moves_what_it_falls_upon_and_nothing_else(make_enquiry, at, manager):
    over, before = make_enquiry(), make_enquiry()
    at("2026-03-05 10:05")
    record_activity(enquiry=before, kind="callback_booked", by=manager, due=moment("2026-03-05 16:00"))
    run = add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="The King’s visit")
    assert (run.is_under_way, run.to_do) == (True, 2)
    assert recalculate_clocks() == 1
    assert due(over) == moment("2026-03-09 17:00") and due(before) == moment("2026-03-05 16:00")
    run.refresh_from_db()
    assert (run.is_under_way, run.done, run.moved, run.asked_by) == (False, 2, 1, manager)
    assert recalculate_clocks() == 0  # done twice, nothing comes of it
    assert Heartbeat.objects.filter(job="recalculate_clocks").exists()
    remove_closure(by=manager, closure=Closure.objects.get())
    assert recalculate_clocks() == 1 and due(over) == moment("2026-03-06 17:00")


def test_a_bank_holiday_that_came_with_an_upgrade_is_found_by_itself(make_enquiry, at, monkeypatch):
    enquiry = make_enquiry()
    recalculate_clocks()
    more = working_time.holidays.country_holidays("GB", subdiv="ENG")
    more.append({"2026-03-06": "Coronation"})
    monkeypatch.setattr(working_time, "_ENGLAND", more)
    assert recalculate_clocks() == 1 and due(enquiry) == moment("2026-03-09 17:00")
    assert Recalculation.objects.count() == 2


def test_what_was_changed_past_our_pages_is_found_by_itself(make_enquiry, at):
    enquiry = make_enquiry()
    recalculate_clocks()
    Hub.objects.update(closes_at=datetime.time(16))
    assert recalculate_clocks() == 1 and due(enquiry) == moment("2026-03-06 16:00")


def test_opening_hours_shortened(make_enquiry, at, manager):
    at("2026-03-05 15:30")
    enquiry = make_enquiry()
    change_hours(by=manager, opens_at=datetime.time(9), closes_at=datetime.time(15))
    recalculate_clocks()
    # It came in after what are the hours now: day zero is the next working day (measures.md, rule 6).
    assert due(enquiry) == moment("2026-03-09 15:00")


def test_a_standard_holds_for_what_begins_on_its_day_or_later(make_enquiry, at, manager):
    before = make_enquiry()
    set_standard(by=manager, clock="first_conversation", working_days=3, applies_from=day("2026-03-06"))
    at("2026-03-06 10:00")
    after = make_enquiry()
    recalculate_clocks()
    assert due(before) == moment("2026-03-06 17:00") and due(after) == moment("2026-03-11 17:00")


def test_broken_off_it_goes_on_where_it_was(make_enquiry, at, manager, monkeypatch):
    monkeypatch.setattr("enquiries.clocks.recalculation.AT_ONCE", 2)
    made = [make_enquiry() for _ in range(5)]
    run = add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="Snow")
    from enquiries.clocks.recalculation import _batch_done

    _batch_done(run)
    run.refresh_from_db()
    assert (run.done, run.last_enquiry, run.is_under_way) == (2, made[1].pk, True)
    assert recalculate_clocks() == 3
    assert {due(enquiry) for enquiry in made} == {moment("2026-03-09 17:00")}


def test_a_later_change_makes_the_earlier_run_needless(make_enquiry, at, manager):
    enquiry = make_enquiry()
    first = add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="Snow")
    add_closure(by=manager, day=day("2026-03-09"), open_instead=False, reason="More snow")
    first.refresh_from_db()
    assert not first.is_under_way and first.done == 0
    assert recalculate_clocks() == 1 and due(enquiry) == moment("2026-03-10 17:00")


def test_who_was_taken_in_by_the_calendar_of_before_is_looked_at_again(make_enquiry, at, manager):
    add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="Snow")
    recalculate_clocks()
    enquiry = make_enquiry()
    Enquiry.objects.filter(pk=enquiry.pk).update(due_at=moment("2026-03-06 17:00"))  # as another process left it
    assert recalculate_clocks() == 1 and due(enquiry) == moment("2026-03-09 17:00")
    at("2026-03-05 11:00")
    Enquiry.objects.filter(pk=enquiry.pk).update(due_at=moment("2026-03-06 17:00"))
    assert recalculate_clocks() == 0  # long after the change nobody is left who could have


def test_nobodys_work_is_overtaken_by_it(make_enquiry, at, manager):
    enquiry = make_enquiry()
    version = enquiry.version
    add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="Snow")
    recalculate_clocks()
    record_activity(enquiry=enquiry, kind="note", by=manager, note="Seen", version=version)


def test_what_is_merged_is_worked_out_with_its_household(make_enquiry, at, manager):
    from enquiries.duplicates.merging import merge_enquiries

    first = make_enquiry()
    at("2026-03-05 18:00")
    second = make_enquiry()
    merge_enquiries(survivor=second, absorbed=first, by=manager)
    add_closure(by=manager, day=day("2026-03-06"), open_instead=False, reason="Snow")
    recalculate_clocks()
    assert list(state_kept_is_state_rebuilt()) == []


def test_before_it_is_saved_it_says_how_many_would_move_and_writes_nothing(make_enquiry, at):
    make_enquiry()
    at("2026-03-05 17:30")
    second = make_enquiry()
    plan = plan_closure(day=day("2026-03-06"), open_instead=False, reason="Snow")
    assert (plan.moves().count, plan.moves().later, plan.moves().late_at_once) == (2, 2, 0)
    assert due(second) == moment("2026-03-09 17:00") and not Closure.objects.exists()


@pytest.mark.parametrize("number", [2, 40])
def test_it_costs_the_same_number_of_queries_for_few_and_for_many(
    number, make_enquiry, at, django_assert_max_num_queries
):
    for _ in range(number):
        make_enquiry()
    Hub.objects.update(closes_at=datetime.time(16))
    ask_recalculation(why="A test")
    with django_assert_max_num_queries(28):
        assert recalculate_clocks() == number


CHANGES = st.fixed_dictionaries(
    {
        "closed": st.sets(st.dates(day("2026-02-01"), day("2026-04-30")), max_size=6),
        "closes_at": st.sampled_from([datetime.time(15), datetime.time(16, 30), datetime.time(20)]),
        "standards": st.dictionaries(
            st.sampled_from(["first_conversation", "follow_up", "eoi_authorisation", "handover", "authority_answer"]),
            st.tuples(st.integers(1, 20), st.dates(day("2026-02-01"), day("2026-03-31"))),
        ),
    }
)


@pytest.fixture
def region(make_enquiry, at, worker):
    """One in each open stage, and some with more clocks than one."""
    at("2026-02-27 16:30")
    for stage in (*HUB_STAGES, Stage.HANDED_OVER, Stage.WITH_AUTHORITY):
        make(stage)
    asked, held = make(Stage.IN_TOUCH), make(Stage.IN_TOUCH)
    record_activity(enquiry=held, kind="hold_started", by=worker, until=day("2026-04-03"))
    at("2026-03-02 12:00")
    record_activity(enquiry=asked, kind="called_us", by=None)
    at("2026-03-05 10:00")


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(changes=CHANGES)
def test_whatever_is_changed_the_time_kept_is_the_time_worked_out_anew(changes, region):
    with transaction.atomic():
        Closure.objects.bulk_create(Closure(day=one, reason="Closed") for one in changes["closed"])
        Hub.objects.update(closes_at=changes["closes_at"])
        for clock, (days, since) in changes["standards"].items():
            Standard.objects.create(clock=clock, working_days=days, applies_from=since)
        planned = moves_of(calendar=current().calendar, standards=current().standards)
        assert recalculate_clocks() == planned.count
        assert list(state_kept_is_state_rebuilt()) == []
        transaction.set_rollback(True)


def test_nothing_but_not_yet_pauses_a_clock(make_enquiry, at, gateshead):
    """Each fact that staff may record while the enquiry is with the hub, one by one."""
    for stage in HUB_STAGES:
        enquiry = make_enquiry(stage)
        kinds = {
            move.kind for move in MOVES
            if stage in move.stages and move.right == journey.HUB and not move.to and move.held is not True
        } - {"hold_started", "voided", "merged"}  # fmt: skip
        for kind in sorted(kinds):
            with transaction.atomic():
                record_activity(
                    enquiry=enquiry, kind=kind, by=someone("hub_worker"), **details_for(kind, "", gateshead)
                )
                assert enquiry.clock_state not in (ClockState.NONE, ClockState.PAUSED), (stage, kind)
                transaction.set_rollback(True)
            enquiry.refresh_from_db()


def test_on_time_due_today_late_and_paused(make_enquiry, at, worker):
    enquiry = make_enquiry()
    assert enquiry.clock_state == ClockState.ON_TIME
    at("2026-03-06 00:00")
    assert enquiry.clock_state == ClockState.DUE_SOON and enquiry.clock_state.label == "Due today"
    assert Enquiry.objects.due_soon(moment("2026-03-06 09:00")).get() == enquiry
    at("2026-03-06 17:01")
    assert enquiry.clock_state == ClockState.BREACHED
    assert not Enquiry.objects.due_soon(moment("2026-03-06 17:01")).exists()
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    record_activity(enquiry=enquiry, kind="hold_started", by=worker, until=day("2026-04-09"))
    assert enquiry.clock_state == ClockState.PAUSED
    at("2026-04-09 09:00")
    assert enquiry.clock_state == ClockState.DUE_SOON
    record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
    assert enquiry.clock_state == ClockState.NONE
