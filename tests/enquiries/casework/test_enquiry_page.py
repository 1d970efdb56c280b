"""The page of one enquiry: what it shows, to whom, and that each look is noted."""

import datetime
import re

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from enquiries.casework.services import record_visit
from enquiries.casework.timeline import PAGE_SIZE, SHOWN
from enquiries.duplicates.services import keep_household_keys
from enquiries.intake.past import import_past_enquiries
from enquiries.journey import KINDS
from enquiries.models import Activity, Enquiry, SafeContact
from enquiries.services import record_activity, void_activity
from hub.models import AccessLog
from hub.working_time import LONDON, today
from tests.conftest import moment
from tests.factories import someone

TABS = ["enquiry", "enquiry_details", "enquiry_tasks"]


@pytest.mark.parametrize("name", TABS)
def test_it_shows_who_where_and_what_is_next_and_notes_the_look(name, make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new")
    page = sign_in(worker).get(reverse(name, args=[enquiry.reference])).content.decode()
    for words in (enquiry.names, enquiry.reference, "Gateshead", "Nobody yet", "Next: Ring them", "07700 900123"):
        assert words in page
    seen = AccessLog.objects.get()
    assert (seen.user, seen.action, seen.reference) == (worker, "enquiry_read", enquiry.reference)


@pytest.mark.parametrize("name", [*TABS, "handover_prepare"])
def test_the_tabs_are_the_same_on_every_page_of_it(name, make_enquiry, sign_in, worker):
    page = sign_in(worker).get(reverse(name, args=[make_enquiry("ready").reference]))
    assert [tab["text"] for tab in page.context["tabs"]] == [
        "Timeline", "Details", "Messages", "Tasks", "Documents", "Expression of interest", "Handover"
    ]  # fmt: skip
    assert [tab["href"] for tab in page.context["tabs"] if tab["active"]] == [page.request["PATH_INFO"]]
    assert page.content.decode().count('class="moj-sub-navigation"') == 1


def test_page_and_list_say_that_it_is_their_turn(make_enquiry, sign_in, worker):
    enquiry, client = make_enquiry("in_touch"), sign_in(worker)

    def said() -> list[bool]:
        page = client.get(reverse("enquiry", args=[enquiry.reference])).content.decode()
        row = client.get(reverse("today"), {"queue": "open"}).content.decode()
        return ["It is their turn." in page, "Their turn" in row]

    assert said() == [False, False]
    record_activity(enquiry=enquiry, kind="conversation", by=worker, next_by="them")
    assert said() == [True, True]
    record_activity(enquiry=enquiry, kind="visit_booked", by=worker, due=timezone.now() + datetime.timedelta(days=2))
    assert said() == [False, False]


def test_one_green_button_for_the_next_step(make_enquiry, sign_in, worker, manager):
    def button(stage, person):
        steps = sign_in(person).get(reverse("enquiry", args=[make_enquiry(stage).reference])).context["steps"]
        return steps[0].text if steps else None

    assert button("new", worker) == "Log a call"
    assert button("in_touch", worker) == "Log a call"
    assert button("eoi", manager) == "Authorise the expression of interest"
    assert button("ready", worker) == "Prepare the handover"
    assert button("eoi", worker) is None
    assert button("handed_over", worker) is None


def test_it_says_whose_turn_it_is_where_it_is_anothers(make_enquiry, sign_in, worker):
    client = sign_in(worker)
    eoi = client.get(reverse("enquiry", args=[make_enquiry("eoi").reference])).content.decode()
    assert "A hub manager does this." in eoi
    sent = client.get(reverse("enquiry", args=[make_enquiry("handed_over").reference])).content.decode()
    assert "Gateshead does this." in sent


def test_the_links_are_what_the_journey_table_allows(make_enquiry, sign_in, worker):
    def offered(stage):
        page = sign_in(worker).get(reverse("enquiry", args=[make_enquiry(stage).reference]))
        return set(page.context["allowed"])

    at_any_time = {"note", "safe_contact", "people", "consent", "keep_from_council"}
    while_open = {"log_call", "book_callback", "record_visit", "assign", "book_event", "introduce_buddy"}
    assert offered("closed") == at_any_time | {"reopen", "exit_interview"}
    assert offered("handed_over") == at_any_time | while_open | {"another_council"}
    assert offered("new") == at_any_time | while_open | {"hold", "allocate", "close", "book_visit"}


def test_an_entry_may_be_voided_by_those_who_could_record_it(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("assessment")
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference]))
    kinds = {entry.fact.kind for entry in page.context["entries"] if entry.may_void}
    assert kinds == {"conversation", "eoi_submitted"}
    assert page.content.decode().count("/void/") == 2


