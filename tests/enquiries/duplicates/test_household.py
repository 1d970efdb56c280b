"""What either enquiry had or forbade before the merge is with the household after it: nothing lost, nobody told."""

import datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from enquiries.casework.services import change_safe_contact, record_consent
from enquiries.duplicates.merging import merge_enquiries, undo_merge
from enquiries.duplicates.plan import make_plan
from enquiries.events.services import book_event
from enquiries.intake.services import Person
from enquiries.letters.outbox import write_to_household
from enquiries.models import CallEvent, Enquiry, SafeContact
from enquiries.own_page.data import what_we_hold
from enquiries.own_page.services import change_consents
from enquiries.services import record_activity
from enquiries.telephone.filing import add_to_enquiry
from enquiries.telephone.services import file_call, keep_answers, start_call
from enquiries.telephone.taking import CallForm
from hub.errors import Refused
from hub.models import Message
from tests.factories import intake, make_event

pytestmark = pytest.mark.django_db
BETH = {"email": "beth@example.org", "phone": "+447700900200"}


def fresh(enquiry):
    return Enquiry.objects.get(pk=enquiry.pk)


# A council that must not get to know of them


def test_not_into_one_that_stands_with_the_council_that_must_not_know(two, worker, gateshead):
    held, kept_away = two("with_authority", "new", _1={"not_authority": gateshead, "not_why": "Her sister"})
    assert "must not get to know" in make_plan(held, kept_away).refusal
    with pytest.raises(Refused, match="Gateshead, which must not get to know"):
        merge_enquiries(survivor=held, absorbed=kept_away, by=worker)
    assert fresh(kept_away).merged_into is None


def test_not_where_one_of_two_councils_would_be_forgotten(two, worker, gateshead, newcastle):
    one, other = two("new", not_authority=gateshead, not_why="Her sister")
    Enquiry.objects.filter(pk=other.pk).update(not_authority=newcastle, not_why="His brother")
    with pytest.raises(Refused, match="kept from one council only"):
        merge_enquiries(survivor=fresh(one), absorbed=fresh(other), by=worker)


def test_the_survivor_keeps_away_whom_the_absorbed_one_kept_away(two, worker, gateshead):
    survivor, absorbed = two("new", _1={"not_authority": gateshead, "not_why": "Her sister"})
    made = merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    survivor = fresh(survivor)
    assert (survivor.not_authority, survivor.not_why, survivor.authority) == (gateshead, "Her sister", None)
    undo_merge(merge=made, by=worker)
    assert (fresh(survivor).not_authority, fresh(survivor).authority) == (None, gateshead)
    assert fresh(absorbed).not_authority == gateshead


def test_who_asks_again_and_names_the_council_that_has_them_is_not_put_with_it(ask, gateshead, worker):
    first = ask(**BETH)
    Enquiry.objects.filter(pk=first.pk).update(held_by=gateshead, stage="handed_over")
    again = ask(**BETH, not_authority=gateshead, not_why="Her sister")
    assert again.pk != first.pk and again.authority is None
    assert not first.facts.filter(kind="asked_again").exists()


def test_who_names_another_council_than_before_is_kept_from_both(ask, gateshead, newcastle):
    first = ask(**BETH, not_authority=gateshead, not_why="Her sister")
    assert ask(**BETH, not_authority=gateshead, not_why="Her sister") == first
    again = ask(**BETH, not_authority=newcastle, not_why="His brother")
    assert again.pk != first.pk
    assert {fresh(first).not_authority, again.not_authority} == {gateshead, newcastle}


def test_a_council_named_on_the_telephone_is_kept_away_at_once(ask, worker, gateshead, newcastle):
    enquiry = ask(**BETH)
    assert enquiry.authority == gateshead
    add_to_enquiry(enquiry, intake(applicants=[Person("Beth", "Ellis")], not_authority=gateshead), by=worker)
    assert (fresh(enquiry).not_authority, fresh(enquiry).authority) == (gateshead, None)
    said = add_to_enquiry(
        fresh(enquiry), intake(applicants=[Person("Beth", "Ellis")], not_authority=newcastle), by=worker
    )
    assert "Newcastle upon Tyne must not get to know" in said


def test_a_wish_that_cannot_be_followed_is_said_and_stops_no_filing(ask, worker, gateshead, newcastle):
    enquiry = ask(**BETH, not_authority=gateshead, not_why="Her sister")
    said = add_to_enquiry(enquiry, intake(applicants=[Person("Beth", "Ellis")], chosen_authority=gateshead), by=worker)
    assert "they would like to foster for Gateshead" in said and fresh(enquiry).chosen_authority is None
    wish = intake(applicants=[Person("Beth", "Ellis")], chosen_authority=newcastle)
    assert "foster for" not in add_to_enquiry(fresh(enquiry), wish, by=worker)
    assert fresh(enquiry).authority == newcastle


# Nothing is lost


def test_a_call_that_goes_on_while_a_colleague_merges_is_filed_on_the_survivor(two, worker, manager):
    survivor, absorbed = two("new")
    call = start_call(by=worker, number="+447700900801", enquiry=absorbed)
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=manager)
    typed = {"agreed": ["Sends the guide"], "first_name": ["Orla"]}
    form = CallForm(keep_answers(call=call, by=worker, typed=typed, window="", seen=0).call)
    form.is_valid()
    assert file_call(call=call, by=worker, filing=form.filing()) == survivor
    assert "Sends the guide" in fresh(survivor).facts.get(kind="conversation").note


