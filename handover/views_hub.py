"""The hub's side of a handover: what it still needs, what the council will see, sending and taking back."""

from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.search import as_sought
from enquiries.casework.tabs import tabs_of
from enquiries.journey import HUB_STAGES, Stage
from enquiries.models import Enquiry
from handover.files import csv_response, pdf_response
from handover.following.shown import Story, stories_of
from handover.forms import WithdrawForm
from handover.models import Handover
from handover.package import agreement_with, data_set, package_hash
from handover.requirements import Requirement, requirements
from handover.services import send_handover, withdraw_handover
from hub.audit import log_access
from hub.models import Authority
from hub.people.access import right_required
from hub.working_time import today

FETCHED = ("residence", "chosen_authority", "authority", "owner", "held_by", "safe_contact")


def _enquiry(request, reference: str) -> Enquiry:
    people = Enquiry.objects.visible_to(request.user).select_related(*FETCHED)
    return get_object_or_404(people.prefetch_related("applicants", "consents", "activities"), reference=reference)


def _handover(request, reference: str) -> Handover:
    return get_object_or_404(
        Handover.objects.visible_to(request.user).select_related("enquiry", "authority"), reference=reference
    )


def _posted(request):
    # An empty form that was sent is bound all the same: it must come back with its errors.
    return request.POST if request.method == "POST" else None


@right_required("send_handover")
@require_GET
def handover_prepare(request, reference):
    enquiry = _enquiry(request, reference)
    members = list(Authority.objects.members_on(today()))
    chosen = request.GET.get("council") or (enquiry.authority.gss_code if enquiry.authority else "")
    authority = next((member for member in members if member.gss_code == chosen), None)
    handovers = stories_of(Handover.objects.visible_to(request.user).filter(enquiry=enquiry))
    log_access(by=request.user, action="prepare_handover", reference=enquiry.reference)
    page = {
        "enquiry": enquiry,
        "tabs": tabs_of(enquiry, "handover_prepare"),
        "handovers": handovers,
        "desk": _desk(enquiry, handovers),
        "may_withdraw": enquiry.may("handover_withdrawn", request.user),
        "members": members,
        "authority": authority,
        **_preparation(enquiry, authority, request.user),
    }
    return render(request, "handover/handover_prepare.html", page)


def _desk(enquiry: Enquiry, handovers: list[Story]) -> str:
    """Who has it at the hub, where the latest council gave it back and it was not sent again."""
    if not handovers or not handovers[0].handover.is_given_back or enquiry.stage != Stage.READY:
        return ""
    return enquiry.owner.name if enquiry.owner else "nobody yet: take it"


def _preparation(enquiry: Enquiry, authority: Authority | None, user) -> dict:
    """What the page shows while the enquiry is the hub's to send."""
    if enquiry.stage not in HUB_STAGES:
        return {"preparing": False}
    needs = requirements(enquiry, authority)
    agreement = agreement_with(authority) if authority else None
    record = data_set(enquiry, authority) if authority and agreement else None
    return {
        "preparing": True,
        "tasks": [_task(need, need.href(enquiry, authority, user)) for need in needs],
        "complete": all(need.met for need in needs),
        "agreement": agreement,
        "record": record,
        "seen": package_hash(record) if record else "",
        "button": f"Send to {authority}",
    }


def _task(need: Requirement, href: str) -> dict:
    """One row of the task list; a gap leads to the field that mends it."""
    task = {"text": need.title, "href": href, "done": need.met, "status": "Ready" if need.met else "Missing"}
    return {**task, "hint": "" if need.met else need.gap, "colour": "red"}


@right_required("send_handover")
@require_POST
def handover_send(request, reference):
    enquiry = _enquiry(request, reference)
    authority = get_object_or_404(Authority, gss_code=as_sought(request.POST.get("council", "")))
    handover = send_handover(
        enquiry=enquiry, authority=authority, by=request.user, seen=request.POST.get("seen") or "nothing"
    )
    messages.success(request, f"Sent to {authority} as {handover.reference}. We have told their team by email.")
    return redirect("handover_prepare", reference)


@right_required("send_handover")
@require_http_methods(["GET", "POST"])
def handover_withdraw(request, reference):
    handover = _handover(request, reference)
    form = WithdrawForm(_posted(request), initial={"as_seen": handover.state})
    if form.is_valid():
        withdraw_handover(handover=handover, by=request.user, **form.cleaned_data)
        messages.success(request, f"Withdrawn from {handover.authority}. The enquiry is ready to be sent again.")
        return redirect("handover_prepare", handover.enquiry.reference)
    intro = f"{handover.authority} no longer sees the record. The enquiry is ready to be sent again."
    return render(request, "handover/handover_withdraw.html", {"handover": handover, "form": form, "intro": intro})


@right_required("send_handover")
@require_GET
def handover_pdf(request, reference):
    handover = _handover(request, reference)
    return pdf_response(handover, by=request.user)


@right_required("send_handover")
@require_GET
def handover_csv(request, reference):
    return csv_response(_handover(request, reference), by=request.user)
