from django.contrib import messages
from django.shortcuts import get_object_or_404, redirect, render
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.views import open_record
from enquiries.councils import services
from enquiries.councils.forms import ReferForm
from enquiries.councils.neighbour_forms import NeighbourHubForm
from enquiries.journey import HUB_STAGES
from enquiries.models import Enquiry
from enquiries.routing import RULES
from hub.audit import log_access
from hub.current import current
from hub.errors import Refused
from hub.models import NeighbourHub
from hub.people.access import right_required
from hub.places.neighbours import save_neighbour_hub
from hub.working_time import today

SHOWN = 200


@right_required("record_casework")
@require_POST
def find_council(request, reference):
    enquiry = open_record(request, reference)
    messages.info(request, services.find_council_again(enquiry=enquiry, by=request.user))
    return redirect("enquiry", enquiry.reference)


@right_required("record_casework")
@require_http_methods(["GET", "POST"])
def refer_elsewhere(request, reference):
    """First which hub, then what they would be written; only what was seen is sent."""
    enquiry = open_record(request, reference)
    form = ReferForm(request.POST if request.method == "POST" else None, enquiry=enquiry, user=request.user)
    if not form.is_bound and (enquiry.authority is not None or enquiry.stage not in HUB_STAGES):
        raise Refused("Only an enquiry that is with us and has no council is referred to another hub.")
    if form.is_valid() and "seen" in request.POST and _referred(request, form, enquiry):
        return redirect("enquiry", enquiry.reference)
    page = {"enquiry": enquiry, "form": form}
    if form.is_valid():
        to = form.cleaned_data["to"]
        page |= {"to": to, "letter": services.letter_of_referral(enquiry=enquiry, to=to)}
        return render(request, "councils/refer_check.html", page)
    return render(request, "councils/refer_elsewhere.html", page)


def _referred(request, form, enquiry: Enquiry) -> bool:
    try:
        written = services.refer_elsewhere(enquiry=enquiry, by=request.user, **form.details())
    except Refused as refusal:
        enquiry.refresh_from_db()
        form.refuse(str(refusal), version=enquiry.version)
        return False
    told = "We are writing to them how to reach it." if written else "They are not written to: tell them another way."
    messages.success(request, f"Closed, and referred to {form.cleaned_data['to']}. {told}")
    return True


@right_required("use_hub")
@require_GET
def neighbour_hubs(request):
    return render(
        request, "councils/neighbour_hubs.html", {"hubs": NeighbourHub.objects.prefetch_related("authorities")}
    )


@right_required("see_workload")
@require_http_methods(["GET", "POST"])
def neighbour_hub(request, number=None):
    hub = get_object_or_404(NeighbourHub, pk=number) if number else None
    form = NeighbourHubForm(request.POST if request.method == "POST" else None, hub=hub)
    if form.is_valid():
        try:
            saved = save_neighbour_hub(by=request.user, hub=hub, **form.details())
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, f"{saved} is saved.")
            return redirect("neighbour_hubs")
    return render(request, "councils/neighbour_hub.html", {"form": form, "other": hub})


@right_required("see_workload")
@require_http_methods(["GET", "POST"])
def routing(request):
    """The rules, and whoever would have another council by them now; posted, each of these is looked for again."""
    people = Enquiry.objects.visible_to(request.user)
    done = services.reroute_differing(enquiries=people, by=request.user) if request.method == "POST" else []
    differing = list(services.differences(people))
    if differing or done:
        log_access(by=request.user, action="routing_looked_at")
    page = {
        "rules": RULES,
        "directory": current().directory,
        "members": current().members_on(today()),
        "differing": differing[:SHOWN],
        "count": len(differing),
        "more": max(0, len(differing) - SHOWN),
        "done": done,
        "button": f"Find the council again for {len(differing):,} enquir{'y' if len(differing) == 1 else 'ies'}",
    }
    return render(request, "councils/routing.html", page)
