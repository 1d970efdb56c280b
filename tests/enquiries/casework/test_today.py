"""Today: who is in which list, in which order, at what cost."""

import datetime
from dataclasses import replace

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from enquiries.campaigns.services import create_campaign
from enquiries.casework.orders import ORDERS, Cursor, page_of
from enquiries.casework.own_lists import keep_own_list
from enquiries.casework.queues import QUEUE, QUEUES, Viewer, count_narrowed, count_queues, shown
from enquiries.casework.search import found
from enquiries.casework.services import log_call
from enquiries.journey import STAGES
from enquiries.models import Activity, Applicant, Enquiry, OwnList, SafeContact
from enquiries.services import assign_enquiry, record_activity, void_activity
from enquiries.tasks.services import add_task
from hub.errors import Refused
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
    at("2026-02-26 10:00")
    made["today"], made["theirs"] = make_enquiry("new"), make_enquiry("new")
    spoke = {"kind": "conversation", "by": worker, "channel": "phone"}
    record_activity(enquiry=made["today"], **spoke, until=datetime.date(2026, 3, 5))
    record_activity(enquiry=made["theirs"], **spoke, until=datetime.date(2026, 3, 12), next_by="them")
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
    add_task(enquiry=made["eoi"], title="Send the leaflet about pets", due_on=datetime.date(2026, 3, 5), by=worker)
    add_task(enquiry=made["new"], title="Ask the school", due_on=datetime.date(2026, 3, 6), by=worker)
    at("2026-03-05 10:00")
    return made


EXPECTED = {
    "news": {"new", "nowhere", "booked", "rang", "held", "parked", "mine"},
    "follow_ups": {"today", "eoi"},  # the second for its task
    "them": {"theirs"},
    "new": {"never_late", "new", "nowhere", "parked"},
    "mine": {"mine"},
    "covering": set(),  # tests/enquiries/assignment/test_sharing_out.py
    "unassigned": {
        "follow_up_late", "never_late", "eoi", "new", "nowhere", "held", "rang", "booked", "parked", "today", "theirs",
    },
    "unallocated": {"nowhere"},
    "parked": {"parked"},
    "callbacks": {"booked"},
    # Whoever said "not yet" and then rang waits for us like anybody else.
    "us": {"follow_up_late", "never_late", "eoi", "new", "nowhere", "mine", "rang", "booked", "parked", "today"},
    "council": {"silent", "application"},
    "overdue": {"silent", "follow_up_late", "never_late"},
    "undelivered": set(),
    "hold": {"held", "rang"},
    "authorise": {"eoi"},
    "silent": {"silent"},
    "open": {
        "silent", "follow_up_late", "never_late", "eoi", "new", "nowhere", "held", "rang", "booked", "parked", "mine",
        "application", "today", "theirs",
    },
}  # fmt: skip


def test_every_queue_holds_whom_it_should_and_counts_them(region, worker, manager, django_assert_num_queries):
    names = {enquiry.pk: name for name, enquiry in region.items()}
    assert set(EXPECTED) == {queue.code for queue in QUEUES}
    seen = Viewer(worker, NOW, news_since=moment("2026-03-05 08:00"))
    for queue in QUEUES:
        found = queue.choose(Enquiry.objects.visible_to(worker), seen)
        assert {names[enquiry.pk] for enquiry in found} == EXPECTED[queue.code], queue.code
    with django_assert_num_queries(1):
        counts = count_queues(Enquiry.objects.visible_to(manager), replace(seen, user=manager), QUEUES)
    others = EXPECTED | {"mine": set(), "news": EXPECTED["news"] - {"mine"}}
    assert counts == {code: len(expected) for code, expected in others.items()}


def test_counts_end_where_nobody_would_read_them(make_enquiry, worker, monkeypatch):
    monkeypatch.setattr("enquiries.casework.queues.MOST_COUNTED", 2)
    for _ in range(4):
        make_enquiry("new")
    counts = count_queues(Enquiry.objects.visible_to(worker), Viewer(worker, NOW, NOW), [QUEUE["open"]])
    assert counts == {"open": 3} and shown(3) == "2+" and shown(2) == "2"


def test_filters_that_leave_few_are_counted_in_every_queue_and_those_that_leave_many_in_the_chosen_one(
    region, worker, gateshead, monkeypatch
):
    seen = Viewer(worker, NOW, news_since=moment("2026-03-05 08:00"))
    narrowed = Enquiry.objects.visible_to(worker).filter(authority=gateshead, owner=None)
    counts = count_narrowed(narrowed, seen, QUEUES, QUEUE["open"])
    assert counts == {queue.code: queue.choose(narrowed, seen).count() for queue in QUEUES}
    assert counts["open"] == 11 and counts["mine"] == 0
    monkeypatch.setattr("enquiries.casework.queues.MANY", 2)
    assert count_narrowed(narrowed, seen, QUEUES, QUEUE["open"]) == {"open": 11}
    assert count_narrowed(narrowed, seen, QUEUES) == {"mine": 0}


