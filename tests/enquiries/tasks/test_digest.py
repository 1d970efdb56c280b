"""The morning email: on working mornings, once, in numbers alone, to whoever has something due and wants it."""

import datetime

import time_machine
from django.urls import reverse
from django.utils import timezone

from enquiries.models import Enquiry, Task
from enquiries.services import assign_enquiry, record_activity
from enquiries.tasks.digest import send_digests
from enquiries.tasks.services import add_task, finish_task
from enquiries.tasks.undelivered import keep_undelivered_tasks
from hub.models import Closure, Message
from tests.conftest import moment

MONDAY = moment("2026-03-02 09:05")


def digests() -> list[Message]:
    return list(Message.objects.filter(template="task_digest").order_by("pk"))


def due(worker, day: datetime.date | None = None) -> Task:
    return add_task(title="Ring Mrs Khalid about Biscuit", due_on=day or MONDAY.date(), to=worker)


def test_it_counts_and_links_and_names_nobody(make_enquiry, worker, manager):
    with time_machine.travel(moment("2026-02-25 10:00"), tick=False):
        enquiry = make_enquiry()
        assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    due(worker), due(worker, datetime.date(2026, 2, 27))
    with time_machine.travel(MONDAY, tick=False):
        assert send_digests() == 1
    (message,) = digests()
    assert (message.to, message.reference, message.to_household) == (worker.email, "", False)
    assert "Tasks: 1 due today, 1 late" in message.body and "Enquiries you look after: 1 late" in message.body
    assert reverse("my_tasks") in message.body
    for secret in ("Khalid", "Biscuit", enquiry.reference, *(a.last_name for a in enquiry.applicants.all())):
        assert secret not in message.subject + message.body


def test_it_comes_once_a_day_and_only_while_we_are_open(worker):
    due(worker)
    Closure.objects.create(day="2026-03-03", reason="Training")
    told = {}
    for text in (
        "2026-03-02 08:55", "2026-03-02 09:05", "2026-03-02 09:10", "2026-03-02 14:00", "2026-03-03 10:00",
        "2026-03-07 10:00", "2026-03-09 09:00",
    ):  # fmt: skip
        with time_machine.travel(moment(text), tick=False):
            told[text] = send_digests()
    assert [text for text, sent in told.items() if sent] == ["2026-03-02 09:05", "2026-03-09 09:00"]


def test_nothing_due_or_not_wanted_is_no_email(worker, manager, sign_in):
    due(worker, datetime.date(2026, 3, 4))
    due(manager)
    sign_in(manager).post(reverse("task_digest"), {"wanted": "no"})
    with time_machine.travel(MONDAY, tick=False):
        assert send_digests() == 0
    sign_in(manager).post(reverse("task_digest"), {"wanted": "yes"})
    manager.refresh_from_db()
    assert manager.task_digest


def test_somebody_who_left_gets_none(worker):
    due(worker)
    worker.is_active = False
    worker.save()
    with time_machine.travel(MONDAY, tick=False):
        assert send_digests() == 0


def fail(enquiry: Enquiry) -> Message:
    message = Message.objects.about(enquiry.reference).get()
    Message.objects.filter(pk=message.pk).update(state="failed", failed_at=timezone.now())
    return message


def test_a_message_given_up_is_a_task_of_the_owner_once(make_enquiry, worker):
    enquiry = make_enquiry()
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    message = fail(enquiry)
    keep_undelivered_tasks()
    keep_undelivered_tasks()
    task = Task.objects.get()
    assert (task.enquiry, task.assigned_to, task.key) == (enquiry, worker, f"undelivered:{message.pk}")
    assert message.subject in task.title and enquiry.applicants.first().email not in task.title


def test_of_what_went_to_a_buddy_or_a_council_nobody_rings_the_household(make_enquiry, worker):
    message = fail(make_enquiry())
    Message.objects.filter(pk=message.pk).update(to_household=False)
    keep_undelivered_tasks()
    assert "to a buddy or a council: reach those in another way" in Task.objects.get().title


def test_doing_the_task_takes_it_off_the_list(make_enquiry, worker):
    enquiry = make_enquiry()
    fail(enquiry)
    keep_undelivered_tasks()
    finish_task(task=Task.objects.get(), by=worker, note="Rang them instead")
    assert not Enquiry.objects.undelivered().exists()
    keep_undelivered_tasks()
    assert Task.objects.count() == 1


def test_whatever_is_recorded_of_them_settles_the_task(make_enquiry, worker):
    enquiry = make_enquiry()
    fail(enquiry)
    keep_undelivered_tasks()
    record_activity(enquiry=enquiry, kind="conversation", by=worker, channel="phone")
    keep_undelivered_tasks()
    task = Task.objects.get()
    assert not task.is_open and task.done_by is None and not Enquiry.objects.undelivered().exists()


def test_what_was_seen_to_is_looked_through_no_more(make_enquiry, worker):
    seen, waits = make_enquiry(), make_enquiry()
    for enquiry in (seen, waits):
        fail(enquiry)
    record_activity(enquiry=seen, kind="note", by=worker, note="Rang them instead")
    keep_undelivered_tasks()
    assert [one.reference for one in Message.objects.unnoticed()] == [waits.reference]
    assert list(Enquiry.objects.undelivered()) == [waits]


def test_what_somebody_saw_to_before_the_sweep_is_no_task(make_enquiry, worker):
    enquiry = make_enquiry()
    fail(enquiry)
    record_activity(enquiry=enquiry, kind="note", by=worker, note="Wrong address; rang them")
    keep_undelivered_tasks()
    assert not Task.objects.exists()
