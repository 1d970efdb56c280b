"""Merging: which goes on, what it becomes, when it is refused; and parting the two again."""

import datetime
import threading

import pytest
import time_machine
from django.db import connections

from enquiries.casework.services import change_people, change_safe_contact, record_consent
from enquiries.duplicates import merging
from enquiries.duplicates.merging import merge_enquiries, undo_merge
from enquiries.duplicates.plan import make_plan
from enquiries.duplicates.services import say_not_the_same, take_back_refusal
from enquiries.duplicates.shown import pair_of
from enquiries.intake.services import Person
from enquiries.invariants import CHECKS
from enquiries.letters.services import send_template
from enquiries.models import Activity, DuplicatePair, Enquiry, Merge, PostalAddress, Task
from enquiries.reach import may_reach
from enquiries.services import keep_state, record_activity, standard_days_from_database, void_activity
from enquiries.state import STATE_FIELDS, state_of
from handover.package import share_consent
from hub.errors import Refused
from hub.messages.models import Message
from hub.working_time import working_time
from tests.factories import make_enquiry, someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def merge(worker):
    def merged(survivor, absorbed):
        return merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)

    return merged


def fresh(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk)


def everything_holds():
    return [fault for check in CHECKS.values() for fault in check()]


def state_is_rebuilt(enquiry):
    kept = fresh(enquiry)
    rebuilt = state_of(kept.facts, calendar=working_time(), standard_days=standard_days_from_database())
    return [name for name in STATE_FIELDS if getattr(kept, name) != getattr(rebuilt, name)] == []


# Which goes on


def test_the_one_further_on_goes_on(two):
    new, further = two("new", "in_touch")
    plan = make_plan(new, further)
    assert (plan.survivor, plan.absorbed, plan.why, plan.may_swap) == (further, new, "It is further on.", True)
    assert make_plan(new, further, survivor=new).survivor == new


def test_of_two_alike_the_one_received_first(two):
    first, second = two("new", "new")
    assert make_plan(second, first).survivor == first


def test_the_one_that_stands_with_a_council_and_no_other(two, merge):
    ready, held = two("ready", "with_authority")
    plan = make_plan(ready, held)
    assert plan.survivor == held and not plan.may_swap and "Gateshead" in plan.why
    with pytest.raises(Refused, match="stands with Gateshead, so it is the one that goes on"):
        merge(ready, held)
    assert fresh(merge(held, ready).survivor).stage == "with_authority"


@pytest.mark.parametrize("stages", [("handed_over", "with_authority"), ("handed_over", "handed_over")])
def test_not_while_councils_hold_both(two, merge, stages, newcastle):
    first, second = two(*stages, _1={"postcode": "NE1 8QH"})
    with pytest.raises(Refused, match="once one of the two has been given back"):
        merge(first, second)
    assert Merge.objects.count() == 0 and not Activity.objects.filter(kind="merged").exists()


@pytest.mark.parametrize(("one", "other"), [("closed", "new"), ("new", "closed"), ("approved", "new")])
def test_not_where_either_has_ended(two, merge, one, other):
    with pytest.raises(Refused, match="Only enquiries that are open can be merged"):
        merge(*two(one, other))


def test_not_with_itself_and_not_twice(two, merge):
    first, second = two("new", "new")
    with pytest.raises(Refused, match="one and the same"):
        merge(first, first)
    merge(first, second)
    with pytest.raises(Refused, match="merged into"):
        merge(first, fresh(second))
    with pytest.raises(Refused, match="merged into"):
        merge(fresh(second), first)


def test_not_where_one_has_changed_meanwhile(two, worker):
    first, second = two("new", "new")
    seen = fresh(second).version
    record_activity(enquiry=second, kind="note", by=worker, note="Meanwhile")
    with pytest.raises(Refused, match="has changed since you opened"):
        merge_enquiries(survivor=first, absorbed=second, by=worker, absorbed_version=seen)


def test_only_those_who_do_casework(two, cluster_lead):
    first, second = two("new", "new")
    with pytest.raises(Refused):
        merge_enquiries(survivor=first, absorbed=second, by=cluster_lead)
    assert fresh(second).merged_into is None


# What it becomes


