"""The pages of tasks: an enquiry's, one's own, and one task."""

import datetime

import pytest
from django.urls import reverse

from enquiries.casework.presence import look_in
from enquiries.models import Task
from enquiries.services import assign_enquiry
from enquiries.tasks.services import add_task, finish_task
from hub.models import AccessLog
from hub.working_time import today
from tests.factories import someone

DAY = datetime.timedelta(days=1)


def typed(day=None, **changes) -> dict:
    day = day or today()
    return {
        "title": "Send the booklet", "to": "",
        "due_on_day": day.day, "due_on_month": day.month, "due_on_year": day.year, **changes,
    }  # fmt: skip


def test_a_task_is_added_on_its_tab_and_given_to_the_owner(make_enquiry, sign_in, worker):
    enquiry, client = make_enquiry(), sign_in(worker)
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    url = reverse("enquiry_tasks", args=[enquiry.reference])
    assert client.get(url).context["form"].initial["to"] == worker
    assert client.post(url, typed()).url == url
    task = Task.objects.get()
    assert (task.enquiry, task.assigned_to, task.created_by) == (enquiry, worker, worker)
    page = client.get(url)
    assert "Send the booklet" in page.content.decode()
    assert next(tab["count"] for tab in page.context["tabs"] if tab["text"] == "Tasks") == 1


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"title": ""}, "Enter what is to be done"), ({"due_on_year": "2020"}, "must be on or after"),
        ({"to": "999999"}, "Select a person from the list"), ({"due_on_day": "x"}, "real date"),
    ],
)  # fmt: skip
def test_what_cannot_be_is_shown_again(change, said, make_enquiry, sign_in, worker):
    page = sign_in(worker).post(reverse("enquiry_tasks", args=[make_enquiry().reference]), typed(**change))
    shown = page.content.decode()
    assert said in shown and not Task.objects.exists()
    assert "title" in change or 'value="Send the booklet"' in shown


def test_somebody_who_left_while_the_form_was_open_gets_nothing(make_enquiry, sign_in, worker, manager):
    url, client = reverse("enquiry_tasks", args=[make_enquiry().reference]), sign_in(worker)
    manager.is_active = False
    manager.save()
    assert "Select a person from the list" in client.post(url, typed(to=manager.pk)).content.decode()
    assert not Task.objects.exists()


def test_ones_own_page_groups_them_by_day(make_enquiry, sign_in, worker, manager):
    enquiry = make_enquiry()
    for title, day in (("A late one", -DAY), ("One of today", 0 * DAY), ("One to come", DAY)):
        add_task(title=title, due_on=today() + day, enquiry=enquiry, to=worker)
    add_task(title="Whoever is there", due_on=today(), by=manager)
    add_task(title="The manager's", due_on=today(), by=manager, to=manager)
    finish_task(task=add_task(title="Over", due_on=today(), to=worker), by=worker)
    page = sign_in(worker).get(reverse("my_tasks"))
    assert [(group.title, [task.title for task in group.tasks]) for group in page.context["groups"]] == [
        ("Late", ["A late one"]), ("Today", ["One of today"]), ("Coming", ["One to come"]),
        ("Anybody’s", ["Whoever is there"]), ("Done in the last week", ["Over"]),
    ]  # fmt: skip
    assert enquiry.names in page.content.decode() and AccessLog.objects.filter(action="task_list").count() == 1


def test_the_queries_do_not_grow_with_the_tasks(make_enquiry, sign_in, worker, django_assert_max_num_queries):
    client = sign_in(worker)

    def queries():
        with django_assert_max_num_queries(20) as captured:
            client.get(reverse("my_tasks"))
        return len(captured)

    add_task(title="First", due_on=today(), enquiry=make_enquiry(), to=worker)
    few = queries()
    for number in range(5):
        add_task(title=f"Task {number}", due_on=today(), enquiry=make_enquiry(), to=worker)
    assert queries() == few


