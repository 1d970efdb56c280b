"""Who may be ringing: open enquiries with the number. Several households may share one, so nobody is ever assumed."""

import re
from urllib.parse import unquote

from django.db.models import Q

from enquiries.models import CallEvent, EnquiryQuerySet
from hub.contact import normalise_phone
from hub.rows import take_turns

MOST_OFFERED = 10
_SIP = re.compile(r"\bsips?:([^@;>]+)", re.IGNORECASE)


def number_of(typed: str) -> str:
    """The number in E.164 however it was written, `sip:07700900001@pbx` too; "" for one withheld, or no number."""
    sip = _SIP.search(typed)
    try:
        return normalise_phone(unquote(sip[1]) if sip else typed)
    except ValueError:
        return ""


def households_with(enquiries: EnquiryQuerySet, number: str) -> EnquiryQuerySet:
    """The open ones with the number, which may have come with an enquiry that was merged into theirs; newest first."""
    if not number:
        return enquiries.none()
    theirs = Q(applicants__phone=number) | Q(merged_from__applicants__phone=number)
    # Asked apart, so that both joins are inner ones and the index on the number serves.
    return enquiries.open().filter(pk__in=enquiries.filter(theirs).values("pk")).order_by("-received_at", "-pk")


def offered(enquiries: EnquiryQuerySet, number: str) -> list:
    """Those to offer, with what staff see of them at a glance."""
    shown = households_with(enquiries, number).select_related("authority", "held_by", "owner", "safe_contact")
    return list(shown.prefetch_related("applicants")[:MOST_OFFERED])


def one_at_a_time(number: str) -> None:
    """Two calls of one number take turns until the transaction ends: a second one then finds what the first made."""
    take_turns(f"caller {number}")


def earlier_of_the_same_call(event: CallEvent) -> CallEvent | None:
    """What the telephone system told us of this call before, and is with an enquiry."""
    told = CallEvent.objects.filter(call_id=event.call_id, enquiry__isnull=False).exclude(pk=event.pk)
    return told.select_related("enquiry").order_by("pk").first()
