from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from enquiries.casework.corrections import CORRECTABLE
from enquiries.casework.page import open_record, page_of
from enquiries.casework.presence import look_in
from enquiries.casework.timeline import timeline
from enquiries.casework.workload import workload
from enquiries.models import Enquiry
from enquiries.telephone.line_tests import to_see_to
from hub.audit import log_access
from hub.errors import Refused
from hub.people.access import right_required


@right_required("use_hub")
@require_GET
def enquiry(request, reference):
    record = open_record(request, reference)
    about = timeline(record, request.user, show=request.GET.get("show", ""), start=request.GET.get("start", ""))
    return render(request, "casework/enquiry.html", {**about, **page_of(request, record, "enquiry")})


@right_required("use_hub")
@require_GET
def enquiry_details(request, reference):
    record = open_record(request, reference)
    about = {
        "consents": record.ledger.select_related("recorded_by"),
        "routing": record.routing.select_related("directory").first(),
    }
    return render(request, "casework/enquiry_details.html", {**about, **page_of(request, record, "enquiry_details")})


@right_required("use_hub")
@require_http_methods(["GET", "POST"])
def record(request, reference, action, fact=None):
    """The page behind every action of the table: a form, one service call, back to the enquiry."""
    enquiry = open_record(request, reference)
    if not action.possible_for(request.user):
        raise PermissionDenied
    about = {"activity": get_object_or_404(enquiry.facts, pk=fact)} if fact else {}
    posted = request.POST if request.method == "POST" else None
    form = action.form(posted, enquiry=enquiry, user=request.user, **about)
    if posted is None:
        refuse_unless_possible(action, enquiry, request.user, **about)
    if form.is_valid() and _saved(action, form, enquiry, request.user):
        messages.success(request, action.done)
        return redirect("enquiry", enquiry.reference)
    return render(request, action.template, {"enquiry": enquiry, "page": action, "form": form, **about})


def refuse_unless_possible(action, enquiry: Enquiry, user, activity=None) -> None:
    """Nobody fills in a form that would be refused; what is posted the service itself judges."""
    if activity and not activity.may_be_voided_by(user):
        raise Refused(f"“{activity.label}” cannot be voided by you.")
    if activity and action.name == "correct" and activity.kind not in CORRECTABLE:
        raise Refused(f"“{activity.label}” cannot be corrected. Void it and record it anew.")
    if not action.allowed(enquiry, user):
        raise Refused(f"“{action.title}” is not possible in the stage “{enquiry.get_stage_display()}”.")


def _saved(action, form, enquiry: Enquiry, user) -> bool:
    """Whether the service took it; its refusal is shown with what was typed."""
    try:
        action.service(enquiry=enquiry, by=user, **form.details())
    except Refused as refusal:
        enquiry.refresh_from_db()
        form.refuse(str(refusal), version=enquiry.version)
        return False
    return True


@right_required("use_hub")
@require_POST
def presence(request, reference):
    """Asked by the open page every half minute: who else has it open."""
    enquiry = get_object_or_404(Enquiry.objects.visible_to(request.user), reference=reference)
    enquiry.also_here = look_in(enquiry=enquiry, user=request.user)
    return render(request, "casework/also_here.html", {"enquiry": enquiry})


@right_required("see_workload")
@require_GET
def manager_view(request):
    work = workload(Enquiry.objects.visible_to(request.user), user=request.user, now=timezone.now())
    if work.oldest:
        log_access(by=request.user, action="work_list")
    return render(request, "casework/manager_view.html", {"work": work, "lines_to_see": to_see_to()})
