"""Events as staff plan them, and see who comes."""

from django.contrib import messages
from django.db.models import Sum
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.events.attendance import session_of_today
from enquiries.events.forms import EventForm
from enquiries.events.services import cancel_event, save_event
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
    return _plan(request, EventForm(request.POST if request.method == "POST" else None), "Plan an event")


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_copy(request, code):
    """A new event like one that was: the day is what is asked."""
    like = get_object_or_404(Event.objects.prefetch_related("sessions"), code=code)
    return _plan(request, EventForm(request.POST if request.method == "POST" else None, copy=like), "Plan it again")


def _plan(request, form, heading):
    if form.is_valid():
        made = form.result()
        try:
            save_event(event=made, sessions=form.result_sessions(), by=request.user)
            messages.success(request, f"“{made.title}” is planned.")
            return redirect("event", made.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return render(request, "events/event_form.html", {"form": form, "heading": heading})


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_change(request, code):
    event = get_object_or_404(Event.objects.prefetch_related("sessions"), code=code)
    form = EventForm(request.POST if request.method == "POST" else None, event=event)
    if form.is_valid():
        try:
            seen, sessions = form.cleaned_data["seen"], form.result_sessions()
            not_told = save_event(event=form.result(), sessions=sessions, by=request.user, seen=seen)
            messages.success(request, "The event is changed.")
            say_who_to_ring(request, not_told)
            return redirect("event", event.code)
        except Refused as refusal:
            form.refuse(str(refusal))
    about = {"form": form, "heading": "Change the event", "event": event, "booked": event.bookings.to_come().exists()}
    return render(request, "events/event_form.html", about)


@right_required("manage_events")
@require_GET
def event(request, code):
    """Who comes: names only of those whose record this person may read."""
    found = get_object_or_404(Event.objects.with_places().select_related("authority"), code=code)
    bookings = bookings_seen(request, found)
    if bookings:
        log_access(by=request.user, action="event_list", reference=found.code)
    about = {
        "event": found,
        "sessions": found.sessions.annotate(came=Sum("attendances__persons")).order_by("starts_at"),
        "coming": [one for one in bookings if one.state == Booking.State.BOOKED],
        "waiting": [one for one in bookings if one.state == Booking.State.WAITING],
        "sign_up_open": session_of_today(found) is not None,
    }
    return render(request, "events/event.html", about)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_cancel(request, code):
    event = get_object_or_404(Event.objects.with_places(), code=code)
    if request.method == "POST":
        not_told = cancel_event(event=event, by=request.user)
        messages.success(request, "The event is cancelled, and those who booked are told by email.")
        say_who_to_ring(request, not_told)
        return redirect("event", code)
    return render(request, "events/event_cancel.html", {"event": event})


def bookings_seen(request, event: Event) -> list[Booking]:
    """Who is booked or waits, as far as this person may read their records."""
    seen = Booking.objects.visible_to(request.user).filter(event=event).exclude(state=Booking.State.CANCELLED)
    people = ("enquiry__applicants", "enquiry__merged_into__applicants")
    return list(
        seen.select_related("enquiry__safe_contact", "enquiry__merged_into__safe_contact", "completed_fact__voided_by")
        .prefetch_related(*people, "attendances__fact__voided_by")
        .order_by("pk")
    )


def say_who_to_ring(request, bookings: list[Booking]) -> None:
    """Of those who could not be told by email."""
    if bookings:
        who = ", ".join(one.household.reference for one in bookings)
        messages.info(request, f"These cannot be told by email. Reach them in another way: {who}.")
