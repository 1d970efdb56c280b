"""The same household asking again: answered as anybody is, and nothing that they said before gets looser."""

import datetime
import re

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from enquiries.intake import services
from enquiries.intake.services import Person, receive_enquiry
from enquiries.models import CallbackSlot, Enquiry
from enquiries.services import record_activity
from hub.models import Message
from tests.conftest import moment
from tests.factories import intake, someone

from .conftest import COUPLE, Visitor

pytestmark = pytest.mark.django_db


def confirmation(visitor) -> str:
    page = visitor.client.get(reverse("enquire_sent")).content.decode()
    return re.sub(r'name="csrfmiddlewaretoken" value="\w+"|nonce-\S+', "", page)


def test_the_confirmation_looks_the_same_and_bears_the_same_reference(visitor):
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False) as clock:
        visitor.fill().send()
        first = confirmation(visitor)
        enquiry = Enquiry.objects.get()
        clock.move_to(moment("2026-11-20 16:00"))
        visitor.fill().send()
        assert Enquiry.objects.count() == 1 and enquiry.facts.filter(kind="asked_again").count() == 1
        assert confirmation(visitor) == first and enquiry.reference in first


def test_the_promise_is_new_however_late_we_are_with_the_old_one(visitor):
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False) as clock:
        visitor.fill().send()
        clock.move_to(moment("2026-12-01 10:00"))
        visitor.client.cookies.clear()
        visitor.fill().send()
        assert Enquiry.objects.get().is_overdue()
        assert "We will ring you by Wednesday 2 December" in confirmation(visitor)
        assert "We will ring you by Wednesday 2 December" in Message.objects.order_by("-pk").first().body


def test_an_acknowledgement_is_sent_again(visitor):
    visitor.fill().send()
    visitor.fill().send()
    first, second = Message.objects.order_by("pk")
    assert first.to == second.to == "amina@example.org" and first.subject == second.subject
    assert first.body == second.body
    assert Enquiry.objects.get().facts.filter(kind="message_sent").count() == 2


def test_this_times_consents_are_in_the_ledger(visitor):
    visitor.fill().send()
    visitor.fill(sharing={"share": "no", "research": "on"}).send()
    enquiry = Enquiry.objects.get()
    latest = {one.purpose: one.given for one in reversed(enquiry.consents.all())}
    assert latest == {"share_with_authority": False, "keep_in_touch": False, "research": True}
    assert enquiry.consents.count() == 6


STRICT = {
    "by_phone": True, "by_text": False, "by_email": False, "when": "afternoon", "leave_message": False,
    "say_who": True, "notes": "Ring my mobile only", "language": "Urdu", "interpreter": True,
}  # fmt: skip


def test_rules_get_stricter_and_never_looser_by_what_staff_are_told(visitor, worker):
    visitor.fill(calls={"when": "any", "leave_message": "yes", "say_who": "no"}).send()
    people = [Person("Amina", "Khalid", "amina@example.org", "+447700900123")]
    receive_enquiry(intake=intake(applicants=people, channel="phone", safe_contact=STRICT), by=worker)
    enquiry = Enquiry.objects.get()
    safe = enquiry.safe_contact
    assert (safe.by_phone, safe.by_email) == (True, False)
    assert (safe.when, safe.leave_message, safe.say_who) == ("afternoon", False, False)
    assert (safe.language, safe.interpreter, safe.notes) == ("Urdu", True, "Ring my mobile only")
    note = enquiry.facts.get(kind="asked_again").note
    assert "Do not email" in note
    assert "Now they say that we may say who is calling. What they said before stands" in note


def test_rules_that_anybody_gives_online_are_staffs_to_set_and_seen_where_they_dial(visitor):
    visitor.fill(calls={"when": "any", "leave_message": "yes", "say_who": "yes"}).send()
    for _ in range(2):
        strict = {"ways": ["email"], "notes": "Not my mobile"}
        visitor.fill(reach=strict, calls=None).send()
    safe = Enquiry.objects.get().safe_contact
    assert (safe.by_phone, safe.by_email, safe.when, safe.leave_message) == (True, True, "any", True)
    assert safe.notes.count("Check with them: Do not ring") == 1 and "Not my mobile" in safe.notes
    assert any("Do not ring" in rule for rule in safe.rules)


def test_whoever_only_knows_name_and_number_moves_no_booked_call(visitor):
    """They are told what anybody is told; what they wish is for staff to see, who decide."""
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        ten, later = moment("2026-11-23 10:00"), moment("2026-11-24 11:00")
        visitor.fill(calls={**COUPLE["calls"], "callback_at": ten.isoformat()}).send()
        stranger = Visitor(Client())
        stranger.fill(calls={**COUPLE["calls"], "callback_at": later.isoformat()}).send()
        assert "We will ring you on Tuesday 24 November at 11am" in confirmation(stranger)
        assert "Tuesday 24 November at 11am" in Message.objects.order_by("-pk").first().body
        even_later = moment("2026-11-25 11:00")
        for _ in range(2):
            stranger.client.post(reverse("enquire_time"), {"callback_at": even_later.isoformat()})
        assert "Wednesday 25 November at 11am" in confirmation(stranger)
        enquiry = Enquiry.objects.get()
        assert enquiry.callback_at == enquiry.due_at == ten
        assert list(CallbackSlot.objects.values_list("starts_at", "taken")) == [(ten, 1)]
        notes = [fact.note for fact in enquiry.facts.filter(kind="asked_again").order_by("pk")]
        assert len(notes) == 2 and "They would like to be rung on Wednesday 25 November at 11am." in notes[1]
        assert "rung on Tuesday 24 November at 11am. What is booked, Monday 23 November at 10am, stays" in notes[0]


