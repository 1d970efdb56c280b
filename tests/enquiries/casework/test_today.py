"""Today: who is in which list, in which order, at what cost."""

import datetime

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.casework.pressing import Cursor, page_of
from enquiries.casework.queues import QUEUE, QUEUES, count_queues
from enquiries.casework.search import found
from enquiries.casework.services import log_call
from enquiries.models import Activity, Applicant, Enquiry
from enquiries.services import assign_enquiry, record_activity, void_activity
from hub.models import AccessLog
from tests.conftest import moment

NOW = moment("2026-03-05 10:00")  # a Thursday


@pytest.fixture
def at():
    """at("2026-03-02 10:15") moves the clock there."""
    with time_machine.travel(NOW, tick=False) as traveller:
        yield lambda text: traveller.move_to(moment(text))


@pytest.fixture
def region(make_enquiry, at, worker):
    """One enquiry for each thing that Today tells apart, by name."""
    made = {}
    at("2026-02-02 10:00")
    made["silent"] = make_enquiry("handed_over")
    made["follow_up_late"] = make_enquiry("in_touch")
    at("2026-03-03 10:00")
    made["never_late"] = make_enquiry("new")
    made["eoi"] = make_enquiry("eoi")
    at("2026-03-05 09:00")
    made["new"] = make_enquiry("new")
    made["nowhere"] = make_enquiry("new", postcode="LS1 1AA")
    made["held"] = make_enquiry("in_touch")
    record_activity(enquiry=made["held"], kind="hold_started", by=worker, until=datetime.date(2026, 6, 1))
    made["rang"] = make_enquiry("in_touch")
    record_activity(enquiry=made["rang"], kind="hold_started", by=worker, until=datetime.date(2026, 6, 1))
    made["booked"] = make_enquiry("in_touch")
    at("2026-03-05 09:05")
    record_activity(enquiry=made["rang"], kind="called_us", by=None, outcome="missed")
    record_activity(enquiry=made["booked"], kind="callback_booked", by=worker, due=moment("2026-03-05 14:00"))
    made["parked"] = make_enquiry("new", postcode="LS1 1AA")
    until = datetime.date(2026, 4, 1)
    record_activity(enquiry=made["parked"], kind="parked", by=worker, until=until, note="They move")
    made["mine"] = make_enquiry("in_touch")
    assign_enquiry(enquiry=made["mine"], to=worker, by=worker)
    made["application"] = make_enquiry("application")
    made["closed"] = make_enquiry("closed")
    at("2026-03-05 10:00")
    return made


EXPECTED = {
    "new": {"never_late", "new", "nowhere", "parked"},
    "mine": {"mine"},
    "unassigned": {"follow_up_late", "never_late", "eoi", "new", "nowhere", "held", "rang", "booked", "parked"},
    "unallocated": {"nowhere"},
    "parked": {"parked"},
    "callbacks": {"booked"},
    # Whoever said "not yet" and then rang waits for us like anybody else.
    "us": {"follow_up_late", "never_late", "eoi", "new", "nowhere", "mine", "rang", "booked", "parked"},
    "council": {"silent", "application"},
    "overdue": {"silent", "follow_up_late", "never_late"},
    "undelivered": set(),
    "hold": {"held", "rang"},
    "authorise": {"eoi"},
    "silent": {"silent"},
    "open": {
        "silent", "follow_up_late", "never_late", "eoi", "new", "nowhere", "held", "rang", "booked", "parked", "mine",
        "application",
    },
}  # fmt: skip


def test_every_queue_holds_whom_it_should_and_counts_them(region, worker, manager, django_assert_num_queries):
    names = {enquiry.pk: name for name, enquiry in region.items()}
    assert set(EXPECTED) == {queue.code for queue in QUEUES}
    for queue in QUEUES:
        found = queue.choose(Enquiry.objects.visible_to(worker), worker, NOW)
        assert {names[enquiry.pk] for enquiry in found} == EXPECTED[queue.code], queue.code
    with django_assert_num_queries(1):
        counts = count_queues(Enquiry.objects.visible_to(manager), user=manager, now=NOW)
    assert counts == {code: len(expected) for code, expected in (EXPECTED | {"mine": set()}).items()}


def test_never_spoken_with_and_late_comes_first_then_by_due_time(region, worker):
    page = page_of(Enquiry.objects.visible_to(worker).open(), now=NOW)
    names = {enquiry.pk: name for name, enquiry in region.items()}
    order = [names[row.pk] for row in page.rows]
    # The silent handover has been late for longer, and still comes after somebody nobody ever rang.
    assert order[:3] == ["never_late", "silent", "follow_up_late"]
    assert order[-2:] == ["held", "application"]  # due in June; no clock at all
    assert page.following is None


