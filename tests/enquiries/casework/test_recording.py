"""Every page that records something: it works, refuses what the table refuses, and keeps what was typed."""

import datetime
import re
import threading

import pytest
import time_machine
from django.db import connection, connections, transaction
from django.urls import reverse

from enquiries.callbacks.services import book_callback
from enquiries.casework.actions import ACTIONS
from enquiries.casework.services import choose_authority
from enquiries.models import Activity, Enquiry, SafeContact
from enquiries.services import assign_enquiry, record_activity
from enquiries.visits.services import book_visit
from hub.errors import Refused
from tests.conftest import moment
from tests.factories import make_enquiry as make
from tests.factories import someone

FROZEN = moment("2026-03-05 10:30")  # a Thursday


@pytest.fixture(autouse=True)
def frozen():
    with time_machine.travel(FROZEN, tick=False):
        yield


def date_of(name: str, day: str) -> dict:
    year, month, date = day.split("-")
    return {f"{name}_day": date, f"{name}_month": month, f"{name}_year": year}


TODAY = date_of("on", "2026-03-05")
AT_TWO = moment("2026-03-05 14:00")
# What may be recorded of an enquiry however it stands.
AT_ANY_TIME = {"note", "safe_contact", "people", "told", "consent", "keep_from_council"}
# What can be done only after something else was: closed since.
ENDED_AFTER = ("end_hold", "allocate", "cancel_callback", "cancel_visit")
REFUSALS = {
    "cancel_callback": "no call-back to cancel",
    "book_callback": "Their enquiry is closed",
    "close": "closed meanwhile",
}
# name of the page: stage, whether on hold, who, what is typed, the kinds of fact that come of it
PAGES = {
    "log_call": ("new", False, "hub_worker", {"outcome": "no_answer"}, ["attempt"]),
    "book_callback": ("new", False, "hub_worker", {"starts_at": AT_TWO.isoformat()}, ["callback_booked"]),
    "cancel_callback": ("new", False, "hub_worker", {}, ["callback_cancelled"]),
    "book_visit": (
        "in_touch",
        False,
        "hub_worker",
        {**date_of("on", "2026-03-09"), "at": "6:30pm", "visitor": "me", "place": "home"},
        ["visit_booked"],
    ),
    "cancel_visit": ("in_touch", False, "hub_worker", {"note": "A cold"}, ["visit_cancelled"]),
    "record_visit": ("new", False, "hub_worker", {**TODAY, "spoke": "on"}, ["conversation", "initial_visit"]),
    "record_eoi": ("in_touch", False, "hub_worker", TODAY, ["eoi_submitted"]),
    "invite_eoi": ("in_touch", False, "hub_worker", {"body": "Dear both"}, ["eoi_invited", "written"]),
    "authorise_eoi": ("eoi", False, "hub_manager", {}, ["eoi_authorised"]),
    "return_eoi": ("eoi", False, "hub_manager", {"note": "References"}, ["eoi_returned"]),
    "assign": ("new", False, "hub_worker", {"to": "me"}, ["assigned"]),
    "note": ("approved", False, "hub_worker", {"note": "A cat"}, ["note"]),
    "hold": (
        "in_touch",
        False,
        "hub_worker",
        {**date_of("until", "2026-09-01"), "reason": "room", "may_ask": "yes"},
        ["details_changed", "hold_started"],
    ),
    "end_hold": ("in_touch", True, "hub_worker", {}, ["hold_ended"]),
    "safe_contact": ("new", False, "hub_worker", {"by_phone": "on", "when": "evening"}, ["details_changed"]),
    "people": (
        "new",
        False,
        "hub_worker",
        {"first_name": "Amina", "phone": "07700 900124"},
        ["details_changed", "routed"],
    ),
    "told": (
        "closed",
        False,
        "hub_worker",
        {"spare_room": "no", "interests": ["teenagers"], "source": "search"},
        ["details_changed"],
    ),
    "consent": ("in_touch", False, "hub_worker", {"answer": "yes", "channel": "phone"}, ["details_changed"]),
    "allocate": ("new", False, "hub_worker", {"council": "gateshead", "why": "Work"}, ["details_changed", "routed"]),
    "keep_from_council": (
        "new",
        False,
        "hub_worker",
        {"council": "gateshead", "why": "A sister"},
        ["details_changed", "routed"],
    ),
    "park": ("new", False, "hub_worker", {**date_of("until", "2026-04-01"), "note": "Moving"}, ["parked"]),
    "close": ("new", False, "hub_worker", {"reason": "moving_home", "tell": "email"}, ["closed", "written"]),
    "exit_interview": (
        "closed",
        False,
        "hub_worker",
        {"score": "4", "reason": "work", "better": "sooner", "comment": "All fine"},
        ["feedback"],
    ),
    "reopen": ("closed", False, "hub_worker", {"note": "They rang"}, ["reopened"]),
    "void": ("in_touch", False, "hub_worker", {"note": "Wrong person"}, ["voided"]),
    "correct": (
        "in_touch",
        False,
        "hub_worker",
        {**TODAY, "at": "09:00", "channel": "video", "why": "It was a video call"},
        ["conversation", "voided"],
    ),
}


