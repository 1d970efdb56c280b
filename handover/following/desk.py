"""What a council gives back lands on a named desk at the hub: somebody owns it, has a task, and is told by email."""

from django.db.models import Q
from django.urls import reverse

from enquiries.models import Enquiry, Task
from enquiries.services import assign_enquiry
from enquiries.tasks.services import add_task, settle_task
from handover.models import Handover
from hub.current import current
from hub.messages.services import queue_message
from hub.models import User
from hub.people.roles import Role
from hub.working_time import local_date, today

GIVEN_BACK, SILENT, NOT_HEARD = "given_back", "council_silent", "council_not_heard"  # kinds of tasks


def desk_of(enquiry: Enquiry, *, sent_by_id: int | None) -> User | None:
    """Who looks after it: its owner, else whoever sent it, else the hub's desk for such things, each only while they
    do casework here; else a manager. None where the hub has nobody of these."""
    hub = current().hub
    asked = [enquiry.owner_id, sent_by_id, hub.handover_desk_id if hub else None]
    here = User.objects.caseworkers().in_bulk([pk for pk in asked if pk])
    found = next((here[pk] for pk in asked if pk in here), None)
    return found or User.objects.active().filter(role=Role.HUB_MANAGER).order_by("pk").first()


def put_on_desk(enquiry: Enquiry, *, sent_by_id: int | None, why: str) -> User | None:
    """Make whoever looks after it the owner, in the caller's transaction, which holds the enquiry; gives who it is."""
    desk = desk_of(enquiry, sent_by_id=sent_by_id)
    if desk is not None and desk.pk != enquiry.owner_id:
        assign_enquiry(enquiry=enquiry, to=desk, by=None, why=why)
    return desk


def land_on_desk(handover: Handover, enquiry: Enquiry) -> None:
    """A council declined or returned it: it has an owner and a task, and the sender hears of it too."""
    gave_back = f"{handover.authority} {handover.state} {handover.reference}"
    desk = put_on_desk(enquiry, sent_by_id=handover.sent_by_id, why=f"because {gave_back}")
    due_on = local_date(enquiry.due_at) if enquiry.due_at else today()
    add_task(
        title=f"{gave_back}: {handover.get_reason_display().lower()}", due_on=max(due_on, today()), enquiry=enquiry,
        to=desk, kind=GIVEN_BACK, key=f"{GIVEN_BACK}:{handover.reference}",
    )  # fmt: skip
    told = {person for person in (desk, handover.sent_by) if person is not None and person.is_hub_staff}
    page = reverse("handover_prepare", args=[enquiry.reference])
    for person in told:
        queue_message(
            template="given_back",
            to=person.email,
            context={"handover": handover, "desk": desk, "person": person, "page": page, "hub": current().hub},
            reference=enquiry.reference,
            key=f"given_back:{handover.reference}:{person.pk}",
        )


def settle_tasks(handover: Handover, *kinds: str, note: str) -> None:
    """What the product asked of somebody about this handover needs nobody any more."""
    for kind in kinds:
        # Several of one kind are told apart by what follows; -H1 is not -H10.
        key = f"{kind}:{handover.reference}"
        for task in Task.objects.open().filter(Q(key=key) | Q(key__startswith=f"{key}:"), kind=kind):
            settle_task(task=task, note=note)


def tell_team(handover: Handover, template: str, *, key: str, by: User | None) -> int:
    """An email to each of the authority's people that says nothing about anybody: the portal holds the rest."""
    team = list(User.objects.active().filter(authority=handover.authority))
    for person in team:
        queue_message(
            template=template,
            to=person.email,
            context={"person": person, "hub": current().hub, "portal": reverse("referrals"), "handover": handover},
            reference=handover.enquiry.reference,
            key=f"{key}:{person.pk}",
            by=by,
        )
    return len(team)
