"""A call from the first ring to the timeline: what is kept, who may see it, and what it is filed as."""

import datetime
import threading

import pytest
import time_machine
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from enquiries.callbacks.services import slots_on_offer
from enquiries.intake.services import Person
from enquiries.models import Activity, CallEvent, Campaign, Consent, Enquiry, Origin, PhoneCall, ScriptHidden
from enquiries.telephone import services
from enquiries.telephone.script import DEFAULT, asked
from enquiries.telephone.services import drop_call, file_call, keep_answers, record_call_event, start_call
from enquiries.telephone.taking import CallForm
from hub.errors import Refused
from hub.models import AccessLog, Message
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.django_db
NUMBER = "+447700900555"


@pytest.fixture
def at(directory):
    with time_machine.travel(moment("2026-03-05 10:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(moment(text))


@pytest.fixture
def call(at, worker):
    return start_call(by=worker, number=NUMBER)


GOOD = {
    "ways": ["phone", "text"], "leave_message": "no", "say_who": "yes", "when": "evening", "language": "Polish",
    "first_name": "Zoë", "last_name": "O’Brien", "email": "zoe@example.org", "second_first_name": "Kwame",
    "message": "We have a spare room since our son left.", "situation": "foster", "source": "search",
    "postcode": "ne81aa", "age": "21_or_over", "spare_room": "yes", "own_household": "A dog.",
    "interests": ["siblings", "not_sure"], "timing": "now", "share": "yes", "keep_in_touch": "no",
    "agreed": "Send the guide. Visit next week.", "until_day": "10", "until_month": "3", "until_year": "2026",
}  # fmt: skip


def typed(**changes) -> dict[str, list[str]]:
    answers = {**GOOD, **changes}
    return {name: value if isinstance(value, list) else [value] for name, value in answers.items()}


def press(client, call: PhoneCall, do: str, **answers):
    page = {"window": "w1", "seen": str(call.version), "turn": "99", "do": do, **answers}
    return client.post(reverse("phone_call", args=[call.pk]), page)


def filing_of(call: PhoneCall):
    form = CallForm(call)
    assert form.is_valid(), form.errors
    return form.filing()


def filed(call: PhoneCall, by, **changes) -> Enquiry:
    keep_answers(call=call, by=by, typed=typed(**changes), window="w", seen=0)
    call.refresh_from_db()
    return file_call(call=call, by=by, filing=filing_of(call))


def facts(enquiry) -> list[str]:
    return list(enquiry.facts.order_by("pk").exclude(kind="routed").values_list("kind", flat=True))


def test_a_call_becomes_an_enquiry_that_was_spoken_with(call, at, worker, gateshead):
    at("2026-03-05 10:25")
    enquiry = filed(call, worker)
    enquiry.refresh_from_db()
    call.refresh_from_db()
    assert facts(enquiry) == ["received", "conversation"]  # no email: they said that it is not safe
    assert enquiry.stage == "in_touch" and enquiry.channel == "phone" and enquiry.authority == gateshead
    assert enquiry.received_at == enquiry.first_conversation_at == moment("2026-03-05 10:00")
    assert enquiry.due_at == moment("2026-03-10 17:00") and enquiry.clock == "follow_up"
    assert enquiry.source == "search" and enquiry.interests == ["siblings", "not_sure"]
    assert [str(person) for person in enquiry.applicants.all()] == ["Zoë O’Brien", "Kwame"]
    safe = enquiry.safe_contact
    assert (safe.by_phone, safe.by_text, safe.by_email, safe.leave_message, safe.when) == (
        True,
        True,
        False,
        False,
        "evening",
    )
    assert safe.language == "Polish" and safe.interpreter
    conversation = enquiry.facts.get(kind="conversation")
    assert conversation.recorded_by == worker and conversation.note == "Send the guide. Visit next week."
    assert call.state == "filed" and call.fact == conversation and call.script.version == 1
    assert enquiry.facts.get(kind="received").recorded_by == worker


def test_the_ledger_keeps_the_words_that_were_read_aloud(call, worker):
    enquiry = filed(call, worker)
    share = enquiry.consents.get(purpose=Consent.Purpose.SHARE)
    assert share.given and share.recorded_by == worker and share.channel == "phone"
    assert share.wording.startswith(asked(DEFAULT, "share")) and share.wording.endswith("They said yes")
    assert not enquiry.consents.get(purpose=Consent.Purpose.KEEP_IN_TOUCH).given
    assert not enquiry.consents.filter(purpose=Consent.Purpose.RESEARCH).exists()  # nobody asked


def test_they_get_their_reference_where_they_may_be_emailed(call, worker):
    enquiry = filed(call, worker, ways=["phone", "email"])
    message = Message.objects.get()
    assert message.to == "zoe@example.org" and message.template == "after_call"
    assert enquiry.reference in message.body and "We will be in touch again by Tuesday 10 March" in message.body


def test_filed_twice_it_is_filed_once(call, worker):
    enquiry = filed(call, worker)
    assert file_call(call=call, by=worker, filing=filing_of(call)) == enquiry
    assert Enquiry.objects.count() == 1 and Activity.objects.filter(kind="conversation").count() == 1


def test_hardly_anything_is_needed_and_what_is_missing_is_said(call, sign_in, worker):
    answer = press(sign_in(worker), call, "file", first_name="Zoë")
    enquiry = Enquiry.objects.get()
    assert answer.url == reverse("enquiry", args=[enquiry.reference])
    page = sign_in(worker).get(answer.url).content.decode()
    assert "Still to ask: their postcode, whether they have a spare bedroom" in page
    assert enquiry.stage == "in_touch"


def test_a_call_without_any_name_or_number_is_not_filed(at, sign_in, worker):
    call = start_call(by=worker)
    page = press(sign_in(worker), call, "file", agreed="Wanted to know the allowance").content.decode()
    assert "Enter a name, a telephone number or an email address" in page and "Wanted to know the allowance" in page
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("typed", [{}, {"phone": "07700 900555"}, {"agreed": "  ", "first_name": "\x00"}])
def test_a_slip_is_no_conversation(call, sign_in, worker, typed):
    page = press(sign_in(worker), call, "file", **typed).content.decode()
    assert "Nothing is written of this call yet" in page and "End the call without a talk" in page
    call.refresh_from_db()
    assert call.is_open and not Enquiry.objects.exists()


def test_a_slip_is_none_with_a_household_we_know_either(at, make_enquiry, sign_in, worker):
    enquiry = make_enquiry(applicants=[Person("Amina", phone=NUMBER)])
    call = start_call(by=worker, number=NUMBER, enquiry=enquiry)
    assert "Nothing is written" in press(sign_in(worker), call, "file", phone="").content.decode()
    assert "conversation" not in facts(enquiry)


def test_the_callers_number_is_theirs_unless_they_give_another(call, worker):
    assert filed(call, worker).applicants.first().phone == NUMBER


def test_the_callers_number_stands_in_the_form_until_it_is_taken_out(call, sign_in, worker, make_enquiry):
    client = sign_in(worker)
    page = reverse("phone_call", args=[call.pk])
    shown = 'name="phone" value="07700 900555"'
    assert shown in client.get(page).content.decode()
    press(client, call, "save", phone="07700 900555", first_name="Zoë")
    call.refresh_from_db()
    assert "phone" not in call.answers  # nobody has typed it
    press(client, call, "save", phone="", first_name="Zoë")
    assert shown not in client.get(page).content.decode()
    press(client, call, "file", phone="", first_name="Zoë")
    assert Enquiry.objects.get().applicants.get().phone == ""
    theirs = start_call(by=worker, number=NUMBER, enquiry=make_enquiry())
    assert shown not in client.get(reverse("phone_call", args=[theirs.pk])).content.decode()


def test_the_number_dialled_leads_to_the_campaign(at, worker):
    Campaign.objects.create(code="spring", name="Spring", starts_on="2026-03-01", telephone="+441914980222")
    enquiry = filed(start_call(by=worker, number=NUMBER, dialled="+441914980222"), worker)
    assert enquiry.campaign == "spring" and Origin.objects.get().dialled == "+441914980222"


def test_not_yet_is_put_on_hold_until_their_day(call, worker):
    day = {"not_before_day": "1", "not_before_month": "9", "not_before_year": "2026"}
    enquiry = filed(call, worker, timing="not_yet", **day)
    enquiry.refresh_from_db()
    assert enquiry.on_hold and enquiry.hold_until == datetime.date(2026, 9, 1) and enquiry.stage == "in_touch"
    # Whoever is ready now is not put on hold by a day that was left in the form.
    other = filed(
        start_call(by=worker, number="+447700900666"), worker, first_name="Wei", email="wei@example.org", **day
    )
    other.refresh_from_db()
    assert not other.on_hold


def test_a_call_back_that_was_agreed_is_booked(call, at, worker):
    at("2026-03-05 10:20")
    slot = slots_on_offer()[3]
    enquiry = filed(call, worker, callback=slot.starts_at.isoformat())
    enquiry.refresh_from_db()
    assert enquiry.callback_at == slot.starts_at and enquiry.facts.get(kind="callback_booked").recorded_by == worker
    assert enquiry in Enquiry.objects.callbacks_due(slot.starts_at)


def test_a_time_taken_meanwhile_files_nothing(call, at, worker, monkeypatch):
    def taken(**_):
        raise Refused("That time has just been taken. Please choose another.")

    monkeypatch.setattr(services, "book_callback", taken)
    with pytest.raises(Refused, match="taken"):
        filed(call, worker, callback=slots_on_offer()[3].starts_at.isoformat())
    call.refresh_from_db()
    assert call.is_open and not Enquiry.objects.exists()


# --- somebody we know ---


@pytest.mark.parametrize("written", ["07700900555", "+44 7700 900 555", "0044(0)7700 900555", "٠٧٧٠٠ ٩٠٠٥٥٥"])
def test_the_caller_is_offered_however_the_number_is_typed(at, make_enquiry, sign_in, worker, written):
    enquiry = make_enquiry(
        "in_touch", applicants=[Person("Amina", "Khalid", phone=NUMBER)], safe_contact={"leave_message": False}
    )
    client = sign_in(worker)
    answer = client.post(reverse("phone"), {"number": written})
    page = client.get(answer.url).content.decode()
    assert "This may be" in page and "Amina Khalid" in page and "Do not leave a message" in page
    assert PhoneCall.objects.get().enquiry is None  # never assumed
    assert AccessLog.objects.filter(action="caller_shown", reference=enquiry.reference).count() == 1


def test_two_households_with_one_number_are_both_offered(at, make_enquiry, sign_in, worker):
    for name in ("Amina", "Joanne"):
        make_enquiry(applicants=[Person(name, "Proud", phone=NUMBER)])
    make_enquiry("closed", applicants=[Person("Wei", "Zhang", phone=NUMBER)])
    page = sign_in(worker).get(reverse("phone_call", args=[start_call(by=worker, number=NUMBER).pk])).content.decode()
    assert "2 households have this number" in page and "Wei Zhang" not in page


def test_a_call_of_a_household_we_know_is_a_conversation_on_its_enquiry(call, make_enquiry, sign_in, worker, at):
    enquiry = make_enquiry(
        applicants=[Person("Amina", "Khalid", "amina@example.org", NUMBER)], postcode="", spare_room="yes"
    )
    at("2026-03-05 10:10")
    client = sign_in(worker)
    press(client, call, f"who:{enquiry.reference}")
    page = client.get(reverse("phone_call", args=[call.pk])).content.decode()
    assert "We hold: Amina." in page and f"File on {enquiry.reference}" in page
    call.refresh_from_db()
    press(
        client,
        call,
        "file",
        first_name="Zoë",
        postcode="NE8 1AA",
        spare_room="no",
        leave_message="no",
        share="no",
        agreed="Second talk.",
    )
    enquiry.refresh_from_db()
    assert Enquiry.objects.count() == 1 and enquiry.stage == "in_touch"
    # Gaps are filled, nothing is replaced, what differs is said; how to reach them is as they said last.
    assert enquiry.postcode == "NE8 1AA" and enquiry.authority.name == "Gateshead"
    assert enquiry.spare_room == "yes" and enquiry.applicants.first().first_name == "Amina"
    note = enquiry.facts.get(kind="conversation").note
    assert note.startswith("Second talk.") and "This time they said: Zoë; spare bedroom: no." in note
    assert not enquiry.safe_contact.leave_message
    assert not enquiry.consents.filter(purpose="share_with_authority").first().given


def test_an_enquiry_of_a_number_alone_is_filled_in(at, make_enquiry, worker):
    event = record_call_event(call_id="c1", kind="missed", caller=NUMBER, at=moment("2026-03-05 09:58"))
    at("2026-03-05 10:30")
    enquiry = filed(start_call(by=worker, number=NUMBER, enquiry=event.enquiry), worker)
    enquiry.refresh_from_db()
    assert Enquiry.objects.count() == 1
    assert enquiry.names == "Zoë O’Brien and Kwame" and enquiry.postcode == "NE8 1AA" and enquiry.spare_room == "yes"
    assert enquiry.stage == "in_touch" and enquiry.clock == "follow_up"


def test_who_certainly_asked_before_joins_their_enquiry(call, make_enquiry, worker, at):
    person = Person("Zoë", "O’Brien", "zoe@example.org", NUMBER)
    enquiry = make_enquiry("in_touch", applicants=[person], consents={})
    at("2026-03-05 11:00")
    assert filed(call, worker) == enquiry
    assert facts(enquiry)[-1] == "conversation" and "asked_again" in facts(enquiry)
    assert enquiry.consents.get(purpose="share_with_authority").given
    enquiry.refresh_from_db()
    assert enquiry.clock == "follow_up"  # we have spoken: nothing is left to answer


def test_it_was_somebody_else_after_all(call, make_enquiry, sign_in, worker):
    enquiry = make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    client = sign_in(worker)
    press(client, call, f"who:{enquiry.reference}")
    press(client, call, "who:")
    call.refresh_from_db()
    assert call.enquiry is None


def test_nobody_is_named_who_does_not_exist(call, sign_in, worker):
    assert press(sign_in(worker), call, "who:XXXX-0000").status_code == 404


# --- kept as it is typed ---


def save(client, call, **answers):
    page = {"window": "w1", "seen": "0", "turn": "1", **answers}
    return client.post(reverse("phone_call_save", args=[call.pk]), page)


def test_each_answer_is_saved_as_it_is_typed(call, sign_in, worker):
    client = sign_in(worker)
    said = save(client, call, first_name="Zoë").json()
    assert said["saved"] == "10:00" and said["elsewhere"] == ""
    assert "their postcode" in said["missing"] and "their name" not in said["missing"]
    assert save(client, call, postcode="ne8 1aa").json()["council"] == "Gateshead, one of our councils."
    assert "not one of our councils" in save(client, call, postcode="LS1 1AA").json()["council"]
    call.refresh_from_db()
    assert call.typed == {"first_name": ["Zoë"], "postcode": ["LS1 1AA"]}
    page = client.get(reverse("phone_call", args=[call.pk])).content.decode()
    assert 'value="Zoë"' in page
    assert client.get(reverse("phone")).content.decode().count("07700 900555") == 1


def test_a_save_that_the_network_held_up_does_not_undo_a_later_one(call, sign_in, worker):
    client = sign_in(worker)
    save(client, call, first_name="Zoë", turn="5")
    save(client, call, first_name="Zo", turn="4")
    call.refresh_from_db()
    assert call.typed["first_name"] == ["Zoë"]
    save(client, call, first_name="Zo", turn="4", window="w2")  # another window writes when it likes
    call.refresh_from_db()
    assert call.typed["first_name"] == ["Zo"]


def test_two_windows_are_told_of_each_other(call, sign_in, worker):
    client = sign_in(worker)
    save(client, call, first_name="Zoë", window="w1")
    said = save(client, call, last_name="O’Brien", window="w2").json()
    assert said["elsewhere"] == "“First name”"
    # Loaded again, the second window has seen it.
    assert save(client, call, last_name="O", window="w2", seen="2", turn="2").json()["elsewhere"] == ""


def test_a_whole_page_does_not_write_over_what_another_window_changed(call, sign_in, worker):
    client = sign_in(worker)
    save(client, call, first_name="Zoë", window="w2")
    stale = {"window": "w1", "seen": "0", "turn": "1", "first_name": "Zoe", "last_name": "Brien"}
    page = client.post(reverse("phone_call", args=[call.pk]), {**stale, "do": "file"}).content.decode()
    assert "“First name”: another window of this call has other answers" in page and 'value="Zoe"' in page
    call.refresh_from_db()
    assert call.is_open and call.typed == {"first_name": ["Zoë"], "last_name": ["Brien"]}
    client.post(reverse("phone_call", args=[call.pk]), {**stale, "seen": str(call.version), "do": "save"})
    call.refresh_from_db()
    assert call.typed["first_name"] == ["Zoe"]


def test_an_answer_that_is_taken_back_is_gone(call, sign_in, worker):
    client = sign_in(worker)
    save(client, call, ways=["phone", "text"])
    save(client, call, ways="", turn="2")
    call.refresh_from_db()
    assert call.typed["ways"] == []


def test_after_it_is_filed_nothing_more_is_kept(call, sign_in, worker):
    enquiry = filed(call, worker)
    client = sign_in(worker)
    answer = save(client, call, first_name="Late")
    assert answer.status_code == 409 and enquiry.reference in answer.json()["refused"]
    assert press(client, call, "file", first_name="Late").url == reverse("enquiry", args=[enquiry.reference])
    assert Activity.objects.filter(kind="conversation").count() == 1


AWKWARD = {
    "nul": "a\x00b", "emoji": "👩‍👩‍👧" * 30, "long": "x" * 10_050, "rtl": "\u202eabc\u202c אבג",
    "sql": "'; DROP TABLE enquiries; --", "formula": "=HYPERLINK(1)", "markup": "<script>alert(1)</script>",
    "control": "\x01\x02\x1b", "lone": "\ud83d".encode("utf-8", "surrogatepass").decode("utf-8", "replace"),
}  # fmt: skip
WRITTEN = ["language", "adjustments", "notes", "first_name", "last_name", "phone", "email", "second_first_name",
           "second_last_name", "message", "postcode", "own_household", "agreed", "until_day"]  # fmt: skip
CHOSEN = ["ways", "leave_message", "when", "situation", "source", "age", "spare_room", "interests", "timing", "share",
          "council", "not_council", "callback"]  # fmt: skip


@pytest.mark.parametrize("text", AWKWARD.values(), ids=AWKWARD)
def test_whatever_is_typed_is_kept_or_said_and_never_a_fault(call, sign_in, worker, text):
    client = sign_in(worker)
    for name in WRITTEN + CHOSEN:
        assert save(client, call, **{name: text}).status_code == 200, name
    assert client.get(reverse("phone_call", args=[call.pk])).status_code == 200
    call.refresh_from_db()
    answer = press(client, call, "file", **call.typed)
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert "<script>alert" not in answer.content.decode()
    for name in ("phone", "email", "postcode", *CHOSEN):
        assert f'id="id_{name}' in answer.content.decode()
    assert not Enquiry.objects.exists()


@pytest.mark.parametrize("reference", ["XXXX-0000", "a\x00b", "x" * 300])
def test_a_household_that_there_is_not_is_not_found(call, sign_in, worker, reference):
    assert press(sign_in(worker), call, f"who:{reference}").status_code == 404


@pytest.mark.parametrize(
    "page", [{"seen": "x", "turn": "-1"}, {"seen": "9" * 400}, {"window": "\x00<>" * 99}, {"do": "nonsense:\x00"}]
)
def test_a_page_that_was_tampered_with_saves_and_no_more(call, sign_in, worker, page):
    assert press(sign_in(worker), call, **{"do": "save", "first_name": "Zoë", **page}).status_code == 302
    assert not Enquiry.objects.exists()


# --- whose it is ---


def test_a_call_belongs_to_whoever_takes_it(call, sign_in, worker, manager, newcastle_worker):
    pages = ("phone_call", "phone_call_save", "phone_call_drop")
    colleague = someone("hub_worker")
    for name in pages:
        url = reverse(name, args=[call.pk])
        assert sign_in(colleague).post(url, {"first_name": "X"}).status_code == 404
        assert sign_in(newcastle_worker).post(url).status_code == 403
        assert sign_in(manager).post(url, {"window": "m", "last_name": "Y"}).status_code in (200, 302)
    call.refresh_from_db()
    assert call.typed == {"last_name": ["Y"]}
    with pytest.raises(Refused, match="Somebody else"):
        keep_answers(call=call, by=colleague, typed={}, window="", seen=0)
    assert sign_in(worker).get(reverse("phone_call_save", args=[call.pk])).status_code == 405


def test_a_ringing_call_is_taken_by_one(at, make_enquiry, sign_in, worker, manager):
    make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    event = record_call_event(
        call_id="c9", kind="start", caller=NUMBER, dialled="0191 498 0100", at=moment("2026-03-05 10:00")
    )
    client = sign_in(worker)
    page = client.get(reverse("phone")).content.decode()
    assert "07700 900555 is ringing" in page and "It may be Amina Khalid" in page
    assert "is ringing" in client.get(reverse("phone_ringing")).content.decode()
    client.post(reverse("phone_take", args=[event.pk]))
    call = PhoneCall.objects.get()
    assert (call.number, call.dialled, call.call_id) == (NUMBER, "+441914980100", "c9")
    assert "is ringing" not in client.get(reverse("phone")).content.decode()
    with pytest.raises(Refused, match="Ruth Worker has taken"):
        start_call(by=manager, event=event)
    enquiry = filed(call, worker, first_name="New", email="new@example.org")
    event.refresh_from_db()
    assert event.enquiry == enquiry


def test_whoever_rings_them_sees_that_they_rang(at, make_enquiry, sign_in, worker):
    enquiry = make_enquiry(applicants=[Person("Amina", "Khalid", phone=NUMBER)])
    record_call_event(
        call_id="c1",
        kind="voicemail",
        caller=NUMBER,
        at=moment("2026-03-05 09:58"),
        recording="https://calls.example.org/1",
    )
    client = sign_in(worker)
    page = client.get(reverse("log_call", args=[enquiry.reference])).content.decode()
    assert "They rang on Thursday 5 March at 10:00" in page or "They rang on Thursday 5 March at 09:58" in page
    assert "https://calls.example.org/1" in page
    assert not PhoneCall.objects.exists()


# --- of which nothing came ---


def test_cut_off_they_are_rung_back(call, at, worker, sign_in):
    keep_answers(call=call, by=worker, typed={"first_name": ["Zoë"], "email": ["not an ad"]}, window="w", seen=0)
    at("2026-03-05 10:20")
    client = sign_in(worker)
    assert client.post(reverse("phone_call_drop", args=[call.pk]), {}).status_code == 200
    client.post(reverse("phone_call_drop", args=[call.pk]), {"what": "cut_off"})
    enquiry = Enquiry.objects.get()
    assert facts(enquiry) == ["received", "called_us"] and enquiry.stage == "new"
    assert enquiry.names == "Zoë" and enquiry.applicants.get().phone == NUMBER
    assert enquiry.facts.get(kind="called_us").outcome == "cut_off"


def test_cut_off_without_a_number_cannot_be_rung_back(at, worker, sign_in):
    call = start_call(by=worker)
    sign_in(worker).post(reverse("phone_call_drop", args=[call.pk]), {"what": "cut_off"})
    call.refresh_from_db()
    assert call.is_open and not Enquiry.objects.exists()


def test_nothing_for_us_is_not_kept(call, worker, sign_in):
    keep_answers(call=call, by=worker, typed={"first_name": ["Zoë"]}, window="w", seen=0)
    client = sign_in(worker)
    client.post(reverse("phone_call_drop", args=[call.pk]), {"what": "nothing"})
    call.refresh_from_db()
    assert (call.state, call.number, call.answers) == ("dropped", "", {}) and not Enquiry.objects.exists()
    page = client.get(reverse("phone_call", args=[call.pk])).content.decode()
    assert "nothing for us" in page and "Zoë" not in page


def test_nothing_for_us_is_not_kept_of_what_the_telephone_system_told_either(at, worker):
    told = {
        "call_id": "c-77",
        "caller": NUMBER,
        "dialled": "+441914980100",
        "recording": "https://calls.example.org/77",
    }
    event = record_call_event(kind="start", at=timezone.now(), **told)
    call = start_call(by=worker, event=event)
    drop_call(call=call, by=worker, cut_off=False, filing=None)
    record_call_event(kind="ended", at=timezone.now(), **told)
    record_call_event(kind="missed", at=timezone.now(), **told)  # on another telephone of ours
    kept = set(CallEvent.objects.values_list("caller", "dialled", "recording"))
    assert kept == {("", "", "")} and CallEvent.objects.count() == 3
    assert not CallEvent.objects.to_see().exists() and not Enquiry.objects.exists()


# --- the pages ---


def test_the_script_stays_hidden_for_the_person(call, sign_in, worker, manager):
    client, url = sign_in(worker), reverse("phone_call", args=[call.pk])
    assert "What made you think about fostering?" in client.get(url).content.decode()
    press(client, call, "script:yes", first_name="Zoë")
    page = client.get(url).content.decode()
    assert "What made you think" not in page and 'value="Zoë"' in page and "Show the script" in page
    assert "What made you think" in sign_in(manager).get(url).content.decode()
    press(sign_in(worker), call, "script:no")
    assert not ScriptHidden.objects.exists()


def test_the_answers_stand_on_the_timeline_with_the_version(call, sign_in, worker):
    enquiry = filed(call, worker)
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert "Answers on the script" in page and "Who lives at home?" in page and "A dog." in page
    assert reverse("call_script", args=[1]) in page and "10 March 2026" in page


def test_the_timeline_costs_the_same_however_many_calls_there_are(
    call, at, sign_in, worker, django_assert_max_num_queries
):
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    enquiry = filed(call, worker)
    client, url = sign_in(worker), reverse("enquiry", args=[enquiry.reference])
    client.get(url)
    with CaptureQueriesContext(
        connection,
    ) as before:
        client.get(url)
    cost = len(before)
    for minute in range(11, 15):
        at(f"2026-03-05 {minute}:00")
        filed(start_call(by=worker, number=NUMBER, enquiry=enquiry), worker)
    client.get(url)
    with django_assert_max_num_queries(cost):
        client.get(url)


@pytest.mark.django_db(transaction=True)
def test_two_presses_at_once_file_it_once(directory, worker, monkeypatch):
    """The first stands between locking the call and filing it; the second comes meanwhile."""
    call = start_call(by=worker, number=NUMBER)
    keep_answers(call=call, by=worker, typed=typed(until_day="", until_month="", until_year=""), window="w", seen=0)
    call.refresh_from_db()
    filing, inside, second_is_here = filing_of(call), threading.Event(), threading.Event()
    receive = services.receive_enquiry

    def slowly(**given):
        inside.set()
        second_is_here.wait(10)
        return receive(**given)

    monkeypatch.setattr(services, "receive_enquiry", slowly)
    made = []

    def press_it(come: threading.Event | None = None):
        try:
            if come:
                come.set()
            made.append(file_call(call=call, by=worker, filing=filing).pk)
        finally:
            connections.close_all()

    first = threading.Thread(target=press_it)
    second = threading.Thread(target=press_it, args=[second_is_here])
    first.start()
    assert inside.wait(10)
    second.start()
    for thread in (first, second):
        thread.join(20)
    assert len(made) == 2 and len(set(made)) == 1
    assert Enquiry.objects.count() == 1 and Activity.objects.filter(kind="conversation").count() == 1
