"""Staff book for people: from the event, by reference or name, and give a booking back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.casework.search import MOST_SHOWN, as_sought, found
from enquiries.events.services import book_event, cancel_booking, places_left
from enquiries.models import Booking, Enquiry, Event
from hub.audit import log_access
from hub.people.access import right_required


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_book(request, code):
    """Find the household, then say how many come. Names are posted: in an address they would stay in histories."""
    event = get_object_or_404(Event.objects.with_places(), code=code)
    mine = Enquiry.objects.visible_to(request.user)
    if "reference" in request.POST:
        enquiry = get_object_or_404(mine.prefetch_related("applicants"), reference=as_sought(request.POST["reference"]))
        persons = 2 if request.POST.get("persons") == "2" else 1
        booking = book_event(event=event, enquiry=enquiry, persons=persons, by=request.user, recorder="person")
        done = "are on the waiting list" if booking.state == Booking.State.WAITING else "are booked"
        messages.success(request, f"{enquiry.names} {done}.")
        return redirect("event", code)
    text = as_sought(request.POST.get("q", ""))
    enquiries = [one for one in found(mine, text) if one.is_open][:MOST_SHOWN] if text else []
    if enquiries:
        log_access(by=request.user, action="search")
    about = {"event": event, "text": text, "enquiries": enquiries, "left": places_left(event)}
    return render(request, "events/event_book.html", about)


@right_required("manage_events")
@require_POST
def booking_cancel(request, code, booking):
    theirs = Booking.objects.visible_to(request.user).select_related("enquiry__merged_into", "event")
    cancelled = cancel_booking(
        booking=get_object_or_404(theirs, pk=booking, event__code=code), by=request.user, recorder="person"
    )
    messages.success(request, f"The booking of {cancelled.household.names} is cancelled.")
    return redirect("event", code)