def test_a_list_of_many_says_no_numbers_that_were_not_counted(region, sign_in, worker, monkeypatch):
    monkeypatch.setattr("enquiries.casework.queues.MANY", 2)
    page = sign_in(worker).get(reverse("today"), {"queue": "open", "stage": "new"})
    entries = {item["text"]: item for group in page.context["work"].groups for item in group["items"]}
    assert entries["All open"]["count"] is not None and entries["Mine"]["count"] is None
    assert page.status_code == 200


def test_what_somebody_gave_to_me_is_new_to_me_and_what_i_took_is_not(make_enquiry, at, worker, manager):
    at("2026-03-02 10:00")
    given, taken = make_enquiry("new"), make_enquiry("new")
    at("2026-03-05 09:00")
    assign_enquiry(enquiry=given, to=worker, by=manager)
    assign_enquiry(enquiry=taken, to=worker, by=worker)
    assert list(Enquiry.objects.new_to(worker, moment("2026-03-05 08:00"))) == [given]
    assert not Enquiry.objects.new_to(worker, moment("2026-03-05 09:30"))


def test_a_look_at_what_is_new_lasts_half_an_hour(make_enquiry, at, sign_in, worker):
    client = sign_in(worker)

    def news():
        return {row.enquiry for row in client.get(reverse("today"), {"queue": "news"}).context["work"].rows}

    at("2026-03-05 08:00")
    first = make_enquiry("new")
    at("2026-03-05 09:00")
    assert news() == {first}
    at("2026-03-05 09:20")
    second = make_enquiry("new")
    assert news() == {first, second}  # still at it: nobody vanishes
    at("2026-03-05 10:00")
    assert client.get(reverse("today"), {"queue": "open"}).context["work"].counts["news"] == 0
    third = make_enquiry("new")
    at("2026-03-05 10:01")
    assert news() == {third}


def test_never_spoken_with_and_late_comes_first_then_by_due_time(region, worker):
    page = page_of(Enquiry.objects.visible_to(worker).open(), now=NOW)
    names = {enquiry.pk: name for name, enquiry in region.items()}
    order = [names[row.pk] for row in page.rows]
    # The silent handover has been late for longer, and still comes after somebody nobody ever rang.
    assert order[:3] == ["never_late", "silent", "follow_up_late"]
    assert order[-2:] == ["held", "application"]  # due in June; no clock at all
    assert page.following is None


@pytest.mark.parametrize("name", ORDERS)
def test_pages_follow_on_without_a_gap_or_a_repeat_in_every_order(name, make_enquiry, at, worker, manager, monkeypatch):
    for day in ("2026-03-02", "2026-03-05"):
        at(f"{day} 09:00")  # the same moments for all of a day: only the id tells them apart
        for stage in ("new", "new", "in_touch", "application", "application"):
            make_enquiry(stage)
    some = list(Enquiry.objects.order_by("pk"))
    for number, owner in ((0, worker), (2, worker), (3, manager), (4, worker)):
        assign_enquiry(enquiry=some[number], to=owner, by=manager)
    enquiries, order = Enquiry.objects.visible_to(worker).open(), ORDERS[name]
    everybody = [row.pk for row in page_of(enquiries, now=NOW, order=order).rows]
    monkeypatch.setattr("enquiries.casework.orders.PAGE_SIZE", 3)
    seen, cursor = [], None
    for _ in range(5):
        page = page_of(enquiries, now=NOW, order=order, after=cursor)
        seen += [row.pk for row in page.rows]
        if page.following is None:
            break
        cursor = Cursor.read(str(page.following))
        assert cursor == page.following
    assert seen == everybody and len(set(seen)) == 10


SORTED_BY = {
    "received": lambda row: row.received_at,
    "contact": lambda row: row.last_contact_at or moment("1999-01-01 00:00"),
    "stage": lambda row: list(STAGES).index(row.stage),
    "owner": lambda row: row.owner.name if row.owner else "ZZ",
}


@pytest.mark.parametrize("code", SORTED_BY)
def test_each_order_is_what_its_column_says_and_turns_round(code, region, worker):
    enquiries = Enquiry.objects.visible_to(worker).open()
    up = page_of(enquiries, now=NOW, order=ORDERS[code]).rows
    down = page_of(enquiries, now=NOW, order=ORDERS[f"-{code}"]).rows
    keys = [SORTED_BY[code](row) for row in up]
    assert keys == sorted(keys) and len(set(keys)) > 1
    assert [row.pk for row in down] == [row.pk for row in reversed(up)]