def test_an_owner_is_taken_over_where_there_is_none(two, worker):
    survivor, absorbed = two("new")
    Enquiry.objects.filter(pk=absorbed.pk).update(owner=worker)
    plan = make_plan(fresh(survivor), fresh(absorbed), survivor=survivor)
    assert plan.owner == worker and worker.name in [change.after_in_words for change in plan.changes]
    made = merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert fresh(survivor).owner == worker
    undo_merge(merge=made, by=worker)
    assert (fresh(survivor).owner, fresh(absorbed).owner) == (None, worker)


def test_a_letter_that_comes_back_after_the_merge_is_on_the_survivors_desk(two, worker):
    survivor, absorbed = two("new")
    letter = Message.objects.about(absorbed.reference).get()
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert letter.subject in [one["subject"] for one in what_we_hold(fresh(survivor))["messages_we_sent_you"]]
    assert len(what_we_hold(fresh(survivor))["messages_we_sent_you"]) == 2
    Message.objects.filter(pk=letter.pk).update(state="failed", failed_at=timezone.now())
    assert list(Enquiry.objects.undelivered()) == [survivor]
    record_activity(enquiry=fresh(survivor), kind="note", by=worker, note="Rang them instead.")
    assert list(Enquiry.objects.undelivered()) == []


def test_nothing_more_is_emailed_where_either_must_not_be(two, worker):
    survivor, absorbed = two("new", safe_contact={"by_email": False})
    SafeContact.objects.filter(enquiry=absorbed).update(by_email=True)
    write_to_household(enquiry=absorbed, template="after_call", context={}, about="Next")
    assert Message.objects.waiting().about(absorbed.reference).exists()
    merge_enquiries(survivor=survivor, absorbed=fresh(absorbed), by=worker)
    assert not Message.objects.waiting().about(*fresh(survivor).references).exists()


def test_a_rule_that_comes_after_the_merge_calls_back_what_waits_for_either(two, worker):
    survivor, absorbed = two("new")
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert Message.objects.waiting().filter(reference=absorbed.reference).exists()
    change_safe_contact(enquiry=fresh(survivor), by=worker, by_email=False)
    assert not Message.objects.waiting().about(*fresh(survivor).references).exists()


def test_who_asks_again_of_staff_and_wants_no_email_or_text_gets_none(ask, worker):
    first = ask(**BETH, safe_contact={"by_text": True})
    write_to_household(enquiry=first, template="after_call", context={}, about="Next")
    ask(**BETH, safe_contact={"by_text": False}, by=worker, recorder="person")
    assert not fresh(first).safe_contact.by_text and Message.objects.waiting().exists()
    ask(**BETH, safe_contact={"by_email": False}, by=worker, recorder="person")
    assert not Message.objects.waiting().exists()


def test_a_missed_call_waits_on_until_somebody_rings_back(two, worker, sign_in):
    survivor, absorbed = two("new")
    call = CallEvent.objects.create(
        call_id="1", kind="missed", caller="+447700900801", at=timezone.now(), enquiry=absorbed
    )
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    SafeContact.objects.filter(enquiry=survivor).update(say_who=False)
    survivor = fresh(survivor)
    assert list(survivor.calls_waiting) == [call] == list(CallEvent.objects.waiting())
    shown = sign_in(worker).get(reverse("phone")).content.decode()
    assert survivor.reference in shown and absorbed.reference not in shown
    assert "Do not say who is calling" in shown
    record_activity(enquiry=survivor, kind="conversation", by=worker, channel="phone")
    assert not CallEvent.objects.waiting().exists()


def test_the_day_to_try_again_is_not_forgotten(two, worker):
    survivor, absorbed = two("in_touch")
    day = datetime.date(2030, 1, 7)
    record_activity(enquiry=absorbed, kind="attempt", by=worker, outcome="no_answer", until=day)
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert Enquiry.objects.with_next_try().get(pk=survivor.pk).try_again_on == day


def test_places_that_both_have_are_named_before_the_merge(two, worker, sign_in):
    tomorrow = timezone.now() + datetime.timedelta(days=1)
    event = make_event(
        code="open-day", title="Open day at the library", place="Library", capacity=9,
        starts_at=tomorrow, ends_at=tomorrow + datetime.timedelta(hours=2),
    )  # fmt: skip
    one, other = two("new")
    book_event(event=event, enquiry=one, persons=1)
    assert make_plan(one, other).booked_twice == []
    book_event(event=event, enquiry=other, persons=1)
    shown = sign_in(worker).get(reverse("compare", args=[one.reference, other.reference])).content.decode()
    assert "Both have places at Open day at the library" in shown


def test_a_no_that_was_said_to_the_other_enquiry_is_not_said_again(two, worker):
    survivor, absorbed = two("new")
    wording = "Share"
    record_consent(
        enquiry=absorbed, by=worker, purpose="share_with_authority", given=False, wording=wording, channel="phone"
    )
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert change_consents(enquiry=fresh(survivor), answers={"share_with_authority": (False, wording)}) == 0
    assert change_consents(enquiry=fresh(survivor), answers={"share_with_authority": (True, wording)}) == 1


def test_who_asked_with_the_absorbed_one_lately_joins_the_survivor(ask, worker):
    long_ago = timezone.now() - datetime.timedelta(days=500)
    survivor = ask(**BETH, received_at=long_ago)
    absorbed = ask(**BETH)
    assert absorbed.pk != survivor.pk
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    assert ask(**BETH) == survivor


def test_parting_locks_both_in_the_order_in_which_everybody_does(two, worker):
    """Else one who parts two and one who merges them, at once, would wait for each other for ever."""
    absorbed, survivor = two("new")
    made = merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    with CaptureQueriesContext(connection) as queries:
        undo_merge(merge=made, by=worker)
    first_lock = next(query["sql"] for query in queries if "FOR UPDATE" in query["sql"])
    assert f"IN ({survivor.pk}, {absorbed.pk})" in first_lock and 'ORDER BY "enquiries_enquiry"."id"' in first_lock