def test_facts_are_read_on_the_survivor_and_the_state_is_that_of_all(two, merge, worker):
    survivor, absorbed = two("in_touch", "new")
    record_activity(enquiry=absorbed, kind="attempt", by=worker, outcome="no_answer")
    plan = make_plan(survivor, absorbed)
    merge(survivor, absorbed)
    survivor, absorbed = fresh(survivor), fresh(absorbed)
    assert survivor.facts.filter(kind="attempt").exists() and survivor.attempts == 1
    assert survivor.facts.filter(kind="received").count() == 2
    assert (survivor.stage, survivor.absorbs, absorbed.stage) == (plan.state.stage, True, "closed")
    assert (absorbed.merged_into, absorbed.closed_reason) == (survivor, "duplicate")
    assert state_is_rebuilt(survivor) and state_is_rebuilt(absorbed) and everything_holds() == []


def test_the_first_clock_runs_from_the_earlier_of_the_two(directory, merge):
    with time_machine.travel("2026-03-02 10:00 +0000", tick=False):
        early = make_enquiry()
    with time_machine.travel("2026-03-04 10:00 +0000", tick=False):
        late = make_enquiry(applicants=[Person("Orla", "Quinn", "orla@example.org")])
        merge(late, early)
        assert fresh(late).due_at == early.due_at and fresh(late).first_received_at == early.received_at
        assert fresh(late).received_at == late.received_at


def test_who_asked_again_after_we_spoke_waits_for_an_answer(directory, merge, worker):
    with time_machine.travel("2026-03-02 10:00 +0000", tick=False):
        spoken_with = make_enquiry("in_touch")
    with time_machine.travel("2026-03-04 10:00 +0000", tick=False):
        again = make_enquiry(applicants=[Person("Orla", "Quinn", "orla@example.org")])
        merge(spoken_with, again)
        assert fresh(spoken_with).clock == "answer"
        record_activity(enquiry=fresh(spoken_with), kind="conversation", by=worker, channel="phone")
        assert fresh(spoken_with).clock == "follow_up"


def test_gaps_are_filled_and_nothing_is_replaced(ask, merge):
    survivor = ask(email="", phone="+447700900200", postcode="", source="", interests=["teenagers"])
    absorbed = ask(
        email="beth@example.org", phone="+447700900299", partner=("Tom", "Ellis"), source="council",
        interests=["teenagers", "siblings"], postcode="NE8 1AA",
    )  # fmt: skip
    plan = make_plan(survivor, absorbed)
    assert any("900299" in words for words in plan.stays_behind)
    merge(survivor, absorbed)
    survivor = fresh(survivor)
    beth, tom = survivor.applicants.all()
    assert (beth.email, beth.phone, str(tom)) == ("beth@example.org", "+447700900200", "Tom Ellis")
    assert (survivor.postcode, survivor.source, survivor.interests) == ("NE8 1AA", "council", ["teenagers", "siblings"])
    assert survivor.authority.name == "Gateshead"
    assert fresh(absorbed).applicants.first().phone == "+447700900299"
    assert "second person" in survivor.facts.filter(kind="details_changed").newest_first().first().note


def test_the_other_person_has_no_room_and_is_named(ask):
    survivor, absorbed = ask(partner=("Tom", "Ellis")), ask(partner=("Joe", "Hall"))
    plan = make_plan(survivor, absorbed)
    assert plan.second_person is None and "Person: Joe Hall" in plan.stays_behind


def test_the_stricter_rules_for_reaching_them_hold(two, merge, worker):
    survivor, absorbed = two("new", "new")
    change_safe_contact(enquiry=survivor, by=worker, leave_message=False, when="evening", notes="Not at work")
    change_safe_contact(
        enquiry=absorbed, by=worker, by_phone=False, when="morning", notes="Ask for Beth", interpreter=True
    )
    merge(survivor, absorbed)
    safe = fresh(survivor).safe_contact
    assert (safe.by_phone, safe.leave_message, safe.when, safe.interpreter) == (False, False, "evening", True)
    assert "Not at work" in safe.notes and "Ask for Beth" in safe.notes and "Morning only" in safe.notes


def test_refused_where_no_way_to_reach_them_would_be_left(two, merge, worker):
    survivor, absorbed = two("new", "new")
    change_safe_contact(enquiry=survivor, by=worker, by_email=False)
    change_safe_contact(enquiry=absorbed, by=worker, by_phone=False)
    with pytest.raises(Refused, match="no way to reach them"):
        merge(survivor, absorbed)


