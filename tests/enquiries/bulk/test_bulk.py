"""One thing done to many: counted first, judged again for each, once for each person whatever dies between."""

import datetime

import pytest

from enquiries.bulk import services, works
from enquiries.bulk.services import gather, start_run, stop_run, work_on_bulk
from enquiries.duplicates.merging import merge_enquiries
from enquiries.intake.services import Person
from enquiries.models import Activity, BulkRun, Enquiry, SafeContact, Task
from enquiries.services import record_activity
from hub.errors import Refused
from hub.models import Message
from hub.working_time import today

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def region(directory, hub):
    """The councils and the hub of the tests."""


@pytest.fixture
def three(make_enquiry):
    return [make_enquiry(applicants=[Person(name, "Test", f"{name}@example.org")]) for name in ("ann", "bea", "cat")]


def run_of(by, work: str, details: dict, enquiries=None) -> BulkRun:
    """Gathered and looked at."""
    those = Enquiry.objects.all() if enquiries is None else enquiries
    run = gather(by=by, work=work, details=details, enquiries=those, chosen="All open")
    work_on_bulk()
    run.refresh_from_db()
    return run


def done(run: BulkRun, by) -> BulkRun:
    start_run(run=run, by=by)
    work_on_bulk()
    run.refresh_from_db()
    return run


def reasons(run: BulkRun) -> dict[str, str]:
    return {item.enquiry.reference: item.why for item in run.items.exclude(why="").select_related("enquiry")}


@pytest.fixture
def template():
    """Of an email that says nothing of its own about a household."""
    from enquiries.letters.services import publish_template

    words = {"name": "News", "channel": "email", "purpose": "service", "subject": "News", "body": "Dear {{first_name}}"}
    return publish_template(by=None, code="bulk_news", after=0, **words)


def test_nothing_is_done_before_somebody_has_seen_the_counts(three, manager, worker):
    run = run_of(manager, "assign", {"to": worker.pk})
    assert run.state == "checked" and run.counts["ready"] == 3
    assert not Enquiry.objects.filter(owner__isnull=False).exists()
    assert done(run, manager).state == "done" and run.counts["done"] == 3
    assert Enquiry.objects.filter(owner=worker).count() == 3


def test_who_is_left_out_is_said_with_the_reason(three, manager, worker, make_enquiry):
    closed = make_enquiry("closed")
    Enquiry.objects.filter(pk=three[0].pk).update(owner=worker)
    run = run_of(manager, "assign", {"to": worker.pk})
    assert reasons(run)[three[0].reference] == "It is theirs already."
    assert "no owner any more" in reasons(run)[closed.reference]
    assert run.counts["ready"] == 2


def test_a_message_goes_once_to_each_person_and_only_where_it_may(three, worker, template):
    SafeContact.objects.filter(enquiry=three[1]).update(by_email=False)
    three[2].applicants.update(email="ann@example.org")
    run = run_of(worker, "message", {"template": "bulk_news", "version": 1})
    assert "not to email" in reasons(run)[three[1].reference]
    assert "same address" in reasons(run)[three[2].reference]
    done(run, worker)
    sent = Message.objects.filter(template="bulk_news")
    assert [one.to for one in sent] == ["ann@example.org"]
    assert three[0].activities.filter(kind="written", recorded_by=worker).count() == 1


def test_pressed_twice_and_swept_twice_it_is_done_once(three, worker, template):
    run = done(run_of(worker, "message", {"template": "bulk_news", "version": 1}), worker)
    start_run(run=run, by=worker)
    work_on_bulk()
    assert Message.objects.filter(template="bulk_news").count() == 3


def test_what_changed_since_the_count_is_judged_again(three, worker, template):
    run = run_of(worker, "message", {"template": "bulk_news", "version": 1})
    SafeContact.objects.filter(enquiry=three[0]).update(by_email=False)
    done(run, worker)
    assert run.counts["done"] == 2 and "not to email" in reasons(run)[three[0].reference]


def test_who_lost_the_right_meanwhile_does_no_more(three, manager, worker):
    run = run_of(manager, "close", {"reason": "no_contact", "note": ""})
    start_run(run=run, by=manager)
    type(manager).objects.filter(pk=manager.pk).update(role="hub_worker")
    work_on_bulk()
    assert set(reasons(run).values()) == {f"{manager.name} may no longer do this."}
    assert Enquiry.objects.filter(stage="closed").count() == 0


