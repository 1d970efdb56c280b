"""Where letters go, and those that staff print and post themselves, where GOV.UK Notify does not."""

from django.db import transaction
from django.utils import timezone

from enquiries.models import Enquiry, PostalAddress, Task
from enquiries.services import lock_enquiry, record_activity
from enquiries.tasks.services import add_task, finish_task, settle_task
from hub.errors import Refused
from hub.messages.ways.chosen import by_hand
from hub.models import Message
from hub.working_time import today, working_time

KIND = "letter"


@transaction.atomic
def set_postal_address(*, enquiry: Enquiry, lines: str, by, version: int | None = None) -> None:
    """Keep where letters go; empty lines take the address away. The timeline says that it changed, not to what."""
    home = lock_enquiry(enquiry.stands_for.pk)
    known = PostalAddress.objects.filter(enquiry=home).first()
    if (known.lines if known else "") == lines:
        return
    if lines:
        PostalAddress.objects.update_or_create(enquiry=home, defaults={"lines": lines})
    else:
        PostalAddress.objects.filter(enquiry=home).delete()
    record_activity(enquiry=home, kind="details_changed", by=by, version=version, note="Changed: postal address")


def ask_to_post(*, message: Message, enquiry: Enquiry, by) -> None:
    """Where staff post letters, a task for whoever wrote it, or for the owner: to print and post it."""
    if by_hand():
        due = working_time().next_working_day(today())
        title = f"Print and post the letter “{message.subject}”"
        add_task(title=title, due_on=due, enquiry=enquiry, to=by, kind=KIND, key=f"{KIND}:{message.pk}")


def need_not_be_posted(enquiry: Enquiry) -> None:
    """Settle, in the caller's transaction, what asks to post letters to the household that were called back."""
    for task in Task.objects.of(enquiry).open().filter(kind=KIND):
        number = (task.key or "").removeprefix(f"{KIND}:")
        if Message.objects.filter(pk=number, state=Message.State.CANCELLED).exists():
            settle_task(task=task, note="Called back: do not post this letter.")


def letters_about(references):
    """The letters to households whose enquiries have these references."""
    return Message.objects.filter(channel=Message.Channel.LETTER, to_household=True, reference__in=references)


def letters_waiting(letters) -> list[Message]:
    """The letters that staff are to print and post, the oldest first; none where something else sends them."""
    return list(letters.filter(state=Message.State.WAITING).order_by("created_at")[:200]) if by_hand() else []


@transaction.atomic
def mark_posted(*, message: Message, by) -> None:
    """A member of staff has posted the letter; its task is done. `Refused` where that is known, or it was called
    back."""
    now = timezone.now()
    # Enquiries come before their messages everywhere, so that nobody waits for each other.
    home = lock_enquiry(Enquiry.objects.get(reference=message.reference).stands_for.pk)
    waiting = Message.objects.waiting().filter(pk=message.pk, channel=Message.Channel.LETTER)
    if not by_hand() or not waiting.update(state=Message.State.SENT, sent_at=now):
        raise Refused("That letter does not wait to be posted any more. Look again.")
    task = Task.objects.filter(key=f"{KIND}:{message.pk}", done_at=None).first()
    if task is not None:
        finish_task(task=task, by=by, note="Posted")
        return
    record_activity(enquiry=home, kind="note", by=by, note=f"Posted the letter “{message.subject}”.")
