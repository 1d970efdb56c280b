"""A message that could not be delivered is something to do: somebody reaches the household in another way.

The list "Messages not delivered" and these tasks say the same: whatever anybody records of the household settles both,
and doing the task is such a record.
"""

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat
from django.utils import timezone

from enquiries.models import Enquiry, Task
from enquiries.models.enquiry_query import unnoticed_messages
from enquiries.tasks.services import add_task, settle_task
from hub.models import Message
from hub.sweep import alone, while_time_lasts
from hub.working_time import today, working_time

KIND = "undelivered"


def keep_undelivered_tasks() -> None:
    """Make a task of each message given up of which nobody has taken notice, and settle those that need nobody now."""
    with alone("keep_undelivered_tasks") as ours:
        if not ours:
            return
        waiting = set(Enquiry.objects.undelivered().values_list("pk", flat=True))
        for message in while_time_lasts(_without_a_task(waiting)):
            _make(message)
        for task in while_time_lasts(Task.objects.open().filter(kind=KIND).select_related("enquiry__merged_into")):
            if task.enquiry is not None and task.enquiry.stands_for.pk not in waiting:
                settle_task(task=task, note="Somebody has seen to it.")
        note_what_was_noticed()


def note_what_was_noticed() -> int:
    """Leave alone from now on, in the lists too, what somebody has seen to and what is about nobody's enquiry: of what
    failed over the years only that is looked through which somebody may still have to see to. Gives how many."""
    of_no_use = unnoticed_messages().filter(Q(seen_to=True) | Q(household__isnull=True))
    return of_no_use.update(noticed_at=timezone.now())


def _without_a_task(waiting: set[int]) -> list[Message]:
    key = Concat(Value(f"{KIND}:"), Cast(OuterRef("pk"), CharField()))
    theirs = Enquiry.objects.filter(Q(pk__in=waiting) | Q(merged_into__in=waiting)).values("reference")
    return list(Message.objects.unnoticed().filter(~Exists(Task.objects.filter(key=key)), reference__in=theirs))


def _make(message: Message) -> None:
    enquiry = Enquiry.objects.select_related("merged_into__owner", "owner").get(reference=message.reference).stands_for
    if enquiry.facts.filter(recorded_by__isnull=False, recorded_at__gt=message.failed_at).exists():
        return  # of an earlier one somebody took notice: the household waits because of another
    what = f"“{message.subject}” could not be delivered" if message.subject else "A message could not be delivered"
    # What goes to a buddy or a council about them is not theirs to hear of.
    whom = "Reach them" if message.to_household else "It went to a buddy or a council: reach those"
    calendar = working_time()
    add_task(
        title=f"{what}. {whom} in another way, and put the address right."[:200],
        due_on=today() if calendar.is_working_day(today()) else calendar.next_working_day(today()),
        enquiry=enquiry,
        kind=KIND,
        key=f"{KIND}:{message.pk}",
    )