def test_done_with_one_press_or_with_a_note(make_enquiry, sign_in, worker):
    client = sign_in(worker)
    first = add_task(title="Ring the school", due_on=today(), by=worker, to=worker)
    second = add_task(title="Send the booklet", due_on=today(), enquiry=make_enquiry(), by=worker)
    assert client.post(reverse("task_finish", args=[first.pk]), {"version": 1}).url == reverse("my_tasks")
    url = reverse("task_finish", args=[second.pk])
    assert "What came of it" in client.get(url).content.decode()
    assert client.post(url, {"version": 1, "note": "By post"}).url == reverse(
        "enquiry_tasks", args=[second.enquiry.reference]
    )
    assert second.enquiry.facts.get(kind="task_done").note == "Send the booklet. By post"
    again = client.post(url, {"version": 1, "note": "Typed in vain"}).content.decode()
    assert "settled this task" in again
    assert not Task.objects.open().exists()


def test_changing_the_day_and_giving_it_to_somebody(sign_in, worker, manager):
    client, task = sign_in(worker), add_task(title="Send it", due_on=today(), by=worker, to=worker)
    url = reverse("task", args=[task.pk])
    assert client.post(url, typed(today() + DAY, to=manager.pk, version=1)).url == reverse("my_tasks")
    task.refresh_from_db()
    assert (task.title, task.due_on, task.assigned_to) == ("Send the booklet", today() + DAY, manager)
    stale = client.post(url, typed(title="Typed meanwhile", version=1)).content.decode()
    assert "Somebody changed this task" in stale and "Typed meanwhile" in stale
    page = client.get(reverse("task_new"))
    assert page.status_code == 200
    assert client.post(reverse("task_new"), typed()).url == reverse("my_tasks")


def test_what_an_owner_had_to_do_goes_to_the_next_owner(make_enquiry, worker, manager):
    enquiry = make_enquiry()
    anybodys = add_task(title="Anybody", due_on=today(), enquiry=enquiry)
    assign_enquiry(enquiry=enquiry, to=worker, by=worker)
    anybodys.refresh_from_db()
    assert anybodys.assigned_to == worker
    mine = add_task(title="The manager's own", due_on=today(), enquiry=enquiry, to=manager)
    assign_enquiry(enquiry=enquiry, to=someone("hub_worker"), by=manager)
    assert set(Task.objects.values_list("title", "assigned_to__name")) == {
        ("Anybody", "hub_worker of hub"), (mine.title, manager.name)
    }  # fmt: skip


def test_who_may_not(make_enquiry, sign_in, worker, gateshead_worker):
    task = add_task(title="Ring them", due_on=today(), enquiry=make_enquiry("assessment"), by=worker)
    addresses = [reverse("my_tasks"), reverse("task", args=[task.pk]), reverse("task_finish", args=[task.pk])]
    for person in (gateshead_worker, someone("cluster_lead"), someone("administrator")):
        assert {sign_in(person).get(address).status_code for address in addresses} == {403}
    client = sign_in(worker)
    assert client.get(reverse("task", args=[task.pk + 1])).status_code == 404
    assert client.get(reverse("task_digest")).status_code == client.post(reverse("my_tasks")).status_code == 405


def test_whoever_writes_a_task_has_the_enquiry_open(make_enquiry, sign_in, worker, manager):
    enquiry = make_enquiry()
    sign_in(worker).get(reverse("enquiry_tasks", args=[enquiry.reference]))
    assert [other.user for other in look_in(enquiry=enquiry, user=manager)] == [worker]


def test_the_button_pressed_twice_adds_one_task(sign_in, worker):
    client = sign_in(worker)
    once = client.get(reverse("task_new")).context["form"]["once"].value()
    for _ in range(2):
        assert client.post(reverse("task_new"), {**typed(), "once": once}).status_code == 302
    assert Task.objects.count() == 1
    client.post(reverse("task_new"), {**typed(), "title": "Another", "once": once})  # the browser went back
    assert Task.objects.count() == 2