class Page:
    """One page of the table, with an enquiry on which it may be done and what to type."""

    def __init__(self, name: str, stage: str | None = None):
        usual, held, role, self.typed, self.kinds = PAGES[name]
        self.person = someone(role)
        # Only an enquiry without a council is put aside.
        self.enquiry = make(stage or usual, **({"postcode": ""} if name == "park" else {}))
        if held:
            record_activity(enquiry=self.enquiry, kind="hold_started", by=self.person, until=datetime.date(2026, 6, 1))
        if name == "cancel_callback" and self.enquiry.is_open:
            book_callback(enquiry=self.enquiry, starts_at=AT_TWO)
        self.typed = {**self.typed, "version": self.enquiry.version}
        if name == "cancel_visit" and self.enquiry.is_open:
            book_visit(enquiry=self.enquiry, by=self.person, at=AT_TWO, visitor=self.person, place="home")
        for field in {"to", "visitor"} & set(self.typed):
            self.typed[field] = self.person.pk
        self.typed = {**self.typed, "version": self.enquiry.version}
        if "council" in self.typed:
            self.typed["council"] = self.enquiry.authority_id
        args = [self.enquiry.reference]
        if name in ("void", "correct"):
            args.append(self.enquiry.activities.get(kind="conversation").pk)
        self.url = reverse(name, args=args)
        self.before = set(self.enquiry.activities.values_list("pk", flat=True))

    def new_kinds(self) -> list[str]:
        new = Activity.objects.filter(enquiry=self.enquiry).exclude(pk__in=self.before)
        return sorted(new.values_list("kind", flat=True))


@pytest.fixture
def page_of(directory):
    return Page


# What needs something beside the enquiry has its tests there: in events, buddies, own_page and telephone.
ELSEWHERE = {"book_event", "introduce_buddy", "another_council", "number_right"}


def test_every_action_is_tested():
    assert set(PAGES) | ELSEWHERE == {action.name for action in ACTIONS}


@pytest.mark.parametrize("name", PAGES)
def test_it_works(name, page_of, sign_in):
    page = page_of(name)
    client = sign_in(page.person)
    shown = client.get(page.url)
    assert shown.status_code == 200 and page.enquiry.names in shown.content.decode()
    forms = re.findall("<form[^>]*>", shown.content.decode().split("<main")[1])
    assert any('method="post"' in form and "action=" not in form for form in forms)  # it posts to its own address
    answer = client.post(page.url, page.typed)
    assert answer.status_code == 302, answer.context["form"].errors
    assert answer.url == reverse("enquiry", args=[page.enquiry.reference])
    assert page.new_kinds() == page.kinds
    new = Activity.objects.filter(enquiry=page.enquiry).exclude(pk__in=page.before)
    assert all(fact.recorded_by == page.person for fact in new if fact.kind != "routed")


