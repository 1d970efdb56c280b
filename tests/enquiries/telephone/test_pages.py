"""The pages around the telephone: the script and its versions, call-backs, and the weekly tests of the ways in."""

import datetime

import pytest
import time_machine
from django.core.management import CommandError, call_command
from django.urls import reverse

from enquiries.callbacks.services import book_callback, offer_callbacks, slots_on_offer, withdraw_callbacks
from enquiries.casework.services import log_call
from enquiries.intake.services import Person
from enquiries.models import CallbackHours, CallbackSlot, CallEvent, CallScript, Enquiry, LineTest, PhoneCall
from enquiries.telephone.line_tests import lines, to_see_to
from enquiries.telephone.script import DEFAULT, current_script
from enquiries.telephone.script_form import ScriptForm
from enquiries.telephone.services import publish_script, record_call_event, record_line_test, start_call
from hub.errors import Refused
from hub.models import AccessLog
from tests.conftest import moment
from tests.factories import someone

pytestmark = pytest.mark.django_db


@pytest.fixture
def at(directory):
    with time_machine.travel(moment("2026-03-05 10:00"), tick=False) as traveller:
        yield lambda text: traveller.move_to(moment(text))


@pytest.mark.parametrize("name", ["phone", "phone_ringing", "call_scripts", "line_tests"])
def test_staff_may_and_others_may_not(at, sign_in, worker, newcastle_worker, cluster_lead, name):
    assert sign_in(worker).get(reverse(name)).status_code == 200
    for other in (newcastle_worker, cluster_lead, someone("administrator")):
        assert sign_in(other).get(reverse(name)).status_code == 403


@pytest.mark.parametrize("name", ["call_script_edit", "callback_hours"])
def test_only_managers_change_script_and_hours(at, sign_in, worker, manager, name):
    assert sign_in(worker).get(reverse(name)).status_code == 403
    assert sign_in(manager).get(reverse(name)).status_code == 200
    assert sign_in(manager).put(reverse(name)).status_code == 405


@pytest.mark.parametrize("number", ["12", "not a number", "07700 900\x00 555", "👩", "9" * 300, "=1+1"])
def test_a_number_that_is_none_is_shown_again(at, sign_in, worker, number):
    answer = sign_in(worker).post(reverse("phone"), {"number": number})
    assert answer.status_code == 200 and "Error: " in answer.content.decode()
    assert not PhoneCall.objects.exists()


def test_a_withheld_number_is_no_hindrance(at, sign_in, worker):
    client = sign_in(worker)
    assert "Number withheld" in client.get(client.post(reverse("phone"), {}).url).content.decode()


# --- the script ---


def page_of(script, **changes) -> dict:
    """What the browser would post of the script's page as it stands."""
    form = ScriptForm(script=script)
    posted = {name: field.initial for name, field in form.fields.items() if field.initial not in (None, False)}
    return {**posted, "after": script.version, "why": "Warmer", **changes}


def test_a_change_is_a_new_version_and_calls_keep_theirs(at, sign_in, manager, worker):
    call = start_call(by=worker)
    say = "“Hello from {hub}.”\r\nThen listen."
    changes = {
        "say_0": say,
        "on_age": "",
        "place_spare_room": "1",
        "place_postcode": "2",
        "own_2": "What worries them?",
    }
    answer = sign_in(manager).post(reverse("call_script_edit"), page_of(current_script(), **changes))
    assert answer.url == reverse("call_scripts")
    script = current_script()
    assert script.version == 2 and script.published_by == manager and script.why == "Warmer"
    assert script.parts[0]["say"] == "“Hello from {hub}.”\nThen listen."
    assert [q["name"] for q in script.parts[3]["questions"]] == ["spare_room", "postcode", "own_household", "interests"]
    assert script.parts[2]["questions"][-1] == {"name": "own_1", "ask": "What worries them?", "hint": ""}
    call.refresh_from_db()
    assert call.script.version == 1 and start_call(by=worker).script == script
    page = sign_in(worker).get(reverse("call_script", args=[2])).content.decode()
    assert "Hello from Fostering Together North East." in page and "What changed since the version before" in page
    assert "<ins>What worries them?</ins>" in page and "<del>How old are they?" in page
    page = sign_in(worker).get(reverse("call_scripts")).content.decode()
    assert "Warmer" in page and "Moira Manager, 5 March 2026, 10:00" in page
    assert sign_in(worker).get(reverse("call_script", args=[9])).status_code == 404


