"""The writes of the telephone: what its system tells us, calls as they are taken, and what they are filed as."""

import datetime

from django.db import transaction
from django.utils import timezone

from enquiries.models import CallEvent, Enquiry
from enquiries.services import lock_enquiry
from enquiries.telephone.callers import households_with, number_of, one_at_a_time
from enquiries.telephone.missed import answer_missed_call, enquiry_of_a_number, they_rang
from hub.errors import Refused

LONGEST_CALL_ID = 100


@transaction.atomic
def record_call_event(
    *,
    call_id: str,
    kind: str,
    caller: str = "",
    dialled: str = "",
    at: datetime.datetime,
    recording: str = "",
) -> CallEvent:
    """Keep what the telephone system tells us of a call; told again (same call and kind), it is the event we have.

    `missed` and `voicemail` of a number we know go on that household's enquiry as `called_us`; of an unknown one an
    enquiry is made, which has only the number. Out of hours we promise to ring when we open. A withheld number, and
    one that several households share, wait for a person (`CallEvent.objects.to_see`). `start` and `ended` move nothing.
    `Refused` for a kind that we do not know, or a call without an id.
    """
    call_id = call_id.replace("\x00", "").strip()
    if not call_id or len(call_id) > LONGEST_CALL_ID:
        raise Refused(f"A call needs an id of 1 to {LONGEST_CALL_ID} characters.")
    if kind not in CallEvent.Kind.values:
        raise Refused(f"There is no event “{kind}”. There are: {', '.join(CallEvent.Kind.values)}.")
    if recording and not (recording.startswith(("https://", "http://")) and len(recording) <= 500):
        raise Refused("A recording is a link of at most 500 characters.")
    event, is_new = CallEvent.objects.get_or_create(
        call_id=call_id,
        kind=kind,
        defaults={"caller": number_of(caller), "dialled": number_of(dialled), "at": at, "recording": recording},
    )
    if is_new and kind in (CallEvent.Kind.MISSED, CallEvent.Kind.VOICEMAIL):
        answer_missed_call(event)
    return event


@transaction.atomic
def see_call_event(*, event: CallEvent, by) -> CallEvent:
    """Somebody has seen to a call that belongs to no enquiry; the first one counts."""
    locked = CallEvent.objects.select_for_update().get(pk=event.pk)
    if locked.seen_at is None:
        locked.seen_at, locked.seen_by = timezone.now(), by
        locked.save(update_fields=["seen_at", "seen_by"])
    return locked


@transaction.atomic
def say_who_rang(*, event: CallEvent, enquiry: Enquiry | None, by) -> Enquiry:
    """Put a call that nobody took with the household that a person chose, or with None make an enquiry of its number.

    Only one of those that share the number can be chosen. A call that has its enquiry keeps it.
    """
    locked = CallEvent.objects.select_for_update().get(pk=event.pk)
    if locked.enquiry is not None:
        raise Refused(f"This call is with {locked.enquiry.reference} already.")
    if not locked.caller:
        raise Refused("The number was withheld: nobody can be rung back.")
    one_at_a_time(locked.caller)
    if enquiry is not None and not households_with(Enquiry.objects.all(), locked.caller).filter(pk=enquiry.pk).exists():
        raise Refused(f"{enquiry.reference} does not have this number, or is closed.")
    locked.enquiry = lock_enquiry(enquiry.pk) if enquiry else enquiry_of_a_number(locked, by=by)
    locked.seen_at, locked.seen_by = timezone.now(), by
    locked.save(update_fields=["enquiry", "seen_at", "seen_by"])
    they_rang(locked.enquiry, locked, note=f"{by.name} says that it was them.")
    return locked.enquiry
