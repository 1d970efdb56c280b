"""The portal's pages on which a council passes on whoever asked it directly. It opens no record of the hub's."""

import datetime

from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from enquiries.diverted.services import receive_diverted
from handover.diverted import PassOnForm, passed_on_page
from hub.people.access import right_required

SENT = "passed_on"


@right_required("divert_enquiry")
@require_http_methods(["GET", "POST"])
def pass_on(request):
    form = PassOnForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        receipt = receive_diverted(
            intake=form.intake(),
            through=request.user.authority,
            asked=form.cleaned_data["asked"],
            by=request.user,
            external_reference=form.sent_once("once"),
        )
        request.session[SENT] = {"reference": receipt.reference, "ring_by": receipt.ring_by.isoformat()}
        return redirect("pass_on_sent")
    return render(request, "portal/pass_on.html", {"form": form})


@right_required("divert_enquiry")
@require_GET
def pass_on_sent(request):
    sent = request.session.get(SENT)
    if sent is None:
        return redirect("passed_on")
    page = {"reference": sent["reference"], "ring_by": datetime.datetime.fromisoformat(sent["ring_by"])}
    return render(request, "portal/pass_on_sent.html", page)


@right_required("divert_enquiry")
@require_GET
def passed_on(request):
    page = passed_on_page(request.user.authority, request.GET.get("page"))
    return render(request, "portal/passed_on.html", {"page": page})
