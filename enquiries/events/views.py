"""Events as staff plan them, and see who comes."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.events.forms import AttendanceForm, EventForm
from enquiries.events.services import cancel_event, is_open_for_sign_up, record_attendance, save_event
from enquiries.models import Booking, Event
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required

PAST_SHOWN = 30


@right_required("manage_events")
@require_GET
def events(request):
    now = timezone.now()
    known = Event.objects.with_places().select_related("authority")
    coming = known.filter(ends_at__gt=now).order_by("starts_at")
    past = known.filter(ends_at__lte=now).order_by("-starts_at")[:PAST_SHOWN]
    return render(request, "events/events.html", {"coming": coming, "past": past})


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_new(request):
    form = EventForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        made = form.result()
        save_event(event=made, by=request.user)
        messages.success(request, f"“{made.title}” is planned.")
        return redirect("event", made.code)
    return render(request, "events/event_form.html", {"form": form, "heading": "Plan an event"})


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_change(request, code):
    event = get_object_or_404(Event, code=code)
    form = EventForm(request.POST if request.method == "POST" else None, event=event)
    if form.is_valid():
        try:
            not_told = save_event(event=form.result(), by=request.user)
            messages.success(request, "The event is changed.")
            _say_who_to_ring(request, not_told)
            return redirect("event", event.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    about = {"form": form, "heading": "Change the event", "event": event, "booked": event.bookings.to_come().exists()}
    return render(request, "events/event_form.html", about)


@right_required("manage_events")
@require_GET
def event(request, code):
    """Who comes: names only of those whose record this person may read."""
    found = get_object_or_404(Event.objects.with_places().select_related("authority"), code=code)
    bookings = _bookings(request, found)
    if bookings:
        log_access(by=request.user, action="event_list", reference=found.code)
    about = {
        "event": found,
        "coming": [one for one in bookings if one.state == Booking.State.BOOKED],
        "waiting": [one for one in bookings if one.state == Booking.State.WAITING],
        "sign_up_open": is_open_for_sign_up(found),
    }
    return render(request, "events/event.html", about)


@right_required("manage_events")
@require_POST
def event_attendance(request, code):
    event = get_object_or_404(Event, code=code)
    form = AttendanceForm(request.POST, bookings=_bookings(request, event))
    problems = record_attendance(event=event, came=form.came, by=request.user)
    for problem in problems:
        messages.error(request, problem)
    if not problems:
        messages.success(request, "Saved. Who came has it on the timeline.")
    return redirect("event", code)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_cancel(request, code):
    event = get_object_or_404(Event.objects.with_places(), code=code)
    if request.method == "POST":
        not_told = cancel_event(event=event, by=request.user)
        messages.success(request, "The event is cancelled, and those who booked are told by email.")
        _say_who_to_ring(request, not_told)
        return redirect("event", code)
    return render(request, "events/event_cancel.html", {"event": event})


def _bookings(request, event: Event) -> list[Booking]:
    seen = Booking.objects.visible_to(request.user).filter(event=event).exclude(state=Booking.State.CANCELLED)
    return list(seen.select_related("enquiry__safe_contact").prefetch_related("enquiry__applicants").order_by("pk"))


def _say_who_to_ring(request, bookings: list[Booking]) -> None:
    if bookings:
        who = ", ".join(one.enquiry.reference for one in bookings)
        messages.info(request, f"These cannot be told by email. Reach them in another way: {who}.")
