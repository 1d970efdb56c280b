"""On the day what is open goes to whoever comes after: what waits is sent anew, what was accepted goes on."""

import pytest
from django.db import DatabaseError, transaction
from django.utils import timezone

from enquiries.models import Activity, Enquiry
from enquiries.services import keep_state, lock_enquiry
from handover.invariants import CHECKS
from handover.milestones import record_milestone
from handover.models import Agreement, Handover
from handover.services import withdraw_handover
from handover.succession.services import move_handover, move_handovers, suggested
from hub.errors import Refused
from hub.isolation import bound_to
from hub.models import Authority, Postcode
from hub.working_time import today
from reporting.measures import MONTHLY, Period, compute_lines
from tests.factories import someone
from tests.handover.succession.conftest import FIRST_MORNING, LAST_EVENING


def held_by(handover: Handover) -> Authority | None:
    return Enquiry.objects.get(pk=handover.enquiry_id).held_by


def test_what_waits_is_withdrawn_and_sent_anew(divided, sent, clock, gateshead, manager):
    waiting = sent()
    clock.move_to(FIRST_MORNING)
    said = move_handover(handover=waiting, to=divided[0], by=manager)
    old, new = Handover.objects.order_by("pk")
    assert (old.state, old.reason, old.authority) == ("withdrawn", "council_ended", gateshead)
    assert (new.state, new.authority) == ("sent", divided[0])
    assert "East Gateshead" in str(new.package) and "East Gateshead" not in str(old.package)
    assert said == f"Sent to East Gateshead as {new.reference}: it waits for their answer."
    assert held_by(new) == divided[0]


def test_what_was_accepted_goes_on_and_is_no_new_referral(
    divided, accepted, clock, gateshead, gateshead_worker, manager
):
    taken = accepted()
    record_milestone(handover=taken, by=gateshead_worker, kind="application_received", occurred_on=today())
    clock.move_to(FIRST_MORNING)
    facts = set(Activity.objects.values_list("pk", flat=True))
    assert move_handover(handover=taken, to=divided[1], by=manager) == "Goes on at West Gateshead, as it stands."
    taken.refresh_from_db()
    assert (taken.authority, taken.state, taken.sent_fact.authority) == (divided[1], "accepted", gateshead)
    assert [fact.kind for fact in Activity.objects.exclude(pk__in=facts)] == ["handover_continued"]
    assert held_by(taken) == divided[1] and taken.enquiry.stage == "application"
    west, east = (someone("authority_worker", council) for council in (divided[1], divided[0]))
    with bound_to(divided[1].pk):
        assert Enquiry.objects.filter(pk=taken.enquiry_id).exists()
    with bound_to(gateshead.pk):
        assert not Enquiry.objects.exists() and not Handover.objects.exists()
    with pytest.raises(Refused, match="Only West Gateshead"):
        record_milestone(handover=taken, by=east, kind="stage2_started", occurred_on=today())
    record_milestone(handover=taken, by=west, kind="stage2_started", occurred_on=today())
    assert keep_state(lock_enquiry(taken.enquiry_id)).held_by == divided[1]
    assert [said for check in CHECKS.values() for said in check()] == []


def test_it_can_be_withdrawn_from_the_successor(divided, accepted, clock, manager):
    taken = accepted()
    clock.move_to(FIRST_MORNING)
    move_handover(handover=taken, to=divided[0], by=manager)
    assert withdraw_handover(handover=taken, by=manager, reason="person_asked").state == "withdrawn"
    assert held_by(taken) is None


def test_before_the_day_nothing_moves(divided, sent, accepted, clock, manager):
    clock.move_to(LAST_EVENING)
    for handover in (sent(), accepted()):
        with pytest.raises(Refused, match="does not stand in the place"):
            move_handover(handover=handover, to=divided[0], by=manager)


def test_nor_to_anybody_who_does_not_come_after(divided, accepted, clock, newcastle, manager, worker):
    taken = accepted()
    clock.move_to(FIRST_MORNING)
    with pytest.raises(Refused, match="does not stand in the place"):
        move_handover(handover=taken, to=newcastle, by=manager)
    with pytest.raises(Refused, match="A manager"):
        move_handover(handover=taken, to=divided[0], by=worker)
    with pytest.raises(DatabaseError, match="successor"), transaction.atomic():
        Handover.objects.filter(pk=taken.pk).update(authority=newcastle)


def test_each_has_its_result_and_a_refusal_stops_no_other(divided, sent, accepted, clock, manager):
    Agreement.objects.filter(authority=divided[0]).delete()
    waiting, taken, ended = sent(), accepted(), sent()
    withdraw_handover(handover=ended, by=manager, reason="mistake")
    clock.move_to(FIRST_MORNING)
    results = move_handovers(by=manager, moves={waiting: divided[0], taken: divided[1], ended: divided[1]})
    assert [result.moved for result in results] == [False, True, False]
    assert "agreement" in results[0].said and "has ended" in results[2].said
    waiting.refresh_from_db()
    assert waiting.state == "sent"  # nothing of it was lost: it is where it was
    with pytest.raises(Refused, match="no current data-sharing agreement"):
        move_handover(handover=accepted_again(taken, divided), to=divided[0], by=manager)


def accepted_again(handover, divided):
    """As if West were divided again, into East alone."""
    from hub.models import Succession

    Succession.objects.create(before=divided[1], after=divided[0], takes_effect_on=today())
    return handover


def test_the_directory_says_which_part_is_theirs(divided, sent):
    waiting = sent()
    assert suggested([waiting], waiting.authority) == {waiting: None}
    Postcode.objects.filter(pk="NE81AA").update(authority_code="E06000098")
    assert suggested([waiting], waiting.authority) == {waiting: divided[0]}


def lines(month: str, as_at=None) -> list[dict]:
    return compute_lines(MONTHLY, Period.month(month), as_at or timezone.now())


def cells(month: str, code: str) -> dict:
    return {line["code"]: line["authorities"].get(code) for line in lines(month) if "authorities" in line}


def test_figures_of_before_stay_and_those_after_are_the_successors(
    divided, sent, accepted, clock, manager, gateshead_worker
):
    taken, waiting = accepted(), sent()
    clock.move_to(LAST_EVENING)
    as_at = timezone.now()
    march = lines("2027-03", as_at)
    assert cells("2027-03", "E08000037")["M12"] == 2 and cells("2027-03", "E08000037")["M13"] == 1
    clock.move_to(FIRST_MORNING)
    move_handovers(by=manager, moves={taken: divided[0], waiting: divided[1]})
    assert lines("2027-03", as_at) == march
    # Now too: who was referred to whom in March does not change.
    assert cells("2027-03", "E08000037")["M12"] == 2 and cells("2027-03", "E08000037")["M13"] == 1
    assert "E06000098" not in march[0]["authorities"]
    record_milestone(
        handover=taken, by=someone("authority_worker", divided[0]), kind="application_received", occurred_on=today()
    )
    assert cells("2027-04", "E06000098") | {"M16": 1, "M12": 0, "M13": 0} == cells("2027-04", "E06000098")
    assert cells("2027-04", "E06000099")["M12"] == 1  # what waited is a new referral
    assert "E08000037" not in lines("2027-04")[0]["authorities"]