def test_the_latest_consent_counts_whichever_enquiry_it_was_said_to(two, merge, worker):
    survivor, absorbed = two("new", "new")
    record_consent(
        enquiry=absorbed, by=worker, purpose="share_with_authority", given=False, wording="No", channel="phone"
    )
    assert share_consent(survivor).given
    merge(survivor, absorbed)
    assert not share_consent(fresh(survivor)).given


def test_the_owner_stays_the_survivors(two, merge, worker, manager):
    survivor, absorbed = two("new", "new")
    Enquiry.objects.filter(pk=survivor.pk).update(owner=manager)
    Enquiry.objects.filter(pk=absorbed.pk).update(owner=worker)
    merge(fresh(survivor), fresh(absorbed))
    assert fresh(survivor).owner == manager


def test_a_merged_enquiry_takes_no_facts_of_staff_and_passes_on_what_people_do(two, merge, worker):
    survivor, absorbed = two("new", "new")
    merge(survivor, absorbed)
    absorbed = fresh(absorbed)
    for kind, details in [("note", {"note": "x"}), ("reopened", {"note": "x"}), ("details_changed", {})]:
        assert not absorbed.may(kind, worker)
        with pytest.raises(Refused, match=f"merged into {survivor.reference}"):
            record_activity(enquiry=absorbed, kind=kind, by=worker, **details)
    fact = record_activity(enquiry=absorbed, kind="message_received", by=None, recorder="enquirer", note="Hello")
    assert fact.enquiry == survivor
    assert fresh(survivor).clock in ("first_conversation", "answer")


def test_a_fact_of_the_absorbed_one_can_be_voided_on_the_survivor(two, merge, worker):
    survivor, absorbed = two("new", "in_touch")
    merge(survivor, absorbed)
    assert fresh(survivor).stage == "in_touch"
    fact = fresh(survivor).facts.get(kind="conversation")
    fact.recorded_by = worker
    voiding = void_activity(activity=fact, by=worker, note="Wrong number")
    assert voiding.enquiry == absorbed and fresh(survivor).stage == "new"
    assert state_is_rebuilt(survivor) and state_is_rebuilt(absorbed)


def test_merged_is_not_voided_by_hand(two, merge, worker):
    merged = merge(*two("new", "new"))
    with pytest.raises(Refused):
        void_activity(activity=merged.fact, by=worker, note="No")


def test_what_was_thought_of_a_third_holds_for_the_survivor(ask, merge, worker):
    survivor, absorbed, third = ask(), ask("Orla", "Quinn"), ask("Ann", "Bell")
    DuplicatePair.objects.create(first=absorbed, second=third, score=0.95, reasons=["Same telephone"])
    merge(survivor, absorbed)
    states = {(p.first_id, p.second_id): p.state for p in DuplicatePair.objects.all()}
    assert states[survivor.pk, absorbed.pk] == "merged" and states[survivor.pk, third.pk] == "suggested"


# Parting them again


def test_undone_everything_is_as_it_was(ask, worker):
    survivor = ask(email="", phone="+447700900200", postcode="", source="")
    absorbed = ask(
        last="Elliss", email="beth@example.org", phone="+447700900200", partner=("Tom", "Kirk"), source="council"
    )
    assert DuplicatePair.objects.get().state == "suggested"
    change_safe_contact(enquiry=absorbed, by=worker, leave_message=False)
    before = [Enquiry.objects.filter(pk=one.pk).values().get() for one in (survivor, absorbed)]
    made = merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert undo_merge(merge=made, by=worker) == []
    after = [Enquiry.objects.filter(pk=one.pk).values().get() for one in (survivor, absorbed)]
    for was, now in zip(before, after, strict=True):
        assert {k: v for k, v in was.items() if k != "version"} == {k: v for k, v in now.items() if k != "version"}
    survivor = fresh(survivor)
    assert [str(one) for one in survivor.applicants.all()] == ["Beth Ellis"]
    assert survivor.applicants.first().email == "" and survivor.safe_contact.leave_message
    assert everything_holds() == [] and state_is_rebuilt(survivor) and state_is_rebuilt(absorbed)
    assert DuplicatePair.objects.get().state == "suggested"
    record_activity(enquiry=fresh(absorbed), kind="note", by=worker, note="Open again")


