"""A call with a household that we have: on the script, kept as it is typed, and logged with what came of it."""

import datetime

from django.db import transaction

from enquiries.casework.services import REACHED, log_call
from enquiries.models import Activity, Enquiry, PhoneCall
from enquiries.services import lock_enquiry
from enquiries.telephone.after_the_call import send_with_the_call
from enquiries.telephone.script import current_script
from enquiries.telephone.services import Kept, drop_call, file_call, keep_answers, start_call
from enquiries.telephone.taking import Filing


def call_with(*, enquiry: Enquiry, by) -> PhoneCall:
    """The call that this person began and has not logged; else a new one, which is no row before there is an answer."""
    begun = PhoneCall.objects.unfinished().filter(enquiry=enquiry, by=by).select_related("by", "script", "enquiry")
    number = next((person.phone_to_ring for person in enquiry.applicants.all() if person.phone_to_ring), "")
    return begun.first() or PhoneCall(by=by, enquiry=enquiry, number=number, script=current_script())


@transaction.atomic
def keep_call_with(*, enquiry: Enquiry, by, typed: dict[str, list[str]], whole_page: bool = False, **window) -> Kept:
    """Keep answers as they are typed; with the first of them the call begins."""
    return keep_answers(call=_begun(enquiry, by), by=by, typed=typed, whole_page=whole_page, **window)


@transaction.atomic
def log_call_with(
    *,
    enquiry: Enquiry,
    by,
    outcome: str,
    filing: Filing,
    version: int | None = None,
    note: str = "",
    number: str = "",
    again: datetime.date | None = None,
    send: list[str] | None = None,
) -> Activity | None:
    """Log what came of ringing them, and gives its fact: whoever was reached has their answers filed, of an attempt
    nothing is kept but that it was made. `number` is the one that was wrong, `again` the day to try again, `send` the
    codes of messages that go with it. `Refused` as `log_call`, `file_call` and whoever sends; then nothing is logged
    or sent."""
    if outcome == REACHED:
        call = _begun(enquiry, by)
        file_call(call=call, by=by, filing=filing, version=version)
        call.refresh_from_db()
        if call.fact:
            send_with_the_call(enquiry=enquiry, by=by, fact=call.fact, outcome=outcome, send=send or [])
        return call.fact
    fact = log_call(enquiry=enquiry, by=by, outcome=outcome, version=version, note=note, until=again, number=number)
    begun = call_with(enquiry=enquiry, by=by)
    if begun.pk:
        drop_call(call=begun, by=by, cut_off=False, filing=filing)
    send_with_the_call(enquiry=enquiry, by=by, fact=fact, outcome=outcome, send=send or [])
    return fact


def _begun(enquiry: Enquiry, by) -> PhoneCall:
    lock_enquiry(enquiry.pk)  # two windows at once begin one call
    call = call_with(enquiry=enquiry, by=by)
    return call if call.pk else start_call(by=by, number=call.number, enquiry=enquiry)
