"""Logging a call with a household that we have."""

import uuid

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import JsonResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from enquiries.casework.actions import ACTION
from enquiries.casework.services import REACHED
from enquiries.casework.views import open_record, refuse_unless_possible
from enquiries.models import Enquiry, PhoneCall
from enquiries.telephone.household_calls import call_with, keep_call_with, log_call_with
from enquiries.telephone.household_form import HouseholdCallForm, typed_on_page
from enquiries.telephone.taking import asked_by_input, hold_said, still_to_ask
from enquiries.telephone.views import window_of
from hub.errors import Refused
from hub.people.access import right_required
from hub.working_time import LONDON


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def log_call(request, reference):
    enquiry = open_record(request, reference)
    if not ACTION["log_call"].possible_for(request.user):
        raise PermissionDenied
    if request.method == "POST":
        return _posted(request, enquiry)
    refuse_unless_possible(ACTION["log_call"], enquiry, request.user)
    call = call_with(enquiry=enquiry, by=request.user)
    return _page(request, call, HouseholdCallForm(call, enquiry=enquiry, user=request.user))


def _posted(request, enquiry: Enquiry):
    """Where we spoke what was typed is kept first, whatever comes of the saving."""
    call, changed = call_with(enquiry=enquiry, by=request.user), ""
    if request.POST.get("outcome") == REACHED:
        kept = keep_call_with(
            enquiry=enquiry, by=request.user, typed=typed_on_page(call, request.POST), whole_page=True,
            **window_of(request),
        )  # fmt: skip
        call, changed = kept.call, _in_words(kept.call, kept.elsewhere)
    form = HouseholdCallForm(call, enquiry=enquiry, user=request.user, data=request.POST)
    if not changed and form.is_valid() and _logged(form, enquiry, request.user):
        messages.success(request, _done(form, enquiry))
        return redirect("enquiry", enquiry.reference)
    return _page(request, call, form, changed=changed)


def _logged(form: HouseholdCallForm, enquiry: Enquiry, user) -> bool:
    try:
        log_call_with(enquiry=enquiry, by=user, **form.details())
    except Refused as refusal:
        enquiry.refresh_from_db()
        form.refuse(str(refusal), version=enquiry.version)
        return False
    return True


def _done(form: HouseholdCallForm, enquiry: Enquiry) -> str:
    reached = form.cleaned_data["outcome"] == REACHED
    missing = form.missing() if reached else []
    enquiry.refresh_from_db()
    held = hold_said(enquiry, form.filing()) if reached else ""
    still = f" Still to ask: {', '.join(missing)}." if missing else ""
    return f"{ACTION['log_call'].done}{held}{still}"


def _page(request, call: PhoneCall, form: HouseholdCallForm, *, changed: str = ""):
    context = {
        "enquiry": form.enquiry, "page": ACTION["log_call"], "form": form, "call": call, "changed": changed,
        "window": uuid.uuid4().hex[:12], "seen": call.version, "missing": still_to_ask(form),
    }  # fmt: skip
    return render(request, "telephone/log_call.html", context)


def _in_words(call: PhoneCall, inputs: list[str]) -> str:
    """The answers that another window changed; what the page asks besides the script is named together."""
    asked = [f"“{ask}”" for ask in asked_by_input(call, inputs)]
    return ", ".join(asked) if asked or not inputs else "What you agreed, or when"


@right_required("record_casework")
@require_POST
def log_call_save(request, reference):
    """One answer, as it is typed: for the script in the page."""
    enquiry = open_record(request, reference)
    call = call_with(enquiry=enquiry, by=request.user)
    typed = typed_on_page(call, request.POST, only_posted=True)
    try:
        kept = keep_call_with(enquiry=enquiry, by=request.user, typed=typed, **window_of(request))
    except Refused as refusal:
        return JsonResponse({"refused": str(refusal)}, status=409)
    form = HouseholdCallForm(kept.call, enquiry=enquiry, user=request.user)
    said = {"saved": f"{timezone.now().astimezone(LONDON):%H:%M}", "missing": still_to_ask(form)}
    return JsonResponse({**said, "elsewhere": _in_words(kept.call, kept.elsewhere)})