def test_undone_nothing_is_thought_of_a_third_that_nobody_thought(ask, merge, worker):
    survivor, absorbed, third, fourth = ask(), ask("Orla", "Quinn"), ask("Ann", "Bell"), ask("Mo", "Aziz")
    for other in (third, fourth):
        say_not_the_same(one=absorbed, other=other, by=worker)
    made = merge(survivor, fresh(absorbed))
    take_back_refusal(pair=pair_of(survivor, fourth), by=worker)
    say_not_the_same(one=fresh(survivor), other=fresh(fourth), by=worker)  # somebody looked, after the merge
    undo_merge(merge=made, by=worker)
    assert pair_of(survivor, third) is None and pair_of(absorbed, third).state == "refused"
    assert pair_of(survivor, fourth).state == "refused"
    assert pair_of(survivor, absorbed) is None  # it had never been suggested


def test_who_were_told_apart_are_told_apart_once_a_merge_is_undone(two, worker):
    one, other = two("new", "new")
    say_not_the_same(one=one, other=other, by=worker)
    made = merge_enquiries(survivor=fresh(one), absorbed=fresh(other), by=worker)
    undo_merge(merge=made, by=worker)
    assert pair_of(one, other).state == "refused"


def test_what_was_changed_since_stays_and_is_named(ask, worker):
    survivor = ask(email="", phone="+447700900200", source="")
    absorbed = ask(
        last="Kirk", email="beth@example.org", phone="+447700900200", partner=("Tom", "Ellis"), source="council"
    )
    made = merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    people = [Person("Beth", "Ellis", "new@example.org", "+447700900200"), Person("Tom", "Ellis-Hall")]
    change_people(enquiry=fresh(survivor), by=worker, people=people, postcode="NE8 1AA")
    note = record_activity(enquiry=fresh(survivor), kind="note", by=worker, note="After the merge")
    left = undo_merge(merge=made, by=worker)
    assert any("email" in sentence for sentence in left) and any("second person" in sentence for sentence in left)
    survivor = fresh(survivor)
    assert survivor.applicants.first().email == "new@example.org" and survivor.source == ""
    assert note in survivor.facts and note not in fresh(absorbed).facts


def test_emails_that_the_merge_calls_back_are_told_of_before_and_after(directory, worker):
    one, other = make_enquiry("in_touch"), make_enquiry("new", safe_contact={"by_email": False})
    assert make_plan(other, one).letters_called_back == 1
    merge = merge_enquiries(survivor=one, absorbed=other, by=worker)
    assert not Message.objects.waiting().filter(to_household=True).exists()
    assert any(
        "Messages that the merge called back (1) are not sent" in said for said in undo_merge(merge=merge, by=worker)
    )


def test_no_email_is_called_back_where_both_may_be_emailed(two, worker):
    one, other = two("in_touch", "new")
    assert make_plan(one, other).letters_called_back == 0
    merge = merge_enquiries(survivor=one, absorbed=other, by=worker)
    assert not any("Messages" in said for said in undo_merge(merge=merge, by=worker))


def test_a_letter_is_called_back_too_where_others_at_home_must_not_see_it(two, worker):
    one, other = two("in_touch", "new")
    PostalAddress.objects.create(enquiry=one, lines="1 Amber Street\nGateshead\nNE8 1AA")
    letter = send_template(enquiry=one, template="tried_to_ring_letter", by=worker)
    change_safe_contact(enquiry=other, by=worker, say_who=False)
    assert make_plan(fresh(one), fresh(other)).letters_called_back == 1
    merge_enquiries(survivor=fresh(one), absorbed=fresh(other), by=worker)
    letter.refresh_from_db()
    assert letter.state == "cancelled" and not Task.objects.open().filter(kind="letter").exists()


def test_where_letters_go_is_carried_over_and_taken_back(two, worker):
    one, other = two("in_touch", "new")
    lines = "1 Amber Street\nGateshead\nNE8 1AA"
    PostalAddress.objects.create(enquiry=other, lines=lines)
    (change,) = [change for change in make_plan(one, other).changes if change.of == "postal_address"]
    assert (change.label, change.after_in_words) == ("Postal address", "1 Amber Street, Gateshead, NE8 1AA")
    merge = merge_enquiries(survivor=one, absorbed=other, by=worker)
    assert PostalAddress.objects.get(enquiry=one).lines == lines and may_reach(fresh(one), "letter")
    undo_merge(merge=merge, by=worker)
    assert not PostalAddress.objects.filter(enquiry=one).exists() and not may_reach(fresh(one), "letter")


