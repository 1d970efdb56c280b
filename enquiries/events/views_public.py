"""Events as everybody sees them, and signing up at one on its day."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.campaigns.arrival import remember_arrival
from enquiries.events.attendance import session_of_today, sign_up_on_the_day
from enquiries.events.calendar_file import calendar_response
from enquiries.events.services import places_left
from enquiries.events.sign_up_form import SignUpForm, new_once
from enquiries.events.telling import booking_of
from enquiries.inbox.signs import signs_of_a_machine
from enquiries.intake.promise import ring_by
from enquiries.models import Event
from hub.spoken_dates import day_in_words
from hub.throttle import address_of
from hub.working_time import local_date, today


@require_safe
def public_events(request):
    remember_arrival(request)
    return render(request, "events/public_events.html", {"events": Event.objects.public(timezone.now()).with_places()})


@require_safe
def public_event(request, code):
    remember_arrival(request)
    event = get_object_or_404(Event.objects.prefetch_related("sessions"), code=code, published=True)
    return render(request, "events/public_event.html", {"event": event, "left": places_left(event)})


@require_safe
def event_calendar(request, token):
    """The calendar file of one booking, by the link in its email: it says nothing of who has booked."""
    booking = booking_of(token)
    if booking is None:
        raise Http404
    return calendar_response(booking)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def event_sign_up(request, code):
    """After each visitor the form is empty again, and nothing of them is kept in this browser."""
    event = get_object_or_404(Event, code=code)
    if session_of_today(event) is None:
        return render(request, "events/sign_up_closed.html", {"event": event})
    form = SignUpForm(request.POST if request.method == "POST" else None, initial={"once": new_once()})
    if form.is_valid():
        intake, trapped = form.intake(timezone.now()), bool(form.cleaned_data["website"])
        signs = signs_of_a_machine(intake, trapped=trapped, started_at=None, address=address_of(request))
        sign_up_on_the_day(
            event=event, intake=intake, persons=form.cleaned_data["persons"], idempotency_key=form.key, signs=signs
        )
        by = day_in_words(local_date(ring_by()), today())
        messages.success(request, f"Thank you for coming. We are in touch by {by}.")
        return redirect("event_sign_up", code)
    return render(request, "events/event_sign_up.html", {"event": event, "form": form})