def test_the_timeline_has_days_and_voided_entries_with_their_reason(make_enquiry, sign_in, worker):
    with time_machine.travel(moment("2026-03-02 10:15"), tick=False):
        enquiry = make_enquiry("new")
        call = record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="left_message")
    with time_machine.travel(moment("2026-03-03 09:00"), tick=False):
        void_activity(activity=call, by=worker, note="Wrong enquiry")
        page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert "Monday 2 March 2026" in page and "10:15" in page and "yesterday" in page
    assert "<s>Tried to reach them: left a message</s>" in page
    assert "Wrong enquiry (Ruth Worker, just now)" in page
    assert "Enquiry received: website" in page and "Automatic message" in page
    assert page.index("Tried to reach them") < page.index("Enquiry received")


def times_shown(page) -> dict[str, str]:
    """The title of each fact on a timeline, with what is written as its time."""
    html = page.content.decode()
    found = re.findall(r'moj-timeline__title">(.*?)</h3>.*?<time datetime="([^"]*)">(.*?)</time>', html, re.DOTALL)
    return {title.split(":")[0]: (machine, shown) for title, machine, shown in found}


def test_no_time_of_day_is_shown_where_none_was_recorded(make_enquiry, sign_in, worker):
    with time_machine.travel(moment("2026-03-02 10:15"), tick=False):
        enquiry = make_enquiry("new")
    with time_machine.travel(moment("2026-03-05 16:40"), tick=False):
        record_visit(enquiry=enquiry, by=worker, on=datetime.date(2026, 3, 4), spoke=True)
        record_activity(enquiry=enquiry, kind="closed", by=worker, reason="health")
        page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference]))
    shown = times_shown(page)
    assert shown["Enquiry received"] == ("2026-03-02T10:15:00+00:00", "10:15")
    for title, day in (("First visit", "4"), ("Spoke with them", "4"), ("Closed", "5")):
        assert shown[title] == (f"2026-03-0{day}", f"{day} March"), title
    assert 'hub-quiet">today</span>' in page.content.decode()


def test_an_imported_date_is_shown_as_a_day_and_an_imported_moment_as_it_is(directory, sign_in, worker):
    raw = (
        "external_id,received_at,email,first_attempt_at,first_conversation_at,hold_from,hold_until\n"
        "A1,2025-06-02,a@example.org,2025-06-03,2025-06-04T11:20,2025-06-10,2025-07-01\n"
    )
    import_past_enquiries(raw=raw.encode())
    enquiry = Enquiry.objects.get()
    shown = times_shown(sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])))
    assert {title: text for title, (_, text) in shown.items()} == {
        "Enquiry received": "2 June", "Tried to reach them": "3 June", "Spoke with them": "11:20",
        "Not yet": "10 June", "No longer on hold": "1 July",
    }  # fmt: skip
    details = sign_in(worker).get(reverse("enquiry_details", args=[enquiry.reference])).content.decode()
    assert "2 June 2025" in details and "00:00" not in details and "midnight" not in details