def test_a_cursor_of_another_order_is_the_first_page(region, worker):
    enquiries = Enquiry.objects.visible_to(worker).open()
    first = page_of(enquiries, now=NOW).rows
    for text in ("1~nobody~1~1", "1~due~~1", "1~none~1~1"):
        assert page_of(enquiries, now=NOW, after=Cursor.read(text)).rows == first


@pytest.mark.parametrize(
    "text", ["", "x", "1~2~3", "a~b~c~d", "~due~1~1", "1~due~x~1", "1~due~1~-1", "9" * 40 + "~due~1~1"]
)
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
    assert "Safe to contact: </span>Do not leave a message" in page and "and 1 more" in page


def test_own_work_first_else_what_waits_on_the_hub(region, sign_in, worker, manager):
    assert sign_in(worker).get(reverse("today")).context["work"].queue == QUEUE["mine"]
    assert sign_in(manager).get(reverse("today")).context["work"].queue == QUEUE["us"]


def test_filters_narrow_list_and_counts_and_are_remembered(region, sign_in, worker, gateshead):
    client = sign_in(worker)
    asked = {"queue": "open", "owner": "nobody", "council": gateshead.gss_code}
    work = client.get(reverse("today"), asked).context["work"]
    assert region["mine"] not in [row.enquiry for row in work.rows]
    assert region["nowhere"] not in [row.enquiry for row in work.rows]
    entry = next(item for group in work.groups for item in group["items"] if item["active"])
    assert entry["number"] == len(work.rows) == 11
    assert [(tag["label"], tag["tags"][0]["text"]) for tag in work.tags] == [
        ("Owner", "Nobody yet"), ("Council", "Gateshead")
    ]  # fmt: skip
    client.session.flush()  # remembered for the person, not for the browser
    again = sign_in(worker).get(reverse("today")).context["work"]
    assert [row.enquiry for row in again.rows] == [row.enquiry for row in work.rows] and again.here == work.here
    without = client.get(work.tags[0]["tags"][0]["href"]).context["work"]
    assert [tag["label"] for tag in without.tags] == ["Council"]
    cleared = client.get(again.clear).context["work"]
    assert len(cleared.rows) == 14 and not cleared.tags


FILTERED = {
    "owner=me": {"mine"},
    "stage=eoi&stage=handed_over": {"eoi", "silent"},
    "council=none": {"nowhere", "parked"},
    "council=none&council=E08000021": {"nowhere", "parked"},
    "only=late&only=never": {"never_late", "marked"},
    "only=never&stage=new&received_from=5/3/2026": {"new", "nowhere", "parked"},
    "received_to=26/2/2026": {"silent", "follow_up_late", "today", "theirs"},
    "received_from=2026-02-26&received_to=3/3/26": {"today", "theirs", "never_late", "eoi"},
    "channel=phone": {"marked"},
    "source=event": {"marked"},
    "campaign=spring-26": {"marked"},
    "interest=teenagers": {"marked"},
    "only=interpreter": {"marked"},
    "only=safe": {"marked"},
}


def test_each_filter_finds_whom_it_says(region, make_enquiry, sign_in, worker, manager):
    create_campaign(by=manager, code="spring-26", name="Spring", channel="print", starts_on=datetime.date(2026, 1, 1))
    region["marked"] = make_enquiry(
        "new", channel="phone", source="event", campaign="Spring-26", interests=["teenagers"],
        safe_contact={"interpreter": True}, received_at=moment("2026-02-10 10:00"),
    )  # fmt: skip
    region["marked"].refresh_from_db()
    names, client = {enquiry.pk: name for name, enquiry in region.items()}, sign_in(worker)
    for asked, expected in FILTERED.items():
        work = client.get(f"{reverse('today')}?queue=open&{asked}").context["work"]
        found = {names[row.enquiry.pk] for row in work.rows} - ({"marked"} if "received" in asked else set())
        assert found == expected, asked


@pytest.mark.parametrize(
    "rules",
    [
        {}, {"by_phone": False}, {"by_email": False}, {"leave_message": False}, {"say_who": False}, {"when": "evening"},
        {"language": "Polish"}, {"interpreter": True}, {"adjustments": "Large print"}, {"notes": "Ask for Ada"},
        {"by_text": True},
    ],
)  # fmt: skip
def test_the_filter_for_safe_contact_knows_every_rule(rules, make_enquiry, worker):
    enquiry = make_enquiry("new", safe_contact=rules)
    rule = SafeContact.objects.get(enquiry=enquiry).rules
    assert Enquiry.objects.with_safe_contact_rule().exists() == bool(rule)