def test_a_question_that_was_taken_away_can_be_asked_again(at, manager):
    form = ScriptForm(page_of(current_script(), on_age=""), script=current_script())
    assert form.is_valid()
    script = publish_script(by=manager, parts=form.parts(), why="Shorter", after=1)
    form = ScriptForm(page_of(script, on_age="on"), script=script)
    assert form.is_valid() and "age" in [q["name"] for q in form.parts()[3]["questions"]]


def test_the_words_of_a_consent_cannot_be_changed(at):
    form = ScriptForm(page_of(current_script(), hint_share="Just say yes"), script=current_script())
    assert form.is_valid() and "hint_share" not in form.fields
    assert form.parts()[5]["questions"][0] == DEFAULT[5]["questions"][0]


def test_two_managers_do_not_write_over_each_other(at, sign_in, manager):
    before = page_of(current_script(), say_0="Mine")
    publish_script(by=manager, parts=[{**DEFAULT[0], "say": "Theirs"}, *DEFAULT[1:]], why="First", after=1)
    page = sign_in(manager).post(reverse("call_script_edit"), before).content.decode()
    assert "Moira Manager has published version 2 meanwhile" in page and "Mine" in page
    assert CallScript.objects.count() == 2


def test_nothing_changed_is_no_version(at, manager):
    with pytest.raises(Refused, match="Nothing differs"):
        publish_script(by=manager, parts=DEFAULT, why="?", after=1)


WRONG = [{"why": ""}, {"title_0": ""}, {"place_age": "x"}, {"place_age": "-1"}, {"say_0": "a\x00b"},
         {"title_1": "x" * 101}, {"own_0": "x" * 201}, {"say_0": "x" * 10_000}, {"after": "x"},
         {"why": "👩" * 300}]  # fmt: skip


@pytest.mark.parametrize("wrong", WRONG)
def test_a_script_that_cannot_be_is_shown_again(at, sign_in, manager, wrong):
    answer = sign_in(manager).post(reverse("call_script_edit"), page_of(current_script(), **wrong))
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert not CallScript.objects.exists()


# --- call-backs ---


def test_the_list_of_call_backs_has_the_soonest_first_and_says_when(at, make_enquiry, sign_in, worker):
    made = [
        make_enquiry(applicants=[Person(name, "X", phone=f"+44770090011{n}")])
        for n, name in enumerate(("Later", "Soon", "Never"))
    ]
    slots = slots_on_offer()
    at("2026-03-05 10:05")
    book_callback(enquiry=made[0], starts_at=slots[9].starts_at)
    book_callback(enquiry=made[1], starts_at=slots[2].starts_at)
    page = sign_in(worker).get(reverse("today"), {"queue": "callbacks"}).content.decode()
    assert "Soon X" in page and "Later X" not in page and "Never X" not in page  # tomorrow is not today
    page = sign_in(worker).get(reverse("today"), {"queue": "us"}).content.decode()
    assert page.index("Soon X") < page.index("Later X")
    assert "Ring back at 13:00" in page and "Ring back Friday 6 March at 12:00" in page
    at("2026-03-05 13:01")
    assert (
        "Ring back: late since 13:00" in sign_in(worker).get(reverse("today"), {"queue": "callbacks"}).content.decode()
    )