def test_the_timeline_by_kind(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("ready")
    record_activity(enquiry=enquiry, kind="attempt", by=worker, outcome="no_answer")
    record_activity(enquiry=enquiry, kind="note", by=worker, note="A cat")
    url, client = reverse("enquiry", args=[enquiry.reference]), sign_in(worker)

    def shown(query):
        page = client.get(url + query)
        assert [(item["text"], item["count"]) for item in page.context["filters"]] == [
            ("All", 7), ("Calls and contacts", 2), ("Moves", 3), ("Messages", 1), ("Notes, tasks, documents", 1),
            ("Changes", 0),
        ]  # fmt: skip
        return {entry.fact.kind for entry in page.context["entries"]}, next(
            item["text"] for item in page.context["filters"] if item["active"]
        )

    everything = {
        "received", "message_sent", "conversation", "eoi_submitted", "eoi_authorised", "attempt", "note"
    }  # fmt: skip
    assert shown("") == shown("?show=nonsense") == (everything, "All")
    assert shown("?show=contacts") == ({"conversation", "attempt"}, "Calls and contacts")
    assert shown("?show=moves") == ({"received", "eoi_submitted", "eoi_authorised"}, "Moves")
    assert shown("?show=messages") == ({"message_sent"}, "Messages")
    assert shown("?show=notes") == ({"note"}, "Notes, tasks, documents")
    empty = client.get(reverse("enquiry", args=[make_enquiry("new").reference]) + "?show=contacts")
    assert "Nothing of this kind so far" in empty.content.decode()


def test_each_kind_is_in_one_part_of_the_timeline():
    parts = [kinds for code, (_, kinds) in SHOWN.items() if code]
    assert sum(len(kinds) for kinds in parts) == len(frozenset.union(*parts)) == len(KINDS) - 1


def test_a_long_timeline_comes_page_by_page(make_enquiry, sign_in, worker):
    enquiry, client = make_enquiry(), sign_in(worker)
    at = timezone.now()
    facts = [Activity(enquiry=enquiry, kind="note", note=f"Note {n}", occurred_at=at) for n in range(2 * PAGE_SIZE)]
    Activity.objects.bulk_create(facts)
    url, seen = reverse("enquiry", args=[enquiry.reference]), []
    address = url
    while address:
        page = client.get(address)
        assert len(page.context["entries"]) <= PAGE_SIZE
        seen += [entry.fact.pk for entry in page.context["entries"]]
        address = page.context["older"]
    assert seen == list(enquiry.facts.newest_first().values_list("pk", flat=True))
    assert page.context["newest"] == url and client.get(url).context["newest"] == ""
    kept = client.get(url, {"show": "notes"}).context["older"]
    assert "show=notes" in kept and client.get(kept).context["filters"][4]["active"]
    for odd in ("x", "0", "9" * 18, "9" * 40, "-1"):
        assert len(client.get(url, {"start": odd}).context["entries"]) == PAGE_SIZE


def test_safe_contact_is_told_first_and_an_unsafe_way_is_not_offered(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new", safe_contact={"by_phone": False})
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert page.index("hub-safe-contact") < page.index("Next: Write to them")
    main = page.split("<main")[1].split("</main>")[0]
    assert "tel:" not in main and "Do not ring" in main


def test_what_people_wrote_is_shown_as_text(make_enquiry, sign_in, worker):
    enquiry = make_enquiry("new", message="<script>alert(1)</script>")
    record_activity(enquiry=enquiry, kind="note", by=worker, note="<b>bold</b>")
    SafeContact.objects.filter(enquiry=enquiry).update(notes="<i>quiet</i>")
    for name in TABS:
        page = sign_in(worker).get(reverse(name, args=[enquiry.reference])).content.decode()
        assert not [mark for mark in ("<script>alert", "<b>bold", "<i>quiet") if mark in page]


@pytest.mark.parametrize("name", TABS)
def test_who_may_not_see_it(name, make_enquiry, client, sign_in, gateshead_worker, newcastle_worker, worker):
    url = reverse(name, args=[make_enquiry("assessment").reference])
    assert client.get(url).url.startswith(reverse("account_login"))
    for person in (gateshead_worker, newcastle_worker, someone("cluster_lead"), someone("administrator")):
        assert sign_in(person).get(url).status_code == 403
    assert sign_in(worker).post(url).status_code == (200 if name == "enquiry_tasks" else 405)
    assert sign_in(worker).get(reverse(name, args=["ZZZZ-9999"])).status_code == 404
    assert not AccessLog.objects.exists()


@pytest.mark.parametrize("name", TABS)
def test_the_queries_do_not_grow_with_the_timeline(name, make_enquiry, sign_in, worker, django_assert_max_num_queries):
    enquiry, client = make_enquiry("in_touch"), sign_in(worker)
    url = reverse(name, args=[enquiry.reference])

    def queries():
        with django_assert_max_num_queries(20) as captured:
            client.get(url)
        return len(captured)

    few = queries()
    for number in range(30):
        fact = record_activity(enquiry=enquiry, kind="note", by=worker, note=f"Note {number}")
        if number % 3 == 0:
            void_activity(activity=fact, by=worker, note="A mistake")
    assert queries() == few


@pytest.mark.parametrize(
    "typed", ["{reference}", "{bare}", "{last}", "amina {last}", "tom {last}", "AMINA{n}@EXAMPLE.ORG", "ne8-1aa",
              "07700 900123", "+44 7700 900 123", "(07700) 900123"]
)  # fmt: skip
def test_a_search_finds_however_it_is_typed(typed, make_enquiry, sign_in, worker):
    enquiry = make_enquiry("closed")
    last = enquiry.applicants.first().last_name
    text = typed.format(
        reference=enquiry.reference, bare=enquiry.reference.replace("-", "").lower(), last=last.lower(), n=last[6:]
    )
    answer = sign_in(worker).post(reverse("find"), {"q": f" {text} "})
    assert answer.url == reverse("enquiry", args=[enquiry.reference])


@pytest.mark.parametrize("typed", ["helene backer", "Hélène Bäcker", "BACKER, Helene", "helen beker"])
def test_a_search_finds_a_name_by_how_it_sounds(typed, make_enquiry, sign_in, worker):
    enquiry = make_enquiry()
    make_enquiry()
    applicant = enquiry.applicants.first()
    applicant.first_name, applicant.last_name = "Hélène", "Bäcker"
    applicant.save()
    keep_household_keys(enquiry)
    answer = sign_in(worker).post(reverse("find"), {"q": typed})
    assert answer.url == reverse("enquiry", args=[enquiry.reference])


@pytest.mark.parametrize("typed", ["Bäckre", "bakcer", "baecker", "helne backet", "hel backr", "bckr helene"])
def test_a_search_finds_a_name_with_a_slip_in_it(typed, make_enquiry, sign_in, worker):
    enquiry = make_enquiry()
    make_enquiry()
    applicant = enquiry.applicants.first()
    applicant.first_name, applicant.last_name = "Hélène", "Bäcker"
    applicant.save()  # its keys by sound are not kept: this is by the letters alone
    answer = sign_in(worker).post(reverse("find"), {"q": typed})
    found = answer.url == reverse("enquiry", args=[enquiry.reference])
    assert found == (typed != "bckr helene")  # two slips in one word


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("helene", "Hélène"), ("HÉLÈNE", "Helene"), ("hel", "HÉLÈNE"), ("lukasz", "Łukasz"), ("Łukasz", "Lukasz"),
        ("helene", "He\u0301le\u0300ne"), ("he\u0301lene", "Hélène"), ("nguyen", "Nguyễn"), ("soren", "Søren"),
    ],
)  # fmt: skip
def test_one_name_is_found_with_and_without_the_marks_on_its_letters(typed, name, make_enquiry, sign_in, worker):
    enquiry = make_enquiry()
    make_enquiry()
    enquiry.applicants.update(first_name=name, last_name="")
    answer = sign_in(worker).post(reverse("find"), {"q": typed})
    assert answer.url == reverse("enquiry", args=[enquiry.reference])