def test_a_date_that_cannot_be_read_is_shown_again_and_narrows_nothing(region, sign_in, worker):
    page = sign_in(worker).get(reverse("today"), {"queue": "open", "received_from": "31/2/2026", "sort": "owner"})
    assert "Enter a date, like 17/5/2026" in page.content.decode() and "31/2/2026" in page.content.decode()
    assert len(page.context["work"].rows) == 14 and '<details class="hub-filter" open' in page.content.decode()


def test_somebodys_link_shows_their_list_with_filters_and_order(region, sign_in, worker, manager):
    theirs = (
        sign_in(worker).get(reverse("today"), {"queue": "open", "stage": "new", "sort": "-received"}).context["work"]
    )
    mine = sign_in(manager).get(theirs.here).context["work"]
    assert [row.enquiry.pk for row in mine.rows] == [row.enquiry.pk for row in theirs.rows]
    assert [column["label"] for column in mine.columns if column.get("sorted") == "descending"] == ["Received"]


def test_a_list_is_kept_under_a_name_for_oneself_alone(region, sign_in, worker, manager):
    client = sign_in(worker)
    asked = "queue=open&stage=new&nonsense=1&after=1"
    answer = client.post(reverse("own_list_keep"), {"name": "New ones", "asked": asked}, follow=True)
    assert "“New ones” is one of your lists now." in answer.content.decode()
    own = OwnList.objects.get()
    assert own.asked == "queue=open&stage=new" and answer.context["work"].own_lists[0]["active"]
    client.post(reverse("own_list_keep"), {"name": "New ones", "asked": "queue=mine"})
    assert OwnList.objects.get().asked == "queue=mine"  # of one name there is one
    refused = client.post(reverse("own_list_keep"), {"name": "", "asked": asked}, follow=True)
    assert "Enter a name for the list" in refused.content.decode()
    assert sign_in(manager).post(reverse("own_list_remove", args=[own.pk])).status_code == 404
    assert sign_in(worker).get(reverse("own_list_remove", args=[own.pk])).status_code == 405
    sign_in(worker).post(reverse("own_list_remove", args=[own.pk]))
    assert not OwnList.objects.exists()


def test_nobody_keeps_more_lists_than_they_can_read(worker, monkeypatch):
    monkeypatch.setattr("enquiries.casework.own_lists.MOST_LISTS", 1)
    keep_own_list(by=worker, name="One", asked="queue=mine")
    keep_own_list(by=worker, name="One", asked="queue=open")
    with pytest.raises(Refused):
        keep_own_list(by=worker, name="Two", asked="queue=open")


@pytest.mark.parametrize("name", ["queue", "owner", "council", "after", "stage", "sort", "only", "received_to"])
def test_an_address_that_makes_no_sense_shows_a_list(name, hub, sign_in, worker):
    assert sign_in(worker).get(reverse("today"), {name: "nonsense"}).status_code == 200


def test_the_last_day_that_there_is_narrows_nothing(region, sign_in, worker):
    page = sign_in(worker).get(reverse("today"), {"queue": "open", "received_to": "31/12/9999"})
    assert len(page.context["work"].rows) == 14


def test_an_empty_list_says_what_to_do(hub, sign_in, worker):
    page = sign_in(worker).get(reverse("today"), {"queue": "mine"})
    assert "Take one from Unassigned" in page.content.decode()


def test_the_queries_do_not_grow_with_the_list(make_enquiry, sign_in, worker, django_assert_max_num_queries):
    client = sign_in(worker)
    client.get(reverse("today"), {"queue": "open"})  # remembered: from now on nothing is written

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
    Enquiry.objects.update(attempts=9)  # of whom the page of each asks more: whether to write a last time
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
    by_name = next(query["sql"] for query in captured if "nameword" in query["sql"])
    assert "using enquiries_nameword_pkey" in plan_of(by_name)


def test_a_name_that_very_many_bear_is_read_from_its_newest_end(many, worker):
    for text in ("khalid", "khal"):
        with CaptureQueriesContext(connection) as captured:
            found(Enquiry.objects.visible_to(worker), text)
        by_name = [query["sql"] for query in captured if '"enquiries_nameword"' in query["sql"]]
        plan = plan_of(by_name[-1])
        assert "Backward using enquiries_nameword_pkey" in plan, text
        assert "Sort Key" not in plan, text


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
        cursor.execute("ANALYZE enquiries_enquiry, enquiries_nameword")


def plan_of(sql: str) -> str:
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN " + sql)
        return "\n".join(line for (line,) in cursor.fetchall())
