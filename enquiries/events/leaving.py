"""A household that stops gives back what it has booked."""

from django.db import transaction

from enquiries.events.services import cancel_booking
from enquiries.models import Activity, Booking, Enquiry, Event
from enquiries.services import record_activity


def bookings_to_give_back(enquiry: Enquiry) -> list[Booking]:
    """What the household has booked and not yet been to, with the events locked: events come before enquiries
    everywhere, so that nobody waits for each other."""
    bookings = Booking.objects.of(enquiry).to_come()
    list(Event.objects.select_for_update().filter(bookings__in=bookings.values("pk")).order_by("pk"))
    return list(bookings)


@transaction.atomic
def close_enquiry(*, enquiry: Enquiry, by, version: int | None = None, **details) -> Activity:
    """Close it. Places at events go to whoever waits for them; that of a booked call is free as for any ending."""
    bookings = bookings_to_give_back(enquiry)
    fact = record_activity(enquiry=enquiry, kind="closed", by=by, version=version, **details)
    for booking in bookings:
        cancel_booking(booking=booking, by=by)
    return fact
