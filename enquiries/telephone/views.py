"""Taking a call: the screen beside the telephone."""

import uuid

from django.contrib import messages
from django.http import JsonResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.search import as_sought
from enquiries.models import CallEvent, Enquiry, PhoneCall, ScriptHidden
from enquiries.telephone import services
from enquiries.telephone.callers import number_of, offered
from enquiries.telephone.forms import DropForm, StartForm
from enquiries.telephone.taking import (
    CallForm,
    answers_of,
    asked_by_input,
    hold_said,
    still_to_ask,
    typed_in,
    what_we_hold,
)
from hub.audit import log_access, log_access_once
from hub.errors import Refused
from hub.people.access import right_required
from hub.working_time import LONDON

MOST_WAITING = 20
MOST_LISTED = 500


def open_call(request, pk: int) -> PhoneCall:
    """The call, if this person takes it or may open any (else 404)."""
    calls = PhoneCall.objects.visible_to(request.user).select_related("by", "script", "enquiry", "fact")
    return get_object_or_404(calls, pk=pk)


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def phone(request):
    form = StartForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        return redirect("phone_call", services.start_call(by=request.user, **form.cleaned_data).pk)
    households = ("enquiry", "enquiry__merged_into")
    waiting = CallEvent.objects.visible_to(request.user).waiting()
    waiting = waiting.select_related(*(f"{whose}__safe_contact" for whose in households))
    all_waiting = waiting.count()
    waiting = waiting.prefetch_related(*(f"{whose}__applicants" for whose in households))
    waiting = list(waiting[: MOST_LISTED if "all" in request.GET else MOST_WAITING])
    unfinished = PhoneCall.objects.visible_to(request.user).unfinished().filter(by=request.user)
    if any(event.enquiry for event in waiting):
        log_access(by=request.user, action="missed_calls")
    context = {
        "form": form,
        "waiting": waiting,
        "all_waiting": all_waiting,
        "unfinished": unfinished.select_related("enquiry")[:MOST_WAITING],
        "ringing": _ringing(request),
    }
    return render(request, "telephone/phone.html", context)


def _ringing(request) -> list[dict]:
    """The calls that ring now, each with whom it may be; that they were shown is noted once for each call."""
    events = CallEvent.objects.visible_to(request.user).ringing(timezone.now())
    callers = Enquiry.objects.visible_to(request.user)
    ringing = [{"event": event, "callers": offered(callers, event.caller)} for event in events]
    for call in ringing:
        for enquiry in call["callers"]:
            log_access_once(
                by=request.user, action="caller_shown", reference=enquiry.reference, since=call["event"].told_at
            )
    return ringing


@right_required("record_casework")
@require_GET
def phone_ringing(request):
    return render(request, "telephone/ringing.html", {"ringing": _ringing(request)})


@right_required("record_casework")
@require_POST
def phone_take(request, event):
    ringing = get_object_or_404(CallEvent.objects.visible_to(request.user), pk=event, kind=CallEvent.Kind.START)
    return redirect("phone_call", services.start_call(by=request.user, event=ringing).pk)


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def phone_call(request, call):
    record = open_call(request, call)
    if not record.is_open:
        return _ended(request, record)
    if request.method == "POST":
        return _posted(request, record)
    return _page(request, record, CallForm(record, held=_held(record)), version=record.version)


def _held(record: PhoneCall) -> dict[str, str]:
    return what_we_hold(record.enquiry) if record.enquiry else {}


def _ended(request, record: PhoneCall):
    """A call that is over is only read; whoever pressed "File" twice is led to what it was filed as."""
    if request.method == "POST" and record.enquiry:
        return redirect("enquiry", record.enquiry.reference)
    if record.enquiry:
        log_access(by=request.user, action="call_read", reference=record.enquiry.reference)
    return render(request, "telephone/phone_call_ended.html", {"call": record, "answers": answers_of(record)})


def _page(request, record: PhoneCall, form: CallForm, *, version: int, changed: str = ""):
    form.is_valid()
    callers = [] if record.enquiry else offered(Enquiry.objects.visible_to(request.user), _number(record, form))
    for enquiry in [record.enquiry] if record.enquiry else callers:
        log_access(by=request.user, action="caller_shown", reference=enquiry.reference)
    context = {
        "call": record, "call_form": form, "form": form if request.method == "POST" else None, "callers": callers,
        "hidden": ScriptHidden.objects.filter(by=request.user).exists(), "window": uuid.uuid4().hex[:12],
        "seen": version, "changed": changed, "missing": still_to_ask(form),
    }  # fmt: skip
    return render(request, "telephone/phone_call.html", context)


def _number(record: PhoneCall, form: CallForm) -> str:
    return record.number or form.said("phone")


def _posted(request, record: PhoneCall):
    """One page, several buttons: whatever is pressed, what was typed is kept first."""
    do, _, about = request.POST.get("do", "save").partition(":")
    posted = window_of(request)
    try:
        kept = services.keep_answers(
            call=record, by=request.user, typed=typed_in(record, request.POST), whole_page=True, **posted
        )
        if kept.elsewhere:
            form = CallForm(kept.call, data=request.POST, held=_held(kept.call))
            changed = ", ".join(f"“{ask}”" for ask in asked_by_input(kept.call, kept.elsewhere))
            return _page(request, kept.call, form, version=kept.call.version, changed=changed)
        return _BUTTONS.get(do, _save)(request, kept.call, about)
    except Refused as refusal:
        record.refresh_from_db()
        if not record.is_open:
            return _ended(request, record)
        form = CallForm(record, held=_held(record))
        form.add_error(None, str(refusal))
        return _page(request, record, form, version=record.version)


