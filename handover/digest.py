"""The morning email to authorities' people: how much waits on them, in numbers and a link alone."""

import datetime
from dataclasses import dataclass

from django.db import transaction
from django.db.models import Count, Q
from django.utils import timezone

from enquiries.tasks.digest import Due, once_this_morning
from handover.models import Handover
from hub.current import current
from hub.isolation import in_place_of_the_hub
from hub.messages.services import queue_message
from hub.models import Authority, User
from hub.people.roles import AUTHORITY_ROLES
from hub.working_time import local_date, working_time

JOB = "portal_digest"


@dataclass(frozen=True)
class Waiting:
    """What waits on one person: answers and people without a name are everybody's, the rest is their own."""

    answers: Due
    mine: Due
    nobodys: int

    def __bool__(self) -> bool:
        return any((self.answers.late, self.answers.today, self.mine.late, self.mine.today, self.nobodys))


@transaction.atomic
def send_portal_digests(*, now: datetime.datetime | None = None) -> int:
    """Once on each working day, after opening: an email to everybody at an authority on whom something waits and who
    wants it. Gives how many were put in the outbox. Nobody gets one at an authority that is not ready or has left (one
    that is paused keeps the people it has). Run again, also by another process, it sends nobody a second one that day.
    """
    now = now or timezone.now()
    with once_this_morning(JOB, now) as ours:
        return _send(now) if ours else 0


@in_place_of_the_hub
def choose_morning_email(*, by: User, wanted: bool) -> bool:
    """Whether this person gets the morning email. Gives what holds from now on."""
    User.objects.filter(pk=by.pk).update(task_digest=wanted)
    return wanted


def _send(now: datetime.datetime) -> int:
    day = local_date(now)
    ready = Authority.objects.members_on(day).exclude(portal=Authority.Portal.NOT_READY)
    people = User.objects.active().filter(role__in=sorted(AUTHORITY_ROLES), task_digest=True, authority__in=ready)
    answers, with_them = _to_answer(now), _with_them(now)
    sent = 0
    for person in people:
        theirs = with_them.get((person.authority_id, person.pk), {})
        nobodys = with_them.get((person.authority_id, None), {}).get("all", 0)
        mine = Due(theirs.get("late", 0), theirs.get("today", 0))
        waiting = Waiting(answers.get(person.authority_id, Due()), mine, nobodys)
        if waiting:
            sent += 1
            queue_message(
                template="portal_digest",
                to=person.email,
                context={"person": person, "hub": current().hub, "waiting": waiting},
                reference="",
                key=f"portal_digest:{person.pk}:{day}",
            )
    return sent


def _to_answer(now: datetime.datetime) -> dict[int, Due]:
    """By authority: answers that are late, and those that are not yet."""
    late = Q(enquiry__due_at__lt=now)
    rows = Handover.objects.unanswered().order_by().values_list("authority")
    counted = rows.annotate(late=Count("pk", filter=late), all=Count("pk"))
    return {authority: Due(late, all_of_them - late) for authority, late, all_of_them in counted}


def _with_them(now: datetime.datetime) -> dict[tuple[int, int | None], dict]:
    """By authority and who looks after them: how many there are, are late, and are due today."""
    end = working_time().end_of_day(local_date(now))
    held = Handover.objects.with_authority().filter(Q(worker__isnull=True) | Q(enquiry__due_at__lte=end)).order_by()
    rows = held.values("authority", "worker").annotate(
        all=Count("pk"),
        late=Count("pk", filter=Q(enquiry__due_at__lt=now)),
        today=Count("pk", filter=Q(enquiry__due_at__gte=now, enquiry__due_at__lte=end)),
    )
    return {(row["authority"], row["worker"]): row for row in rows}