def test_staff_book_change_and_cancel_a_call_back(at, make_enquiry, sign_in, worker, newcastle_worker):
    enquiry = make_enquiry("in_touch")
    at("2026-03-05 10:05")
    first, other = slots_on_offer()[1], slots_on_offer()[5]
    client, url = sign_in(worker), reverse("book_callback", args=[enquiry.reference])
    enquiry.refresh_from_db()

    def choose(slot):
        enquiry.refresh_from_db()
        return client.post(url, {"version": enquiry.version, "starts_at": slot.starts_at.isoformat()})

    assert "12:00 (2 left)" in client.get(url).content.decode()
    assert choose(first).status_code == choose(other).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.callback_at == other.starts_at
    assert enquiry.facts.filter(kind="callback_booked").latest("pk").recorded_by == worker
    assert dict(CallbackSlot.objects.values_list("starts_at", "taken")) == {first.starts_at: 0, other.starts_at: 1}
    assert "They wait to be rung back" in client.get(reverse("log_call", args=[enquiry.reference])).content.decode()
    client.post(reverse("cancel_callback", args=[enquiry.reference]), {"version": enquiry.version})
    enquiry.refresh_from_db()
    assert enquiry.callback_at is None and not CallbackSlot.objects.filter(taken__gt=0).exists()
    assert sign_in(newcastle_worker).get(url).status_code == 403


@pytest.mark.parametrize("slot", ["", "x", "2026-03-05T03:00:00+00:00", "\x00", "9" * 300])
def test_a_time_that_is_not_to_be_had_is_shown_again(at, make_enquiry, sign_in, worker, slot):
    enquiry = make_enquiry("in_touch")
    page = {"version": enquiry.version, "starts_at": slot}
    answer = sign_in(worker).post(reverse("book_callback", args=[enquiry.reference]), page)
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()


def test_nobody_books_to_ring_whom_nobody_may_ring(at, make_enquiry, worker):
    enquiry = make_enquiry("in_touch", safe_contact={"by_phone": False})
    with pytest.raises(Refused, match="must not be rung"):
        book_callback(enquiry=enquiry, starts_at=slots_on_offer()[0].starts_at, by=worker, recorder="person")


def test_managers_choose_the_hours_of_call_backs(at, sign_in, manager, worker):
    client, url = sign_in(manager), reverse("callback_hours")
    hours = {"weekday": "3", "starts_at": "5pm", "ends_at": "19:00", "minutes": "30", "capacity": "3"}
    assert client.post(url, hours).status_code == 302
    assert [(slot.starts_at, slot.left) for slot in slots_on_offer()][:2] == [
        (moment("2026-03-05 17:00"), 3), (moment("2026-03-05 17:30"), 3)
    ]  # fmt: skip
    assert (
        "already" in client.post(url, {**hours, "starts_at": "18:30", "ends_at": "20:00"}, follow=True).content.decode()
    )
    assert CallbackHours.objects.count() == 1
    client.post(reverse("callback_hours_end", args=[CallbackHours.objects.get().pk]))
    assert slots_on_offer()[0].starts_at == moment("2026-03-05 11:00")
    nine, ten = datetime.time(9), datetime.time(10)
    with pytest.raises(Refused, match="manager"):
        offer_callbacks(by=worker, weekday=1, starts_at=nine, ends_at=ten, minutes=60, capacity=1)
    with pytest.raises(Refused, match="manager"):
        withdraw_callbacks(by=worker, hours=CallbackHours())


@pytest.mark.parametrize(
    "wrong",
    [{"weekday": "9"}, {"starts_at": "25:00"}, {"ends_at": "09:00"}, {"minutes": "5"}, {"minutes": "x"},
     {"capacity": "0"}, {"capacity": "9" * 30}, {"starts_at": "\x00"}],
)  # fmt: skip
def test_hours_that_cannot_be_are_shown_again(at, sign_in, manager, wrong):
    hours = {"weekday": "3", "starts_at": "10:00", "ends_at": "12:00", "minutes": "30", "capacity": "3", **wrong}
    answer = sign_in(manager).post(reverse("callback_hours"), hours)
    assert answer.status_code == 200 and "There is a problem" in answer.content.decode()
    assert not CallbackHours.objects.exists()