def test_a_process_that_dies_between_leaves_each_done_once_or_not_at_all(three, manager, worker, monkeypatch):
    run = run_of(manager, "assign", {"to": worker.pk})
    start_run(run=run, by=manager)
    real, calls = works.WORKS["assign"], []

    class Killed(BaseException):
        pass

    def dies_at_the_second(run, enquiry):
        calls.append(enquiry.pk)
        real.do(run, enquiry)
        if len(calls) == 2:
            raise Killed

    monkeypatch.setitem(works.WORKS, "assign", works.Work(real.right, real.look, dies_at_the_second))
    with pytest.raises(Killed):
        work_on_bulk()
    assert run.counts["done"] == 1 and Enquiry.objects.filter(owner=worker).count() == 1
    work_on_bulk()
    assert run.counts["done"] == 3
    assert [one.activities.filter(kind="assigned").count() for one in three] == [1, 1, 1]


def test_a_fault_of_ours_stops_one_and_not_the_rest(three, manager, worker, monkeypatch):
    run = run_of(manager, "assign", {"to": worker.pk})
    real = works.WORKS["assign"]

    def fails_for_one(run, enquiry):
        if enquiry.pk == three[1].pk:
            raise ValueError("a fault")
        return real.do(run, enquiry)

    monkeypatch.setitem(works.WORKS, "assign", works.Work(real.right, real.look, fails_for_one))
    done(run, manager)
    assert run.counts["done"] == 2 and run.counts["failed"] == 1 and run.state == "done"
    assert "fault of ours" in reasons(run)[three[1].reference]


def test_stopped_what_is_done_stays_done(three, manager, worker):
    run = run_of(manager, "assign", {"to": worker.pk})
    stop_run(run=run, by=manager)
    with pytest.raises(Refused, match="nobody for whom"):
        start_run(run=run, by=manager)
    work_on_bulk()
    assert run.counts["skipped"] == 3 and not Enquiry.objects.filter(owner=worker).exists()


def test_a_task_for_each_and_closing_of_those_that_are_with_us(three, manager, make_enquiry):
    away = make_enquiry("with_authority")
    day = today() + datetime.timedelta(days=3)
    done(run_of(manager, "task", {"title": "Ask about the room", "due_on": day.isoformat()}), manager)
    assert Task.objects.filter(title="Ask about the room", due_on=day).count() == 4
    run = done(run_of(manager, "close", {"reason": "no_contact", "note": "Tried all year"}), manager)
    assert run.counts["done"] == 3 and "cannot be closed" in reasons(run)[away.reference]
    assert three[0].activities.get(kind="closed").note == "Tried all year"


def test_a_list_that_is_empty_or_too_long_is_refused(three, worker, monkeypatch):
    with pytest.raises(Refused, match="nobody in this list"):
        run_of(worker, "assign", {"to": worker.pk}, Enquiry.objects.filter(stage="closed"))
    monkeypatch.setattr(services, "MOST", 2)
    with pytest.raises(Refused, match="more than 2"):
        run_of(worker, "assign", {"to": worker.pk})
    assert not BulkRun.objects.exists()


def test_closing_many_is_a_managers(three, worker):
    with pytest.raises(Refused, match="may no longer"):
        run_of(worker, "close", {"reason": "no_contact"})


def test_only_who_began_it_starts_it(three, worker, manager):
    run = run_of(worker, "assign", {"to": worker.pk})
    assert list(BulkRun.objects.visible_to(manager)) == [run]
    with pytest.raises(Refused, match="began this"):
        start_run(run=run, by=manager)


def test_a_stale_page_does_not_matter_what_counts_is_each_enquiry_now(three, manager, worker):
    run = run_of(manager, "close", {"reason": "no_contact", "note": ""})
    record_activity(enquiry=three[0], kind="closed", by=worker, reason="moving_home")
    done(run, manager)
    three[0].refresh_from_db()
    assert three[0].closed_reason == "moving_home" and run.counts["done"] == 2