@pytest.mark.parametrize("name", PAGES)
def test_wrong_role_wrong_method_nobody_and_nothing(name, page_of, client, sign_in, gateshead_worker, newcastle_worker):
    page = page_of(name)
    assert client.get(page.url).url.startswith(reverse("account_login"))
    for person in (gateshead_worker, newcastle_worker, someone("cluster_lead"), someone("administrator")):
        assert sign_in(person).post(page.url, page.typed).status_code == 403
    assert sign_in(page.person).put(page.url).status_code == 405
    nowhere = page.url.replace(page.enquiry.reference, "ZZZZ-9999")
    assert sign_in(page.person).post(nowhere, page.typed).status_code == 404
    assert page.new_kinds() == []


@pytest.mark.parametrize("name", sorted(set(PAGES) - AT_ANY_TIME))
def test_what_the_table_does_not_allow_is_refused_with_the_reason(name, page_of, sign_in):
    stage = "new" if name in ("reopen", "exit_interview") else "closed"
    page = page_of(name) if name in ("void", "correct", *ENDED_AFTER) else page_of(name, stage)
    if name in ENDED_AFTER:
        record_activity(enquiry=page.enquiry, kind="closed", by=page.person, reason="timing")
    if name in ("void", "correct"):
        page.url = reverse(name, args=[page.enquiry.reference, page.enquiry.activities.get(kind="received").pk])
    page.before = set(page.enquiry.activities.values_list("pk", flat=True))
    client = sign_in(page.person)
    assert client.get(page.url).status_code == 409
    answer = client.post(page.url, {**page.typed, "version": page.enquiry.version})
    refusal = " ".join(answer.context["form"].non_field_errors())
    assert REFUSALS.get(name, "cannot be") in refusal, name
    assert "There is a problem" in answer.content.decode()
    assert page.new_kinds() == []


@pytest.mark.parametrize("name", ["authorise_eoi", "return_eoi"])
def test_a_worker_may_not_authorise(name, page_of, sign_in):
    page = page_of(name)
    client = sign_in(someone("hub_worker"))
    assert client.get(page.url).status_code == client.post(page.url, page.typed).status_code == 403
    assert page.new_kinds() == []


@pytest.mark.parametrize("name", PAGES)
def test_nobodys_work_is_overwritten(name, page_of, sign_in):
    page = page_of(name)
    client = sign_in(page.person)
    record_activity(enquiry=page.enquiry, kind="note", by=someone("data_officer"), note="Meanwhile")
    page.before = set(page.enquiry.activities.values_list("pk", flat=True))
    answer = client.post(page.url, page.typed)
    shown = answer.content.decode()
    assert "has changed since you opened it: data_officer of hub recorded “Note”" in shown
    assert page.new_kinds() == []
    if "note" in page.typed:
        assert page.typed["note"] in shown
    # Seen and read: the next try is made knowing it.
    page.typed["version"] = answer.context["form"]["version"].value()
    assert client.post(page.url, page.typed).status_code == 302
    assert page.new_kinds() == page.kinds


BAD = [
    ("log_call", {}, "Select what happened"),
    ("log_call", {"outcome": "reached"}, "Enter what you said and agreed"),
    ("log_call", {"outcome": "wrong_number"}, "Enter what is wrong with the number"),
    ("log_call", {"outcome": "reached", "agreed": "X", "channel": "phone", **TODAY, "at": "23:00"}, "in the past"),
    ("book_callback", {}, "Select a time"),
    ("book_callback", {"starts_at": "2026-03-06T14:20:00+00:00"}, "has just been taken"),
    ("record_visit", date_of("on", "2026-13-40"), "must be a real date"),
    ("record_visit", date_of("on", "2026-03-06"), "must be on or before 5 March 2026"),
    ("record_visit", date_of("on", "2025-03-05"), "must be on or after"),
    ("record_eoi", {"on_day": "", "on_month": "", "on_year": ""}, "Enter the day on which they submitted it"),
    ("return_eoi", {"note": " "}, "Enter what has to be completed"),
    ("assign", {"to": "999999"}, "Select a person from the list"),
    ("note", {"note": ""}, "Enter the note"),
    ("hold", date_of("until", "2026-03-05"), "must be on or after 6 March 2026"),
    ("safe_contact", {"when": "never", "notes": "kept"}, "Select one of the choices offered"),
    ("allocate", {"council": "gateshead", "why": ""}, "Enter why you choose this council"),
    ("close", {"reason": ""}, "Select why it ends"),
    ("close", {"reason": "boredom", "note": "kept"}, "Select one of the choices offered"),
    ("reopen", {"note": ""}, "Enter why it is reopened"),
    ("void", {"note": ""}, "Enter why it is wrong"),
]