def test_more_room_counts_for_a_time_that_is_full(at, make_enquiry, manager):
    hours = {"weekday": 3, "starts_at": datetime.time(14), "ends_at": datetime.time(15), "minutes": 60}
    offer_callbacks(by=manager, **hours, capacity=1)
    at("2026-03-05 10:05")
    slot = slots_on_offer()[0]
    book_callback(enquiry=make_enquiry("new"), starts_at=slot.starts_at)
    withdraw_callbacks(hours=CallbackHours.objects.get(), by=manager)
    offer_callbacks(by=manager, **hours, capacity=2)
    book_callback(enquiry=make_enquiry("new"), starts_at=slot.starts_at)
    with pytest.raises(Refused, match="taken"):
        book_callback(enquiry=make_enquiry("new"), starts_at=slot.starts_at)


# --- the ways in ---


def test_each_way_in_is_tested_every_week(at, sign_in, worker, manager):
    assert to_see_to()[0].in_words == "The form on the website was never tested"
    client = sign_in(worker)
    for way in LineTest.Way.values:
        assert client.post(reverse("line_tests"), {"way": way, f"{way}-worked": "yes"}).status_code == 302
    assert to_see_to() == []
    assert "Test the ways in" not in client.get(reverse("today")).content.decode()
    at("2026-03-12 10:00")
    assert to_see_to() == []
    at("2026-03-12 10:01")
    assert len(to_see_to()) == 3
    for user, name in ((worker, "today"), (manager, "manager_view")):
        assert "The email address was last tested on 5 March" in sign_in(user).get(reverse(name)).content.decode()


def test_what_did_not_work_is_said_with_what_to_do(at, sign_in, worker):
    client = sign_in(worker)
    page = client.post(reverse("line_tests"), {"way": "phone", "phone-worked": "no"}).content.decode()
    assert "Enter what did not work" in page and not LineTest.objects.exists()
    client.post(reverse("line_tests"), {"way": "phone", "phone-worked": "no", "phone-note": "Engaged all day"})
    assert "Ring the telephone provider now" in client.get(reverse("line_tests")).content.decode()
    page = client.get(reverse("today")).content.decode()
    assert "A way in does not work" in page and "The telephone number did not work on 5 March" in page
    record_line_test(by=worker, way="phone", worked=True)
    assert "A way in does not work" not in client.get(reverse("today")).content.decode()
    with pytest.raises(Refused, match="did not work"):
        record_line_test(by=worker, way="phone", worked=False, note=" ")


@pytest.mark.parametrize("way", ["", "fax", "\x00", "phone' OR 1=1"])
def test_a_way_that_there_is_not(at, sign_in, worker, way):
    assert sign_in(worker).post(reverse("line_tests"), {"way": way}).status_code == 404


@pytest.mark.parametrize("note", ["a\x00b", "x" * 10_000])
def test_a_note_that_cannot_be_kept_is_shown_again(at, sign_in, worker, note):
    page = {"way": "form", "form-worked": "yes", "form-note": note}
    assert sign_in(worker).post(reverse("line_tests"), page).status_code == 200
    assert not LineTest.objects.exists()


def test_the_ways_in_are_asked_in_one_query(at, django_assert_num_queries):
    with django_assert_num_queries(1):
        lines()


# --- missed calls ---


def test_a_shared_number_is_put_with_whom_a_person_says(at, make_enquiry, sign_in, worker):
    amina, joanne = (make_enquiry(applicants=[Person(n, "P", phone="+447700900555")]) for n in ("Amina", "Joanne"))
    event = record_call_event(call_id="c1", kind="missed", caller="07700900555", at=moment("2026-03-05 09:58"))
    client, url = sign_in(worker), reverse("missed_call", args=[event.pk])
    assert "say whose call it was" in client.get(reverse("phone")).content.decode()
    page = client.get(url).content.decode()
    assert "2 households have this number" in page and "Amina P" in page and "Joanne P" in page
    for nobody in ("XXXX-0000", f"{joanne.reference}x", "a\x00b", "\u202e" * 300):
        assert client.post(url, {"whose": nobody}).status_code == 404
    assert client.post(url, {"whose": joanne.reference}).url == reverse("enquiry", args=[joanne.reference])
    assert joanne.facts.filter(kind="called_us").count() == 1 and not amina.facts.filter(kind="called_us").exists()
    assert "It is on" in client.get(url).content.decode()


