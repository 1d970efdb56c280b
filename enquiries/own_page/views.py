"""A person's own page: the way in by an emailed link, where they stand, and what they may do."""

import pghistory
from django.contrib import messages
from django.contrib.sessions.models import Session
from django.db import transaction
from django.http import Http404, JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.callbacks.services import cancel_callback
from enquiries.eoi.sections import Expression
from enquiries.events.calendar_file import calendar_response
from enquiries.events.services import book_event, cancel_booking, places_left
from enquiries.models import Booking, Event, SignInLink
from enquiries.own_page.access import OVER, signed_in, while_open
from enquiries.own_page.access import own_page as open_to_all
from enquiries.own_page.actions import ALWAYS, offered
from enquiries.own_page.data import what_we_hold
from enquiries.own_page.forms import EventBookingForm, LinkForm
from enquiries.own_page.links import ask_for_link, link_of, use_link
from enquiries.own_page.services import NOT_POSSIBLE, confirm_address, go_on
from enquiries.own_page.status import Standing, first_name, moment_for_them
from enquiries.services import lock_enquiry
from hub.errors import Refused

CHANGED = "Something about your enquiry has changed meanwhile, so this is not saved. Look at it, and send it again."


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def own_page(request):
    """The page itself for whoever has signed in; for everybody else the way to a link."""
    if request.visit.enquiry is not None:
        return _page(request) if request.method != "POST" else redirect("own_page")
    form = LinkForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        ask_for_link(address=form.cleaned_data["email"])
        return redirect("own_page_asked")
    return render(request, "own_page/ask.html", {"form": form})


def _booked(enquiry):
    """What they have booked, the soonest first."""
    known = Booking.objects.of(enquiry).not_over().select_related("event").prefetch_related("event__sessions")
    return known.order_by("event__starts_at", "pk")


def _page(request):
    enquiry = request.visit.enquiry
    actions = offered(enquiry)
    about = {
        "enquiry": enquiry,
        "people": [one.first_name for one in enquiry.applicants.all() if one.first_name],
        "standing": Standing(enquiry),
        "looks_after": first_name(enquiry.owner) if enquiry.owner else "",
        "callback_when": moment_for_them(enquiry.callback_at) if enquiry.callback_at else "",
        "bookings": _booked(enquiry),
        "actions": [action for action in actions if action.name not in (*ALWAYS, "begin_again")],
        "always": [action for action in actions if action.name in ALWAYS],
        "expression": Expression(enquiry),
        "several": len(request.visit.enquiries) > 1,
    }
    return render(request, "own_page/own_page.html", about)


@open_to_all
@require_GET
def own_page_asked(request):
    return render(request, "own_page/asked.html")


@open_to_all
@require_http_methods(["GET", "HEAD", "POST"])
def own_page_link(request, token):
    """Looking uses nothing up: what opens links before people do must not shut them out."""
    if request.method != "POST":
        link = link_of(token)
        if link is None and request.visit.enquiry is not None:
            return redirect("own_page")
        return render(request, "own_page/link.html" if link else "own_page/link_over.html", {"link": link})
    with pghistory.context(url=reverse("own_page")):  # of who changed what: without the token
        return _let_in(request, token)


def _let_in(request, token):
    link = link_of(token)
    new_address = link is not None and link.purpose == SignInLink.Purpose.NEW_ADDRESS
    used = confirm_address(token=token) if new_address else use_link(token=token)
    if used is None:
        return render(request, "own_page/link_over.html", status=410)
    request.visit.begin(used.address, used.enquiry.merged_into or used.enquiry)
    if new_address:
        messages.success(request, "Thank you. From now on we write to this address.")
    return redirect("own_page")


@open_to_all
@require_POST
def own_page_leave(request):
    request.visit.end()
    messages.success(request, "You have left your page.")
    return redirect("own_page")


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_page_choose(request):
    """Several enquiries with one address: which one?"""
    theirs = {one.reference: one for one in request.visit.enquiries}
    if request.method == "POST":
        if (chosen := theirs.get(request.POST.get("reference", ""))) is None:
            raise Http404
        request.visit.choose(chosen)
        return redirect("own_page")
    return render(request, "own_page/choose.html", {"enquiries": theirs.values(), "here": request.visit.enquiry})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
def own_page_do(request, action):
    """The page behind every action of the table: a form, one service call, back to the page."""
    enquiry = request.visit.enquiry
    if not action.offered(enquiry) and request.method != "POST":
        messages.error(request, NOT_POSSIBLE)
        return redirect("own_page")
    form = action.form(request.POST if request.method == "POST" else None, enquiry=enquiry)
    if form.is_valid() and _done(request, action, form):
        return redirect("own_page")
    return render(request, action.template, {"page": action, "form": form, "enquiry": enquiry})