@pytest.mark.parametrize(("name", "typed", "message"), BAD)
def test_bad_input_comes_back_with_what_was_typed(name, typed, message, page_of, sign_in):
    page = page_of(name)
    if typed.get("council"):
        typed = {**typed, "council": page.enquiry.authority_id}
    answer = sign_in(page.person).post(page.url, {"version": page.enquiry.version, **typed})
    shown = answer.content.decode()
    assert answer.status_code == 200 and "There is a problem" in shown and message in shown
    assert all(
        f'value="{value}"' in shown or f">{value}" in shown or f"\n{value}" in shown
        for value in map(str, typed.values())
        if value.strip() and value in ("kept", "23:00", "40", "2025")
    )
    assert page.new_kinds() == []


# --- calls ---


def test_reached_keeps_what_was_agreed_and_the_next_step(page_of, sign_in):
    page = page_of("log_call")
    typed = {"outcome": "reached", "agreed": "Visit next week", "channel": "video", **TODAY, "at": "9:45",
             **date_of("until", "2026-03-12"), "version": page.enquiry.version}  # fmt: skip
    assert sign_in(page.person).post(page.url, typed).status_code == 302
    fact = page.enquiry.activities.get(kind="conversation")
    assert (fact.note, fact.channel, fact.until) == ("Visit next week", "video", datetime.date(2026, 3, 12))
    assert fact.occurred_at == moment("2026-03-05 09:45")
    page.enquiry.refresh_from_db()
    assert page.enquiry.stage == "in_touch" and page.enquiry.due_at == moment("2026-03-12 17:00")


def test_what_is_left_in_hidden_fields_does_not_matter(page_of, sign_in):
    page = page_of("log_call")
    typed = {**page.typed, "agreed": "left over", "on_day": "99", "at": "later", "channel": "pigeon"}
    assert sign_in(page.person).post(page.url, typed).status_code == 302
    fact = page.enquiry.activities.get(kind="attempt")
    assert (fact.note, fact.outcome, fact.channel) == ("", "no_answer", "phone")


def test_not_reached_says_which_attempt_it_is(page_of, sign_in):
    page = page_of("log_call")
    client = sign_in(page.person)
    client.post(page.url, page.typed)
    assert "This is attempt 2" in client.get(page.url).content.decode()
    page.enquiry.refresh_from_db()
    assert page.enquiry.attempts == 1 and page.enquiry.stage == "new" and page.enquiry.last_contact_at is None


@pytest.mark.parametrize("rule", [{"leave_message": False}, {"by_phone": False}])
def test_a_message_left_where_that_is_unsafe_is_refused(rule, page_of, sign_in):
    page = page_of("log_call")
    SafeContact.objects.filter(enquiry=page.enquiry).update(**rule)
    client = sign_in(page.person)
    shown = client.get(page.url).content.decode()
    assert "Not safe for them: do not leave a message" in shown
    assert ("Do not ring them." in shown) == ("by_phone" in rule)
    answer = client.post(page.url, {**page.typed, "outcome": "left_message"})
    assert "Leaving a message is not safe for them" in answer.content.decode()
    assert page.new_kinds() == []


# --- dates, and the writes of more than one fact ---


def test_a_visit_without_talk_is_no_conversation(page_of, sign_in):
    page = page_of("record_visit")
    assert sign_in(page.person).post(page.url, {**TODAY, "version": page.enquiry.version}).status_code == 302
    assert page.new_kinds() == ["initial_visit"]
    page.enquiry.refresh_from_db()
    assert page.enquiry.first_conversation_at is None


