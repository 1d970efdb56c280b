"""The tasks of one person, as their page groups them."""

import datetime
from dataclasses import dataclass

from django.utils import timezone

from enquiries.models import Task, TaskQuerySet
from hub.working_time import today

MOST_SHOWN = 100
LATELY = datetime.timedelta(days=7)


@dataclass(frozen=True)
class Group:
    title: str
    tasks: list[Task]
    whose: bool = False  # whether it says who is to do them


def groups_of(tasks: TaskQuerySet, user) -> list[Group]:
    """Late, today, coming, anybody's, and what was done lately; each most pressing first, empty ones left out.

    `tasks` are those the person may see.
    """
    shown = tasks.select_related("enquiry__merged_into", "assigned_to", "done_by").prefetch_related(
        "enquiry__applicants"
    )
    mine = shown.open().assigned_to(user).in_order()
    lately = shown.done().filter(done_by=user, done_at__gt=timezone.now() - LATELY)
    groups = [
        Group("Late", list(mine.filter(due_on__lt=today())[:MOST_SHOWN])),
        Group("Today", list(mine.filter(due_on=today())[:MOST_SHOWN])),
        Group("Coming", list(mine.filter(due_on__gt=today())[:MOST_SHOWN])),
        Group("Anybody’s", list(shown.open().everybodys().in_order()[:MOST_SHOWN]), whose=True),
        Group("Done in the last week", list(lately[:25])),
    ]
    return [group for group in groups if group.tasks]