def test_pages_follow_on_without_a_gap_or_a_repeat(make_enquiry, at, worker, monkeypatch):
    monkeypatch.setattr("enquiries.casework.pressing.PAGE_SIZE", 3)
    for day in ("2026-03-02", "2026-03-05"):
        at(f"{day} 09:00")  # the same due time for all of a day: only the id tells them apart
        for stage in ("new", "new", "in_touch", "in_touch", "application", "application", "application"):
            make_enquiry(stage)
    enquiries, seen, cursor = Enquiry.objects.visible_to(worker).open(), [], None
    everybody = [row.pk for row in page_of_all(enquiries, monkeypatch)]
    for _ in range(10):
        page = page_of(enquiries, now=NOW, after=cursor)
        seen += [row.pk for row in page.rows]
        if page.following is None:
            break
        cursor = Cursor.read(str(page.following))
        assert cursor == page.following
    assert seen == everybody and len(set(seen)) == 14


def page_of_all(enquiries, monkeypatch):
    with monkeypatch.context() as patch:
        patch.setattr("enquiries.casework.pressing.PAGE_SIZE", 100)
        return page_of(enquiries, now=NOW).rows


@pytest.mark.parametrize("text", ["", "x", "1_2_3", "a_b_c_d", "1_7_1_1", "1_0__5", "_0_1_1", "9" * 40 + "_0_1_1"])
def test_a_cursor_that_makes_no_sense_is_the_first_page(text):
    assert Cursor.read(text) is None


def test_an_automatic_message_is_no_contact(make_enquiry, at):
    at("2026-03-02 09:00")
    enquiry = make_enquiry("new")
    assert Activity.objects.filter(enquiry=enquiry, kind="message_sent").exists()
    enquiry.refresh_from_db()
    at("2026-03-05 10:00")
    assert enquiry.last_contact_at is None and enquiry.last_contact_in_words == "never"
    assert enquiry in Enquiry.objects.overdue(NOW)


def test_the_page_says_what_is_due_and_leads_there(region, sign_in, worker):
    page = sign_in(worker).get(reverse("today"), {"queue": "open"}).content.decode()
    assert "Ring: late since Wednesday 4 March" in page
    assert "Ring by Friday 6 March" in page
    assert f'href="{reverse("log_call", args=[region["never_late"].reference])}"' in page
    assert "Council to answer: late since Monday 9 February" in page
    assert "<strong>never</strong>" in page


def test_a_call_that_reached_nobody_is_tried_again_and_stays_as_late_as_it_was(make_enquiry, at, sign_in, worker):
    at("2026-03-02 09:00")
    enquiry = make_enquiry("new")
    due = enquiry.due_at
    at("2026-03-05 16:00")  # a Thursday, two days late
    typed = {"outcome": "no_answer", "version": enquiry.version}
    again = {"again_day": "9", "again_month": "3", "again_year": "2026"}
    form = sign_in(worker).get(reverse("log_call", args=[enquiry.reference])).context["form"]
    assert form["again"].value() == datetime.date(2026, 3, 6)
    sign_in(worker).post(reverse("log_call", args=[enquiry.reference]), {**typed, **again})
    enquiry.refresh_from_db()
    attempt = enquiry.activities.get(kind="attempt")
    assert (attempt.until, enquiry.due_at, enquiry.clock) == (datetime.date(2026, 3, 9), due, "first_conversation")
    assert enquiry in Enquiry.objects.overdue(moment("2026-03-05 16:00"))
    listed = reverse("today") + "?queue=new"
    for address in (listed, reverse("enquiry", args=[enquiry.reference])):
        page = sign_in(worker).get(address).content.decode()
        assert "Try again Monday 9 March" in page and "Ring: late since Tuesday 3 March" in page
    at("2026-03-09 09:00")
    assert "Try again today" in sign_in(worker).get(listed).content.decode()
    at("2026-03-10 09:00")
    assert "Try again: was due Monday 9 March" in sign_in(worker).get(listed).content.decode()
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    assert "Try again" not in sign_in(worker).get(reverse("today") + "?queue=open").content.decode()


def test_only_the_latest_attempt_that_stands_says_when_to_try_again(make_enquiry, worker):
    enquiry = make_enquiry("new")
    first = log_call(enquiry=enquiry, by=worker, outcome="no_answer", until=datetime.date(2026, 3, 9))
    second = log_call(enquiry=enquiry, by=worker, outcome="no_answer", until=datetime.date(2026, 3, 12))

    def try_again_on():
        return Enquiry.objects.with_next_try().get().try_again_on

    assert try_again_on() == second.until
    void_activity(activity=second, by=worker, note="Another household")
    assert try_again_on() == first.until
    log_call(enquiry=enquiry, by=worker, outcome="left_message")
    assert try_again_on() is None


