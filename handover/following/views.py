"""The hub follows up: what is with the councils, asking them, moving somebody to another, and the desk for what comes
back."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.clocks.services import change_hub
from enquiries.clocks.shown import changes_of_hub
from handover.asking.services import settle_check
from handover.following.forms import ChaseForm, DeskForm, SettleForm, TransferForm
from handover.following.lists import lists_of, wish_of
from handover.following.page import handover_of, log_looked, page_after, posted
from handover.following.silence import chase_council
from handover.following.transfer import transfer_handover
from handover.package import data_set, package_hash
from handover.requirements import missing_from
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


@right_required("record_casework")
@require_GET
def with_councils(request):
    shown = lists_of(request.user, request.GET)
    if shown.rows:
        log_access(by=request.user, action="work_list")
    return render(request, "following/with_councils.html", {"shown": shown})


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def handover_chase(request, reference):
    handover = handover_of(request, reference)
    return _form_page(
        request, handover, ChaseForm(posted(request)), chase_council, "Saved on the timeline.", "following/chase.html"
    )


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def handover_settle(request, reference):
    handover = handover_of(request, reference)
    return _form_page(
        request, handover, SettleForm(posted(request)), settle_check, "Settled, with your note on the timeline.",
        "following/settle.html",
    )  # fmt: skip


def _form_page(request, handover, form, service, done, template):
    if form.is_valid():
        try:
            service(handover=handover, by=request.user, **form.cleaned_data)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, done)
            return redirect(page_after(request, handover))
    log_looked(request, handover)
    about = {"handover": handover, "form": form, "check": getattr(handover, "check_with_them", None)}
    return render(request, template, {**about, "back": page_after(request, handover)})


@right_required("send_handover")
@require_http_methods(["GET", "POST"])
def handover_transfer(request, reference):
    """First to which council and why; then what that council will see; then both in one."""
    handover = handover_of(request, reference)
    form = TransferForm(posted(request), handover=handover, wish=wish_of(handover.enquiry))
    log_looked(request, handover)
    page = {"handover": handover, "form": form, "back": page_after(request, handover)}
    if not form.is_valid():
        return render(request, "following/transfer.html", page)
    try:
        if seen := request.POST.get("seen"):
            made = transfer_handover(handover=handover, by=request.user, seen=seen, **form.details())
            messages.success(
                request, f"Now with {made.authority} as {made.reference}. Both councils are told by email."
            )
            return redirect("handover_prepare", handover.enquiry.reference)
        return render(request, "following/transfer_check.html", {**page, **_to_check(handover, form)})
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return render(request, "following/transfer.html", page)


def _to_check(handover, form) -> dict:
    """What the council would see, or `Refused` with what is missing."""
    # That it stands with a council is what the transfer mends.
    gaps = [gap for gap in missing_from(handover.enquiry, form.council) if gap.code != "eoi"]
    if gaps:
        raise Refused(" ".join(gap.gap for gap in gaps))
    record = data_set(handover.enquiry, form.council)
    typed = {name: form.cleaned_data[name] for name in ("to", "reason", "note", "as_seen")}
    return {"record": record, "to": form.council, "typed": {**typed, "seen": package_hash(record)}}


@right_required("change_settings")
@require_http_methods(["GET", "POST"])
def handover_desk(request):
    form = DeskForm(posted(request))
    if form.is_valid():
        change_hub(by=request.user, **form.cleaned_data)
        messages.success(request, "Saved. It holds from now on.")
        return redirect(reverse("handover_desk"))
    changes = changes_of_hub("handover_desk_id", "asks_after")
    return render(request, "following/handover_desk.html", {"form": form, "changes": changes})