def test_a_day_entered_later_comes_after_what_else_is_known_of_that_day(page_of, sign_in):
    with time_machine.travel(moment("2026-03-03 15:00"), tick=False):
        page = page_of("record_eoi")
    typed = {**date_of("on", "2026-03-03"), "version": page.enquiry.version}
    assert sign_in(page.person).post(page.url, typed).status_code == 302
    fact = page.enquiry.activities.get(kind="eoi_submitted")
    assert fact.occurred_at == moment("2026-03-03 15:00") and fact.recorded_at == FROZEN


def test_an_eoi_cannot_come_in_before_it_was_returned(page_of, sign_in, manager):
    with time_machine.travel(moment("2026-03-03 15:00"), tick=False):
        page = page_of("return_eoi")
    record_activity(enquiry=page.enquiry, kind="eoi_returned", by=manager, note="Page 2")
    typed = {**date_of("on", "2026-03-04"), "version": page.enquiry.version}
    answer = sign_in(page.person).post(reverse("record_eoi", args=[page.enquiry.reference]), typed)
    assert "returned after that day" in answer.content.decode()


def test_unchanged_rules_write_nothing(page_of, sign_in):
    page = page_of("safe_contact")
    same = {"by_phone": "on", "by_email": "on", "leave_message": "on", "say_who": "on", "when": "any"}
    assert sign_in(page.person).post(page.url, {**page.typed, **same}).status_code == 302
    assert page.new_kinds() == []


def test_changed_rules_are_on_the_timeline_and_in_force(page_of, sign_in):
    page = page_of("safe_contact")
    sign_in(page.person).post(page.url, page.typed)
    safe = SafeContact.objects.get(enquiry=page.enquiry)
    assert safe.rules == ["Do not leave a message", "Do not say who is calling", "Evening only", "Do not email"]
    assert page.enquiry.activities.get(kind="details_changed").note == f"Safe to contact: {safe}"


def test_a_council_is_found_for_whom_none_was(directory, sign_in, worker, newcastle):
    enquiry = make("new", postcode="LS1 1AA")
    assert enquiry.authority is None
    typed = {"version": enquiry.version, "council": newcastle.pk, "why": "She works for them"}
    assert sign_in(worker).post(reverse("allocate", args=[enquiry.reference]), typed).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.authority == newcastle and enquiry.routing.first().rule == "chosen"
    back = {"version": enquiry.version, "council": "postcode"}
    assert sign_in(worker).post(reverse("allocate", args=[enquiry.reference]), back).status_code == 302
    enquiry.refresh_from_db()
    assert enquiry.authority is None and enquiry.routing.first().rule == "out_of_region"


def test_the_council_is_not_changed_after_the_handover(directory, sign_in, worker, newcastle):
    enquiry = make("handed_over")
    typed = {"version": enquiry.version, "council": newcastle.pk, "why": "Nearer"}
    answer = sign_in(worker).post(reverse("allocate", args=[enquiry.reference]), typed)
    assert "cannot be changed after the handover" in answer.content.decode()


def test_a_fact_of_another_enquiry_is_not_found(directory, sign_in, worker):
    enquiry, other = make("in_touch"), make("in_touch")
    url = reverse("void", args=[enquiry.reference, other.activities.get(kind="conversation").pk])
    assert sign_in(worker).get(url).status_code == 404


def test_only_a_manager_takes_from_one_and_gives_to_another(directory, sign_in, worker, manager):
    enquiry, colleague = make("new"), someone("hub_worker")
    assign_enquiry(enquiry=enquiry, to=colleague, by=colleague)
    url = reverse("assign", args=[enquiry.reference])
    typed = {"version": enquiry.version, "to": manager.pk}
    assert "A manager can move it" in sign_in(worker).post(url, typed).content.decode()
    assert "hub_worker of hub: 1 of 60 open" in sign_in(manager).get(url).content.decode()
    assert sign_in(manager).post(url, typed).status_code == 302


# --- two people at once ---


