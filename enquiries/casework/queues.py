"""The lists of Today and of the manager's view: one table, counted in one query."""

import datetime
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum

from django.db import connection
from django.db.models import IntegerField, QuerySet, Subquery
from django.db.models.expressions import RawSQL

from enquiries.journey import Turn
from enquiries.models import EnquiryQuerySet
from hub.models import User

# Beyond this the exact number tells nobody whom to ring next, and would have to be counted one by one.
MOST_COUNTED = 99
MANY = 1_000


class Group(StrEnum):
    NOW = "Now"
    WAITING = "Waiting"
    # Shown where there is somebody to look after: most days most of these are empty.
    CARE = "Look after"


@dataclass(frozen=True)
class Viewer:
    """Who looks at the lists, when, and since when something is new to them."""

    user: User
    now: datetime.datetime
    news_since: datetime.datetime


@dataclass(frozen=True)
class Queue:
    code: str
    label: str
    group: Group
    choose: Callable[[EnquiryQuerySet, Viewer], EnquiryQuerySet]
    empty: str  # what to do when nobody is in it
    late: bool = False
    right: str = "use_hub"


QUEUES = (
    Queue(
        "news", "New to me", Group.NOW, lambda enquiries, viewer: enquiries.new_to(viewer.user, viewer.news_since),
        "Nobody came in or was given to you since you last looked here. Look at Overdue next.",
    ),
    Queue(
        "overdue", "Overdue", Group.NOW, lambda enquiries, viewer: enquiries.overdue(viewer.now),
        "Nothing is late. Well done.", late=True,
    ),
    Queue(
        "callbacks", "Call-backs today", Group.NOW, lambda enquiries, viewer: enquiries.callbacks_due(viewer.now),
        "Nobody waits to be rung today at a time that was promised.",
    ),
    Queue(
        "follow_ups", "Follow-ups today", Group.NOW, lambda enquiries, viewer: enquiries.follow_ups(viewer.now),
        "No follow-up and no task is due today.",
    ),
    Queue(
        "mine", "Mine", Group.NOW, lambda enquiries, viewer: enquiries.owned_by(viewer.user),
        "You own no enquiry. Take one from Unassigned.",
    ),
    Queue(
        "covering", "Covering for colleagues", Group.CARE, lambda enquiries, viewer: enquiries.covered_by(viewer.user),
        "Nobody for whom you cover is away today. Look at Who is away.",
    ),
    Queue(
        "unassigned", "Unassigned", Group.NOW, lambda enquiries, viewer: enquiries.unassigned(),
        "Every enquiry that is with us has an owner.",
    ),
    Queue(
        "us", "Waiting on us", Group.WAITING, lambda enquiries, viewer: enquiries.waiting_on(Turn.HUB),
        "Nobody is waiting for the hub.",
    ),
    Queue(
        "them", "Waiting on them", Group.WAITING, lambda enquiries, viewer: enquiries.waiting_on(Turn.HOUSEHOLD),
        "Nobody has said that they would do the next step.",
    ),
    Queue(
        "council", "Waiting on the council", Group.WAITING,
        lambda enquiries, viewer: enquiries.waiting_on(Turn.AUTHORITY),
        "No enquiry is with a council.",
    ),
    Queue(
        "new", "Never spoken with", Group.WAITING, lambda enquiries, viewer: enquiries.new(),
        "Everybody who enquired has been spoken with. Look at Waiting on us next.",
    ),
    Queue(
        "hold", "Not yet", Group.WAITING, lambda enquiries, viewer: enquiries.on_hold(),
        "Nobody has said “not yet”.",
    ),
    Queue(
        "open", "All open", Group.WAITING, lambda enquiries, viewer: enquiries.open(),
        "There is no open enquiry. New ones appear here as they come in.",
    ),
    Queue(
        "authorise", "To authorise", Group.CARE, lambda enquiries, viewer: enquiries.to_authorise(),
        "No expression of interest is waiting for you.", right="authorise_eoi",
    ),
    Queue(
        "silent", "Handed over and silent", Group.CARE, lambda enquiries, viewer: enquiries.silent(viewer.now),
        "Every council has answered in time.", late=True, right="see_workload",
    ),
    Queue(
        "unallocated", "No council found", Group.CARE, lambda enquiries, viewer: enquiries.unallocated(),
        "Every open enquiry has a council.",
    ),
    Queue(
        "parked", "Put aside", Group.CARE, lambda enquiries, viewer: enquiries.parked(),
        "Nobody waits for a council to be found later.",
    ),
    Queue(
        "undelivered", "Messages not delivered", Group.CARE, lambda enquiries, viewer: enquiries.undelivered(),
        "Every message has been delivered, or somebody has seen to it.", late=True,
    ),
)  # fmt: skip
QUEUE = {queue.code: queue for queue in QUEUES}


def queues_of(user) -> list[Queue]:
    """The queues that this person's role works with."""
    return [queue for queue in QUEUES if user.can(queue.right)]


class _CountOf(Subquery):
    template = "(SELECT count(*) FROM (%(subquery)s) AS few)"
    output_field = IntegerField()


def count_queues(
    enquiries: EnquiryQuerySet,
    viewer: Viewer,
    queues: Iterable[Queue],
    *,
    most: int | None = None,
    few: list[int] | None = None,
) -> dict[str, int]:
    """How many are in each of the queues, asked in one query: up to one more than `most` (MOST_COUNTED where it is not
    said), which stands for "or more". `few` are the enquiries that the condition "in narrowed" is about.
    """
    most = MOST_COUNTED if most is None else most
    counts = {queue.code: count_of(queue.choose(enquiries, viewer), most) for queue in queues}
    statement, params = User.objects.filter(pk=viewer.user.pk).values(**counts).query.sql_with_params()
    if few is not None:
        statement = f"WITH narrowed (id) AS MATERIALIZED (SELECT unnest(%s::bigint[])) {statement}"
        params = (few, *params)
    with connection.cursor() as cursor:
        cursor.execute(statement, params)
        return dict(zip(counts, cursor.fetchone(), strict=True))


def count_narrowed(
    enquiries: EnquiryQuerySet, viewer: Viewer, queues: Iterable[Queue], chosen: Queue | None = None
) -> dict[str, int]:
    """How many are in each of the queues, of what filters have left. Where that is still many, in the chosen one alone
    (or, to choose by, in one's own): for the others the enquiries would be gone through again and again.
    """
    if not enquiries.query.where:
        return count_queues(enquiries, viewer, queues)
    few = _few(enquiries)
    if few is None:
        return count_queues(enquiries, viewer, [chosen or QUEUE["mine"]])
    those = enquiries.model.objects.filter(pk__in=RawSQL("SELECT id FROM narrowed", ()))
    return count_queues(those, viewer, queues, few=few)


def _few(enquiries: EnquiryQuerySet) -> list[int] | None:
    """The open enquiries that a filter leaves (all queues are of open ones), looked up once for all queues; None where
    they are many."""
    # In an order that an index has: else all rules of safe contact, of everybody, would be read for this.
    left = list(enquiries.open().order_by("due_at", "pk").values_list("pk", flat=True)[: MANY + 1])
    return left if len(left) <= MANY else None


def count_of(some: QuerySet, most: int = MOST_COUNTED) -> _CountOf:
    return _CountOf(some.order_by().values("pk")[: most + 1])


def shown(count: int | None, most: int | None = None) -> str | None:
    """A count as the lists write it: "7", "99+"; nothing where it was not counted."""
    most = MOST_COUNTED if most is None else most
    if count is None:
        return None
    return f"{most}+" if count > most else str(count)