def test_of_two_postal_addresses_the_other_stays_behind_in_sight(two, merge):
    one, other = two("in_touch", "new")
    for number, enquiry in enumerate((one, other), start=1):
        PostalAddress.objects.create(enquiry=enquiry, lines=f"{number} Amber Street\nNE8 1AA")
    assert "Postal address: 2 Amber Street, NE8 1AA" in make_plan(one, other).stays_behind
    merge(one, other)
    assert PostalAddress.objects.get(enquiry=one).lines.startswith("1 Amber")


def test_undone_within_30_days_and_not_later(two, worker):
    with time_machine.travel("2026-03-02 10:00 +0000", tick=False):
        first, second = two("new", "new")
        made = merge_enquiries(survivor=first, absorbed=second, by=worker)
    with time_machine.travel("2026-04-01 10:01 +0000", tick=False), pytest.raises(Refused, match="within 30 days"):
        undo_merge(merge=made, by=worker)
    with time_machine.travel("2026-04-01 09:59 +0000", tick=False):
        undo_merge(merge=made, by=worker)
    assert fresh(second).merged_into is None


def test_undone_once_and_merged_again(two, merge, worker):
    first, second = two("new", "new")
    made = merge(first, second)
    undo_merge(merge=made, by=worker)
    with pytest.raises(Refused, match="parted already"):
        undo_merge(merge=made, by=worker)
    merge(fresh(second), fresh(first))
    assert fresh(first).merged_into == second and everything_holds() == []


def test_a_chain_is_kept_flat_and_parted_link_by_link(ask, merge, worker):
    a, b, c = ask(), ask("Orla", "Quinn"), ask("Ann", "Bell")
    inner = merge(b, a)
    outer = merge(c, fresh(b))
    assert {fresh(a).merged_into, fresh(b).merged_into} == {c} and not fresh(b).absorbs
    assert fresh(c).facts.filter(kind="received").count() == 3
    with pytest.raises(Refused, match="Undo that first"):
        undo_merge(merge=inner, by=worker)
    undo_merge(merge=outer, by=worker)
    assert (fresh(a).merged_into, fresh(b).merged_into) == (b, None)
    assert (fresh(b).absorbs, fresh(c).absorbs) == (True, False)
    undo_merge(merge=inner, by=worker)
    assert fresh(a).merged_into is None and everything_holds() == []


def test_all_or_nothing(two, worker, monkeypatch):
    first, second = two("new", "new")
    monkeypatch.setattr(merging, "keep_household_keys", lambda enquiry: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        merge_enquiries(survivor=first, absorbed=second, by=worker)
    assert fresh(second).merged_into is None and not Activity.objects.filter(kind="merged").exists()


@pytest.mark.django_db(transaction=True)
def test_two_who_merge_at_once_one_each_way(two, monkeypatch):
    """The first is held between its check and its writing: the second then finds them merged."""
    first, second = two("new", "new")
    by = someone("hub_worker")
    checked, go_on, said = threading.Event(), threading.Event(), []
    real = merging.make_plan

    def held(one, other, **about):
        plan = real(one, other, **about)
        if threading.current_thread().name == "first":
            checked.set()
            go_on.wait(10)
        return plan

    monkeypatch.setattr(merging, "make_plan", held)

    def run(survivor, absorbed):
        try:
            merge_enquiries(survivor=survivor, absorbed=absorbed, by=by)
        except Refused as refusal:
            said.append(str(refusal))
        finally:
            connections.close_all()

    one = threading.Thread(target=run, args=(first, second), name="first")
    other = threading.Thread(target=run, args=(second, first), name="second")
    one.start()
    assert checked.wait(10)
    other.start()
    other.join(0.5)
    assert other.is_alive()
    go_on.set()
    one.join(10)
    other.join(10)
    assert fresh(second).merged_into == first and fresh(first).merged_into is None
    assert len(said) == 1 and "merged into" in said[0]


def test_the_state_of_a_merged_household_is_kept_by_every_writer(two, merge, worker):
    survivor, absorbed = two("in_touch", "new")
    merge(survivor, absorbed)
    record_activity(enquiry=fresh(survivor), kind="hold_started", by=worker, until=datetime.date(2027, 1, 4))
    keep_state(fresh(survivor))
    assert fresh(survivor).on_hold and everything_holds() == []