def _done(request, action, form) -> bool:
    """Whether it was done; why not is shown with what was typed."""
    enquiry = request.visit.enquiry
    try:
        given = _once(request, lambda: action.service(enquiry=enquiry, **form.details()), form, action)
    except Refused as refusal:
        enquiry.refresh_from_db()
        form.refuse(str(refusal))
        return False
    messages.success(request, _said(action, given))
    return True


def _said(action, given) -> str:
    if action.name != "details" or given is None:
        return action.done
    link = f"We have sent a link to {' and '.join(given.written)}: the new address counts once you use the link."
    return " ".join(
        one for one in ("Saved." if given.written else action.done, given.moved, given.written and link) if one
    )


def _once(request, service, form=None, action=None):
    """Do it, unless exactly this form was sent before: two presses are one. Presses of one browser take turns."""
    visit = request.visit
    with transaction.atomic():
        if not Session.objects.select_for_update().filter(session_key=visit.store.session_key):
            raise Refused(OVER)  # they left in another window at this very moment
        if visit.was_sent(request):
            return None
        if action is not None and not action.offered(visit.enquiry):
            raise Refused(NOT_POSSIBLE)
        if action is not None and action.overwrites:
            held = lock_enquiry(visit.enquiry.pk)
            if held.version != form.cleaned_data["version"]:
                raise Refused(CHANGED)
        given = service()
        visit.note_sent(request)
        return given


@signed_in
@require_POST
def own_page_callback_cancel(request):
    _once(request, lambda: cancel_callback(enquiry=request.visit.enquiry))
    messages.success(request, "We do not ring you at that time.")
    return redirect("own_page")


@signed_in
@require_POST
def own_page_go_on(request):
    _once(request, lambda: go_on(enquiry=request.visit.enquiry))
    messages.success(request, "Good to have you back. We are in touch soon.")
    return redirect("own_page")


@signed_in
@require_GET
@while_open
def own_page_events(request):
    events = Event.objects.public(timezone.now()).with_places()
    booked = {one.event_id: one for one in Booking.objects.of(request.visit.enquiry).to_come()}
    rows = [(event, booked.get(event.pk)) for event in events if not event.has_begun]
    return render(request, "own_page/events.html", {"rows": rows, "enquiry": request.visit.enquiry})


@signed_in
@require_http_methods(["GET", "HEAD", "POST"])
@while_open
def own_page_event(request, code):
    """Book an event, or change how many come."""
    enquiry = request.visit.enquiry
    event = get_object_or_404(Event.objects.public(timezone.now()), code=code)
    form = EventBookingForm(request.POST if request.method == "POST" else None, enquiry=enquiry)
    if form.is_valid():
        try:
            _once(request, lambda: book_event(event=event, enquiry=enquiry, **form.details()))
            waits = Booking.objects.of(enquiry).filter(event=event, state=Booking.State.WAITING).exists()
            have = "You are on the waiting list" if waits else "We have your booking"
            messages.success(request, f"{have} for “{event.title}”. You see it on this page.")
            return redirect("own_page")
        except Refused as refusal:
            enquiry.refresh_from_db()
            form.refuse(str(refusal))
    booking = Booking.objects.of(enquiry).filter(event=event).to_come().first()
    about = {"event": event, "form": form, "left": places_left(event), "booking": booking, "enquiry": enquiry}
    return render(request, "own_page/event.html", about)


@signed_in
@require_GET
def own_page_event_calendar(request, code):
    """What they have booked, for their calendar."""
    booking = get_object_or_404(Booking.objects.of(request.visit.enquiry).not_over(), event__code=code)
    return calendar_response(booking)


@signed_in
@require_POST
def own_page_event_cancel(request, code):
    booking = get_object_or_404(Booking.objects.of(request.visit.enquiry).to_come(), event__code=code)
    _once(request, lambda: cancel_booking(booking=booking, recorder="enquirer"))
    messages.success(request, f"Your booking for “{booking.event.title}” is cancelled.")
    return redirect("own_page")


@signed_in
@require_GET
def own_page_data(request):
    return render(request, "own_page/data.html", {"held": what_we_hold(request.visit.enquiry)})


@signed_in
@require_GET
def own_page_data_file(request):
    enquiry = request.visit.enquiry
    name = f'attachment; filename="{enquiry.reference}.json"'
    options = {"indent": 2, "ensure_ascii": False}
    return JsonResponse(what_we_hold(enquiry), json_dumps_params=options, headers={"Content-Disposition": name})