def test_a_safe_contact_rule_is_marked_in_words(make_enquiry, sign_in, worker):
    make_enquiry("new", safe_contact={"leave_message": False, "by_email": False})
    page = sign_in(worker).get(reverse("today"), {"queue": "new"}).content.decode()
    assert "Safe to contact: </span>Do not email" in page and "and 1 more" in page


def test_own_work_first_else_what_waits_on_the_hub(region, sign_in, worker, manager):
    assert sign_in(worker).get(reverse("today")).context["work"].queue == QUEUE["mine"]
    assert sign_in(manager).get(reverse("today")).context["work"].queue == QUEUE["us"]


def test_filters_narrow_list_and_counts_and_are_remembered(region, sign_in, worker, gateshead):
    client = sign_in(worker)
    asked = {"queue": "open", "owner": "nobody", "council": gateshead.gss_code}
    work = client.get(reverse("today"), asked).context["work"]
    assert region["mine"] not in [row.enquiry for row in work.rows]
    assert region["nowhere"] not in [row.enquiry for row in work.rows]
    shown = next(item for item in work.queues if item["active"])
    assert shown["count"] == len(work.rows) == 9
    assert [item["text"] for item in work.chosen] == ["Nobody yet", "Gateshead"]
    again = client.get(reverse("today")).context["work"]
    assert [row.enquiry for row in again.rows] == [row.enquiry for row in work.rows]
    cleared = client.get(again.clear).context["work"]
    assert len(cleared.rows) == 12 and not cleared.chosen


@pytest.mark.parametrize("asked", [{"queue": "nonsense"}, {"owner": "x"}, {"council": "x"}, {"after": "x"}])
def test_an_address_that_makes_no_sense_shows_a_list(asked, hub, sign_in, worker):
    assert sign_in(worker).get(reverse("today"), asked).status_code == 200


def test_an_empty_list_says_what_to_do(hub, sign_in, worker):
    page = sign_in(worker).get(reverse("today"), {"queue": "mine"})
    assert "Take one from Unassigned" in page.content.decode()


def test_the_queries_do_not_grow_with_the_list(make_enquiry, sign_in, worker, django_assert_max_num_queries):
    client = sign_in(worker)

    def queries():
        with django_assert_max_num_queries(17) as captured:
            client.get(reverse("today"), {"queue": "open"})
        return len(captured)

    for _ in range(3):
        make_enquiry("new")
    few = queries()
    assert AccessLog.objects.filter(user=worker, action="work_list").exists()
    for _ in range(27):
        make_enquiry("new")
    assert queries() == few


def test_strangers_sign_in_others_are_refused(hub, client, sign_in, gateshead_worker, cluster_lead, worker):
    for name in ("today", "find", "manager_view"):
        assert client.get(reverse(name)).url.startswith(reverse("account_login"))
    for person in (gateshead_worker, cluster_lead):
        for name in ("today", "find", "manager_view"):
            assert sign_in(person).get(reverse(name)).status_code == 403, name
    assert sign_in(worker).post(reverse("today")).status_code == 405


def test_an_index_serves_each_band_and_a_search_by_name(many, worker):
    enquiries = Enquiry.objects.visible_to(worker)
    with CaptureQueriesContext(connection) as captured:
        page_of(enquiries.open(), now=NOW)
        found(enquiries, "zebedee")
    pages = plan_of(captured[0]["sql"])
    assert "using enquiry_stage" in pages and pages.count("using enquiry_pressing") == 2
    assert pages.count("Sort Key") == 1  # of the few that are put together, not of a band
    assert "on applicant_names" in plan_of(next(q["sql"] for q in captured if "to_tsquery" in q["sql"]))


@pytest.fixture
def many(db):
    """Enough enquiries for the database to think about how it reads them."""
    stages = ["new", "in_touch", "ready", "handed_over", "application", "closed", "closed", "closed"]
    enquiries = Enquiry.objects.bulk_create(
        Enquiry(
            reference=f"M{number}",
            received_at=NOW,
            channel="web",
            stage=(stage := stages[number % len(stages)]),
            closed_on=NOW.date() if stage == "closed" else None,
            closed_reason="timing" if stage == "closed" else "",
            due_at=None
            if stage in ("closed", "application")
            else NOW + datetime.timedelta(minutes=number % 4000 - 2000),
        )
        for number in range(8000)
    )
    Applicant.objects.bulk_create(
        Applicant(enquiry=enquiry, first_name=f"Name{enquiry.pk}", last_name="Khalid") for enquiry in enquiries
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE enquiries_enquiry, enquiries_applicant")


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())