def test_a_household_merged_meanwhile_is_written_to_once(three, worker, template):
    run = run_of(worker, "message", {"template": "bulk_news", "version": 1})
    merge_enquiries(survivor=three[0], absorbed=three[1], by=worker)
    done(run, worker)
    assert sorted(one.to for one in Message.objects.filter(template="bulk_news")) == [
        "ann@example.org", "cat@example.org"
    ]  # fmt: skip
    assert "was merged into" in reasons(run)[three[1].reference]


def test_nothing_is_left_to_do_for_one_that_was_closed_meanwhile(three, worker):
    day = today() + datetime.timedelta(days=3)
    run = run_of(worker, "task", {"title": "Ask about the room", "due_on": day.isoformat()})
    record_activity(enquiry=three[0], kind="closed", by=worker, reason="moving_home")
    done(run, worker)
    assert not Task.objects.filter(enquiry=three[0]).exists() and "closed" in reasons(run)[three[0].reference]


def test_who_was_spoken_with_or_came_to_us_meanwhile_is_not_closed_with_the_rest(three, manager, worker):
    run = run_of(manager, "close", {"reason": "no_contact", "note": ""})
    record_activity(enquiry=three[0], kind="conversation", by=worker, channel="phone", note="They are back")
    record_activity(enquiry=three[1], kind="called_us", by=None, outcome="missed")
    done(run, manager)
    assert {fact.enquiry for fact in Activity.objects.filter(kind="closed")} == {three[2]}
    assert all("Look at it" in reasons(run)[one.reference] for one in three[:2])


@pytest.mark.parametrize("fault", [AttributeError("a fault"), Message.DoesNotExist("a fault")])
def test_one_that_cannot_be_looked_at_or_done_stops_neither_the_rest_nor_other_runs(
    three, manager, worker, monkeypatch, fault
):
    real = works.WORKS["assign"]

    def fails(run, enquiry):
        raise fault

    monkeypatch.setitem(works.WORKS, "assign", works.Work(real.right, fails, real.do))
    run = run_of(manager, "assign", {"to": worker.pk})
    assert run.state == "checked" and run.counts["failed"] == 3
    monkeypatch.setitem(works.WORKS, "assign", works.Work(real.right, real.look, fails))
    assert done(run_of(manager, "assign", {"to": worker.pk}), manager).counts["failed"] == 3


def test_who_is_closed_with_others_is_told_where_we_may_tell_them(three, manager):
    SafeContact.objects.filter(enquiry=three[1]).update(by_email=False, leave_message=False)
    run = done(run_of(manager, "close", {"reason": "no_contact", "note": "", "tell": True}), manager)
    assert run.counts["done"] == 3
    told = Message.objects.filter(template="closing").values_list("reference", flat=True)
    assert sorted(told) == sorted([three[0].reference, three[2].reference])


def test_whoever_got_the_same_address_since_the_count_is_left_out(three, worker, template):
    run = run_of(worker, "message", {"template": "bulk_news", "version": 1})
    assert run.counts["ready"] == 3
    three[2].applicants.update(email="ann@example.org")
    run = done(run, worker)
    assert reasons(run) == {three[2].reference: "Somebody else in this list has the same address."}
    assert Message.objects.filter(template="bulk_news", to="ann@example.org").count() == 1


def test_several_runs_share_the_time_of_one_sweep(three, manager, worker, monkeypatch):
    given = []
    real = services.while_time_lasts
    monkeypatch.setattr(services, "while_time_lasts", lambda items, until: given.append(until) or real(items, until))
    for to in (worker, manager):
        gather(by=manager, work="assign", details={"to": to.pk}, enquiries=Enquiry.objects.all(), chosen="All open")
    work_on_bulk()
    assert len(given) == 2 and len(set(given)) == 1


def test_of_many_each_is_followed_by_a_rest_and_of_few_none(three, manager, worker, monkeypatch):
    rests: list[float] = []
    monkeypatch.setattr(services.time, "sleep", rests.append)
    done(run_of(manager, "assign", {"to": worker.pk}), manager)
    assert rests == []
    monkeypatch.setattr(services, "FEW", 2)
    run = done(run_of(manager, "assign", {"to": manager.pk}), manager)
    assert run.counts["done"] == 3
    assert len(rests) == 6 and all(0 < rest <= services.LONGEST_REST for rest in rests)  # looked at, and done
