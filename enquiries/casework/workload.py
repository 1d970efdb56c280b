"""The manager's view: what is late and whose, what waits for whom, who has room and who is away. Each number is that
of the list which its link opens."""

import datetime
from dataclasses import dataclass

from django.db.models import Count, Q

from enquiries.assignment.team import Member, team_on
from enquiries.casework.filters import NOBODY
from enquiries.casework.queues import QUEUE, Viewer, count_queues, shown
from enquiries.casework.work_list import address
from enquiries.journey import Stage
from enquiries.models import Absence, Enquiry, EnquiryQuerySet
from hub.models import User
from hub.working_time import local_date

MOST = 999  # a manager plans by these numbers
FIGURES = ("overdue", "new", "unassigned", "authorise", "silent")
NEXT_DAYS = datetime.timedelta(days=21)
OLDEST_SHOWN = 5


@dataclass(frozen=True)
class Load:
    """One owner's share."""

    name: str
    open: int
    late: int
    new: int
    owner: str  # as the filter of the lists has it
    member: Member | None = None

    @property
    def open_href(self) -> str:
        return address(queue="open", owner=self.owner)

    @property
    def late_href(self) -> str:
        return address(queue="overdue", owner=self.owner)

    @property
    def new_href(self) -> str:
        return address(queue="new", owner=self.owner)


@dataclass(frozen=True)
class Workload:
    figures: list[dict]
    loads: list[Load]
    absences: list[Absence]
    oldest: list[Enquiry]
    new_href: str


def workload(enquiries: EnquiryQuerySet, *, user: User, now: datetime.datetime) -> Workload:
    """All of it, in a constant number of queries; `enquiries` are those the person may see."""
    day = local_date(now)
    coming = Absence.objects.between(day, day + NEXT_DAYS).select_related("person", "cover")
    return Workload(
        figures=_figures(enquiries, user, now),
        loads=load_by_owner(enquiries, now=now),
        absences=list(coming),
        oldest=list(oldest_never_spoken_with(enquiries)),
        new_href=address(queue="new"),
    )


def oldest_never_spoken_with(enquiries: EnquiryQuerySet) -> EnquiryQuerySet:
    """Who has waited longest for a first conversation: the worst of all that may be late."""
    return enquiries.new().select_related("owner").prefetch_related("applicants").order_by("received_at")[:OLDEST_SHOWN]


def load_by_owner(enquiries: EnquiryQuerySet, *, now: datetime.datetime) -> list[Load]:
    """Every caseworker with what they own, most late first, and what nobody owns at the end."""
    rows = enquiries.open().order_by().values("owner")
    counted = rows.annotate(
        open=Count("pk"),
        late=Count("pk", filter=Q(due_at__lt=now)),
        new=Count("pk", filter=Q(stage=Stage.NEW, on_hold=False)),
    )
    counts = {row["owner"]: row for row in counted}
    loads = [_load(counts, member.person.pk, member.person.name, member) for member in team_on(local_date(now))]
    loads.sort(key=lambda load: (-load.late, -load.open, load.name))
    return [*loads, _load(counts, None, "Nobody yet")]


def _load(counts: dict, pk: int | None, name: str, member: Member | None = None) -> Load:
    row = counts.get(pk, {})
    owner = NOBODY if pk is None else str(pk)
    return Load(name, row.get("open", 0), row.get("late", 0), row.get("new", 0), owner, member)


def _figures(enquiries: EnquiryQuerySet, user: User, now: datetime.datetime) -> list[dict]:
    queues = [QUEUE[code] for code in FIGURES]
    counts = count_queues(enquiries, Viewer(user, now, news_since=now), queues, most=MOST)
    return [
        {
            "queue": queue,
            "number": shown(counts[queue.code], MOST),
            "href": address(queue=queue.code),
            "state": "late" if queue.late and counts[queue.code] else "",
        }
        for queue in queues
    ]
