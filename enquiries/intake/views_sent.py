"""What comes after the last question: the confirmation and what it offers, and the pages for who went no further."""

import datetime

from django.contrib import messages
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_safe

from enquiries.intake.again import choose_call
from enquiries.intake.apart import keep_equality_answers
from enquiries.intake.draft import KEPT_FOR, Draft
from enquiries.intake.forms.equality import EqualityForm
from enquiries.intake.forms.reach import AnotherTimeForm
from enquiries.intake.services import already_received
from enquiries.intake.times import time_in_words
from hub.errors import Refused


@never_cache
@require_safe
def enquire_sent(request):
    draft = Draft(request.session)
    sent = draft.sent
    booked = draft.booked_at
    context = {
        "sent": sent,
        "due_at": datetime.datetime.fromisoformat(sent["due_at"]) if sent else None,
        "booked": time_in_words(booked) if booked else "",
        "ask_on": datetime.date.fromisoformat(sent["ask_on"]) if sent.get("ask_on") else None,
        "may_ask_equality": bool(sent) and request.session.get("equality_answered") != sent["draft"],
    }
    return render(request, "public/enquire_sent.html", context)


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_time(request):
    """A time for the first call, chosen after sending: the one they wanted went to somebody else, or suits no more."""
    draft = Draft(request.session)
    enquiry = already_received(draft.sent["draft"]) if draft.sent else None
    if enquiry is None or not draft.sent["rings"] or not enquiry.is_open:
        if draft.sent:
            messages.info(request, "No other time can be chosen just now. What this page says holds.")
        return redirect("enquire_sent")
    draft.known.booked = draft.booked_at
    form = AnotherTimeForm(request.POST if request.method == "POST" else None, known=draft.known)
    if request.method == "POST" and form.is_valid():
        chosen = form.cleaned_data["callback_at"]
        try:
            choose_call(enquiry=enquiry, starts_at=chosen, key=draft.sent["draft"], booked=draft.booked_at)
        except Refused as refusal:
            form.add_error("callback_at", str(refusal))
        else:
            draft.now_booked(chosen)
            return redirect("enquire_sent")
    return render(request, "public/enquire_time.html", {"form": form})


@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
def enquire_equality(request):
    """Optional, and only once the enquiry is safely in."""
    draft = Draft(request.session)
    if not draft.sent or request.session.get("equality_answered") == draft.sent["draft"]:
        return redirect("enquire_sent")
    form = EqualityForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        council = draft.known.council(draft.sent["council"])
        keep_equality_answers(
            session=request.session, draft=draft.sent["draft"], authority=council, answers=form.cleaned_data
        )
        messages.success(request, "Thank you. Your answers are kept apart from your enquiry.")
        return redirect("enquire_sent")
    return render(request, "public/enquire_equality.html", {"form": form})


@never_cache
@require_safe
def enquire_stopped(request):
    return render(request, "public/enquire_stopped.html")


@require_safe
def enquire_too_long(request):
    return render(request, "public/enquire_too_long.html", {"hours": int(KEPT_FOR.total_seconds() // 3600)})
