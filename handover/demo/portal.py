"""What makes the portal of the demo look lived in: who looks after whom at the councils, and practice begun."""

import datetime
from itertools import cycle

from enquiries.models import Activity
from handover.demo.region import NOT_READY
from handover.milestones import Milestone
from handover.models import Handover
from handover.practice.services import practise_answer, practise_milestones, practise_opening
from hub.models import User
from hub.people.roles import AUTHORITY_ROLES
from hub.working_time import today

EVERY = 4  # of so many who are with a council one has nobody named yet


def name_workers(*, now: datetime.datetime) -> int:
    """Who at each council looks after those it has accepted; gives for how many somebody is named."""
    teams: dict[int, cycle] = {}
    for authority in set(User.objects.filter(role__in=sorted(AUTHORITY_ROLES)).values_list("authority", flat=True)):
        people = User.objects.active().filter(authority=authority).order_by("email")
        if people:
            teams[authority] = cycle(people)
    accepted = Handover.objects.with_authority().filter(answered_at__isnull=False, worker__isnull=True)
    named, facts = [], []
    for place, handover in enumerate(accepted.order_by("answered_at", "pk")):
        if place % EVERY == EVERY - 1 or handover.authority_id not in teams:
            continue
        handover.worker = next(teams[handover.authority_id])
        named.append(handover)
        at = min(handover.answered_at + datetime.timedelta(hours=2), now)
        facts.append(
            Activity(
                enquiry_id=handover.enquiry_id, kind="worker_named", occurred_at=at, recorded_at=at,
                recorded_by=handover.worker, about_id=handover.sent_fact_id, note=handover.worker.name,
            )
        )  # fmt: skip
    Activity.objects.bulk_create(facts)
    Handover.objects.bulk_update(named, ["worker"], batch_size=500)
    return len(named)


def begin_practice() -> None:
    """One who has practised, and somebody of the council that is not ready who has only looked."""
    samir = User.objects.get(email="worker@gateshead.example.org")
    practise_answer(household=2, by=samir, answer="accepted")
    practise_milestones(household=2, by=samir, milestones=[Milestone("application_received", today())])
    practise_opening(household=1, by=samir)
    new = User.objects.active().filter(authority__gss_code=NOT_READY).first()
    if new is not None:
        practise_opening(household=1, by=new)