def test_more_missed_calls_than_are_shown_are_counted_and_can_all_be_seen(at, sign_in, worker):
    for number in range(23):
        record_call_event(call_id=f"c{number}", kind="missed", at=moment(f"2026-03-05 09:{10 + number}"))
    client, address = sign_in(worker), reverse("phone")
    page = client.get(address).content.decode()
    assert page.count("Number withheld") == 20 and "These are the newest 20 of 23." in page
    page = client.get(f"{address}?all").content.decode()
    assert page.count("Number withheld") == 23 and "newest" not in page


def test_a_withheld_number_is_seen_to(at, sign_in, worker):
    event = record_call_event(
        call_id="c1", kind="voicemail", at=moment("2026-03-05 09:58"), recording="https://x.example.org/1"
    )
    client, url = sign_in(worker), reverse("missed_call", args=[event.pk])
    assert "Number withheld" in client.get(reverse("phone")).content.decode()
    assert "https://x.example.org/1" in client.get(url).content.decode()
    client.post(url, {"whose": "seen"})
    event.refresh_from_db()
    assert event.seen_by == worker and not CallEvent.objects.waiting().exists()
    assert "Ruth Worker saw to it" in client.get(url).content.decode()
    start = record_call_event(call_id="c2", kind="start", at=moment("2026-03-05 09:58"))
    assert client.get(reverse("missed_call", args=[start.pk])).status_code == 404


def test_missed_calls_wait_until_we_have_spoken(at, make_enquiry, sign_in, worker, django_assert_max_num_queries):
    for number in range(5):
        record_call_event(
            call_id=f"c{number}", kind="missed", caller=f"0770090012{number}", at=moment("2026-03-05 09:58")
        )
    client = sign_in(worker)
    with django_assert_max_num_queries(16):
        page = client.get(reverse("phone")).content.decode()
    assert page.count("Name not given") == 5
    at("2026-03-05 11:00")
    log_call(enquiry=Enquiry.objects.first(), by=worker, outcome="reached", note="Done")
    assert client.get(reverse("phone")).content.decode().count("Name not given") == 4


def test_the_check_says_what_is_due(at, worker, capsys):
    with pytest.raises(CommandError, match="3 of the ways in"):
        call_command("line_tests")
    for way in LineTest.Way.values:
        record_line_test(by=worker, way=way, worked=True)
    call_command("line_tests")
    assert "good  The telephone number was last tested on 5 March" in capsys.readouterr().out
    record_line_test(by=worker, way="email", worked=False, note="Bounced")
    with pytest.raises(CommandError, match="1 of the ways in"):
        call_command("line_tests")


def test_a_booked_call_back_stands_on_the_enquiry_with_what_may_be_done(at, make_enquiry, sign_in, worker):
    enquiry = make_enquiry("in_touch")
    at("2026-03-05 10:05")
    book_callback(enquiry=enquiry, starts_at=slots_on_offer()[1].starts_at)
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert "They wait to be rung back at 12:00" in page
    assert reverse("cancel_callback", args=[enquiry.reference]) in page


def test_who_may_be_ringing_is_shown_and_that_is_noted_once_for_each_call(at, make_enquiry, sign_in, worker):
    amina = make_enquiry(applicants=[Person("Amina", "Khalid", phone="+447700900555")])
    client = sign_in(worker)
    for call_id in ("c1", "c2"):
        record_call_event(call_id=call_id, kind="start", caller="07700900555", at=moment("2026-03-05 10:00"))
        for _ in range(3):
            assert "It may be Amina Khalid" in client.get(reverse("phone_ringing")).content.decode()
        record_call_event(call_id=call_id, kind="ended", caller="07700900555", at=moment("2026-03-05 10:00"))
        at("2026-03-05 10:10")
    noted = AccessLog.objects.filter(user=worker, action="caller_shown", reference=amina.reference)
    assert noted.count() == 2
