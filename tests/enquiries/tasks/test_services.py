"""Tasks: made once, given to whoever is there, done by one person."""

import datetime

import pytest
from django.db import IntegrityError, transaction

from enquiries.models import Task
from enquiries.services import assign_enquiry
from enquiries.tasks.services import add_task, change_task, finish_task, settle_task
from hub.errors import Refused
from hub.working_time import today
from tests.factories import someone

TOMORROW = datetime.timedelta(days=1)


def test_it_is_the_owners_or_everybodys(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    assert add_task(title="Send the booklet", due_on=today(), enquiry=enquiry, by=worker).assigned_to is None
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    assert add_task(title="Ring the school", due_on=today(), enquiry=enquiry, by=manager).assigned_to == worker
    assert add_task(title="Ring", due_on=today(), enquiry=enquiry, by=worker, to=manager).whose == manager.name


def test_the_product_makes_one_once(make_enquiry, worker):
    enquiry = make_enquiry()
    first = add_task(title="Check it", due_on=today(), enquiry=enquiry, kind="undelivered", key="undelivered:1")
    finish_task(task=first, by=worker)
    again = add_task(title="Again", due_on=today(), enquiry=enquiry, kind="undelivered", key="undelivered:1")
    assert again == first and not again.is_open and Task.objects.count() == 1


def test_doing_it_is_on_the_timeline_and_happens_once(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    task = add_task(title="Send the booklet", due_on=today(), enquiry=enquiry, by=worker)
    seen_by_another = Task.objects.get(pk=task.pk)
    finish_task(task=task, by=worker, note="By post")
    fact = enquiry.facts.get(kind="task_done")
    assert (fact.note, fact.recorded_by) == ("Send the booklet. By post", worker)
    with pytest.raises(Refused, match="Ruth Worker settled this task"):
        finish_task(task=seen_by_another, by=manager)
    with pytest.raises(Refused, match="Ruth Worker settled this task"):
        change_task(task=seen_by_another, by=manager, title="Other", due_on=today())
    assert enquiry.facts.filter(kind="task_done").count() == 1


def test_the_enquiry_is_locked_before_its_task(make_enquiry, worker, django_assert_max_num_queries):
    """As by whoever changes the owner, who moves the tasks along: in another order the two would wait for ever."""
    task = add_task(title="Ring", due_on=today(), enquiry=make_enquiry("in_touch"), by=worker)
    with django_assert_max_num_queries(99) as asked:
        finish_task(task=task, by=worker)
    locks = [one["sql"] for one in asked.captured_queries if "FOR UPDATE" in one["sql"]]
    assert ["enquiries_task" in sql for sql in locks[:2]] == [False, True]


def test_nothing_is_given_to_somebody_who_left_or_to_a_council(make_enquiry, worker, manager, gateshead_worker):
    enquiry = make_enquiry()
    task = add_task(title="Ring them", due_on=today(), enquiry=enquiry, by=worker)
    manager.is_active = False
    manager.save()
    for gone in (manager, gateshead_worker):
        with pytest.raises(Refused, match="does not work at the hub any more"):
            add_task(title="Ring them", due_on=today(), enquiry=enquiry, by=worker, to=gone)
        with pytest.raises(Refused, match="does not work at the hub any more"):
            change_task(task=task, by=worker, title="Ring them", due_on=today(), to=gone)
    assert Task.objects.get().assigned_to is None


def test_what_somebody_who_left_had_to_do_is_everybodys(make_enquiry, worker, manager):
    task = add_task(title="Ring them", due_on=today(), by=worker, to=manager)
    assert not Task.objects.everybodys().exists()
    manager.is_active = False
    manager.save()
    assert list(Task.objects.everybodys()) == [task]


def test_two_who_change_it_at_once_do_not_overwrite_each_other(worker, manager):
    task = add_task(title="Ring them", due_on=today(), by=worker)
    change_task(task=task, by=manager, title="Ring them", due_on=today() + TOMORROW, to=manager, version=1)
    with pytest.raises(Refused, match="Somebody changed this task"):
        change_task(task=task, by=worker, title="Ring them", due_on=today(), version=1)
    assert Task.objects.get().assigned_to == manager


def test_a_day_that_has_passed_is_refused(worker):
    with pytest.raises(Refused, match="today or later"):
        add_task(title="Ring them", due_on=today() - TOMORROW, by=worker)
    late = add_task(title="Ring them", due_on=today() - TOMORROW)
    assert late.is_late and late.due_in_words.startswith("Late since ")
    change_task(task=late, by=worker, title="Ring them twice", due_on=late.due_on)
    with pytest.raises(Refused, match="today or later"):
        change_task(task=late, by=worker, title="Ring them", due_on=late.due_on - TOMORROW)


def test_what_the_product_made_may_settle_itself_and_what_a_person_wrote_down_may_not(worker):
    made = add_task(title="Check the address", due_on=today(), kind="undelivered", key="k")
    settle_task(task=made, note="It was delivered after all")
    assert made.done_in_words.startswith("Settled by itself, ")
    settle_task(task=made, note="Again")
    assert Task.objects.get().done_note == "It was delivered after all"
    written = add_task(title="Ring them", due_on=today(), by=worker)
    with pytest.raises(IntegrityError, match="task_done_by_whom_and_when"), transaction.atomic():
        settle_task(task=written, note="Never mind")


def test_of_a_merged_household_it_is_told_where_it_goes_on(make_enquiry, worker):
    from enquiries.duplicates.merging import merge_enquiries

    survivor, absorbed = make_enquiry(), make_enquiry()
    task = add_task(title="Ring them", due_on=today(), enquiry=absorbed, by=worker)
    merge_enquiries(survivor=survivor, absorbed=absorbed, by=worker)
    survivor.refresh_from_db(), absorbed.refresh_from_db()
    assert list(Task.objects.of(survivor)) == [task]
    assert add_task(title="Write", due_on=today(), enquiry=absorbed, by=worker).enquiry == survivor
    finish_task(task=task, by=worker)
    assert survivor.facts.filter(kind="task_done").count() == 1


def test_who_sees_tasks(worker, gateshead_worker):
    add_task(title="Ring them", due_on=today(), by=worker)
    assert Task.objects.visible_to(worker).count() == 1
    for other in (gateshead_worker, someone("cluster_lead"), someone("administrator")):
        assert not Task.objects.visible_to(other).exists()
