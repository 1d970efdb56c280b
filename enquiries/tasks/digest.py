"""The morning email: how much of one's own is due, in numbers and links alone, so that it is safe in any inbox."""

import datetime
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from enquiries.models import Enquiry, Task
from hub.current import current
from hub.health import Heartbeat
from hub.messages.services import queue_message
from hub.models import User
from hub.people.roles import HUB_ROLES
from hub.sweep import alone
from hub.working_time import LONDON, local_date, working_time

_JOB = "task_digest"


@dataclass(frozen=True)
class Due:
    """How much is late, and how much is due today."""

    late: int = 0
    today: int = 0


@transaction.atomic
def send_digests(*, now: datetime.datetime | None = None) -> int:
    """Once on each working day, after opening: an email to everybody at the hub who has something due and wants it.

    Gives how many were put in the outbox. Run again, also by another process, it sends nobody a second one that day.
    """
    now = now or timezone.now()
    with once_this_morning(_JOB, now) as ours:
        return _send(now) if ours else 0


@contextmanager
def once_this_morning(job: str, now: datetime.datetime) -> Iterator[bool]:
    """Whether the morning's emails of this kind are ours to send now: on a working day, after opening, not sent yet,
    and by nobody else at this moment."""
    midnight = datetime.datetime.combine(local_date(now), datetime.time(), tzinfo=LONDON)
    if not working_time().is_open(now) or Heartbeat.objects.filter(job=job, at__gte=midnight).exists():
        yield False
        return
    with alone(job) as ours:
        yield ours


def _send(now: datetime.datetime) -> int:
    people = User.objects.active().filter(role__in=sorted(HUB_ROLES), task_digest=True)
    tasks, enquiries = _tasks_due(local_date(now)), _enquiries_due(now)
    sent = 0
    for person in people:
        theirs = {"tasks": tasks.get(person.pk, Due()), "enquiries": enquiries.get(person.pk, Due())}
        if not any(vars(due)[which] for due in theirs.values() for which in ("late", "today")):
            continue
        sent += 1
        queue_message(
            template="task_digest",
            to=person.email,
            context={"person": person, "hub": current().hub, **theirs},
            reference="",
            key=f"task_digest:{person.pk}:{local_date(now)}",
        )
    return sent


def _tasks_due(day: datetime.date) -> dict[int, Due]:
    rows = Task.objects.due(day).filter(assigned_to__isnull=False).values_list("assigned_to")
    counted = rows.annotate(late=Count("pk", filter=Q(due_on__lt=day)), now=Count("pk", filter=Q(due_on=day)))
    return {person: Due(late, today) for person, late, today in counted}


def _enquiries_due(now: datetime.datetime) -> dict[int, Due]:
    end = working_time().end_of_day(local_date(now))
    rows = Enquiry.objects.open().filter(owner__isnull=False, due_at__lte=end).order_by().values_list("owner")
    counted = rows.annotate(late=Count("pk", filter=Q(due_at__lt=now)), now=Count("pk", filter=Q(due_at__gte=now)))
    return {person: Due(late, today) for person, late, today in counted}