def _save(request, call: PhoneCall, part: str):
    messages.success(request, "Saved.")
    return _back_to(call, f"#part-{part}" if part.isdecimal() else "")


def _back_to(call: PhoneCall, anchor: str = ""):
    return redirect(reverse("phone_call", args=[call.pk]) + anchor)


def _hide(request, call: PhoneCall, hidden: str):
    services.hide_script(by=request.user, hidden=hidden == "yes")
    return _back_to(call)


def _who(request, call: PhoneCall, reference: str):
    seen = Enquiry.objects.visible_to(request.user)
    enquiry = get_object_or_404(seen, reference=as_sought(reference)) if reference else None
    services.say_who_it_is(call=call, by=request.user, enquiry=enquiry)
    return _back_to(call)


def _file(request, call: PhoneCall, about: str):
    form = CallForm(call, held=_held(call))
    if not form.is_valid():
        return _page(request, call, form, version=call.version)
    filing = form.filing()
    enquiry = services.file_call(call=call, by=request.user, filing=filing)
    missing = f" Still to ask: {', '.join(filing.missing)}." if filing.missing else ""
    messages.success(request, f"Filed as {enquiry.reference}.{hold_said(enquiry, filing)}{missing}")
    return redirect("enquiry", enquiry.reference)


_BUTTONS = {"save": _save, "script": _hide, "who": _who, "file": _file}


@right_required("record_casework")
@require_POST
def phone_call_save(request, call):
    """One answer, as it is typed: for the script in the page."""
    record = open_call(request, call)
    typed = {name: said for name, said in typed_in(record, request.POST).items() if name in request.POST}
    posted = window_of(request)
    try:
        kept = services.keep_answers(call=record, by=request.user, typed=typed, **posted)
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    said = {"saved": f"{timezone.now().astimezone(LONDON):%H:%M}"}
    said["elsewhere"] = ", ".join(f"“{ask}”" for ask in asked_by_input(record, kept.elsewhere))
    form = CallForm(kept.call, held=_held(kept.call))
    form.is_valid()
    said["missing"] = still_to_ask(form)
    if "postcode" in typed:
        said["council"] = form.council_found
    if "phone" in typed and not kept.call.enquiry_id and not record.number:
        number = number_of(" ".join(typed["phone"]))
        known = offered(Enquiry.objects.visible_to(request.user), number)
        said["known"] = "An open enquiry has this number: press Save to see whose." if known else ""
    return JsonResponse(said)


def window_of(request) -> dict:
    """Which window of a call a save comes from, and what that window had seen: for `keep_answers`."""
    window = "".join(letter for letter in request.POST.get("window", "") if letter.isalnum())[:12]
    return {"window": window, "seen": _count(request, "seen"), "turn": _count(request, "turn")}


def _count(request, name: str) -> int:
    text = request.POST.get(name, "")
    return int(text) if text.isascii() and text.isdecimal() and len(text) < 10 else 0


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def phone_call_drop(request, call):
    record = open_call(request, call)
    if not record.is_open:
        return _ended(request, record)
    form = DropForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        answers = CallForm(record)
        answers.is_valid()
        cut_off = form.cleaned_data["what"] == DropForm.CUT_OFF
        enquiry = services.drop_call(call=record, by=request.user, cut_off=cut_off, filing=answers.filing())
        messages.success(request, f"Kept as {enquiry.reference}: ring them back." if enquiry else "The call is ended.")
        return redirect("enquiry", enquiry.reference) if enquiry else redirect("phone")
    return render(request, "telephone/phone_call_drop.html", {"call": record, "form": form})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def missed_call(request, event):
    record = get_object_or_404(CallEvent.objects.visible_to(request.user).unanswered(), pk=event)
    enquiries = Enquiry.objects.visible_to(request.user)
    if request.method == "POST":
        return _whose(request, record, enquiries, request.POST.get("whose", ""))
    callers = offered(enquiries, record.caller) if record.enquiry_id is None else []
    for enquiry in callers:
        log_access(by=request.user, action="caller_shown", reference=enquiry.reference)
    return render(request, "telephone/missed_call.html", {"event": record, "callers": callers})


def _whose(request, record: CallEvent, enquiries, whose: str):
    """Whose call it was: one of those that share the number, somebody new, or (withheld) nobody to ring back."""
    if whose == "seen":
        services.see_call_event(event=record, by=request.user)
        messages.success(request, "Noted: somebody has seen to it.")
        return redirect("phone")
    chosen = get_object_or_404(enquiries, reference=as_sought(whose)) if whose and whose != "new" else None
    enquiry = services.say_who_rang(event=record, enquiry=chosen, by=request.user)
    messages.success(request, f"The call is on {enquiry.reference}.")
    return redirect("enquiry", enquiry.reference)
