"""What an authority may know of a referral before it accepts: enough to decide, nobody's name or address."""

from dataclasses import dataclass

from enquiries.models import Enquiry
from handover.models import Handover
from handover.package import interests_of
from hub.working_time import WorkingTime, local_date, today


@dataclass(frozen=True)
class Preview:
    """The limited view; every field is a code, a count, a date or an area, never a person's own words."""

    area: str
    household: str
    interests: str
    spare_room: str
    availability: str
    days_since_enquiry: int
    working_days_waiting: int


def preview_of(handover: Handover, calendar: WorkingTime) -> Preview:
    """The preview of one referral, from an enquiry with applicants and safe contact fetched."""
    enquiry = handover.enquiry
    return Preview(
        area=_area(enquiry),
        household="A couple" if len(enquiry.applicants.all()) > 1 else "One person",
        interests=", ".join(interest["label"] for interest in interests_of(enquiry)),
        spare_room=enquiry.get_spare_room_display(),
        availability=_availability(enquiry),
        days_since_enquiry=(today() - local_date(enquiry.first_received_at)).days,
        working_days_waiting=calendar.working_days_after(calendar.day_zero(handover.sent_at), today()),
    )


def _area(enquiry: Enquiry) -> str:
    """The outward half of the postcode and the council's area: some thousands of homes."""
    outward = enquiry.postcode.rpartition(" ")[0]
    names = [outward, enquiry.residence.name if enquiry.residence else ""]
    return ", ".join(filter(None, names)) or "Not known"


def _availability(enquiry: Enquiry) -> str:
    safe = getattr(enquiry, "safe_contact", None)
    return safe.get_when_display() if safe else ""
