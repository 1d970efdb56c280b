"""Finding, refusing, merging and parting enquiries of one household."""

import datetime
from typing import TYPE_CHECKING

from django.db.models import Q

from enquiries.models import DuplicatePair, Enquiry

if TYPE_CHECKING:
    from enquiries.intake.services import Intake

JOINS_WITHIN = datetime.timedelta(days=365)


def open_enquiry_of(intake: "Intake") -> Enquiry | None:
    """The open enquiry of the last 12 months that is certainly this household's, or None."""
    first = intake.applicants[0] if intake.applicants else None
    if first is None or not (first.email or first.phone) or not first.first_name:
        return None
    reached = Q(email__iexact=first.email) if first.email else Q(phone=first.phone)
    same = Q(first_name__iexact=first.first_name, last_name__iexact=first.last_name) & reached
    since = intake.received_at - JOINS_WITHIN
    from enquiries.models import Applicant

    theirs = Applicant.objects.filter(same).values("enquiry")
    return Enquiry.objects.open().filter(pk__in=theirs, received_at__gte=since).order_by("-received_at").first()


def suggest_duplicates(enquiry: Enquiry) -> list[DuplicatePair]:
    """Keep a suggestion for every enquiry that may be the same household, in the caller's transaction."""
    return []
