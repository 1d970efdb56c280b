"""What the team has still to do, and what it did: late, today, coming, and for whoever has time."""

import datetime

from enquiries.models import Enquiry, Task
from enquiries.tasks.services import add_task, finish_task
from hub.models import User
from hub.working_time import local_date

# What is to be done, and in how many days; about each open enquiry in turn.
_TO_DO = (
    ("Send the booklet about short breaks", 0),
    ("Ask the landlord’s permission for a second bedroom", -2),
    ("Ask the school nurse when she can speak at the open evening", 1),
    ("Send the dates of Skills to Foster", 0),
    ("Ring the interpreter to fix a time", 3),
    ("Look up what their council pays for siblings", 6),
)
_FOR_ANYBODY = (("Order leaflets for the library", 1), ("Water the plants in the meeting room", 0))


def make_tasks(history: list[Enquiry], *, now: datetime.datetime) -> int:
    """Of the history's open enquiries that have an owner the latest get something to do: how many tasks there are."""
    day = local_date(now)
    people = User.objects.in_bulk([enquiry.owner_id for enquiry in history if enquiry.owner_id])
    owned = [enquiry for enquiry in history if enquiry.is_open and enquiry.owner_id and not enquiry.on_hold]
    owned.sort(key=lambda enquiry: (enquiry.received_at, enquiry.reference), reverse=True)
    for number, enquiry in enumerate(owned[: 2 * len(_TO_DO)]):
        title, days = _TO_DO[number % len(_TO_DO)]
        owner = people[enquiry.owner_id]
        task = add_task(title=title, due_on=day + datetime.timedelta(days=days), enquiry=enquiry, to=owner)
        Task.objects.filter(pk=task.pk).update(created_by=owner)
        if number >= len(_TO_DO) and days == 0:
            finish_task(task=task, by=owner, note="Done by email.")
    for title, days in _FOR_ANYBODY:
        add_task(title=title, due_on=day + datetime.timedelta(days=days))
    return Task.objects.count()
