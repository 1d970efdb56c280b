"""The lists of Today and of the manager's view: one table, counted in one query."""

import datetime
from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import Count, Value

from enquiries.journey import Turn
from enquiries.models import EnquiryQuerySet


@dataclass(frozen=True)
class Queue:
    code: str
    label: str
    choose: Callable[[EnquiryQuerySet, object, datetime.datetime], EnquiryQuerySet]
    empty: str  # what to do when nobody is in it
    late: bool = False
    right: str = "use_hub"


QUEUES = (
    Queue(
        "new", "New", lambda enquiries, user, now: enquiries.new(),
        "Everybody who enquired has been spoken with. Look at Waiting on us next.",
    ),
    Queue(
        "mine", "Mine", lambda enquiries, user, now: enquiries.owned_by(user),
        "You own no enquiry. Take one from Unassigned.",
    ),
    Queue(
        "unassigned", "Unassigned", lambda enquiries, user, now: enquiries.unassigned(),
        "Every enquiry that is with us has an owner.",
    ),
    Queue(
        "unallocated", "No council found", lambda enquiries, user, now: enquiries.unallocated(),
        "Every open enquiry has a council.",
    ),
    Queue(
        "parked", "Put aside", lambda enquiries, user, now: enquiries.parked(),
        "Nobody waits for a council to be found later.",
    ),
    Queue(
        "callbacks", "Call-backs", lambda enquiries, user, now: enquiries.callbacks(),
        "Nobody waits to be rung at a time that was promised.",
    ),
    Queue(
        "us", "Waiting on us", lambda enquiries, user, now: enquiries.waiting_on(Turn.HUB),
        "Nobody is waiting for the hub.",
    ),
    Queue(
        "council", "Waiting on the council", lambda enquiries, user, now: enquiries.waiting_on(Turn.AUTHORITY),
        "No enquiry is with a council.",
    ),
    Queue(
        "overdue", "Overdue", lambda enquiries, user, now: enquiries.overdue(now),
        "Nothing is late. Well done.", late=True,
    ),
    Queue(
        "undelivered", "Messages not delivered", lambda enquiries, user, now: enquiries.undelivered(),
        "Every message has been delivered, or somebody has seen to it.", late=True,
    ),
    Queue(
        "hold", "On hold", lambda enquiries, user, now: enquiries.on_hold(),
        "Nobody has said “not yet”.",
    ),
    Queue(
        "authorise", "To authorise", lambda enquiries, user, now: enquiries.to_authorise(),
        "No expression of interest is waiting for you.", right="authorise_eoi",
    ),
    Queue(
        "silent", "Handed over and silent", lambda enquiries, user, now: enquiries.silent(now),
        "Every council has answered in time.", late=True, right="see_workload",
    ),
    Queue(
        "open", "All open", lambda enquiries, user, now: enquiries.open(),
        "There is no open enquiry. New ones appear here as they come in.",
    ),
)  # fmt: skip
QUEUE = {queue.code: queue for queue in QUEUES}


def queues_of(user) -> list[Queue]:
    """The queues that this person's role works with."""
    return [queue for queue in QUEUES if user.can(queue.right)]


def count_queues(enquiries: EnquiryQuerySet, *, user, now: datetime.datetime) -> dict[str, int]:
    """How many are in each queue, asked in one query; each part of it is served by its own index."""
    parts = [
        queue.choose(enquiries, user, now)
        .order_by()
        .annotate(queue=Value(queue.code))
        .values("queue")
        .annotate(number=Count("pk"))
        for queue in queues_of(user)
    ]
    found = {row["queue"]: row["number"] for row in parts[0].union(*parts[1:], all=True)}
    return {queue.code: found.get(queue.code, 0) for queue in queues_of(user)}
