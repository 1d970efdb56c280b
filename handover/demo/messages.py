"""Letters to and from the demo's live cases, so that the Messages of an enquiry have something to show."""

import datetime

from django.utils import timezone

from enquiries.casework.services import change_safe_contact
from enquiries.journey import Stage
from enquiries.letters.nudges import plan_nudge, proper_hours
from enquiries.letters.post import set_postal_address
from enquiries.letters.services import send_template
from enquiries.models import Enquiry
from enquiries.reach import may_reach
from enquiries.services import record_activity
from hub.messages.delivery import note_delivery, notify_reference
from hub.messages.services import send_message_now
from hub.models import Message

REPLY = (
    "Thank you, that helps a lot. We read it together last night. One question: our youngest shares a room with his"
    " brother every other weekend. Is the spare room still free enough then?"
)


def make_messages() -> int:
    """An information pack with their answer, a text, a letter to post, one that came back, one planned; gives how
    many were written."""
    theirs = _to_write_to()[:3]
    if len(theirs) < 3:
        return 0
    answered, came_back, by_post = theirs
    _delivered(send_template(enquiry=answered, template="information_pack", by=answered.owner))
    record_activity(
        enquiry=answered, kind="message_received", by=None, recorder="enquirer", channel="email", note=REPLY
    )
    change_safe_contact(enquiry=answered, by=answered.owner, by_text=True)
    if may_reach(answered, "text"):  # a landline takes none
        send_template(enquiry=answered, template="tried_to_ring_text", by=answered.owner)
    lost = send_template(enquiry=came_back, template="information_pack", by=came_back.owner)
    send_message_now(lost.pk)
    note_delivery(reference=notify_reference(lost), status="permanent-failure")
    set_postal_address(enquiry=by_post, lines="14 Amber Street\nLow Fell\nGateshead\nNE9 5AA", by=by_post.owner)
    send_template(enquiry=by_post, template="tried_to_ring_letter", by=by_post.owner)
    at = proper_hours(timezone.now() + datetime.timedelta(days=9))
    plan_nudge(enquiry=by_post, kind="reminder", at=at, template="gentle_reminder", key="demo-reminder")
    return 4


def _to_write_to() -> list[Enquiry]:
    talking = Enquiry.objects.filter(stage=Stage.IN_TOUCH, on_hold=False, owner__isnull=False, merged_into=None)
    return [one for one in talking.order_by("-received_at", "pk")[:30] if may_reach(one, "email")]


def _delivered(message: Message) -> None:
    send_message_now(message.pk)
    note_delivery(reference=notify_reference(message), status="delivered")
