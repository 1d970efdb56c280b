"""What makes the portal of the demo look lived in: who looks after whom at the councils, and practice begun."""

import datetime
from itertools import cycle

from enquiries.intake.services import Person
from enquiries.models import Activity
from handover.demo.live import Live
from handover.demo.region import NOT_READY
from handover.looking_after import name_worker
from handover.milestones import Milestone, record_milestones
from handover.models import Handover
from handover.practice.services import practise_answer, practise_milestones, practise_opening
from handover.services import answer_handover, send_handover
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


def make_gatesheads(live: Live) -> int:
    """A few that the sample sign-ins of Gateshead have accepted, one in each stage; gives how many."""
    samir, joanne = (User.objects.get(email=f"{who}@gateshead.example.org") for who in ("worker", "lead"))
    gateshead = samir.authority
    for place, (names, looks_after, steps) in enumerate(_GATESHEADS):
        people = [
            Person(first, last, _email(first, last), f"+4477009006{place}{n}") for n, (first, last) in enumerate(names)
        ]
        enquiry = live.made_ready(gateshead.gss_code, *people, owner=live.ruth)
        handover = send_handover(enquiry=enquiry, authority=gateshead, by=live.ruth)
        answer_handover(handover=handover, by=samir, answer="accepted")
        if looks_after:
            name_worker(handover=handover, by=samir, to=samir if looks_after == "Samir" else joanne)
        if steps:
            record_milestones(
                handover=handover, by=samir, milestones=[Milestone(kind, today(), reason=why) for kind, why in steps]
            )
    return len(_GATESHEADS)


_APPLIED = ("application_received", "")
_GATESHEADS = (
    ((("Rosalind", "Teasdale"),), "", ()),
    ((("Kofi", "Asante"), ("Ellen", "Asante")), "Samir", ()),
    ((("Margaret", "Purvis"),), "Joanne", (_APPLIED,)),
    ((("Tomasz", "Zielinski"), ("Anna", "Zielinska")), "Samir", (_APPLIED, ("stage2_started", ""))),
    ((("Yvonne", "Carrick"),), "Joanne", (_APPLIED, ("closed", "finances"))),
)  # fmt: skip


def _email(first: str, last: str) -> str:
    return f"{first}.{last}@example.org".lower()


def begin_practice() -> None:
    """One who has practised, and somebody of the council that is not ready who has only looked."""
    samir = User.objects.get(email="worker@gateshead.example.org")
    practise_answer(household=2, by=samir, answer="accepted")
    practise_milestones(household=2, by=samir, milestones=[Milestone("application_received", today())])
    practise_opening(household=1, by=samir)
    new = User.objects.active().filter(authority__gss_code=NOT_READY).first()
    if new is not None:
        practise_opening(household=1, by=new)
