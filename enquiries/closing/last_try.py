"""Whoever cannot be reached: a last message, some days of waiting, and a task that proposes to close. Nothing closes by
itself."""

import datetime

from django.utils import timezone

from enquiries import journey
from enquiries.letters.last_words import TEMPLATES, answer_by
from enquiries.letters.nudges import IN_TOUCH
from enquiries.letters.services import may_write
from enquiries.models import Activity, Enquiry, Task
from enquiries.models.letters import Purpose
from enquiries.tasks.services import add_task
from hub.current import current
from hub.messages.models import Message
from hub.sweep import alone, while_time_lasts
from hub.working_time import local_date, today

LOOK_BACK = 60  # days: what was sent before that has had its task
TASK = "propose_closing"
TITLE = "They have not answered: close with “Could not be reached”?"


def most_attempts() -> int:
    hub = current().hub
    return hub.most_attempts if hub else 0


def is_tried_enough(enquiry: Enquiry) -> bool:
    """Whether they were tried as often as the hub tries, and are with the hub and not on hold."""
    most = most_attempts()
    with_us = enquiry.stage in journey.HUB_STAGES and not enquiry.on_hold
    return with_us and 0 < most <= enquiry.attempts


def last_message(enquiry: Enquiry) -> Message | None:
    """The last message that they have been sent, if they have not been in touch since; else None."""
    sent = Message.objects.about(*enquiry.references).filter(template__in=TEMPLATES.values())
    message = sent.exclude(state__in=[Message.State.CANCELLED, Message.State.FAILED]).order_by("-created_at").first()
    return message if message and not _answered_since(enquiry, message) else None


def is_over(enquiry: Enquiry) -> bool:
    """Whether the time in which they could answer it has passed."""
    message = last_message(enquiry)
    return message is not None and _waited_long_enough(message)


def way_of_last_try(enquiry: Enquiry) -> str:
    """The template of the first way in which we may write to them; "" where there is none."""
    return next((code for way, code in TEMPLATES.items() if may_write(enquiry, way, Purpose.SERVICE)), "")


def propose_closing() -> int:
    """Make a task for each enquiry whose last message was sent long enough ago without an answer; gives how many. The
    same message has one task, done or not."""
    with alone("propose_closing") as ours:
        if not ours:
            return 0
        return sum(_propose(message) for message in while_time_lasts(_unanswered_messages()))


def _unanswered_messages() -> list[Message]:
    since = timezone.now() - datetime.timedelta(days=LOOK_BACK)
    sent = Message.objects.filter(template__in=TEMPLATES.values(), created_at__gt=since, state__in=_GONE)
    return [one for one in sent.order_by("pk") if _waited_long_enough(one)]


def _waited_long_enough(message: Message) -> bool:
    return answer_by(local_date(message.created_at)) <= today()


_GONE = [Message.State.SENT, Message.State.DELIVERED]


def _propose(message: Message) -> bool:
    key = f"{TASK}:{message.pk}"
    enquiry = Enquiry.objects.filter(reference=message.reference).select_related("merged_into").first()
    if enquiry is None or Task.objects.filter(key=key).exists():
        return False
    home = enquiry.stands_for
    if home.stage not in journey.HUB_STAGES or home.on_hold or _answered_since(home, message):
        return False
    add_task(title=TITLE, due_on=today(), enquiry=home, kind=TASK, key=key)
    return True


def _answered_since(enquiry: Enquiry, message: Message) -> bool:
    facts = Activity.objects.of(enquiry).not_voided().filter(kind__in=IN_TOUCH, recorded_at__gt=message.created_at)
    return facts.exists()