@pytest.mark.django_db(transaction=True)
def test_two_people_at_once_take_turns_and_the_second_sees_the_first(directory, manager):
    """The first holds the row between check and write; the second waits for it and is then refused."""
    enquiry = make("eoi")
    colleague, seen, outcome = someone("hub_manager"), enquiry.version, []

    def second():
        try:
            mine = Enquiry.objects.get(pk=enquiry.pk)
            record_activity(enquiry=mine, kind="eoi_returned", by=colleague, note="Page 2", version=seen)
        except Refused as refusal:
            outcome.append(str(refusal))
        finally:
            connections.close_all()

    with transaction.atomic():
        record_activity(enquiry=enquiry, kind="eoi_authorised", by=manager, version=seen)
        other = threading.Thread(target=second)
        other.start()
        wait_until_somebody_waits_for_a_lock()
        assert outcome == []
    other.join(timeout=20)
    assert len(outcome) == 1 and "Expression of interest authorised" in outcome[0]
    assert Enquiry.objects.get(pk=enquiry.pk).stage == "ready"
    assert not Activity.objects.filter(enquiry=enquiry, kind="eoi_returned").exists()


def wait_until_somebody_waits_for_a_lock() -> None:
    """Asks the database until another connection of this test waits for a lock: no guess at how long that takes."""
    with connection.cursor() as cursor:
        for _ in range(20_000):
            cursor.execute("SELECT pg_stat_clear_snapshot()")
            cursor.execute(
                "SELECT count(*) FROM pg_stat_activity WHERE datname = current_database() "
                "AND wait_event_type = 'Lock' AND pid <> pg_backend_pid()"
            )
            if cursor.fetchone()[0]:
                return
    raise AssertionError("nobody came to wait")


def test_consent_is_added_to_the_ledger_with_the_words_that_were_read(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("ready", consents={"share_with_authority": (False, "As shown on the website")})
    typed = {"answer": "yes", "channel": "phone", "version": enquiry.version}
    sign_in(worker).post(reverse("consent", args=[enquiry.reference]), typed)
    latest, first = enquiry.consents.all()
    assert latest.given
    assert not first.given
    assert "May we share your details with your council?" in latest.wording
    assert (latest.channel, latest.recorded_by) == ("phone", worker)
    assert "share with a council: yes" in enquiry.activities.latest("pk").note.lower()


def test_a_new_postcode_is_routed_again_and_the_timeline_says_what_changed_but_not_to_what(
    make_enquiry, sign_in, worker
):
    enquiry = make_enquiry("new")
    typed = {
        "first_name": "Amina", "last_name": "Khalid", "phone": "01632 960 001", "second_first_name": "Tom",
        "postcode": "sr1 1aa", "version": enquiry.version,
    }  # fmt: skip
    sign_in(worker).post(reverse("people", args=[enquiry.reference]), typed)
    enquiry.refresh_from_db()
    assert enquiry.authority.name == "Sunderland"
    assert [str(one) for one in enquiry.applicants.all()] == ["Amina Khalid", "Tom"]
    assert enquiry.applicants.first().phone == "+441632960001"
    said = enquiry.activities.get(kind="details_changed").note
    assert "phone" in said and "postcode" in said
    assert "960" not in said and "SR1" not in said


def test_somebody_who_could_not_be_reached_any_more_is_not_saved(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new")
    typed = {"first_name": "Amina", "postcode": "SR1 1AA", "version": enquiry.version}
    page = sign_in(worker).post(reverse("people", args=[enquiry.reference]), typed)
    assert "Enter a telephone number or an email" in page.content.decode()
    assert enquiry.applicants.first().email


def test_one_way_of_reaching_them_stays_open(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new")
    page = sign_in(worker).post(
        reverse("safe_contact", args=[enquiry.reference]), {"when": "any", "version": enquiry.version}
    )
    assert "Leave at least one way open" in page.content.decode()


def test_a_hold_is_two_years_at_most(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("in_touch")
    typed = {**date_of("until", "2040-01-01"), "version": enquiry.version}
    sign_in(worker).post(reverse("hold", args=[enquiry.reference]), typed)
    enquiry.refresh_from_db()
    assert not enquiry.on_hold


def test_only_a_member_can_be_chosen_whoever_asks(make_enquiry, worker, authorities):
    enquiry = make_enquiry("new")
    with pytest.raises(Refused, match="Leeds is not a member"):
        choose_authority(enquiry=enquiry, by=worker, authority=authorities["Leeds"], why="Work")
    enquiry.refresh_from_db()
    assert enquiry.chosen_authority is None