def test_a_search_shows_several_and_says_when_there_is_nobody(make_enquiry, sign_in, worker):
    first, second = make_enquiry("new"), make_enquiry("in_touch")
    client = sign_in(worker)

    def search(text):
        answer = client.post(reverse("find"), {"q": text}, follow=True)
        assert answer.redirect_chain == [(reverse("find"), 302)]
        return answer.content.decode()

    page = search("khal")
    assert first.reference in page and second.reference in page
    assert "Nobody found" in search("Zebedee")
    for odd in ("'", "&!:*", "@", "123", "a & !b", "\\", "%", "a\x00b", "\x00@", "x" * 10_000):
        assert "Nobody found" in search(odd)
    assert "Find an enquiry</h1>" in search(" ")


def test_what_was_searched_for_is_in_no_address_and_no_log(make_enquiry, sign_in, worker):
    make_enquiry("new"), make_enquiry("new")
    client = sign_in(worker)
    today = client.get(reverse("today"), {"queue": "open"}).content.decode()
    form = today.split('role="search"')[0].rpartition("<form")[2]
    assert 'method="post"' in form and f'action="{reverse("find")}"' in form
    client.post(reverse("find"), {"q": "khalid"})
    shown = client.get(reverse("find"))
    assert shown.context["rows"]
    assert client.get(reverse("find"), {"q": "zebedee"}).context["sought"] == "khalid"
    client.post(reverse("find"), {"q": "zebedee"}, follow=True)
    looks = list(AccessLog.objects.order_by("pk").values_list("action", "reference"))
    assert looks == [("work_list", ""), ("search", ""), ("search", "")]


def test_the_timeline_says_for_when_a_call_was_booked(make_enquiry, worker, sign_in):
    enquiry = make_enquiry()
    due = datetime.datetime.combine(today() + datetime.timedelta(days=3), datetime.time(14), tzinfo=LONDON)
    record_activity(enquiry=enquiry, kind="callback_booked", by=worker, due=due)
    shown = enquiry.facts.get(kind="callback_booked").note_shown
    assert shown.startswith("For ") and "14:00" in shown
    page = sign_in(worker).get(reverse("enquiry", args=[enquiry.reference])).content.decode()
    assert shown in page