def test_who_booked_by_asking_again_may_choose_another_time(visitor):
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        ten, later = moment("2026-11-23 10:00"), moment("2026-11-24 11:00")
        visitor.fill().send()
        other = Visitor(Client())
        other.fill(calls={**COUPLE["calls"], "callback_at": ten.isoformat()}).send()
        other.client.post(reverse("enquire_time"), {"callback_at": later.isoformat()})
        assert Enquiry.objects.get().callback_at == later


def test_whoever_only_knows_name_and_number_puts_nobody_on_hold(visitor):
    visitor.fill().send()
    stranger = Visitor(Client())
    later = {"ask_when": "3", "may_ask": "yes"}
    stranger.fill(timing={"timing": "not_yet"}, not_yet={"timing_next": "later"}, later=later).send()
    enquiry = Enquiry.objects.get()
    assert not enquiry.on_hold and enquiry.clock in ("first_conversation", "answer")
    assert "They say “not yet”: ask again" in enquiry.facts.get(kind="asked_again").note
    assert "ask you again" in confirmation(stranger) or "ask again" in confirmation(stranger)


def test_what_staff_take_down_moves_the_call_and_begins_the_hold(visitor, worker):
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        ten, later = moment("2026-11-23 10:00"), moment("2026-11-24 11:00")
        visitor.fill(calls={**COUPLE["calls"], "callback_at": ten.isoformat()}).send()
        people = [Person("Amina", "Khalid", "amina@example.org", "+447700900123")]
        told = intake(applicants=people, channel="phone", callback_at=later, not_before=datetime.date(2027, 2, 1))
        receive_enquiry(intake=told, by=worker)
        enquiry = Enquiry.objects.get()
        assert (enquiry.callback_at, enquiry.on_hold) == (later, True)


def test_who_must_not_be_emailed_is_not_emailed_for_asking_again(visitor):
    visitor.fill(reach={"ways": ["phone"]}).send()
    visitor.fill().send()
    assert Enquiry.objects.count() == 1 and not Message.objects.exists()


def test_a_new_address_is_answered_there_and_noted(visitor):
    visitor.fill().send()
    visitor.fill(contact={"email": "amina.k@example.org", "phone": COUPLE["contact"]["phone"]}).send()
    enquiry = Enquiry.objects.get()
    assert [message.to for message in Message.objects.order_by("pk")] == ["amina@example.org", "amina.k@example.org"]
    assert "This time they gave: amina.k@example.org." in enquiry.facts.get(kind="asked_again").note
    assert enquiry.applicants.first().email == "amina@example.org"


def test_a_council_that_must_not_know_is_kept_from_now_on(visitor, gateshead):
    visitor.fill().send()
    assert Enquiry.objects.get().authority == gateshead
    visitor.fill(council={"choice": "nearest", "keep_from": "yes", "not_council": gateshead.gss_code}).send()
    enquiry = Enquiry.objects.get()
    assert (enquiry.not_authority, enquiry.authority) == (gateshead, None)
    assert enquiry.routing.first().rule == "conflict"
    assert "Gateshead must not get to know of it." in enquiry.facts.get(kind="asked_again").note


def test_a_time_for_the_call_is_booked_on_the_enquiry_they_have(visitor):
    with time_machine.travel(moment("2026-11-20 10:00"), tick=False):
        visitor.fill().send()
        ten = moment("2026-11-23 10:00")
        visitor.fill(calls={**COUPLE["calls"], "callback_at": ten.isoformat()}).send()
        assert Enquiry.objects.get().callback_at == ten
        assert "We will ring you on Monday 23 November at 10am" in confirmation(visitor)


def test_other_answers_this_time_are_kept_for_whoever_rings(visitor):
    visitor.fill(spare_room={"spare_room": "no"}, no_room={"room_next": "go_on"}, household={"household": "one"}).send()
    visitor.fill(
        council={"choice": "another", "council": "E08000024", "why": "My sister fosters there"},
        interests={"interests": ["teenagers"]},
        other_name={"second_first_name": "Robin", "second_last_name": "Hale"},
    ).send()
    enquiry = Enquiry.objects.get()
    note = enquiry.facts.get(kind="asked_again").note
    for said in ("Robin Hale", "spare bedroom: yes", "interests: Teenagers", "Sunderland (My sister fosters there)"):
        assert said in note
    assert enquiry.spare_room == "no"  # nothing is replaced
    for as_before in ("Amina", "how they heard", "age:", "what brings them"):
        assert as_before not in note


def test_whoever_gives_no_number_this_time_rules_out_no_text_message(visitor):
    visitor.fill(reach={"ways": ["phone", "text", "email"]}).send()
    visitor.fill(contact={"email": "amina@example.org"}, reach={"ways": ["email"]}, calls=None).send()
    safe = Enquiry.objects.get().safe_contact
    assert (safe.by_phone, safe.by_text, safe.by_email) == (True, True, True)


def test_an_enquiry_that_ends_at_that_moment_loses_nobody(visitor, monkeypatch):
    visitor.fill().send()
    first, real = Enquiry.objects.get(), services.open_enquiry_of

    def found_and_closed(*args):
        found = real(*args)
        record_activity(
            enquiry=Enquiry.objects.get(pk=first.pk), kind="closed", by=someone("hub_worker"), reason="work"
        )
        return found

    monkeypatch.setattr(services, "open_enquiry_of", found_and_closed)
    visitor.fill()
    assert visitor.send().url == reverse("enquire_sent")
    second = Enquiry.objects.exclude(pk=first.pk).get()
    assert second.is_open and second.reference in confirmation(visitor)
