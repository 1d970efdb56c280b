"""The sessions of an event as staff see them: planned and moved, and who came."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.events.attendance import record_attendance
from enquiries.events.forms import AttendanceForm, SessionForm, like
from enquiries.events.services import remove_session, save_session
from enquiries.events.views import bookings_seen, say_who_to_ring
from enquiries.models import Booking, Event, Session
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


def _session(code: str, number: int) -> Session:
    return get_object_or_404(Session.objects.select_related("event"), event__code=code, number=number)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def session_new(request, code):
    event = get_object_or_404(Event, code=code)
    new, posted = Session(event=event, number=0), request.POST if request.method == "POST" else None
    form = SessionForm(posted, session=new, initial=like(event.sessions.last()))
    return _keep(request, form, event, "Add a session", None)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def session_change(request, code, number):
    session = _session(code, number)
    form = SessionForm(request.POST if request.method == "POST" else None, session=session)
    return _keep(request, form, session.event, "Move or change the session", session)


def _keep(request, form, event, heading, session):
    if form.is_valid():
        try:
            not_told = save_session(session=form.result(), by=request.user)
            messages.success(request, "The session is saved.")
            say_who_to_ring(request, not_told)
            return redirect("event", event.code)
        except Refused as refusal:
            form.add_error(None, str(refusal))
    booked = event.bookings.not_over().exists()
    about = {"form": form, "heading": heading, "event": event, "booked": booked, "session": session}
    return render(request, "events/event_form.html", about)


@right_required("manage_events")
@require_POST
def session_remove(request, code, number):
    remove_session(session=_session(code, number), by=request.user)
    messages.success(request, "The session is taken out.")
    return redirect("event", code)


@right_required("manage_events")
@require_http_methods(["GET", "POST"])
def event_attendance(request, code, number):
    """Who came to one session: made for a telephone at the door."""
    session = _session(code, number)
    bookings = bookings_seen(request, session.event)
    if request.method == "POST":
        came = AttendanceForm(request.POST, bookings=bookings).came
        problems = record_attendance(session=session, came=came, by=request.user)
        for problem in problems:
            messages.error(request, problem)
        if not problems:
            messages.success(request, "Saved. Who came has it on the timeline.")
        return redirect("event_attendance", code, number)
    if bookings:
        log_access(by=request.user, action="event_list", reference=code)
    rows = [(booking, _said(booking, session)) for booking in bookings]
    return render(request, "events/event_attendance.html", {"session": session, "event": session.event, "rows": rows})


def _said(booking: Booking, session: Session) -> str:
    return next((row.said for row in booking.attendances.all() if row.session_id == session.pk), "")


@right_required("manage_events")
@require_GET
def session_list(request, code, number):
    """The list to print for the door: names and how many, and nothing that must not lie about on paper."""
    session = _session(code, number)
    booked = [one for one in bookings_seen(request, session.event) if one.state == Booking.State.BOOKED]
    log_access(by=request.user, action="event_printed", reference=code)
    rows = sorted(booked, key=lambda booking: booking.household.names)
    return render(request, "events/session_list.html", {"session": session, "event": session.event, "rows": rows})
