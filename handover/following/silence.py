"""A council that lets its time for an answer pass: noted once, and somebody of the hub asks. Nothing is answered for
it: it may still answer."""

import structlog
from django.db import OperationalError, transaction
from django.utils import timezone

from enquiries.journey import Stage
from enquiries.models import Activity
from enquiries.services import lock_enquiry_unless_held, record_activity
from enquiries.tasks.services import add_task
from handover.following.desk import SILENT, desk_of, tell_team
from handover.models import Handover
from handover.services import locked_pair
from hub.current import held_still
from hub.errors import Refused
from hub.models import User
from hub.sweep import alone, while_time_lasts
from hub.working_time import today

log = structlog.get_logger(__name__)

NOT_NOTED = (Handover.State.SENT, Handover.State.OPENED)
HOW = {"phone": "By telephone", "email": "By email", "meeting": "In a meeting", "other": "In another way"}


def note_silence(*, limit: int = 1000) -> int:
    """Note every council whose time for an answer has passed; gives how many. One sweep at a time."""
    with alone("note_silence") as ours:
        if not ours:
            return 0
        now = timezone.now()
        waiting = Handover.objects.filter(state__in=NOT_NOTED, enquiry__stage=Stage.HANDED_OVER)
        with held_still():
            late = [one.pk for one in waiting.only("sent_at").order_by("sent_at")[:limit] if one.answer_due_at < now]
        return sum(_noted(pk) for pk in while_time_lasts(late))


def _noted(pk: int) -> bool:
    """One that breaks stops no other: it is tried again by the next sweep."""
    try:
        return note_no_reply(pk)
    except OperationalError:
        raise  # the database is away: so it is for the others
    except Exception as fault:
        log.error("silence_not_noted", handover=pk, fault=type(fault).__name__)
        return False


@transaction.atomic
def note_no_reply(pk: int) -> bool:
    """Note one, with a task to ask, unless it was answered or noted meanwhile, or somebody writes to it just now.

    Of history that was imported nobody is given a task: it is in the list all the same.
    """
    handover = Handover.objects.select_related("sent_fact", "authority").get(pk=pk)
    enquiry = lock_enquiry_unless_held(handover.enquiry_id)
    handover.refresh_from_db(fields=["state"])
    if enquiry is None or handover.state not in NOT_NOTED or handover.answer_due_at >= timezone.now():
        return False
    record_activity(
        enquiry=enquiry, kind="handover_no_reply", by=None, recorder="system", about=handover.sent_fact
    )  # fmt: skip
    handover.state = Handover.State.NO_REPLY
    handover.save(update_fields=["state"])
    if handover.sent_fact.recorder != "import":
        add_task(
            title=f"{handover.authority} has not answered {handover.reference} in time: ask its team",
            due_on=today(), enquiry=enquiry, to=desk_of(enquiry, sent_by_id=handover.sent_by_id), kind=SILENT,
            key=f"{SILENT}:{handover.reference}",
        )  # fmt: skip
    return True


@transaction.atomic
def chase_council(
    *, handover: Handover, by: User, how: str, note: str, again_on=None, remind: bool = False
) -> Activity:
    """What somebody of the hub said to the council about a referral that it holds; on the timeline of the enquiry.

    `again_on`: a task to ask again on that day, if need be. `remind`: its team gets an email too, without a word about
    the people. `Refused` where it is not with the council any more.
    """
    enquiry, current = locked_pair(handover)
    if current.state not in Handover.OPEN_STATES:
        raise Refused(f"{current.reference} is not with {current.authority} any more.")
    said = f"Asked {current.authority} about {current.reference}, {HOW[how].lower()}. {note}".strip()
    fact = record_activity(enquiry=enquiry, kind="note", by=by, note=said, about=current.sent_fact)
    if remind:
        tell_team(current, "referral_reminder", key=f"referral_reminder:{fact.pk}", by=by)
    if again_on:
        add_task(
            title=f"Ask {current.authority} again about {current.reference}", due_on=again_on, enquiry=enquiry,
            to=by, kind=SILENT, key=f"{SILENT}:{current.reference}:{fact.pk}",
        )  # fmt: skip
    return fact
