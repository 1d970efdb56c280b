"""What becomes of a call that nobody took."""

import datetime
import threading

import pytest
import time_machine
from django.db import connections

from enquiries.callbacks.services import book_callback, slots_on_offer
from enquiries.intake.services import Intake, Person
from enquiries.models import Activity, CallEvent, Campaign, Enquiry, Origin, PhoneCall
from enquiries.services import record_activity
from enquiries.telephone import missed
from enquiries.telephone.services import drop_call, record_call_event, say_who_rang, see_call_event, start_call
from enquiries.telephone.taking import Filing
from hub.errors import Refused
from hub.models import Closure, Message
from tests.conftest import moment

pytestmark = pytest.mark.django_db
NUMBER = "+447700900555"


@pytest.fixture
def at(directory):
    """at("2026-03-05 10:15") is then; Thursday morning to begin with."""
    with time_machine.travel(moment("2026-03-05 10:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(moment(text))


def rang(text: str, *, call_id: str = "", kind: str = "missed", caller: str = "07700 900555", **details) -> CallEvent:
    return record_call_event(
        call_id=call_id or f"call of {text}", kind=kind, caller=caller, at=moment(text), **details
    )  # fmt: skip


def kinds(enquiry: Enquiry) -> list[tuple[str, str]]:
    return list(enquiry.facts.order_by("pk").exclude(kind="routed").values_list("kind", "outcome"))


def test_an_unknown_number_becomes_an_enquiry_with_its_clock(at):
    enquiry = rang("2026-03-05 09:58").enquiry
    assert [str(a.phone) for a in enquiry.applicants.all()] == [NUMBER]
    assert enquiry.channel == "phone" and enquiry.stage == "new" and enquiry.names == "Name not given"
    assert enquiry.due_at == moment("2026-03-06 17:00")
    assert kinds(enquiry) == [("received", ""), ("called_us", "missed")]
    assert enquiry in Enquiry.objects.new() and enquiry.callback_at is None
    assert not Message.objects.exists()


@pytest.mark.parametrize(
    "typed",
    [
        "sip:07700900555@192.0.2.7",
        '"Amina" <sips:%2B447700900555@pbx;user=phone>',
        "07700 900555",
        "+44 7700 900555",
        "0044 7700-900-555",
        "(07700)900 555",
        "447700900555",
    ],
)
def test_a_number_we_know_however_it_is_written(at, make_enquiry, typed):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    at("2026-03-05 11:00")
    typed = f"+{typed}" if typed.startswith("447") else typed
    assert rang("2026-03-05 11:00", caller=typed).enquiry == enquiry
    enquiry.refresh_from_db()
    assert kinds(enquiry)[-1] == ("called_us", "missed")
    assert enquiry.turn == "hub" and enquiry.clock == "answer"
    assert Enquiry.objects.count() == 1


def test_told_twice_it_is_one_event(at):
    first, again = rang("2026-03-05 09:58"), rang("2026-03-05 09:58")
    assert first == again and Enquiry.objects.count() == 1
    assert kinds(first.enquiry) == [("received", ""), ("called_us", "missed")]


def test_a_message_left_is_said_once_for_one_call(at):
    rang("2026-03-05 09:58", call_id="c1")
    event = rang("2026-03-05 09:58", call_id="c1", kind="voicemail", recording="https://calls.example.org/c1")
    rang("2026-03-05 09:59", call_id="c2", kind="voicemail")
    rang("2026-03-05 09:59", call_id="c2")
    assert [outcome for _, outcome in kinds(event.enquiry)] == ["", "missed", "voicemail", "voicemail"]
    assert Enquiry.objects.count() == 1


def test_calls_again_and_again_are_one_enquiry_and_promise_nothing_later(at):
    enquiry = rang("2026-03-05 08:30").enquiry
    assert enquiry.callback_at == moment("2026-03-05 09:00")
    rang("2026-03-05 08:40")
    at("2026-03-05 18:00")
    rang("2026-03-05 17:30")
    enquiry.refresh_from_db()
    assert Enquiry.objects.count() == 1
    assert enquiry.callback_at == enquiry.due_at == moment("2026-03-05 09:00")
    assert [kind for kind, _ in kinds(enquiry)].count("callback_booked") == 1


@pytest.mark.parametrize(
    ("called", "rung_back"),
    [
        ("2026-03-05 16:59", None),
        ("2026-03-05 17:00", "2026-03-06 09:00"),
        ("2026-03-05 08:59", "2026-03-05 09:00"),
        ("2026-03-05 09:00", None),
        ("2026-03-06 19:30", "2026-03-09 09:00"),  # Friday evening
        ("2026-03-07 11:00", "2026-03-09 09:00"),
        ("2026-03-28 20:00", "2026-03-30 09:00"),  # the night the clocks go forward
        ("2026-10-24 23:30", "2026-10-26 09:00"),  # and back
        ("2026-12-24 17:05", "2026-12-29 09:00"),  # Boxing Day is a Saturday: Monday is its bank holiday
        ("2027-01-01 10:00", "2027-01-04 09:00"),
        ("2028-02-28 18:00", "2028-02-29 09:00"),
    ],
)  # fmt: skip
def test_out_of_hours_we_ring_when_we_open_again(at, called, rung_back):
    at(called)
    enquiry = rang(called).enquiry
    assert enquiry.callback_at == (moment(rung_back) if rung_back else None)
    assert ("called_us", "out_of_hours" if rung_back else "missed") in kinds(enquiry)
    if rung_back:
        assert enquiry.due_at == moment(rung_back) and enquiry.clock == "callback"


def test_a_closing_of_our_own_is_out_of_hours_too(at):
    Closure.objects.create(day=datetime.date(2026, 3, 5), reason="Team day")
    assert rang("2026-03-05 09:58").enquiry.callback_at == moment("2026-03-06 09:00")


def test_a_time_that_they_chose_stays(at, make_enquiry):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    at("2026-03-05 10:05")
    chosen = slots_on_offer()[-1].starts_at
    book_callback(enquiry=enquiry, starts_at=chosen)
    at("2026-03-05 18:00")
    rang("2026-03-05 18:00")
    enquiry.refresh_from_db()
    assert enquiry.callback_at == chosen


def test_nobody_who_must_not_be_rung_is_promised_it(at, make_enquiry):
    person = Person("Amina", "Khalid", phone=NUMBER)
    enquiry = make_enquiry("in_touch", applicants=[person], safe_contact={"by_phone": False})
    at("2026-03-05 18:00")
    rang("2026-03-05 18:00")
    enquiry.refresh_from_db()
    assert enquiry.callback_at is None and enquiry.clock == "answer"


def test_told_after_we_have_spoken_promises_nothing(at, make_enquiry, worker):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    at("2026-03-06 09:30")
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    at("2026-03-06 10:00")
    rang("2026-03-05 18:00")
    enquiry.refresh_from_db()
    assert enquiry.callback_at is None and enquiry.clock == "follow_up"


def test_a_call_from_before_the_enquiry_or_from_a_clock_ahead_of_ours_is_kept(at, make_enquiry):
    enquiry = make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    assert rang("2026-03-04 16:00").enquiry == enquiry
    assert rang("2026-03-06 16:00").enquiry == enquiry
    assert {fact.occurred_at for fact in enquiry.facts.filter(kind="called_us")} == {moment("2026-03-05 10:00")}


def test_a_number_that_two_households_share_waits_for_a_person(at, make_enquiry, worker):
    amina = make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    make_enquiry(applicants=[Person("Joanne", "Proud", phone=NUMBER)])
    other = make_enquiry(applicants=[Person("Wei", "Zhang", phone="+447700900111")])
    event = rang("2026-03-05 09:58")
    assert event.enquiry is None and list(CallEvent.objects.to_see()) == [event]
    with pytest.raises(Refused, match="does not have this number"):
        say_who_rang(event=event, enquiry=other, by=worker)
    assert say_who_rang(event=event, enquiry=amina, by=worker) == amina
    assert ("called_us", "missed") in kinds(amina) and not CallEvent.objects.to_see().exists()
    assert "Ruth Worker says" in amina.facts.get(kind="called_us").note
    with pytest.raises(Refused, match="already"):
        say_who_rang(event=event, enquiry=None, by=worker)


def test_all_that_we_were_told_of_one_call_goes_with_it(at, make_enquiry, worker):
    amina = make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    make_enquiry(applicants=[Person("Joanne", "Proud", phone=NUMBER)])
    missed_call = rang("2026-03-05 09:58", call_id="c1")
    rang("2026-03-05 09:59", call_id="c1", kind="voicemail", recording="https://calls.example.org/r/1")
    say_who_rang(event=missed_call, enquiry=amina, by=worker)
    assert not CallEvent.objects.to_see().exists()
    assert [outcome for kind, outcome in kinds(amina) if kind == "called_us"] == ["voicemail"]
    rang("2026-03-05 09:57", call_id="c2", caller="")
    event = rang("2026-03-05 09:57", call_id="c2", caller="", kind="voicemail")
    see_call_event(event=event, by=worker)
    assert not CallEvent.objects.to_see().exists()


def test_somebody_else_on_a_shared_number_is_an_enquiry_of_their_own(at, make_enquiry, worker):
    for name in ("Amina", "Joanne"):
        make_enquiry(applicants=[Person(name, "Proud", phone=NUMBER)])
    event = rang("2026-03-05 09:58")
    made = say_who_rang(event=event, enquiry=None, by=worker)
    assert Enquiry.objects.count() == 3 and made.names == "Name not given"
    assert made.facts.get(kind="received").recorded_by == worker


@pytest.mark.parametrize("caller", ["", "anonymous", "withheld", "\x00", "01", "🙂", "'; drop table", "9" * 400])
def test_a_withheld_number_is_kept_and_seen_to_by_a_person(at, worker, manager, caller):
    event = rang("2026-03-05 09:58", caller=caller)
    assert event.caller == "" and event.enquiry is None and not Enquiry.objects.exists()
    assert list(CallEvent.objects.to_see()) == [event]
    with pytest.raises(Refused, match="withheld"):
        say_who_rang(event=event, enquiry=None, by=worker)
    see_call_event(event=event, by=worker)
    seen = see_call_event(event=event, by=manager)
    assert seen.seen_by == worker and not CallEvent.objects.to_see().exists()


def test_an_enquiry_that_is_closed_is_begun_anew(at, make_enquiry):
    closed = make_enquiry("closed", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    assert rang("2026-03-05 09:58").enquiry not in (None, closed)


def test_closed_between_looking_and_writing_it_is_begun_anew(at, make_enquiry, worker, monkeypatch):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    look = missed.households_with

    def look_and_somebody_closes(enquiries, number):
        found = list(look(enquiries, number))
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="timing")
        return found

    at("2026-03-05 11:00")
    monkeypatch.setattr(missed, "households_with", look_and_somebody_closes)
    assert rang("2026-03-05 11:00").enquiry.clock == "first_conversation"


def test_a_number_merged_into_another_enquiry_is_its_survivors(at, make_enquiry):
    survivor, absorbed = make_enquiry(), make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    Enquiry.objects.filter(pk=absorbed.pk).update(
        merged_into=survivor, stage="closed", closed_on="2026-03-05", closed_reason="duplicate"
    )
    Enquiry.objects.filter(pk=survivor.pk).update(absorbs=True)
    assert rang("2026-03-05 09:58").enquiry == survivor


def test_whoever_is_being_spoken_with_is_not_waiting(at, worker):
    PhoneCall.objects.create(by=worker, number=NUMBER, started_at=moment("2026-03-05 09:57"))
    event = rang("2026-03-05 09:58")
    assert event.enquiry is None and event.seen_at is not None and not Enquiry.objects.exists()


@pytest.mark.parametrize("cut_off", [True, False])
def test_a_call_that_was_taken_is_not_missed_by_the_telephones_beside(at, worker, cut_off):
    ringing = rang("2026-03-05 09:58", call_id="c1", kind="start")
    call = start_call(by=worker, event=ringing)
    said = Intake("phone", call.started_at, [Person(phone=NUMBER)])
    drop_call(call=call, by=worker, cut_off=cut_off, filing=Filing(said))
    rang("2026-03-05 09:58", call_id="c1")
    assert not CallEvent.objects.to_see().exists()
    assert Activity.objects.filter(kind="called_us").count() == Enquiry.objects.count() == int(cut_off)


def test_who_rings_again_while_the_screen_is_still_open_waits_for_a_person(at, worker):
    """Cut off, they ring once more, and nobody takes it: the screen of the first call must not swallow the second."""
    PhoneCall.objects.create(by=worker, number=NUMBER, started_at=moment("2026-03-05 09:40"))
    event = rang("2026-03-05 09:58")
    assert list(CallEvent.objects.to_see()) == [event] and not Enquiry.objects.exists()
    assert ("called_us", "missed") in kinds(say_who_rang(event=event, enquiry=None, by=worker))


def test_who_rings_back_whom_we_are_ringing_is_not_passed_over(at, make_enquiry, worker):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    PhoneCall.objects.create(by=worker, number=NUMBER, enquiry=enquiry, started_at=moment("2026-03-05 10:00"))
    at("2026-03-05 10:20")
    assert rang("2026-03-05 10:20").enquiry == enquiry
    assert ("called_us", "missed") in kinds(enquiry)


def test_ringing_and_ended_move_nothing(at, make_enquiry):
    enquiry = make_enquiry("in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    before = kinds(enquiry)
    rang("2026-03-05 09:58", call_id="c1", kind="start")
    assert [e.caller for e in CallEvent.objects.ringing(moment("2026-03-05 10:00"))] == [NUMBER]
    rang("2026-03-05 09:59", call_id="c1", kind="ended")
    assert not CallEvent.objects.ringing(moment("2026-03-05 10:00")).exists()
    assert kinds(enquiry) == before


def test_a_number_rings_no_longer_than_some_minutes(at):
    rang("2026-03-05 10:00", kind="start")
    assert CallEvent.objects.ringing(moment("2026-03-05 10:04")).exists()
    assert not CallEvent.objects.ringing(moment("2026-03-05 10:05")).exists()


def test_the_number_dialled_says_which_campaign(at):
    Campaign.objects.create(code="spring", name="Spring", starts_on="2026-03-01", telephone="+441914980222")
    enquiry = rang("2026-03-05 09:58", dialled="0191 498 0222").enquiry
    assert enquiry.campaign == "spring"
    assert Origin.objects.get().dialled == "+441914980222"


@pytest.mark.parametrize(
    "wrong", [{"call_id": " "}, {"call_id": "x" * 101}, {"kind": "rang"}, {"recording": "javascript:alert(1)"}]
)
def test_what_makes_no_sense_is_refused(at, wrong):
    with pytest.raises(Refused):
        rang("2026-03-05 09:58", **wrong)
    assert not CallEvent.objects.exists()


@pytest.mark.django_db(transaction=True)
def test_two_calls_of_one_unknown_number_at_once_are_one_enquiry(directory, monkeypatch):
    """The first stands between looking the number up and making the enquiry; the second comes meanwhile."""
    first_has_looked, second_has_come = threading.Event(), threading.Event()
    look = missed.households_with

    def look_and_wait(*given):
        known = look(*given)
        if threading.current_thread().name == "first":
            known = list(known)
            first_has_looked.set()
            assert second_has_come.wait(10)
        return known

    monkeypatch.setattr(missed, "households_with", look_and_wait)
    monkeypatch.setattr(
        missed, "one_at_a_time", lambda number, lock=missed.one_at_a_time: (_said(second_has_come), lock(number))
    )

    def call(call_id):
        try:
            record_call_event(call_id=call_id, kind="missed", caller=NUMBER, at=moment("2026-03-05 09:58"))
        finally:
            connections.close_all()

    first = threading.Thread(target=call, args=["c1"], name="first")
    second = threading.Thread(target=call, args=["c2"], name="second")
    first.start()
    assert first_has_looked.wait(10)
    second.start()
    for thread in (first, second):
        thread.join(20)
    assert Enquiry.objects.count() == 1
    assert CallEvent.objects.filter(enquiry__isnull=False).count() == 2


def _said(event: threading.Event) -> None:
    if threading.current_thread().name == "second":
        event.set()
