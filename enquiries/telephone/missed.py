"""What becomes of a call that nobody took: in the caller's transaction, once for each event of the telephone system."""

import datetime
import hashlib

from django.utils import timezone

from enquiries.callbacks.services import promise_callback
from enquiries.campaigns.arrival import campaign_of
from enquiries.intake.origins import Came
from enquiries.intake.services import Intake, Person, receive_enquiry
from enquiries.models import CallEvent, Enquiry, PhoneCall
from enquiries.models.telephone import RINGS_FOR
from enquiries.reach import is_safe
from enquiries.services import lock_enquiry, record_activity
from enquiries.telephone.callers import earlier_of_the_same_call, households_with, one_at_a_time
from hub.working_time import working_time

# A screen that is open for a number this long after the call may be of that very call.
BEING_TAKEN = datetime.timedelta(hours=1)
OUT_OF_HOURS = "They rang out of hours."


def answer_missed_call(event: CallEvent) -> None:
    """Put the call with the household of the number, or make an enquiry of it; see `record_call_event`."""
    if not event.caller:
        return
    one_at_a_time(event.caller)
    # Whoever is being spoken with is not waiting: a call rings on several telephones, and one of them is taken.
    if _was_taken(event) or _screen_is_open(event, begun_since=event.at - RINGS_FOR):
        _see(event)
        return
    before = earlier_of_the_same_call(event)
    if before is not None:
        # "Missed" after "voicemail" tells nothing new; the other way round it does.
        event.enquiry = before.enquiry
        if event.kind == CallEvent.Kind.VOICEMAIL and before.enquiry:
            they_rang(before.enquiry, event)
    else:
        known = list(households_with(Enquiry.objects.all(), event.caller)[:2])
        # Cut off, they may have rung once more while somebody still writes down who they are: a person says.
        if len(known) > 1 or (not known and _screen_is_open(event, begun_since=event.at - BEING_TAKEN)):
            return
        # Closed a moment ago it has no clock any more: then they are begun anew, like anybody who comes back.
        still_open = [enquiry for enquiry in known if lock_enquiry(enquiry.pk).is_open]
        event.enquiry = still_open[0] if still_open else enquiry_of_a_number(event)
        they_rang(event.enquiry, event)
    event.save(update_fields=["enquiry"])


def they_rang(enquiry: Enquiry, event: CallEvent, note: str = "") -> None:
    """The call on the timeline; out of hours with the promise to ring when we open again.

    One call more neither makes the promise later nor takes the place of a time that they chose. Nobody who must not
    be rung is promised it.
    """
    calendar = working_time()
    out_of_hours = not calendar.is_open(event.at)
    left_message = event.kind == CallEvent.Kind.VOICEMAIL
    outcome = "voicemail" if left_message else "out_of_hours" if out_of_hours else "missed"
    said = [OUT_OF_HOURS if left_message and out_of_hours else "", note]
    # The telephone system may tell us late, and its clock may be ahead of ours.
    at = min(max(event.at, enquiry.received_at), timezone.now())
    record_activity(
        enquiry=enquiry, kind="called_us", by=None, occurred_at=at, outcome=outcome, note=" ".join(filter(None, said))
    )
    if out_of_hours and _waits_to_be_rung(enquiry, since=at):
        promise_callback(enquiry=enquiry, at=calendar.next_opening(event.at), note=OUT_OF_HOURS)


def _waits_to_be_rung(enquiry: Enquiry, *, since: datetime.datetime) -> bool:
    """No call-back is booked or promised, nobody has been in touch meanwhile, and they may be rung."""
    spoken = enquiry.last_contact_at is not None and enquiry.last_contact_at >= since
    return enquiry.is_open and enquiry.callback_at is None and not spoken and is_safe(enquiry, "phone")


def enquiry_of_a_number(event: CallEvent, by=None) -> Enquiry:
    """An enquiry of which we know only the number, so that it is on the work list with its clock."""
    came = Came(dialled=event.dialled)
    intake = Intake(
        channel="phone",
        received_at=min(event.at, timezone.now()),
        applicants=[Person(phone=event.caller)],
        came=came,
        campaign=campaign_of(came),
    )
    key = f"missed-{hashlib.sha256(event.call_id.encode()).hexdigest()[:40]}"
    recorder = "person" if by else "system"
    return receive_enquiry(intake=intake, by=by, recorder=recorder, idempotency_key=key, acknowledge=False)


def _was_taken(event: CallEvent) -> bool:
    """Whether somebody has spoken with them on this very call, which another telephone then tells as missed."""
    return event.kind == CallEvent.Kind.MISSED and PhoneCall.objects.filter(call_id=event.call_id).exists()


def _screen_is_open(event: CallEvent, *, begun_since: datetime.datetime) -> bool:
    calls = PhoneCall.objects.unfinished().filter(number=event.caller)
    return calls.filter(started_at__range=(begun_since, event.at + BEING_TAKEN)).exists()


def _see(event: CallEvent) -> None:
    event.seen_at = timezone.now()
    event.save(update_fields=["seen_at"])
